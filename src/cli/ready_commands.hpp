// What makes the program ready to use elsewhere: `completion`, `man`, and `init github|gitlab`.
#pragma once

#include "core/error.hpp"

#include <string>

namespace CLI {
class App;
}

namespace plimsoll::cli {

// Adds `github` and `gitlab` below `init`, which is made when there is none; fills `platform`.
void add_ci_init(CLI::App& app, std::string& platform);
// Writes the file of the platform into the working folder; never over one that is there.
[[nodiscard]] Status run_ci_init(const std::string& platform);

}  // namespace plimsoll::cli
