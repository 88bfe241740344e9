// Does every call that somebody waits for end in time?
//
// Law: a time-out is what a person said (services.csv), or where failed calls end together in
// traces. Missing: calls of half a minute and more were seen and none was cut off. Inverted: a
// caller waits for its callee as long as it is itself waited for, so it answers nobody. Wasted: the
// callee still worked when its caller had given up, so it knows no deadline. Too long: above 5 s
// and ten times the callee's 99.9th percentile. Blind spots: a call that never hung shows no
// time-out; that counts as not known, never as there.
#include "checks/calls/matrix.hpp"
#include "checks/calls/waits.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold too_long{
    .id = "call-timeouts.too-long",
    .value = 5,
    .unit = "s",
    .reason = "the default of 30 s holds a thread for hundreds of ordinary requests"};
constexpr Threshold too_many{
    .id = "call-timeouts.of-p999",
    .value = 10,
    .unit = "ratio",
    .reason = "who has waited ten times the 99.9th percentile gets no answer any more"};
constexpr Threshold least_outlived{
    .id = "call-timeouts.outlived",
    .value = 5,
    .unit = "calls",
    .reason = "one or two are the network; five are a missing deadline"};
constexpr std::array thresholds{too_long, too_many, least_outlived};

struct Judged {
    ServicePair who;
    std::string
        problem;  // "missing", "inverted", "wasted work", "too long"; empty: none, or not known
    std::string why;
    bool known = false;
    double longest_s = 0;
    Origin origin;
};

[[nodiscard]] std::optional<double> least_timeout_on(const Calls& calls,
                                                     const std::string& service) {
    std::optional<double> least;
    for (const auto& [who, edge] : calls.edges) {
        const std::optional<double> timeout = waiting_of(edge).timeout_s;
        if (who.second == service && timeout && edge.synchronous.value_or(false)) {
            least = std::min(least.value_or(*timeout), *timeout);
        }
    }
    return least;
}

[[nodiscard]] Judged judge(const ServicePair& who,
                           const CallEdge& edge,
                           const Calls& calls,
                           const Settings& settings) {
    const Waiting waiting = waiting_of(edge);
    Judged out{.who = who,
               .problem = {},
               .why = waiting.why,
               .known = waiting.waits != model::Waits::maybe,
               .longest_s = waiting.longest_s,
               .origin = edge.first_seen};
    const std::optional<double> above = least_timeout_on(calls, who.first);
    const double p999 = edge.latency_us.quantile(0.999).high / 1e6;
    if (waiting.waits == model::Waits::endless && !waiting.timeout_s) {
        out.problem = "missing";
    } else if (waiting.timeout_s && above && *waiting.timeout_s >= *above) {
        out.problem = "inverted";
        out.why = fmt::format("it waits for {}, and is itself given up after {}",
                              seconds_text(*waiting.timeout_s),
                              seconds_text(*above));
    } else if (static_cast<double>(edge.outlived) >= settings.value_of(least_outlived)) {
        out.problem = "wasted work";
        out.why = fmt::format(
            "{} times {} worked on after {} had given up", edge.outlived, who.second, who.first);
    } else if (waiting.timeout_s && *waiting.timeout_s > settings.value_of(too_long) &&
               edge.latency_us.count() >= 1000 &&
               *waiting.timeout_s > settings.value_of(too_many) * p999) {
        out.problem = "too long";
        out.why = fmt::format("{} for calls whose 99.9th percentile is {}",
                              seconds_text(*waiting.timeout_s),
                              seconds_text(p999));
    }
    return out;
}

[[nodiscard]] Exhibit exhibit_of(const std::vector<Judged>& calls) {
    Exhibit exhibit;
    exhibit.key = "call-timeouts.calls";
    exhibit.form = Form::table;
    exhibit.title = "Calls and what ends them";
    exhibit.caption = "Where nothing is named, no call ever came to where a time-out would show.";
    exhibit.columns = {{.name = "caller", .unit = "", .numeric = false},
                       {.name = "callee", .unit = "", .numeric = false},
                       {.name = "time-out", .unit = "", .numeric = false},
                       {.name = "why", .unit = "", .numeric = false},
                       {.name = "longest seen", .unit = "s", .numeric = true}};
    for (const Judged& call : calls) {
        if (exhibit.rows.size() == 40) {
            exhibit.left_out = fmt::format("{} more calls", calls.size() - 40);
            break;
        }
        const std::string word = !call.problem.empty() ? call.problem
                                 : call.known          ? "bounded"
                                                       : "not known";
        Row row;
        for (std::string cell : {call.who.first, call.who.second, word, call.why}) {
            row.cells.push_back({.text = std::move(cell), .value = std::nullopt});
        }
        row.cells.push_back(
            {.text = fmt::format("{:.3g}", call.longest_s), .value = call.longest_s});
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

[[nodiscard]] Remedy remedy_of(const Judged& worst) {
    return {.id = "call-timeouts.set." + worst.who.first + "." + worst.who.second,
            .rung = Rung::configure,
            .title = fmt::format("Set the time-out of {} to {}", worst.who.first, worst.who.second),
            .action = "three times the callee's p99, and less than what is left of the caller's "
                      "own; pass the deadline on "
                      "(grpc-timeout, a header) so that the callee stops too",
            .effort = "1 day",
            .reach = "the client in " + worst.who.first,
            .undo = "remove the setting",
            .effects = {},
            .clears = {},
            .verify = "plimsoll audit with traces of the week after: the row reads bounded",
            .model = "a call that ends cannot hold a thread for longer than its time-out (Little)"};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    std::vector<Judged> calls;
    for (const auto& [who, edge] : evidence.calls.edges) {
        if (who.first != who.second && edge.synchronous.value_or(false)) {
            calls.push_back(judge(who, edge, evidence.calls, settings));
        }
    }
    std::ranges::stable_sort(calls, std::greater{}, [](const Judged& call) {
        return std::pair{!call.problem.empty(), call.longest_s};
    });
    const auto count = [&](const auto& which) {
        return static_cast<std::size_t>(std::ranges::count_if(calls, which));
    };
    const std::size_t bad = count([](const Judged& call) { return !call.problem.empty(); });
    const std::size_t known =
        count([](const Judged& call) { return call.known || !call.problem.empty(); });
    finding.outcome = bad > 0                              ? Outcome::present
                      : known == calls.size() && known > 0 ? Outcome::absent
                                                           : Outcome::insufficient;
    finding.says =
        calls.empty() ? "Not assessed: no synchronous call between services was seen."
        : bad > 0
            ? fmt::format("{} of {} synchronous calls do not end in time; {} to {}: {}.",
                          bad,
                          calls.size(),
                          calls.front().who.first,
                          calls.front().who.second,
                          calls.front().why)
            : fmt::format(
                  "The time-outs of {} of {} synchronous calls are known, and they end in time.",
                  known,
                  calls.size());
    if (!calls.empty()) {
        finding.measures.push_back(
            {.id = "unbounded-calls",
             .name = "calls with a time-out that is missing, inverted, too long or unknown to the "
                     "callee",
             .value = {.at = static_cast<double>(bad),
                       .low = static_cast<double>(bad),
                       .high = static_cast<double>(bad + calls.size() - known)},
             .unit = "calls",
             .samples = static_cast<double>(calls.size()),
             .formula = "counted; the upper end counts those not known",
             .origins = {calls.front().origin}});
        finding.exhibits.push_back(exhibit_of(calls));
    }
    if (!evidence.calls.edges.empty()) {
        finding.exhibits.push_back(call_matrix(evidence.calls));
    }
    if (known < calls.size() || calls.empty()) {
        finding.gaps.push_back(
            {.id = "call-timeouts",
             .missing = fmt::format("the time-outs of {} calls", calls.size() - known),
             .would_add = "whether every call ends in time",
             .how = "services.csv: caller,callee,kind,critical,timeout_ms (none where there is "
                    "none)"});
    }
    if (bad > 0) {
        finding.remedies.push_back(remedy_of(calls.front()));
        finding.seen_at.push_back(calls.front().origin);
    }
    finding.confidence = finding.outcome == Outcome::insufficient ? Confidence::none
                         : evidence.calls.traces > 0              ? Confidence::medium
                                                                  : Confidence::low;
    finding.confidence_why = evidence.calls.traces > 0 ? "where failed calls end, seen in traces"
                                                       : "calls as a person drew them";
    return finding;
}

}  // namespace

extern constinit const Check call_timeouts{
    .id = "call-timeouts",
    .asks = "Does every call that somebody waits for end in time?",
    .why = "A wait without end holds a thread without end. Blind spots: a call that never hung "
           "shows no time-out, and "
           "that counts as not known.",
    .sign = Sign::blast_radius,
    .needs = {Kind::calls},
    .thresholds = thresholds,
    .claims = "000-52 000-54",
    .missing = {.what = "traces, or services.csv with timeout_ms",
                .would_add = "whether every call ends in time",
                .how = "plimsoll how otlp"},
    .run = run,
};

}  // namespace plimsoll::checks
