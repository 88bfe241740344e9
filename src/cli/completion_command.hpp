// Completions for bash, zsh and fish, and the manual page: all walked off the same tree of commands
// and options that prints --help, so none of them can differ from it.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace plimsoll::cli {

// Throws Error (usage) for another shell.
[[nodiscard]] std::string completion(const CLI::App& app, const std::string& shell);

// roff; `version` as --version prints it.
[[nodiscard]] std::string manual(const CLI::App& app, std::string_view version);

}  // namespace plimsoll::cli
