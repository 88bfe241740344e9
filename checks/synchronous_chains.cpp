// How many services does a request wait for, one behind the other?
//
// Law: each synchronous call on the way adds its time and multiplies its availability: four
// services at 99.9 % give 99.6 %. Depth is counted in traces along calls that somebody waits for;
// the critical path says whose time a request's time is; a dependency is hard when the caller fails
// in most of the minutes in which the call does (ten minutes or more, for requests of one outage
// are one observation). Blind spots: a sample that keeps errors and slow requests overstates all
// three.
#include "checks/calls/waits.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold deep{
    .id = "synchronous-chains.deep",
    .value = 4,
    .unit = "calls",
    .reason = "four in a row at 99.9 % lose three hours a month instead of 43 minutes"};
constexpr Threshold least_traces{
    .id = "synchronous-chains.traces",
    .value = 100,
    .unit = "requests",
    .reason = "the 95th percentile of fewer is one of the five deepest"};
constexpr Threshold least_minutes{.id = "synchronous-chains.failing-minutes",
                                  .value = 10,
                                  .unit = "minutes",
                                  .reason = "ten of ten give a lower bound of 0.74 at 95 %"};
constexpr std::array thresholds{deep, least_traces, least_minutes};

[[nodiscard]] std::uint32_t depth_at(const std::map<std::uint32_t, std::uint64_t>& depths,
                                     double share) {
    std::uint64_t all = 0;
    for (const auto& [depth, count] : depths) {
        all += count;
    }
    std::uint64_t below = 0;
    for (const auto& [depth, count] : depths) {
        below += count;
        if (static_cast<double>(below) >= share * static_cast<double>(all)) {
            return depth;
        }
    }
    return 0;
}

// Share of requests that no failing call took, as far as the calls of each shape were lost.
[[nodiscard]] Estimate availability(const Calls& calls) {
    Estimate out = Estimate::exactly(0);
    double all = 0;
    for (const auto& [shape, count] : calls.shapes) {
        Estimate left = Estimate::exactly(1);
        for (const ServicePair& who : shape.edges) {
            const auto found = calls.edges.find(who);
            std::uint64_t logical =
                found == calls.edges.end() ? 0 : found->second.calls - found->second.retries;
            if (logical == 0) {
                continue;
            }
            const double lost =
                static_cast<double>(found->second.lost) / static_cast<double>(logical);
            const Estimate passes = passes_on(found->second).share;
            left.at *= 1 - lost * passes.at;
            left.low *= 1 - lost * passes.high;
            left.high *= 1 - lost * passes.low;
        }
        const auto weight = static_cast<double>(count);
        all += weight;
        out.at += weight * left.at;
        out.low += weight * left.low;
        out.high += weight * left.high;
    }
    return all > 0 ? out.times(1 / all) : Estimate{};
}

[[nodiscard]] Exhibit path_exhibit(const Calls& calls) {
    Exhibit exhibit;
    exhibit.key = "synchronous-chains.critical-path";
    exhibit.form = Form::table;
    exhibit.title = "Whose time a request's time is";
    exhibit.caption = "Own time on the critical path, as a share of the time of all whole requests "
                      "in the traces.";
    exhibit.columns = {{.name = "service", .unit = "", .numeric = false},
                       {.name = "share", .unit = "%", .numeric = true}};
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [service, time] : calls.critical_us) {
        order.emplace_back(time, service);
    }
    std::ranges::sort(order, std::greater{});
    for (const auto& [time, service] : order) {
        const double share = static_cast<double>(time) /
                             static_cast<double>(std::max<std::uint64_t>(calls.root_us, 1));
        if (exhibit.rows.size() == 20) {
            exhibit.left_out = fmt::format("{} more services", order.size() - 20);
            break;
        }
        Row row;
        row.cells = {{.text = service, .value = {}},
                     {.text = fmt::format("{:.1f} %", 100 * share), .value = 100 * share}};
        row.share = std::clamp(share, 0.0, 1.0);
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

// "orders to prices (12 of 12 failing minutes)"
[[nodiscard]] std::vector<std::string> hard_dependencies(const Calls& calls,
                                                         double minutes,
                                                         Finding& finding) {
    std::vector<std::string> out;
    for (const auto& [who, edge] : calls.edges) {
        const PassesOn passing = passes_on(edge);
        if (passing.said || static_cast<double>(passing.minutes) < minutes ||
            !edge.synchronous.value_or(false)) {
            continue;
        }
        finding.measures.push_back(
            {.id = "passes-on." + who.first + "." + who.second,
             .name =
                 fmt::format("failing minutes of {} in which {} failed too", who.second, who.first),
             .value = passing.share,
             .unit = "1",
             .samples = static_cast<double>(passing.minutes),
             .formula = "minutes in which half or more of the lost calls passed on / failing "
                        "minutes, Wilson 90 %",
             .origins = {edge.first_seen}});
        if (passing.share.low > 0.5) {
            out.push_back(who.first + " to " + who.second);
        }
    }
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const Calls& calls = evidence.calls;
    if (static_cast<double>(calls.traces) < settings.value_of(least_traces)) {
        finding.says = fmt::format("Not assessed: {} whole traces, and {:.0f} are needed.",
                                   calls.traces,
                                   settings.value_of(least_traces));
        finding.gaps.push_back(traces_gap());
        return finding;
    }
    const std::uint32_t usual = depth_at(calls.depths, 0.95);
    finding.outcome = usual >= settings.value_of(deep) ? Outcome::present : Outcome::absent;
    finding.measures.push_back(
        {.id = "depth",
         .name = "synchronous calls between services on end, 95th percentile of requests",
         .value = Estimate::exactly(usual),
         .unit = "calls",
         .samples = static_cast<double>(calls.traces),
         .formula = "longest way from the root over calls that somebody waits for",
         .origins = {}});
    finding.measures.push_back(
        {.id = "availability",
         .name = "requests that no failing call takes",
         .value = availability(calls),
         .unit = "1",
         .samples = static_cast<double>(calls.traces),
         .formula = "mean over requests of the product of (1 - lost share x P(passes on))",
         .origins = {}});
    const std::vector<std::string> hard =
        hard_dependencies(calls, settings.value_of(least_minutes), finding);
    for (const auto& [who, edge] : calls.edges) {
        keep_first(
            finding.seen_at.empty() ? finding.seen_at.emplace_back() : finding.seen_at.front(),
            edge.first_seen);
    }
    finding.measures.front().origins = finding.seen_at;
    finding.exhibits.push_back(path_exhibit(calls));
    finding.says =
        fmt::format("A request waits for up to {} services in a row (95 % of requests), the "
                    "longest way is {}.{}",
                    usual,
                    calls.deepest.path.empty() ? "none" : calls.deepest.path,
                    hard.empty() ? ""
                                 : fmt::format(" {} call{} hard: the caller fails with the callee.",
                                               hard.size(),
                                               hard.size() == 1 ? " is" : "s are"));
    finding.confidence = calls.traces >= 1000 ? Confidence::medium : Confidence::low;
    finding.confidence_why =
        fmt::format("{} whole traces, {} incomplete, {} spans moved for skewed clocks",
                    calls.traces,
                    calls.incomplete,
                    calls.skewed);
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "synchronous-chains.queue",
             .rung = Rung::queue,
             .title = "Take a call out of the chain " + calls.deepest.path,
             .action = "answer the user first, and hand the last step that he does not need at "
                       "once over as an event",
             .effort = "2 weeks",
             .reach = "the services of the chain",
             .undo = "call it again",
             .effects = {},
             .clears = {},
             .verify = "plimsoll audit with new traces: the depth has fallen",
             .model = "availabilities in a row multiply"});
    }
    return finding;
}

}  // namespace

extern constinit const Check synchronous_chains{
    .id = "synchronous-chains",
    .asks = "How many services does a request wait for, one behind the other?",
    .why = "Each synchronous call adds its time and multiplies its availability. Blind spot: a "
           "sample that keeps errors "
           "and slow requests overstates it.",
    .sign = Sign::blast_radius,
    .needs = {Kind::calls},
    .thresholds = thresholds,
    .claims = "000-51 000-57 002-16 004-31",
    .missing = {.what = "a hundred traces or more (OTLP, Jaeger, Zipkin)",
                .would_add = "how many services a request waits for, and whose time it is",
                .how = "plimsoll how otlp"},
    .run = run,
};

}  // namespace plimsoll::checks
