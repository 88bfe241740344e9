// Limit: at what multiple of today's load is the budget spent?
//
// Law: cost = today's x load^e. Without half a year of bills beside the load e is not known;
// between 0.7 (parts of it are fixed) and 1.2 (larger machines cost more than in proportion) the
// multiple is (budget / cost)^(1/e), linear as its point. A budget is a decision and no law of
// nature: without one there is no limit of cost, and none is counted. Blind spots: committed
// discounts, traffic between zones, a price list that ends.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::checks {
namespace {

constexpr Threshold flat{
    .id = "cost.flat",
    .value = 0.7,
    .unit = "exponent",
    .reason = "a third of a bill that does not grow gives about 0.7 over a tenfold load"};
constexpr Threshold steep{
    .id = "cost.steep",
    .value = 1.2,
    .unit = "exponent",
    .reason =
        "the largest instances cost a fifth more for each doubling; seed 002-73 calls 1.1 a sign"};
constexpr std::array thresholds{flat, steep};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    for (const Samples& cost : gauges_named(evidence, settings, "cost.", ".per_day")) {
        if (cost.limit <= 0) {
            continue;
        }
        double sum = 0;
        for (const double value : cost.values) {
            sum += value;
        }
        const double ratio =
            cost.limit * static_cast<double>(cost.values.size()) / std::max(1e-9, sum);
        const double a = std::pow(ratio, 1 / settings.value_of(steep));
        const double b = std::pow(ratio, 1 / settings.value_of(flat));
        Limit limit{
            .id = "cost." + cost.name,
            .name = "budget of " + cost.name,
            .basis = fmt::format("{:.3g} of {:.3g} a day",
                                 sum / static_cast<double>(cost.values.size()),
                                 cost.limit),
            .axis = Axis::load,
            .grade = Grade::C,
            .formula = fmt::format("(budget / cost)^(1/e), e from {:.1f} to {:.1f}: {:.3g}^(1/e)",
                                   settings.value_of(flat),
                                   settings.value_of(steep),
                                   ratio)};
        limit.place({.at = ratio, .low = std::min(a, b), .high = std::max(a, b)});
        limit.hard = {.at = limit.at, .low = limit.low, .high = limit.high};
        limit.inputs = {{.id = "cost",
                         .name = "cost a day, mean",
                         .value = Estimate::exactly(sum / static_cast<double>(cost.values.size())),
                         .unit = "a day",
                         .samples = static_cast<double>(cost.values.size()),
                         .formula = {},
                         .origins = {cost.origin}}};
        finding.limits.push_back(std::move(limit));
    }
    conclude(finding, settings, "how cost grows with load is assumed within a range, not measured");
    if (finding.says.empty()) {
        finding.says = "No budget is told: no cost is too high.";
        finding.gaps.push_back(
            {.id = "cost",
             .missing = "cost a day by component, and the budget",
             .would_add = "the multiple at which the budget is spent",
             .how = "gauges.csv: cost.NAME.per_day, the budget as limit; a question for people: "
                    "plimsoll explain cost"});
    }
    return finding;
}

}  // namespace

extern constinit const Check cost_of_load{
    .id = "cost-of-load",
    .asks = "At what multiple of today's load is the budget spent?",
    .why = "A system that grows faster in cost than in load fails without ever being slow. A "
           "budget is a decision: "
           "without one there is no limit, and none is counted. Blind spots: discounts, a price "
           "list that ends.",
    .needs = {Kind::gauges},
    .thresholds = thresholds,
    .claims = "001-33 002-73 002-94",
    .missing = {.what = "cost a day and a budget",
                .would_add = "the multiple at which the budget is spent",
                .how = "gauges.csv: cost.NAME.per_day with the budget as limit"},
    .run = run,
};

}  // namespace plimsoll::checks
