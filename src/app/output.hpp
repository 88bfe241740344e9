// Output files: written under a temporary name in the same folder, then renamed; so a reader never
// sees half a file, and a failed run leaves the old one.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::app {

// Throws Error (unwritable).
void write_file(const std::string& path, std::string_view content);

// Removes the temporary file of a write that is under way; safe in a signal handler.
void abandon_writing() noexcept;

}  // namespace plimsoll::app
