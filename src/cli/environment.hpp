// What the environment sets: PLIMSOLL_* (app/gate_environment.hpp).
#pragma once

#include "app/gate_environment.hpp"

#include <string>
#include <vector>

namespace plimsoll::cli {

// The value of a variable, empty when there is none.
[[nodiscard]] std::string environment(const char* name);

// All that begin with PLIMSOLL_.
[[nodiscard]] app::Environment plimsoll_variables();

// Options of every command that reads, which the parser takes from the environment by itself. Not
// among them: --keep-literals, which must be asked for where it is seen.
[[nodiscard]] const std::vector<std::string>& reading_options();

}  // namespace plimsoll::cli
