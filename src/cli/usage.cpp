#include "cli/usage.hpp"

#include "app/config.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace plimsoll::cli {
namespace {

// Names of commands and of their options, "--format", at any depth.
void names_of(const CLI::App& app, std::vector<std::string>& names) {
    for (const CLI::App* below : app.get_subcommands({})) {
        names.push_back(below->get_name());
        for (const CLI::Option* option : below->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                names.push_back("--" + name);
            }
        }
        names_of(*below, names);
    }
}

}  // namespace

Error usage_error(const CLI::App& app,
                  const std::vector<std::string>& words,
                  const std::string& why) {
    std::string remedy = "plimsoll --help";
    std::vector<std::string> names;
    names_of(app, names);
    const std::vector<std::string_view> known{names.begin(), names.end()};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string typed = words[i].substr(0, words[i].find('='));
        const bool is_known = std::ranges::find(known, typed) != known.end();
        // Words that are neither a command nor an option are names of files.
        if (!is_known && (i == 0 || typed.starts_with("--"))) {
            if (const std::string near = app::nearest(typed, known); !near.empty()) {
                remedy = fmt::format("did you mean {}?", near);
                break;
            }
        }
    }
    return Error{{.status = Status::usage,
                  .what = "the command line cannot be understood",
                  .where = {},
                  .why = why,
                  .remedy = remedy}};
}

}  // namespace plimsoll::cli
