// Limit: at what multiple of today's load does the most contended row or table give way?
//
// Law: a lock serves one at a time. Upper end: with utilisation r, r*r/(1-r) sessions wait on
// average (M/M/1), so the waiting that was logged gives a lower bound of r, and 1/r an upper bound
// of the multiple. Lower end: a row is locked at most while somebody writes its table, so the
// sessions that write the most written table, at the peak of the log, bound r from above; half of
// one server is where its median client begins to wait (research: limits 2.3). No wait in the log
// is no proof of none: only those longer than deadlock_timeout (1 s) are there. Blind spots: the
// table's writes are taken to come in the bursts of all work; what a trigger or a foreign key locks
// has no statement of its own. Waits for DDL are shown, not counted: they do not grow with load.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_waits{.id = "contended-row.least-waits",
                                .value = 3,
                                .unit = "waits",
                                .reason = "one or two waits may be a person at a prompt"};
constexpr Threshold knee{.id = "contended-row.knee",
                         .value = 0.5,
                         .unit = "utilisation",
                         .reason = "one server: from a half on the median client waits"};
constexpr Threshold complete_below{
    .id = "contended-row.complete-below",
    .value = 1000,
    .unit = "us",
    .reason = "a log whose shortest statement is above a millisecond was cut by a threshold: short "
              "writes are not in it"};
constexpr Threshold least_writes{.id = "contended-row.least-writes",
                                 .value = 100,
                                 .unit = "writes",
                                 .reason = "the rate of a hundred is known within a sixth"};
constexpr std::array thresholds{least_waits, knee, complete_below, least_writes};

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

// The table that is written most, and how many sessions write it at the peak: more than any of its
// rows can be in use.
struct Written {
    std::string table;
    Tally writes;
    double mean = 0;
    double peak = 0;
    Origin origin;
};

[[nodiscard]] bool complete(const Workload& workload, const Settings& settings) {
    const auto setting = workload.settings.find("log_min_duration_statement");
    const bool all = setting != workload.settings.end() && setting->second == "0";
    return all || (workload.least_duration_us && static_cast<double>(*workload.least_duration_us) <=
                                                     settings.value_of(complete_below));
}

// Peak second over mean second of the time inside statements; nothing when there is none.
[[nodiscard]] std::optional<double> burst_of(const Workload& workload) {
    Windows all;
    for (const auto& [application, busy] : workload.busy_us) {
        all.merge(busy);
    }
    std::vector<std::int64_t> amounts = all.amounts();
    double sum = 0;
    for (const std::int64_t amount : amounts) {
        sum += static_cast<double>(amount);
    }
    if (amounts.empty() || sum <= 0) {
        return std::nullopt;
    }
    const std::size_t rank = (amounts.size() * 99 + 99) / 100 - 1;
    std::ranges::nth_element(amounts, amounts.begin() + static_cast<std::ptrdiff_t>(rank));
    const double mean = sum / static_cast<double>(amounts.size());
    return std::max(1.0, static_cast<double>(amounts[rank]) / mean);
}

// A lock is held until the transaction ends: what a write holds beyond its own time.
[[nodiscard]] double mean_transaction_us(const Workload& workload) {
    double held = 0;
    double count = 0;
    for (const auto& [application, all] : workload.transactions) {
        held += static_cast<double>(all.held_us);
        count += static_cast<double>(all.lengths_us.count());
    }
    return count > 0 ? held / count : 0;
}

[[nodiscard]] std::optional<Written> most_written(const Workload& workload,
                                                  const Settings& settings,
                                                  double seconds) {
    const std::optional<double> burst = burst_of(workload);
    if (!complete(workload, settings) || !burst || seconds <= 0) {
        return std::nullopt;
    }
    std::map<std::string, Written> tables;
    for (const auto& [id, statement] : workload.statements) {
        const bool locks = statement.kind == StatementKind::locking_read;
        for (const std::string& table : locks ? statement.tables : statement.written) {
            Written& one = tables[table];
            one.table = table;
            one.writes.merge(statement.total);
            keep_first(one.origin, statement.first_seen);
        }
    }
    const double transaction_us = mean_transaction_us(workload);
    std::optional<Written> most;
    double calls = 0;
    for (auto& [table, one] : tables) {
        const auto writes = static_cast<double>(one.writes.calls);
        const double held = static_cast<double>(one.writes.time_us) + writes * transaction_us;
        calls += writes;
        one.mean = held / 1e6 / seconds;
        one.peak = one.mean * *burst;
        if (!most || one.peak > most->peak) {
            most = one;
        }
    }
    const bool enough = calls >= settings.value_of(least_writes) && most && most->peak > 0;
    return enough ? most : std::nullopt;
}

[[nodiscard]] Measure writers_measure(const Written& written) {
    return {.id = "writers",
            .name = "sessions that write " + written.table + ", peak second",
            .value = {.at = written.peak, .low = written.mean, .high = written.peak},
            .unit = "sessions",
            .samples = static_cast<double>(written.writes.calls),
            .formula = "(time of its writes + that of their transactions) / length of the log x "
                       "peak over mean of all work",
            .origins = {written.origin}};
}

// Too few waits to say anything of: what the writers alone say.
[[nodiscard]] Finding unwaited(const Workload& workload,
                               const Written& written,
                               std::uint64_t waits,
                               const Settings& settings) {
    const double half = settings.value_of(knee);
    Limit limit{
        .id = "contended-row",
        .name = "most contended row, of " + written.table,
        .basis = fmt::format("{:.3f} sessions write {}", written.peak, written.table),
        .axis = Axis::load,
        .grade = Grade::C,
        .formula = fmt::format(
            "at least {:.2g} / writers at peak = {:.2g} / {:.3f}", half, half, written.peak)};
    limit.place({.low = half / written.peak});
    limit.hard = {.low = 1 / written.peak};
    limit.inputs = {writers_measure(written)};
    Finding finding;
    const bool enough = limit.low >= settings.target;
    finding.outcome = enough ? Outcome::absent : Outcome::insufficient;
    finding.confidence = enough ? Confidence::low : Confidence::none;
    finding.confidence_why = "a bound from the writes of one table: no row of it is busier";
    finding.says = fmt::format(
        "{} waits for locks are in the log. {} is written most, by {:.3f} sessions at the peak: {}",
        waits,
        written.table,
        written.peak,
        limit.low >= 1
            ? fmt::format("none of its rows gives way below {:.2g} times today's load.", limit.low)
            : std::string{"whether they want the same row cannot be told from the log."});
    finding.measures = limit.inputs;
    finding.seen_at = {written.origin};
    if (enough) {  // a bound below the asked stage would only pull the line's low end down
        finding.limits.push_back(std::move(limit));
    } else {
        finding.gaps.push_back(
            {.id = "contended-row",
             .missing = "waits for locks in the log",
             .would_add = "an upper bound of the load that the most contended row carries",
             .how = "ALTER SYSTEM SET log_lock_waits = on; ALTER SYSTEM SET deadlock_timeout = "
                    "'200ms'; SELECT pg_reload_conf();"});
    }
    if (!workload.lock_waits.empty()) {
        finding.exhibits.push_back(exhibit_of(workload));
    }
    return finding;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Workload& workload = evidence.workload;
    Finding finding;
    const double seconds = static_cast<double>(workload.span.length().count()) / 1e6;
    const Hot hot = hottest(workload);
    const std::optional<Written> written = most_written(workload, settings, seconds);
    if (static_cast<double>(hot.waits) < settings.value_of(least_waits) && written) {
        return unwaited(workload, *written, hot.waits, settings);
    }
    if (static_cast<double>(hot.waits) < settings.value_of(least_waits) || seconds <= 0) {
        finding.says = fmt::format(
            "The limit of the most contended row cannot be placed: {} waits are in the log.",
            hot.waits);
        finding.gaps.push_back(
            {.id = "contended-row",
             .missing = "every write, or waits for locks, in the log",
             .would_add = "bounds of the load that the most contended row carries",
             .how = "ALTER SYSTEM SET log_min_duration_statement = 0; ALTER SYSTEM SET "
                    "log_lock_waits = on; ALTER SYSTEM SET deadlock_timeout = '200ms'; SELECT "
                    "pg_reload_conf();"});
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
