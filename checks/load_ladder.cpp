// At what throughput does a load test say that the system ends, and how many times today's peak is
// that?
//
// Law: the universal scalability law through the steps of one ladder (model/scalability): six steps
// or more that reach 0.85 of the maximum; below that the ladder bounds it from below and no more.
// Steps in which more than one in twenty requests failed are left out: failing is fast. Today's
// peak is the 99th percentile of windows of counted latency. Never fitted to production (wrong by
// 7x both ways, simulated). Blind spots: a test of staging is one of staging; closed generators
// slow down with the system and hide stalls; a mix of requests other than production's has another
// end.
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/quantile.hpp"
#include "model/scalability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_steps{
    .id = "load-ladder.steps",
    .value = 6,
    .unit = "steps",
    .reason = "three parameters are fitted, and as many are needed to see the noise"};
constexpr Threshold most_errors{
    .id = "load-ladder.errors",
    .value = 0.05,
    .unit = "ratio",
    .reason = "with one failed in twenty the throughput is partly that of failing"};
constexpr std::array thresholds{least_steps, most_errors};

using Ladder = std::vector<const LoadStep*>;

[[nodiscard]] double achieved(const LoadStep& step) noexcept {
    return static_cast<double>(step.achieved_milli) / 1000;
}

// Requests at once: users, or by Little's law throughput times response time.
[[nodiscard]] double at_once(const LoadStep& step) noexcept {
    const auto mean = static_cast<double>(step.mean_us.value_or(step.p50_us.value_or(0))) / 1e6;
    return step.open || !step.users ? achieved(step) * mean : static_cast<double>(*step.users);
}

[[nodiscard]] std::map<std::string, Ladder> ladders_of(const LoadTests& tests, double errors) {
    std::map<std::string, Ladder> out;
    for (const LoadStep& step : tests.steps) {
        const bool failing =
            static_cast<double>(step.errors) >
            errors * static_cast<double>(std::max<std::uint64_t>(step.requests, 1));
        if (step.achieved_milli > 0 && at_once(step) > 0 && !failing) {
            out[step.tool + (step.name.empty() ? "" : " " + step.name)].push_back(&step);
        }
    }
    return out;
}

// Requests a second in the 99th percentile of windows, of all routes; nothing where nobody counted.
[[nodiscard]] std::optional<double> peak_rate(const Latency& latency) {
    std::map<Instant, double> windows;
    for (const auto& [id, route] : latency.routes) {
        for (const auto& [at, bucket] : route.histograms) {
            windows[at] += bucket.count();
        }
    }
    std::vector<double> rates;
    for (const auto& [at, count] : windows) {
        rates.push_back(count * 1e6 /
                        static_cast<double>(std::max<std::int64_t>(latency.width_us, 1)));
    }
    std::ranges::sort(rates);
    const std::optional<double> peak = model::quantile_interpolated(rates, 0.99);
    return rates.size() >= 24 && *peak > 0 ? peak : std::nullopt;
}

[[nodiscard]] Exhibit exhibit_of(const std::string& name, const Ladder& ladder) {
    Exhibit exhibit;
    exhibit.key = "load-ladder." + name;
    exhibit.form = Form::table;
    exhibit.title = "Steps of the load test with " + name;
    exhibit.caption =
        ladder.front()->open
            ? "Asked at a fixed rate: no stall is hidden."
            : "The generator waits for answers: percentiles hide stalls (coordinated omission).";
    exhibit.columns = {{.name = "at once", .unit = "requests", .numeric = true},
                       {.name = "throughput", .unit = "1/s", .numeric = true},
                       {.name = "p99", .unit = "ms", .numeric = true}};
    for (const LoadStep* step : ladder) {
        if (exhibit.rows.size() == 40) {
            exhibit.left_out = fmt::format("{} more steps", ladder.size() - 40);
            break;
        }
        Row row;
        row.cells = {
            {.text = fmt::format("{:.3g}", at_once(*step)), .value = at_once(*step)},
            {.text = fmt::format("{:.4g}", achieved(*step)), .value = achieved(*step)},
            {.text = step->p99_us ? fmt::format("{:.3g}", static_cast<double>(*step->p99_us) / 1000)
                                  : "",
             .value = {}}};
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::optional<double> peak = peak_rate(evidence.latency);
    std::size_t steps = 0;
    for (const auto& [name, ladder] :
         ladders_of(evidence.load_tests, settings.value_of(most_errors))) {
        std::vector<model::LoadPointN> points;
        for (const LoadStep* step : ladder) {
            points.push_back({.n = at_once(*step), .x = achieved(*step)});
        }
        steps = std::max(steps, points.size());
        const std::optional<model::Scalability> fit = model::scalability(
            points,
            {.least_steps =
                 static_cast<std::size_t>(std::max(6.0, settings.value_of(least_steps)))});
        if (!fit) {
            continue;
        }
        const Measure most{
            .id = "most." + name,
            .name = "most throughput",
            .value = fit->most,
            .unit = "1/s",
            .samples = static_cast<double>(points.size()),
            .formula = fmt::format("l n / (1 + {:.3g} (n-1) + {:.2g} n (n-1)), its maximum",
                                   fit->contention,
                                   fit->coherence),
            .origins = {ladder.front()->origin}};
        finding.measures.push_back(most);
        finding.seen_at.push_back(ladder.front()->origin);
        finding.exhibits.push_back(exhibit_of(name, ladder));
        if (!fit->most.has_point()) {
            finding.says += fmt::format("The load test with {} ends at {:.4g} requests a second "
                                        "and is not near its limit: more steps above. ",
                                        name,
                                        fit->best_seen);
            continue;
        }
        finding.says += fmt::format(
            "The load test with {} ends at {:.4g} requests a second ({:.4g} to {:.4g}){}. ",
            name,
            fit->most.at,
            fit->most.low,
            fit->most.high,
            peak ? fmt::format(", {:.2g} times today's peak of {:.3g}", fit->most.at / *peak, *peak)
                 : "");
        finding.confidence = Confidence::low;
        finding.confidence_why = "a test of the system that was tested, with its mix of requests";
        if (peak) {
            const Estimate multiple = fit->most.times(1 / *peak);
            finding.measures.push_back(
                {.id = "multiple." + name,
                 .name = "most throughput over today's peak",
                 .value = multiple,
                 .unit = "1",
                 .samples = static_cast<double>(points.size()),
                 .formula = "most / 99th percentile of windows of counted requests",
                 .origins = {ladder.front()->origin}});
            finding.outcome = multiple.high < settings.target   ? Outcome::present
                              : multiple.low >= settings.target ? Outcome::absent
                                                                : Outcome::insufficient;
        }
    }
    if (finding.measures.empty()) {
        finding.says = fmt::format("Not assessed: the longest ladder has {} steps of different "
                                   "load without failures, and {:.0f} are needed.",
                                   steps,
                                   std::max(6.0, settings.value_of(least_steps)));
        finding.gaps.push_back({.id = "load-ladder",
                                .missing = "a load test of six steps or more, up to the knee",
                                .would_add = "the throughput at which the system ends",
                                .how = "plimsoll how load-test"});
    } else if (!peak) {
        finding.gaps.push_back(
            {.id = "load-ladder.peak",
             .missing = "requests a second in production (an access log, histograms)",
             .would_add = "how many times today's load that is",
             .how = "plimsoll how access-log"});
    }
    return finding;
}

}  // namespace

extern constinit const Check load_ladder{
    .id = "load-ladder",
    .asks = "At what throughput does a load test say that the system ends?",
    .why = "Contention and coherence bend the throughput of a ladder down. Blind spots: a test of "
           "staging is one of "
           "staging; a generator that waits hides stalls; never fitted to production.",
    .needs = {Kind::load_tests},
    .thresholds = thresholds,
    .missing = {.what = "a load test of six steps or more (vegeta, k6, wrk2, JMeter, Locust, hey)",
                .would_add = "the throughput at which the system ends",
                .how = "plimsoll how load-test"},
    .run = run,
};

}  // namespace plimsoll::checks
