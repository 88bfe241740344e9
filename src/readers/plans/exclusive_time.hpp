// Exclusive time: what a node itself took, so that the times of all nodes add up to the root.
//
// Law, for each kind of child (research: measured over 38 recorded plans):
//   ordinary child, SubPlan: its time lies within its parent: subtract it there.
//   InitPlan: its time lies within the node that first asks for its value ($0, "(InitPlan
//   1).col1"), or
//     within the Gather that evaluates it for its workers; not within the node it is printed under.
//   CTE: computed while its CTE Scans pull: split over them in proportion to their times.
// Times per loop are rounded to 1 us, so with many loops children may seem to take more than their
// parent: such children are scaled down to fit. What rounding does not explain is kept as
// Plan::overlap_ms. Blind spot: a data-modifying CTE that nobody reads runs after the root; it
// stays on top of the root's time.
#pragma once

#include "evidence/plans.hpp"

namespace plimsoll::readers::plans {

// Expects PlanNode::total_ms as time on the clock (divided by processes already). Nodes without a
// time stay without.
void add_exclusive_times(Plan& plan);

}  // namespace plimsoll::readers::plans
