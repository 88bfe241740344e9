// PostgreSQL's array literals ("{a,\"b c\"}"), as pg_stats prints common values and bounds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// The elements, unquoted; none of what is no array. A cut literal gives what is there of it.
[[nodiscard]] std::vector<std::string> elements_of(std::string_view literal);
// The same back, every element quoted.
[[nodiscard]] std::string literal_of(const std::vector<std::string>& elements);

}  // namespace plimsoll
