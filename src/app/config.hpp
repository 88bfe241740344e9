// plimsoll.toml: what a person tells us. Unknown keys are errors with a suggestion: a misspelt
// threshold that is silently ignored would be a wrong verdict.
//
// The file is looked for beside the inputs, then upward to the git root; --config names another.
#pragma once

#include "core/settings.hpp"

#include <span>
#include <string>
#include <string_view>

namespace plimsoll::app {

// Settings from a text; `name` is for messages. Throws Error (usage) with file:line.
[[nodiscard]] Settings parse_config(std::string_view text, const std::string& name);

// The path of the configuration that goes with these inputs; empty when there is none.
[[nodiscard]] std::string find_config(std::span<const std::string> paths);

// Reads `path`, or the one that goes with the inputs when it is empty.
[[nodiscard]] Settings load_config(const std::string& path, std::span<const std::string> inputs);

// The known word nearest to a mistyped one, at most two edits away; empty when none is.
[[nodiscard]] std::string nearest(std::string_view typed, std::span<const std::string_view> known);

}  // namespace plimsoll::app
