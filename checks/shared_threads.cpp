// While a dependency is in trouble, are requests slower that never call it?
//
// Law (research/latency 5.2): requests that do not use a dependency and yet slow down with it share
// something finite with those that do: the caller's threads or its pool. Minutes in which half of
// the calls fail, or take five times as long as usual, are compared with those around them; each
// spell is one observation, five are the least (sign test). Blind spots: what hurts the dependency
// may hurt the others itself (one host).
#include "checks/calls/waits.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/isolation.hpp"
#include "model/multiplicity.hpp"
#include "model/quantile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace plimsoll::checks {
namespace {

constexpr Threshold slower_by{
    .id = "shared-threads.slower",
    .value = 1.5,
    .unit = "ratio",
    .reason = "half as slow again is more than minutes differ by themselves"};
constexpr Threshold trouble_ratio{
    .id = "shared-threads.trouble",
    .value = 5,
    .unit = "ratio",
    .reason = "five times the usual minute holds five times the threads"};
constexpr Threshold most_pairs{
    .id = "shared-threads.pairs",
    .value = 200,
    .unit = "calls",
    .reason = "Holm divides 5 % by as many: more would hide what is there"};
constexpr std::array thresholds{slower_by, trouble_ratio, most_pairs};
constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t most_minutes = 60LL * 24 * 31;

struct Shared {
    ServicePair who;
    std::size_t routes = 0;
    model::Isolation isolation;
    Origin origin;
};

[[nodiscard]] double log_of(const TracedMinute& minute) noexcept {
    return static_cast<double>(minute.log_milli) / 1000 /
           static_cast<double>(std::max<std::uint64_t>(minute.calls, 1));
}

[[nodiscard]] double usual_of(const std::map<Instant, TracedMinute>& minutes) {
    std::vector<double> logs;
    for (const auto& [at, minute] : minutes) {
        logs.push_back(log_of(minute));
    }
    return model::median(std::move(logs)).value_or(0);
}

// The minutes of one call: from the first that was seen, at most a month.
struct Window {
    std::int64_t first = 0;
    std::size_t length = 0;
    [[nodiscard]] std::optional<std::size_t> place(Instant at) const noexcept {
        const std::int64_t index = micros(at) / minute_us - first;
        return index >= 0 && index < static_cast<std::int64_t>(length)
                   ? std::optional{static_cast<std::size_t>(index)}
                   : std::nullopt;
    }
};

[[nodiscard]] std::optional<Shared> compare(const ServicePair& who,
                                            const CallEdge& edge,
                                            const Calls& calls,
                                            double ratio) {
    if (edge.minutes.size() < 20) {
        return std::nullopt;
    }
    Window window{.first = micros(edge.minutes.begin()->first) / minute_us};
    window.length = static_cast<std::size_t>(std::min(
        most_minutes, micros(edge.minutes.rbegin()->first) / minute_us - window.first + 1));
    const auto trouble = std::make_unique<bool[]>(window.length);
    const double usual = usual_of(edge.minutes);
    for (const auto& [at, minute] : edge.minutes) {
        const std::optional<std::size_t> place = window.place(at);
        if (place) {
            trouble[*place] = (minute.failed > 1 && minute.failed * 2 >= minute.calls) ||
                              log_of(minute) - usual > std::log(ratio);
        }
    }
    Shared out{.who = who, .routes = 0, .isolation = {}, .origin = edge.first_seen};
    std::vector<double> sums(window.length, 0);
    std::vector<double> counts(window.length, 0);
    for (const auto& [id, route] : calls.routes) {
        if (id.service != who.first || route.callees.contains(who.second)) {
            continue;
        }
        ++out.routes;
        const double own = usual_of(route.minutes);
        for (const auto& [at, minute] : route.minutes) {
            if (const std::optional<std::size_t> place = window.place(at)) {
                sums[*place] += static_cast<double>(minute.calls) * (log_of(minute) - own);
                counts[*place] += static_cast<double>(minute.calls);
            }
        }
    }
    for (std::size_t at = 0; at < sums.size(); ++at) {
        sums[at] = counts[at] > 0 ? sums[at] / counts[at] : std::nan("");
    }
    const std::optional<model::Isolation> found =
        model::isolation({trouble.get(), window.length}, sums);
    if (!found || out.routes == 0) {
        return std::nullopt;
    }
    out.isolation = *found;
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    std::vector<Shared> compared;
    for (const auto& [who, edge] : evidence.calls.edges) {
        if (edge.synchronous.value_or(false) &&
            static_cast<double>(compared.size()) < settings.value_of(most_pairs)) {
            if (std::optional<Shared> one =
                    compare(who, edge, evidence.calls, settings.value_of(trouble_ratio))) {
                compared.push_back(std::move(*one));
            }
        }
    }
    if (compared.empty()) {
        finding.says = "Not assessed: no service whose dependency had five bad spells while routes "
                       "without it were seen.";
        if (evidence.calls.traces == 0) {
            finding.gaps.push_back(traces_gap());
            return finding;
        }
        finding.gaps.push_back(
            {.id = "shared-threads",
             .missing = "traces over five or more bad spells of one dependency, with the route of "
                        "each request",
             .would_add = "whether requests that do not use it slow down with it",
             .how = "plimsoll how otlp"});
        return finding;
    }
    const double limit = std::log(settings.value_of(slower_by));
    std::ranges::stable_sort(
        compared, std::greater{}, [](const Shared& one) { return one.isolation.log_ratio; });
    for (const Shared& one : compared) {
        finding.measures.push_back(
            {.id = "slower." + one.who.first + "." + one.who.second,
             .name = fmt::format("time of {} routes of {} without {}, while that is in trouble",
                                 one.routes,
                                 one.who.first,
                                 one.who.second),
             .value = {.at = std::exp(one.isolation.log_ratio), .low = 0},
             .unit = "ratio",
             .samples = static_cast<double>(one.isolation.spells),
             .formula =
                 fmt::format("median over spells of within / around; {} of {} slower, p = {:.2g}",
                             one.isolation.slower,
                             one.isolation.spells,
                             one.isolation.p),
             .origins = {one.origin}});
    }
    std::vector<double> p_values;
    for (const Shared& one : compared) {
        p_values.push_back(one.isolation.p);
    }
    const std::vector<double> adjusted = model::holm(p_values);
    const auto shares = [&](const Shared& one) {
        const auto place = static_cast<std::size_t>(&one - compared.data());
        return one.isolation.log_ratio >= limit && adjusted[place] < 0.05;
    };
    const auto found = std::ranges::find_if(compared, shares);
    const Shared& worst = found == compared.end() ? compared.front() : *found;
    finding.outcome = found != compared.end()                 ? Outcome::present
                      : worst.isolation.log_ratio < limit / 2 ? Outcome::absent
                                                              : Outcome::insufficient;
    finding.seen_at = {worst.origin};
    finding.says = fmt::format("In {} of {} bad spells of {}, requests to {} that never call it "
                               "were slower, {:.2g} times in the middle.",
                               worst.isolation.slower,
                               worst.isolation.spells,
                               worst.who.second,
                               worst.who.first,
                               std::exp(worst.isolation.log_ratio));
    finding.confidence =
        finding.outcome == Outcome::insufficient ? Confidence::none : Confidence::low;
    finding.confidence_why =
        fmt::format("{} spells; one host under both would look the same", worst.isolation.spells);
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "shared-threads.bulkhead." + worst.who.second,
             .rung = Rung::configure,
             .title = fmt::format("Give the calls of {} to {} a pool of their own",
                                  worst.who.first,
                                  worst.who.second),
             .action = "a bulkhead (semaphore or pool) of at most a quarter of the threads, which "
                       "refuses at once when it is full",
             .effort = "2 days",
             .reach = worst.who.first,
             .undo = "remove the bulkhead",
             .effects = {},
             .clears = {},
             .verify =
                 "stop " + worst.who.second + " in staging: the other routes are as fast as before",
             .model = "one dependency can hold a quarter of the threads"});
    }
    return finding;
}

}  // namespace

extern constinit const Check shared_threads{
    .id = "shared-threads",
    .asks = "While a dependency is in trouble, are requests slower that never call it?",
    .why = "Requests that share threads with a hanging call wait for it without using it. Blind "
           "spot: what hurts the "
           "dependency may hurt the others itself.",
    .sign = Sign::blast_radius,
    .needs = {Kind::calls},
    .thresholds = thresholds,
    .claims = "000-59",
    .missing = {.what = "traces over bad spells of a dependency, with the route of each request",
                .would_add = "whether requests that do not use it slow down with it",
                .how = "plimsoll how otlp"},
    .run = run,
};

}  // namespace plimsoll::checks
