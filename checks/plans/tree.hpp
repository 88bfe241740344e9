// A plan as an indented list: each node with the time of its own, drawn inside the whole.
#pragma once

#include "checks/plans/statements.hpp"
#include "core/exhibit.hpp"

namespace plimsoll::checks::plans {

// Nodes in the order of the plan, at most 40; rows that were expected beside rows that came. Only
// for plans that were run (ANALYZE): estimates have no times to draw.
[[nodiscard]] Exhibit plan_tree(const PlannedStatement& statement);

}  // namespace plimsoll::checks::plans
