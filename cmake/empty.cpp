// A folder that is empty yet still makes a library.
