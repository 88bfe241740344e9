// Where the user's own files are.
#pragma once

#include <string>

namespace plimsoll::cli {

// $XDG_CONFIG_HOME/plimsoll, else ~/.config/plimsoll; empty when the user has no home.
[[nodiscard]] std::string config_folder();

}  // namespace plimsoll::cli
