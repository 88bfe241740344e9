// The user's key of the stand-ins for values in captures (readers/live/redaction.hpp).
#pragma once

#include <string>

namespace plimsoll::cli {

// From $XDG_CONFIG_HOME/plimsoll/values.key, else ~/.config/plimsoll/values.key. With `make` it is
// made there when there is none, readable by its owner alone. Empty when there is no home or it
// cannot be made: captures then have no stand-ins. Throws Error (usage) when the file is no key.
[[nodiscard]] std::string values_key(bool make);

}  // namespace plimsoll::cli
