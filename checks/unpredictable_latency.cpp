// Are some calls instant while others time out?
//
// Law (research/latency 4): no single ratio shows it, for p99/p50 goes to hundreds at 2 % of
// time-outs and back to 1 above 5 %. A route is unpredictable when its spread (p99/p50 > 15) or its
// cliff (p99/p95 > 5) is out of the ordinary, and a second population shows: two humps, a spike at
// a round time-out, or errors and time-outs, over 20,000 requests or more, on three separate days.
// Blind spots: a cache gives two humps rightly, so the mix is named and the route judged alone;
// spikes need buckets finer than 1 %; ready percentiles show neither.
#include "checks/latency/population.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

namespace plimsoll::checks {
namespace {

constexpr Threshold spread{
    .id = "unpredictable-latency.spread",
    .value = 15,
    .unit = "ratio",
    .reason = "p99/p50 of an exponential is 6.6, of a log-normal with s = 1 it is 10"};
constexpr Threshold cliff{.id = "unpredictable-latency.cliff",
                          .value = 5,
                          .unit = "ratio",
                          .reason = "p99/p95 of every smooth shape tried stays below 3"};
constexpr Threshold least_requests{.id = "unpredictable-latency.requests",
                                   .value = 20'000,
                                   .unit = "requests",
                                   .reason = "p99.9 needs 20 requests beyond it"};
constexpr Threshold least_days{.id = "unpredictable-latency.days",
                               .value = 3,
                               .unit = "days",
                               .reason = "one bad day is an incident"};
constexpr Threshold failing{.id = "unpredictable-latency.failing",
                            .value = 0.001,
                            .unit = "ratio",
                            .reason = "one call in a thousand fails or times out"};
constexpr Threshold spike_share{
    .id = "unpredictable-latency.spike",
    .value = 0.0005,
    .unit = "ratio",
    .reason = "30 s time-outs of that share are found in 100 % of simulations"};
constexpr std::array thresholds{spread, cliff, least_requests, least_days, failing, spike_share};

[[nodiscard]] bool is_odd(const model::Spread& found, const Settings& settings) {
    return found.p99_to_p50 > settings.value_of(spread) ||
           found.p99_to_p95 > settings.value_of(cliff);
}

// A ratio of two quantiles with what their buckets leave open: each lies anywhere in its own.
[[nodiscard]] Estimate ratio_of(const Estimate& tail, const Estimate& lower, double at) {
    const auto over = [](double above, double below) {
        return below > 0 ? above / below : std::numeric_limits<double>::infinity();
    };
    return {.at = at, .low = over(tail.low, lower.high), .high = over(tail.high, lower.low)};
}

// Odd wherever in their buckets the quantiles lie.
[[nodiscard]] bool surely_odd(const Population& population, const Settings& settings) {
    const model::Spread& whole = *population.whole;
    return ratio_of(population.p99_ms, population.p50_ms, whole.p99_to_p50).low >
               settings.value_of(spread) ||
           ratio_of(population.p99_ms, population.p95_ms, whole.p99_to_p95).low >
               settings.value_of(cliff);
}

[[nodiscard]] bool second_population(const Population& population, const Settings& settings) {
    const bool spiked = std::ranges::any_of(population.spikes, [&](const model::Spike& spike) {
        return spike.share >= settings.value_of(spike_share);
    });
    return population.humps || spiked || population.failing_share >= settings.value_of(failing);
}

// As far as the middles of the buckets tell.
[[nodiscard]] bool may_fire(const Population& population, const Settings& settings) {
    const auto odd_days = std::ranges::count_if(
        population.days, [&](const model::Spread& day) { return is_odd(day, settings); });
    return is_odd(*population.whole, settings) &&
           static_cast<double>(odd_days) >= settings.value_of(least_days) &&
           second_population(population, settings);
}

[[nodiscard]] bool fires(const Population& population, const Settings& settings) {
    return may_fire(population, settings) && surely_odd(population, settings);
}

[[nodiscard]] Row row_of(const Population& population, bool fired) {
    const auto number = [](double value) {
        return Cell{.text = fmt::format("{:.3g}", value), .value = value};
    };
    const std::string second =
        population.humps ? fmt::format("a second hump at {:.3g} ms", population.humps->second)
        : !population.spikes.empty()
            ? fmt::format("a spike at {:.3g} s", population.spikes.front().at / 1000)
            : "";
    Row row;
    row.cells = {{.text = name_of(population.id), .value = std::nullopt},
                 number(population.requests),
                 number(population.whole->p99_to_p50),
                 number(population.whole->p99_to_p95),
                 number(100 * population.failing_share),
                 {.text = second, .value = std::nullopt}};
    row.note = fired ? "unpredictable" : "";
    return row;
}

[[nodiscard]] Exhibit table_of(const std::vector<Population>& populations,
                               const Settings& settings) {
    Exhibit exhibit;
    exhibit.key = "unpredictable-latency";
    exhibit.form = Form::table;
    exhibit.title = "How even the latency of each route is";
    exhibit.caption =
        "Spread above 15 or cliff above 5 is out of the ordinary; a cache gives two humps rightly.";
    exhibit.columns = {{.name = "route", .unit = "", .numeric = false},
                       {.name = "requests", .unit = "requests", .numeric = true},
                       {.name = "p99/p50", .unit = "ratio", .numeric = true},
                       {.name = "p99/p95", .unit = "ratio", .numeric = true},
                       {.name = "errors and time-outs", .unit = "%", .numeric = true},
                       {.name = "second population", .unit = "", .numeric = false}};
    for (const Population& population : populations) {
        if (exhibit.rows.size() == 20) {
            exhibit.left_out = fmt::format("{} more routes", populations.size() - 20);
            break;
        }
        exhibit.rows.push_back(row_of(population, fires(population, settings)));
    }
    return exhibit;
}

void describe(Finding& finding, const std::vector<Population>& judged, const Settings& settings) {
    const auto odd = std::ranges::count_if(
        judged, [&](const Population& population) { return fires(population, settings); });
    const auto worst = std::ranges::max_element(judged, {}, [&](const Population& population) {
        return std::tuple{fires(population, settings),
                          may_fire(population, settings),
                          population.whole->p99_to_p50};
    });
    const bool open = odd == 0 && may_fire(*worst, settings);
    finding.outcome = odd != 0 ? Outcome::present : open ? Outcome::insufficient : Outcome::absent;
    finding.says = fmt::format(
        "{} of {} route{} unpredictable; the most uneven is {}: p99 is {:.3g} times p50, "
        "{:.2g} % fail or time out.{}",
        odd,
        judged.size(),
        judged.size() == 1 ? " is" : "s are",
        name_of(worst->id),
        worst->whole->p99_to_p50,
        100 * worst->failing_share,
        open ? " Its buckets are too wide to tell whether that is out of the ordinary." : "");
    finding.confidence = open ? Confidence::none : Confidence::medium;
    finding.confidence_why = fmt::format(
        "thresholds read off reference distributions, the combination is not simulated; days of {}",
        settings.zone.name);
    finding.measures.push_back(
        {.id = "spread",
         .name = "p99/p50 of " + name_of(worst->id),
         .value = ratio_of(worst->p99_ms, worst->p50_ms, worst->whole->p99_to_p50),
         .unit = "ratio",
         .samples = worst->requests,
         .formula = "p99 / p50 of all requests; interval: their buckets",
         .origins = {worst->first_seen}});
    for (const auto& [id, value] :
         {std::pair{"p50", worst->p50_ms}, std::pair{"p99", worst->p99_ms}}) {
        finding.measures.push_back({.id = id,
                                    .name = std::string{id} + " of " + name_of(worst->id),
                                    .value = value,
                                    .unit = "ms",
                                    .samples = worst->requests,
                                    .formula = "nearest rank of all requests; interval: its bucket",
                                    .origins = {worst->first_seen}});
    }
    finding.seen_at.push_back(worst->first_seen);
    finding.exhibits.push_back(table_of(judged, settings));
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    std::vector<Population> judged;
    for (const auto& [id, route] : evidence.latency.routes) {
        Population population = population_of(id, route, evidence.latency.width_us, settings.zone);
        if (population.whole && population.requests >= settings.value_of(least_requests) &&
            static_cast<double>(population.days.size()) >= settings.value_of(least_days)) {
            judged.push_back(std::move(population));
        }
    }
    Finding finding;
    if (judged.empty()) {
        finding.says = "Not assessed: no route has 20,000 counted requests over three days (ready "
                       "percentiles do "
                       "not show it).";
        finding.gaps.push_back({.id = "unpredictable-latency",
                                .missing = "an access log or histograms of three days",
                                .would_add = "whether some calls are instant while others time out",
                                .how = "plimsoll how access-log"});
        return finding;
    }
    describe(finding, judged, settings);
    return finding;
}

}  // namespace

extern constinit const Check unpredictable_latency{
    .id = "unpredictable-latency",
    .asks = "Are some calls instant while others time out?",
    .why = "A route of two populations cannot be promised a time. Blind spots: a cache gives two "
           "humps rightly; "
           "spikes need fine buckets; ready percentiles show neither.",
    .needs = {Kind::latency},
    .thresholds = thresholds,
    .claims = "002-10",
    .missing = {.what = "an access log, or latency histograms",
                .would_add = "whether some calls are instant while others time out",
                .how = "plimsoll how access-log"},
    .run = run,
};

}  // namespace plimsoll::checks
