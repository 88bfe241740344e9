// Two costs: what a change of the schema does to the time of a statement, by its plans before and
// after.
//
// Law: costs are taken twice: as the settings say, which price a page as if a disk were asked, and
// with pages that lie in memory, at a twentieth (a page in memory takes about five times as long as
// one tuple of it, and seq_page_cost is a hundred times cpu_tuple_cost). A database is somewhere
// between: the factor is the geometric mean of both ratios, and its interval reaches from one to
// the other and, either way, by min(2, ratio) more: the error measured for the planner (loop.hpp),
// and a cost that hardly moves cannot be far off. (Measured: a lost index of 100,000 cached rows,
// 27 by the settings, 295 from memory, 250 real.) Blind spots: those of the planner's costs.
#pragma once

#include "app/planner/shadow.hpp"
#include "core/estimate.hpp"

#include <optional>
#include <vector>

namespace plimsoll::app::planner {

// A plan with the part of its cost that is pages; nothing when the plan is too near to another one
// to tell.
struct Costed {
    Explained plan;
    std::optional<double> pages;
};

// Plans of every statement as the shadow is now.
[[nodiscard]] std::vector<Costed> costed_plans(Shadow& shadow,
                                               const std::vector<Asked>& statements);

// The factor of time by two plans of one statement.
[[nodiscard]] Estimate factor_between(const Asked& asked,
                                      const Costed& before,
                                      const Costed& after);

}  // namespace plimsoll::app::planner
