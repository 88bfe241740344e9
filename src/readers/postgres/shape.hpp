// Shapes: log_line_prefix as it may have been, guessed from the look of what it printed.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::postgres {

// Prefixes that print something of the look of the lines' beginnings, up to their severity. Where
// one is the beginning of another, both are joined by %q.
[[nodiscard]] std::set<std::string> shapes_of(const std::vector<std::string_view>& lines,
                                              std::string_view zone);

// Of one prefix as printed: "2026-11-21 01:06:54 UTC [12] u@d " gives "%t [%p] %u@%d ".
[[nodiscard]] std::string shape_of(std::string_view printed, std::string_view zone);

}  // namespace plimsoll::readers::postgres
