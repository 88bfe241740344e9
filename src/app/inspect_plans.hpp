// The plans part of `inspect --format json`: trees with exclusive times, findings, and projections.
#pragma once

#include "evidence/evidence.hpp"
#include "model/plan_projection.hpp"
#include "wire/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct PlanQuestions {
    std::vector<double> scales;  // --project 10,100
    std::map<std::string, model::TableFacts> tables;
};

// "orders=denser,events=longer,products=static". Throws Error (usage) for what it does not know.
void add_growth(std::string_view text, PlanQuestions& questions);
// "10,100". Throws Error (usage) for a scale that is no number of 1 or more.
void add_scales(std::string_view text, PlanQuestions& questions);

[[nodiscard]] wire::Json inspect_plans(const Plans& plans,
                                       const PlanQuestions& questions,
                                       const Workload* workload = nullptr);

}  // namespace plimsoll::app
