// How: the commands that export what a provider holds (CI runs, latency, traces, incidents) in a
// form that we read. `plimsoll how github` prints one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

// A POSIX shell script with comments; nothing when the provider is not known.
[[nodiscard]] std::optional<std::string> how(std::string_view provider);
// Those that are known, in order of name.
[[nodiscard]] std::vector<std::string_view> how_providers();

}  // namespace plimsoll::app
