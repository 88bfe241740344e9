// How much of the database's work could be taken off it, and how?
//
// Law (Amdahl 1967): what removes a share s of a resource's demand multiplies its headroom by at
// most 1 / (1 - s). Shares are of the time inside statements, as logged:
//   cache    reads that asked the same again within a minute with no write between (replayed from
//   the log; a
//            floor, as what was forgotten is not counted), writes untouched;
//   replica  reads; never more than 1 / (share of everything else), whatever their number;
//   read model   reads that group and aggregate;
//   split    one application's share, and only where it asks for ten times the median one
//   (catalogue 001-50).
// Blind spots: a log with a threshold shows the slow part only, so nothing is offered from it;
// refreshing a read model and filling a cache cost something that is not subtracted.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_calls{.id = "offload.least-calls",
                                .value = 1000,
                                .unit = "calls",
                                .reason = "below that a single report decides the shares"};
constexpr Threshold complete_below{
    .id = "offload.complete-below",
    .value = 1000,
    .unit = "us",
    .reason = "a log whose shortest statement is above a millisecond was cut by a threshold"};
constexpr Threshold cache_share{
    .id = "offload.cache",
    .value = 0.2,
    .unit = "share of time",
    .reason = "catalogue 000-19: below a fifth a cache's invalidation costs more than it saves"};
constexpr Threshold replica_share{
    .id = "offload.replica",
    .value = 0.5,
    .unit = "share of time",
    .reason = "half the time in reads doubles the headroom at most; less is not worth a server"};
constexpr Threshold model_share{.id = "offload.read-model",
                                .value = 0.2,
                                .unit = "share of time",
                                .reason = "catalogue 000-18: aggregates over a fifth of the time"};
constexpr Threshold split_times{
    .id = "offload.split",
    .value = 10,
    .unit = "times the median",
    .reason = "catalogue 001-50: a part that needs ten times the resources of the rest"};
constexpr std::array thresholds{
    least_calls, complete_below, cache_share, replica_share, model_share, split_times};

struct Shares {
    double total_us = 0;
    double calls = 0;
    double reads = 0;  // all as shares of total_us
    double grouped = 0;
    std::array<double, Repeats::ages_us.size()> repeated{};
    std::map<std::string, double> applications;
    Origin origin;
};

[[nodiscard]] bool groups(const StatementClass& statement) {
    return statement.kind == StatementKind::read &&
           (statement.text.find("GROUP BY") != std::string::npos ||
            statement.text.find("group by") != std::string::npos);
}

[[nodiscard]] Shares shares_of(const Workload& workload) {
    Shares out;
    for (const auto& [id, statement] : workload.statements) {
        const auto time = static_cast<double>(statement.total.time_us);
        out.total_us += time;
        out.calls += static_cast<double>(statement.total.calls);
        out.reads += statement.kind == StatementKind::read ? time : 0;
        out.grouped += groups(statement) ? time : 0;
        for (std::size_t i = 0; i < out.repeated.size(); ++i) {
            out.repeated[i] += static_cast<double>(statement.repeats.within[i].time_us);
        }
        for (const auto& [application, tally] : statement.applications) {
            out.applications[application] += static_cast<double>(tally.time_us);
        }
        keep_first(out.origin, statement.first_seen);
    }
    if (out.total_us > 0) {
        out.reads /= out.total_us;
        out.grouped /= out.total_us;
        for (double& share : out.repeated) {
            share /= out.total_us;
        }
        for (auto& [application, share] : out.applications) {
            share /= out.total_us;
        }
    }
    return out;
}

[[nodiscard]] double gain(double share) {
    return 1 / std::max(0.001, 1 - share);
}

// On the cores for certain; a connection is also held while the application thinks, so there it may
// gain nothing.
[[nodiscard]] std::vector<Effect> effects(double low, double high) {
    return {{.limit = "database-cpu", .factor = {.at = low, .low = low, .high = high}},
            {.limit = "max-connections", .factor = {.at = low, .low = 1, .high = high}},
            {.limit = "connection-pool.*", .factor = {.at = low, .low = 1, .high = high}}};
}

[[nodiscard]] Remedy cache(double share) {
    return {.id = "offload.cache",
            .rung = Rung::cache,
            .title = "Cache reads that are asked again within a minute",
            .action = "a shared cache of 60 s in front of the statements listed as repeated; one "
                      "filling at a time, "
                      "so that an expiry is no stampede",
            .effort = "days",
            .reach = "the code that reads; stale by up to 60 s",
            .undo = "switch the cache off",
            .effects = effects(gain(share), gain(std::min(0.95, 1.5 * share))),
            .clears = {},
            .verify = "plimsoll audit on an hour of the same log: repeats within 60 s gone",
            .model = fmt::format("replayed: {:.0f} % of the time is asked again, 1 / (1 - s)",
                                 100 * share)};
}

[[nodiscard]] Remedy replica(double reads) {
    return {.id = "offload.replica",
            .rung = Rung::replica,
            .title = "Send reads that may lag to a replica",
            .action = "one streaming replica; route transactions that only read to it, with a "
                      "limit on its lag",
            .effort = "weeks",
            .reach = "connections of the application; reads may be seconds old",
            .undo = "route them back",
            .effects = effects(gain(reads / 2), gain(reads)),
            .clears = {},
            .verify = "SELECT write_lag, replay_lag FROM pg_stat_replication",
            .model = fmt::format(
                "{:.0f} % of the time is reads; half to all of them may lag; capped by the rest, "
                "1 / {:.2f}",
                100 * reads,
                1 - reads)};
}

[[nodiscard]] Remedy read_model(double grouped) {
    return {.id = "offload.read-model",
            .rung = Rung::read_model,
            .title = "Keep aggregates ready instead of computing them on every read",
            .action = "a materialised view or a summary table for the grouped reads that cost "
                      "most, refreshed on write",
            .effort = "weeks",
            .reach = "schema and the reports that read it",
            .undo = "read the base tables again",
            .effects = effects(gain(grouped / 2), gain(0.9 * grouped)),
            .clears = {},
            .verify = "plimsoll audit: grouped reads below a fifth of the time",
            .model = fmt::format(
                "{:.0f} % of the time is grouped reads; refreshing costs a tenth to a half of it",
                100 * grouped)};
}

// The application that asks for ten times the median of all; nothing with fewer than three.
[[nodiscard]] std::optional<std::pair<std::string, double>> heavy(const Shares& shares,
                                                                  const Settings& settings) {
    if (shares.applications.size() < 3) {
        return std::nullopt;
    }
    std::vector<double> all;
    for (const auto& [application, share] : shares.applications) {
        all.push_back(share);
    }
    std::ranges::sort(all);
    const double median = all[all.size() / 2];
    const auto most = std::ranges::max_element(
        shares.applications, {}, [](const auto& one) { return one.second; });
    const bool tenfold = median > 0 && most->second >= settings.value_of(split_times) * median;
    return tenfold && !most->first.empty() ? std::optional{*most} : std::nullopt;
}

[[nodiscard]] Remedy split(const std::string& application, double share) {
    return {
        .id = "offload.split." + application,
        .rung = Rung::split,
        .title = "Give " + application + " a database of its own",
        .action =
            "copy what it reads by change data capture into a store of its own, and point it there",
        .effort = "months",
        .reach = "a new system to operate",
        .undo = "point it back while both run",
        .effects = effects(gain(0.8 * share), gain(share)),
        .clears = {},
        .verify =
            "plimsoll audit: no statement of " + application + " in the log of the main database",
        .model = fmt::format(
            "{} takes {:.0f} % of the time, ten times the median application (extraction criterion "
            "001-50); the capture reads the write-ahead log",
            application,
            100 * share)};
}

[[nodiscard]] Measure measure(
    std::string id, std::string name, double share, const Shares& shares, double high) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = {.at = share, .low = share, .high = std::max(share, high)},
            .unit = "share of time",
            .samples = shares.calls,
            .formula = "of the time inside statements",
            .origins = {shares.origin}};
}

void offer(Finding& finding, const Shares& shares, const Settings& settings) {
    if (shares.repeated[1] >= settings.value_of(cache_share)) {
        finding.remedies.push_back(cache(shares.repeated[1]));
    }
    const Answer* lag = settings.answer("reads-may-lag");
    if (shares.reads >= settings.value_of(replica_share) && lag != nullptr &&
        lag->reply == Reply::yes) {
        finding.remedies.push_back(replica(shares.reads));
    } else if (shares.reads >= settings.value_of(replica_share) && lag == nullptr) {
        finding.gaps.push_back(
            {.id = "reads-may-lag",
             .missing = "the answer to reads-may-lag",
             .would_add = fmt::format("a replica for the {:.0f} % of the time that is reads",
                                      100 * shares.reads),
             .how = "plimsoll explain reads-may-lag"});
    }
    if (shares.grouped >= settings.value_of(model_share)) {
        finding.remedies.push_back(read_model(shares.grouped));
    }
    if (const auto one = heavy(shares, settings)) {
        finding.remedies.push_back(split(one->first, one->second));
    }
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Shares shares = shares_of(evidence.workload);
    Finding finding;
    const auto shortest = static_cast<double>(evidence.workload.least_duration_us.value_or(0));
    const bool cut = shortest > settings.value_of(complete_below);
    if (shares.calls < settings.value_of(least_calls) || shares.total_us <= 0 || cut) {
        finding.says =
            cut ? "The log was cut by a threshold: what could be taken off the database is not "
                  "known from it."
                : fmt::format(
                      "Only {:.0f} calls are in the log: too few to say what could be taken off.",
                      shares.calls);
        finding.gaps.push_back(
            {.id = "offload",
             .missing = "a log of all statements",
             .would_add = "what a cache, a replica or a read model would take off the database",
             .how = "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf(); an "
                    "hour at peak"});
        return finding;
    }
    constexpr std::array<std::string_view, Repeats::ages_us.size()> ages{"1s", "60s", "3600s"};
    for (std::size_t i = 0; i < ages.size(); ++i) {
        finding.measures.push_back(
            measure(fmt::format("repeated.{}", ages[i]),
                    fmt::format("reads asked again within {}, nothing written between", ages[i]),
                    shares.repeated[i],
                    shares,
                    shares.reads));
    }
    finding.measures.push_back(measure("reads", "reads", shares.reads, shares, shares.reads));
    finding.measures.push_back(measure(
        "grouped", "reads that group and aggregate", shares.grouped, shares, shares.grouped));
    for (const auto& [application, share] : shares.applications) {
        finding.measures.push_back(measure(
            "application." + application, "statements of " + application, share, shares, share));
    }
    offer(finding, shares, settings);
    finding.outcome = finding.remedies.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "replayed from the statement log; an hour may not be the day";
    finding.says = fmt::format("{:.0f} % of the statement time is reads, {:.0f} % is asked again "
                               "within a minute, {:.0f} % "
                               "groups and aggregates.",
                               100 * shares.reads,
                               100 * shares.repeated[1],
                               100 * shares.grouped);
    finding.seen_at = {shares.origin};
    return finding;
}

}  // namespace

extern constinit const Check offload{
    .id = "offload",
    .asks = "How much of the database's work could be taken off it?",
    .why = "Replicas, caches and read models each remove a share, and headroom grows by 1 / (1 - "
           "share) at most: "
           "measured from the log, not assumed. Blind spots: what refreshing and filling cost; a "
           "cut log.",
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "000-17 000-18 000-19 000-20 000-104 000-106 000-107 000-108 001-21 001-43 001-50 "
              "001-80 001-91 002-15 "
              "003-06 003-07 003-11 003-12 003-13",
    .missing = {.what = "a log of all statements",
                .would_add = "what a cache, a replica or a read model would take off the database",
                .how = "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf(); "
                       "an hour at peak"},
    .run = run,
};

}  // namespace plimsoll::checks
