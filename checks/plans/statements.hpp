// What the two checks of plans share: one plan a statement, with its share of the workload's time.
#pragma once

#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "model/plan_projection.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks::plans {

struct PlannedStatement {
    const Plan* plan = nullptr;   // the slowest kept of its statement and shape
    std::optional<double> share;  // of the workload's time, 0..1; nothing when it is not in the log
    std::optional<double> mean_ms;  // from the log
    double calls = 0;
};

// Largest share first, then the slowest plan. Plans of one statement share its time equally only
// once: the slowest plan of a statement stands for it.
[[nodiscard]] std::vector<PlannedStatement> planned_statements(const Evidence& evidence);

// The first of them: a projection costs a millisecond, and what has less time or share than five
// hundred others sets no limit.
inline constexpr std::size_t most_projected = 500;
[[nodiscard]] std::vector<PlannedStatement> largest_statements(const Evidence& evidence);

// Growth of tables as the user told it, sizes from him or from the plans.
[[nodiscard]] model::GrowthFacts growth_facts(const Evidence& evidence, const Settings& settings);

// What a statement may take: of plan-growth, and of what an index changes on the data axis.
inline constexpr Threshold budget{
    "plan-growth.budget",
    1000,
    "ms",
    "a request that waits a second for one statement loses its user's flow (Nielsen 1993)"};

// "select ... from orders", or the root node when the text is not known; at most 60 characters.
[[nodiscard]] std::string name_of(const PlannedStatement& statement);

}  // namespace plimsoll::checks::plans
