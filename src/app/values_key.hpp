// The user's key of the stand-ins for values in captures (readers/live/redaction.hpp).
#pragma once

#include <string>

namespace plimsoll::app {

// From FOLDER/values.key. With `make` it is made there when there is none, readable by its owner
// alone. Empty without a folder, or when it cannot be made: captures then have no stand-ins. Throws
// Error (usage) when the file is no key.
[[nodiscard]] std::string values_key(const std::string& folder, bool make);

}  // namespace plimsoll::app
