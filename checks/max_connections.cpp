// Limit: at what multiple of today's load does the database refuse connections?
//
// Law: only work grows with the load; connections that pools hold idle do not. Free for work is
// max_connections less the reserved ones and the idle; over the sessions at work at peak that is
// the multiple. Without knowing who works, everything might grow (the low end), and nothing bounds
// it from above. Refused connections (53300) in the log mean that the limit is here. Blind spots: a
// gauge every few seconds misses spikes; more instances of an application each bring a pool of idle
// connections, which grows with instances and not with load.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace plimsoll::checks {
namespace {

constexpr Threshold reserved{.id = "max-connections.reserved",
                             .value = 3,
                             .unit = "connections",
                             .reason = "superuser_reserved_connections is 3 unless it was changed"};
constexpr std::array thresholds{reserved};
constexpr double infinite = std::numeric_limits<double>::infinity();

struct Use {
    double most = 0;  // max_connections
    Samples connections;
    std::optional<Samples> active;
};

[[nodiscard]] Measure measure(std::string id,
                              std::string name,
                              const Estimate& value,
                              const Samples& samples) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = value,
            .unit = "connections",
            .samples = static_cast<double>(samples.values.size()),
            .formula = {},
            .origins = {samples.origin}};
}

[[nodiscard]] std::optional<Limit> place(const Use& use, double kept_back) {
    const std::optional<model::Headroom> all = model::headroom(use.connections.values, use.most);
    if (!all) {
        return std::nullopt;
    }
    const double free = use.most - kept_back;
    Limit limit{.id = "max-connections",
                .name = "connections of the database",
                .basis = fmt::format("{:.0f} of {:.0f} in use at peak", all->peak.at, use.most),
                .axis = Axis::load,
                .grade = Grade::B};
    limit.inputs = {measure("connections", "connections at peak", all->peak, use.connections),
                    {.id = "max_connections",
                     .name = "max_connections",
                     .value = Estimate::exactly(use.most),
                     .unit = "connections"}};
    const std::optional<model::Headroom> work =
        use.active ? model::headroom(use.active->values, use.most) : std::nullopt;
    if (!work) {
        limit.place(
            {.low = std::max(0.0, free / all->peak.high), .high = all->saturated ? 1.0 : infinite});
        limit.formula = fmt::format(
            "({:.0f} - {:.0f}) / {:.0f}, as if all of them grew with the load: at least this",
            use.most,
            kept_back,
            all->peak.high);
        limit.hard = {.at = limit.at, .low = limit.low, .high = limit.high};
        return limit;
    }
    // Idle at the peak of all: what stays when more of them work. At the high end both are means,
    // the lower end of the one at work, as in model/headroom.
    const double idle = std::max(0.0, all->peak.at - work->peak.at);
    const double room = std::max(0.0, free - idle);
    const double idle_most = std::max(0.0, all->peak.high - work->mean);
    const double idle_mean = std::max(0.0, all->mean - work->mean);
    const double work_least = use.most / work->full.high;
    limit.place({.at = room / work->peak.at,
                 .low = std::max(0.0, free - idle_most) / work->peak.high,
                 .high = std::max(0.0, free - idle_mean) / work_least});
    limit.low = std::min(limit.low, limit.at);
    limit.high = std::max(limit.at, limit.high);
    limit.hard = {.at = limit.at, .low = limit.low, .high = limit.high};
    limit.formula = fmt::format(
        "(max_connections - reserved - idle) / at work = ({:.0f} - {:.0f} - {:.0f}) / {:.1f}",
        use.most,
        kept_back,
        idle,
        work->peak.at);
    limit.inputs.push_back(measure("at-work", "sessions at work at peak", work->peak, *use.active));
    return limit;
}

[[nodiscard]] Finding refused(const Failures& refusals) {
    Limit limit{.id = "max-connections",
                .name = "connections of the database",
                .basis = fmt::format("{} connections were refused", refusals.times),
                .axis = Axis::load,
                .grade = Grade::C,
                .formula = "refused already: at most 1"};
    limit.place(Estimate::at_most(1));
    limit.hard = Estimate::at_most(1);
    limit.inputs = {{.id = "refused",
                     .name = "connections refused (SQLSTATE 53300)",
                     .value = Estimate::exactly(static_cast<double>(refusals.times)),
                     .unit = "connections",
                     .origins = {refusals.first_seen}}};
    return {.limits = {limit}, .seen_at = {refusals.first_seen}};
}

[[nodiscard]] Finding not_assessed() {
    Finding finding;
    finding.says = "Not assessed: no gauge of the database's connections with max_connections.";
    finding.gaps.push_back(
        {.id = "max-connections",
         .missing = "connections in use, those at work, and max_connections",
         .would_add = "the multiple at which the database refuses connections",
         .how = "SELECT now(), count(*), count(*) FILTER (WHERE state <> 'idle') FROM "
                "pg_stat_activity; each second, as db.connections (limit: max_connections) and "
                "db.active in gauges.csv"});
    return finding;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const auto refusals = evidence.workload.errors.find("53300");
    if (refusals != evidence.workload.errors.end()) {
        finding = refused(refusals->second);
        conclude(finding, settings, "the database's own refusals");
        return finding;
    }
    const std::optional<Samples> connections = gauge_named(evidence, settings, "db.connections");
    if (!connections) {
        return not_assessed();
    }
    Use use{.most = settings.max_connections.value_or(connections->limit),
            .connections = *connections,
            .active = gauge_named(evidence, settings, "db.active")};
    const std::optional<Limit> limit =
        use.most > 0 ? place(use, settings.value_of(reserved)) : std::nullopt;
    if (!limit) {
        return not_assessed();
    }
    finding.limits = {*limit};
    conclude(finding,
             settings,
             (use.active ? "sampled connections and those at work"
                         : "sampled connections; who works is not known") +
                 masked_text(connections->masked));
    return finding;
}

}  // namespace

extern constinit const Check max_connections{
    .id = "max-connections",
    .asks = "At what multiple of today's load does the database refuse connections?",
    .why = "A refused connection is an error at once, for every application. Connections that "
           "pools hold idle do not "
           "grow with the load, and counting them is the usual false alarm. Blind spot: spikes "
           "between samples.",
    .limit = Axis::load,
    .needs_any = {Kind::gauges, Kind::workload},
    .thresholds = thresholds,
    .claims = "000-92 001-10",
    .missing =
        {.what = "the database's connections",
         .would_add = "the multiple at which the database refuses connections",
         .how = "gauges.csv: db.connections with max_connections as limit, db.active beside it"},
    .run = run,
};

}  // namespace plimsoll::checks
