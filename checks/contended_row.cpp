// Limit: at what multiple of today's load does the most contended row or table give way?
//
// Law: a lock serves one at a time. With utilisation r, r*r/(1-r) sessions wait on average (M/M/1),
// so the waiting that was logged gives a lower bound of r, and 1/r an upper bound of the multiple.
// Blind spots: only waits longer than deadlock_timeout (1 s) are logged, and the mean over the
// whole log hides the peak: both make r too small, so the bound is one-sided. Waits for DDL are
// shown, not counted: they do not grow with load.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_waits{.id = "contended-row.least-waits",
                                .value = 3,
                                .unit = "waits",
                                .reason = "one or two waits may be a person at a prompt"};
constexpr std::array thresholds{least_waits};

struct Hot {
    std::string object;
    std::uint64_t waits = 0;
    std::int64_t waited_us = 0;
    Origin origin;
};

[[nodiscard]] bool grows_with_load(const LockEdge& edge) {
    return edge.object.starts_with("row of ") || edge.object == "transaction" ||
           edge.object == "advisory lock";
}

[[nodiscard]] Hot hottest(const Workload& workload) {
    std::map<std::string, Hot> objects;
    for (const auto& [edge, waits] : workload.lock_waits) {
        if (grows_with_load(edge)) {
            Hot& hot = objects[edge.object];
            hot.object = edge.object;
            hot.waits += waits.waits;
            hot.waited_us += waits.waited_us;
            keep_first(hot.origin, waits.first_seen);
        }
    }
    const auto most = std::ranges::max_element(
        objects, {}, [](const auto& each) { return each.second.waited_us; });
    return most == objects.end() ? Hot{} : most->second;
}

[[nodiscard]] Exhibit exhibit_of(const Workload& workload) {
    Exhibit exhibit{.key = "contended-row.waits",
                    .form = Form::table,
                    .title = "Who waited for whom",
                    .caption = "Waits for locks longer than deadlock_timeout, by application.",
                    .columns = {{.name = "waiter"},
                                {.name = "holder"},
                                {.name = "lock"},
                                {.name = "on"},
                                {.name = "waits", .numeric = true},
                                {.name = "waited", .unit = "s", .numeric = true}}};
    for (const auto& [edge, waits] : workload.lock_waits) {
        const double seconds = static_cast<double>(waits.waited_us) / 1e6;
        exhibit.rows.push_back(
            {.cells = {{.text = edge.waiter},
                       {.text = edge.holder},
                       {.text = edge.mode},
                       {.text = edge.object},
                       {.text = std::to_string(waits.waits),
                        .value = static_cast<double>(waits.waits)},
                       {.text = fmt::format("{:.1f}", seconds), .value = seconds}},
             .note = to_text(waits.first_seen)});
    }
    return exhibit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Workload& workload = evidence.workload;
    Finding finding;
    const double seconds = static_cast<double>(workload.span.length().count()) / 1e6;
    const Hot hot = hottest(workload);
    if (static_cast<double>(hot.waits) < settings.value_of(least_waits) || seconds <= 0) {
        finding.says = fmt::format(
            "The limit of the most contended row cannot be placed: {} waits are in the log.",
            hot.waits);
        finding.gaps.push_back(
            {.id = "contended-row",
             .missing = "waits for locks in the log",
             .would_add = "an upper bound of the load that the most contended row carries",
             .how = "ALTER SYSTEM SET log_lock_waits = on; ALTER SYSTEM SET deadlock_timeout = "
                    "'200ms'; SELECT pg_reload_conf();"});
        if (!workload.lock_waits.empty()) {
            finding.exhibits.push_back(exhibit_of(workload));
        }
        return finding;
    }
    const double waiting = static_cast<double>(hot.waited_us) / 1e6 / seconds;
    // r*r / (1-r) = waiting, solved for r.
    const double used = (std::sqrt(waiting * waiting + 4 * waiting) - waiting) / 2;
    Limit limit{.id = "contended-row",
                .name = "most contended row: " + hot.object,
                .basis = fmt::format("{} waits, {:.2f} sessions waiting", hot.waits, waiting),
                .axis = Axis::load,
                .grade = Grade::C,
                .formula = fmt::format(
                    "1 / r with r*r/(1-r) = {:.3f} waiting: r >= {:.3f}", waiting, used)};
    limit.place(Estimate::at_most(1 / used));
    limit.hard = Estimate::at_most(1 / used);
    limit.inputs = {{.id = "waiting",
                     .name = "sessions waiting for it, mean over the log",
                     .value = {.at = waiting, .low = waiting},
                     .unit = "sessions",
                     .samples = static_cast<double>(hot.waits),
                     .formula = "logged waiting time / length of the log",
                     .origins = {hot.origin}}};
    finding.limits.push_back(limit);
    finding.outcome = Outcome::present;
    finding.confidence = Confidence::low;
    finding.confidence_why = "only waits longer than deadlock_timeout are logged: an upper bound";
    finding.says = fmt::format(
        "{} was waited for {} times, {:.1f} s in all: at most {:.1f} times today's load.",
        hot.object,
        hot.waits,
        static_cast<double>(hot.waited_us) / 1e6,
        1 / used);
    finding.measures = limit.inputs;
    finding.exhibits.push_back(exhibit_of(workload));
    finding.seen_at = {hot.origin};
    finding.causes["lock " + hot.object] = 1;
    return finding;
}

}  // namespace

extern constinit const Check contended_row{
    .id = "contended-row",
    .asks = "At what multiple of today's load does the most contended row give way?",
    .why = "A counter or status row that every request updates is a queue with one server: more "
           "load only makes it longer.",
    .limit = Axis::load,
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "001-73",
    .missing = {.what = "a log with lock waits",
                .would_add = "the limit of the most contended row, and who blocks whom",
                .how = "ALTER SYSTEM SET log_lock_waits = on; SELECT pg_reload_conf();"},
    .run = run};

}  // namespace plimsoll::checks
