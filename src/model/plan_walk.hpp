// One walk over a plan at one scale: the time of every node there. The parts of
// plan_projection.hpp.
#pragma once

#include "evidence/plans.hpp"
#include "model/plan_growth.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::model {

struct WalkResult {
    std::vector<double>
        before;  // weight of a node today: exclusive time, or cost where nothing was measured
    std::vector<double> after;  // at the scale
    std::vector<double> rows;   // of one run of a node, relative to today
    double rows_factor = 1;     // rows of the root
    std::set<std::string> notes;
    std::set<std::string> unknown_tables;
    bool rescans = false;  // a hashed SubPlan fell back
};

[[nodiscard]] WalkResult walk(const Plan& plan,
                              const std::map<std::string, TableFacts>& tables,
                              double scale,
                              Side side);

// kB; the plan's settings, else the server's default.
[[nodiscard]] double work_mem_kb(const Plan& plan);
[[nodiscard]] double hash_mem_kb(const Plan& plan);
// Bytes of a hashed SubPlan by the planner's own rule (subselect.c): rows x (width + header).
[[nodiscard]] double hashed_subplan_kb(const PlanNode& sub_plan);
// Is `node`, a child of `owner`, a SubPlan kept in a hash table?
[[nodiscard]] bool is_hashed_sub_plan(const PlanNode& owner, const PlanNode& node);

}  // namespace plimsoll::model
