// One node line, and one property line, of PostgreSQL's text plan, in the words of FORMAT JSON.
#pragma once

#include "readers/plans/document.hpp"

#include <string_view>

namespace plimsoll::readers::plans {

// "Parallel Seq Scan on orders o" and what stands in the brackets behind it.
[[nodiscard]] Value parse_node_line(std::string_view text);

// "Sort Method: quicksort  Memory: 25kB" adds three properties to a node.
void add_property(std::string_view line, Value& node);

}  // namespace plimsoll::readers::plans
