#include "app/planner/two_costs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::app::planner {
namespace {

constexpr double page_in_memory = 0.05;  // of what a page costs by the settings
constexpr double fewer = 0.9;            // pages at this price tell what they cost: a cost is
                                         // linear in it while the plan is the same

}  // namespace

std::vector<Costed> costed_plans(Shadow& shadow, const std::vector<Asked>& statements) {
    std::vector<Costed> out;
    for (const Asked& one : statements) {
        out.push_back({.plan = shadow.explain(one)});
    }
    shadow.scale_page_costs(fewer);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const Explained cheaper = out[i].plan.ok() ? shadow.explain(statements[i]) : out[i].plan;
        if (cheaper.ok() && cheaper.shape() == out[i].plan.shape()) {
            out[i].pages =
                std::clamp((out[i].plan.cost - cheaper.cost) / (1 - fewer), 0.0, out[i].plan.cost);
        }
    }
    shadow.scale_page_costs(1);
    return out;
}

Estimate factor_between(const Asked& asked, const Costed& before, const Costed& after) {
    const auto ratio = [](double now, double was) { return was > 0 ? now / was : 1; };
    const double by_settings = ratio(after.plan.cost, before.plan.cost);
    const bool same_shape = before.plan.shape() == after.plan.shape();
    if (same_shape && std::abs(by_settings - 1) < 1e-6) {
        return Estimate::exactly(1);
    }
    double planning = 0;  // the share that stays
    if (asked.ms && *asked.ms > 0) {
        planning = std::min(asked.planning_ms / *asked.ms, 0.9);
    }
    const auto in_memory = [](const Costed& one) {
        return one.plan.cost - (1 - page_in_memory) * *one.pages;
    };
    const bool both = before.pages && after.pages;
    const double from_memory = both ? ratio(in_memory(after), in_memory(before)) : by_settings;
    const double least_band = both || same_shape ? 2 : 4;
    Estimate out{.at = planning + (1 - planning) * std::sqrt(by_settings * from_memory),
                 .low = std::numeric_limits<double>::infinity(),
                 .high = 0};
    for (const double cost : {by_settings, from_memory}) {
        const double factor = planning + (1 - planning) * cost;
        const double band = std::min(least_band, std::max(factor, 1 / std::max(factor, 1e-9)));
        out.low = std::min(out.low, factor / band);
        out.high = std::max(out.high, factor * band);
    }
    return out;
}

}  // namespace plimsoll::app::planner
