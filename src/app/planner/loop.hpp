// The planner in the loop: what statements cost at other sizes of the data, and what a change of
// the schema does.
//
// Law: time at N = planning + (time today - planning) x cost at N / cost today, both by the planner
// over a shadow; after a change that times the factor of two_costs.hpp between the plans before and
// after it at N. Measured on 63 statements (research: plans): median factor off 1.19 to 1.40 at 10x
// and 1.35 to 1.39 at 100x, the worst 3.9; class right in all 25 held out. After a flip of the plan
// only the class is to be trusted. Where the offline growth law (model/plan_projection) has an
// answer as well: within two times of one another their geometric mean stands, otherwise both are
// given with what would settle it. Blind spots: a warm cache and one session are assumed; hardware,
// concurrency, locks and bloat are not in a plan.
#pragma once

#include "app/planner/shadow.hpp"
#include "model/plan_projection.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::app::planner {

struct Point {
    double scale = 1;
    Explained plan;
    std::optional<Explained> changed;  // after the change
    double factor = 1;                 // time over today's
    std::optional<Estimate> effect;    // of the change: time after over time before
    std::optional<Estimate> ms;        // with a time today
    std::optional<Estimate> ms_changed;
    model::GrowthClass growth = model::GrowthClass::flat;
    std::string disagrees;  // what the offline law says instead, and what would settle it
};

// A scale where the plan becomes another, and the cost jumps more than the data grew.
struct Cliff {
    double below = 1;  // the last scale with the plan of before
    double above = 1;
    std::string before;  // shapes
    std::string after;
    double jump = 1;  // cost above over cost below
};

struct Planned {
    Asked asked;
    std::vector<Point> at;
    std::vector<Cliff> cliffs;
    std::optional<Cliff> flip;  // the first change of plan, cliff or not
    // The largest scale at which the time stays within the budget; [low, high] from the law's
    // error. Nothing without a budget and a time today.
    std::optional<Estimate> line;
    std::optional<Estimate> line_changed;
    std::string refused;  // why it cannot be planned
    std::string broken;   // why it cannot be planned any more after the change
};

struct Questions {
    std::vector<double> scales;
    std::string change;  // SQL
    bool cliffs = true;
    std::optional<double> budget_ms;
    double most = 1000;  // no line and no cliff beyond
    std::function<void(const std::string&)> progress = {};
};

[[nodiscard]] std::vector<Planned> ask_planner(const ScratchCluster& cluster,
                                               const DatabaseCapture& capture,
                                               const std::map<std::string, Growth>& growth,
                                               std::vector<Asked> statements,
                                               const Questions& questions,
                                               std::vector<std::string>& notes);

// The class of growth by a factor at a scale (research: plans, the classes by which the laws were
// judged).
[[nodiscard]] model::GrowthClass class_of(double factor, double scale);

// Both predictions in one: the point, and what to say when they are further apart than two times.
struct Combined {
    Estimate factor;
    std::string disagrees;
};
[[nodiscard]] Combined combine(double planner,
                               const model::Projection& law,
                               const model::Outlook& outlook);

}  // namespace plimsoll::app::planner
