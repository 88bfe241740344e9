// The plans part of `inspect`, as JSON and as text: trees with exclusive times, findings, and
// projections.
#pragma once

#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "model/plan_projection.hpp"
#include "wire/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct PlanQuestions {
    std::vector<double> scales;               // --project 10,100
    std::map<std::string, TableNote> tables;  // of the configuration, then --growth
    double budget_ms = 1000;                  // plan-growth.budget
};

// How one plan answers them.
struct ProjectedPlan {
    model::Outlook outlook;
    std::optional<Estimate> breaks;  // multiple of the data at the budget
    std::optional<double> mean_ms;   // of its statement in the log
    std::optional<double> share;     // of the workload's time
};

// "orders=denser,events=longer,products=static". Throws Error (usage) for what it does not know.
void add_growth(std::string_view text, PlanQuestions& questions);
// "10,100". Throws Error (usage) for a scale that is no number of 1 or more.
void add_scales(std::string_view text, PlanQuestions& questions);

[[nodiscard]] ProjectedPlan projected(const Plan& plan,
                                      const Evidence& evidence,
                                      const model::GrowthFacts& facts,
                                      const PlanQuestions& questions);
[[nodiscard]] wire::Json inspect_plans(const Evidence& evidence, const PlanQuestions& questions);
// The slowest plans as trees, with what they point out and where they go.
[[nodiscard]] std::string inspect_plans_text(const Evidence& evidence,
                                             const PlanQuestions& questions);

}  // namespace plimsoll::app
