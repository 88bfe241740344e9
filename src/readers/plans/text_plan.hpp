// PostgreSQL's EXPLAIN as text: the indented lines, made into the document that FORMAT JSON would
// have given.
//
// Law of the layout (explain.c): a child's arrow stands two columns right of its parent's name,
// "InitPlan", "SubPlan" and "CTE" headings too, with their plan two columns further. So the parent
// of a line is the last node whose name begins left of it; a margin around the whole plan does not
// matter. Blind spot: a paste that lost its indentation gives a tree that is not the plan's.
#pragma once

#include "readers/plans/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {

// Does the line show a node: an arrow, or costs or times behind a name?
[[nodiscard]] bool is_node_line(std::string_view line);
// Is it the first node of a plan?
[[nodiscard]] bool is_root_line(std::string_view line);

// The lines of one plan, from its root on. Throws Refused (postgres_tree.hpp).
[[nodiscard]] Value parse_text_plan(const std::vector<std::string>& lines);

// Puts back together what a mail or a chat wrapped: open brackets, costs on a line of their own.
[[nodiscard]] std::vector<std::string> rejoined(const std::vector<std::string>& lines);

}  // namespace plimsoll::readers::plans
