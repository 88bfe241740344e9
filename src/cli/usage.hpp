// What is said when the command line cannot be understood: why, and what was meant. CLI11 does not
// say "did you mean".
#pragma once

#include "core/error.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace plimsoll::cli {

// `words`: what was typed, without the program's name. `why`: the parser's complaint.
[[nodiscard]] Error usage_error(const CLI::App& app,
                                const std::vector<std::string>& words,
                                const std::string& why);

}  // namespace plimsoll::cli
