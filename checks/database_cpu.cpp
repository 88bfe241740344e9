// Limit: at what multiple of today's load do the cores of the database run out?
//
// Law: sessions that work at once are served by the cores as c servers, in time slices. Waiting
// begins to show at rho*(c), where the 99th percentile of waiting reaches one service time (the low
// end); at the knee the mean wait does, so everything takes twice as long (the point); at 1.0 the
// cores are full (the high end). model/headroom. Evidence, best first: db.cpu (CPU itself),
// db.active (sessions, which also wait for locks and disks, so a lower bound of the multiple), a
// complete statement log (the same, from durations). Beside a gauge the log can only lower the high
// end, so that less evidence never makes the interval narrower; where the log ends below the
// gauge's point, statements mostly wait, and the gauge alone counts. Blind spots: CPU that other
// programs of the host take; a capture that misses the peak.
#include "checks/load/samples.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/headroom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold complete_below{
    .id = "database-cpu.complete-below",
    .value = 1000,
    .unit = "us",
    .reason = "a log whose shortest statement is above a millisecond was cut by a threshold: it "
              "holds part of the time"};
constexpr std::array thresholds{complete_below};

struct Demand {
    std::vector<double> in_use;
    std::string source;
    Grade grade = Grade::B;
    bool waits_included = false;
    bool from_log = false;
    Origin origin;
};

[[nodiscard]] Demand from_gauge(const Samples& samples, double cores) {
    const bool cpu = samples.name == "db.cpu";
    Demand demand{.source = samples.name + masked_text(samples.masked),
                  .waits_included = !cpu,
                  .origin = samples.origin};
    for (std::size_t i = 0; i < samples.values.size(); ++i) {
        // db.cpu without a limit is a share of the host; with one it is out of that many cores.
        const double of = samples.limits[i].value_or(1);
        demand.in_use.push_back(cpu && of > 0 ? samples.values[i] * cores / of : samples.values[i]);
    }
    return demand;
}

[[nodiscard]] Demand from_log(const Evidence& evidence, const Settings& settings) {
    Windows all;
    for (const auto& [application, busy] : evidence.workload.busy_us) {
        all.merge(busy);
    }
    Demand demand{.in_use = in_use(all, not_the_days_load(settings, evidence.events)),
                  .source = "time inside statements, per second",
                  .waits_included = true,
                  .from_log = true};
    if (!evidence.workload.statements.empty()) {
        demand.origin = {.source = evidence.workload.statements.begin()->second.first_seen.source,
                         .line = 0};
    }
    return demand;
}

[[nodiscard]] std::optional<Demand> demand_of(const Evidence& evidence,
                                              const Settings& settings,
                                              double cores) {
    for (const char* name : {"db.cpu", "db.active"}) {
        if (const std::optional<Samples> samples = gauge_named(evidence, settings, name)) {
            return from_gauge(*samples, cores);
        }
    }
    if (evidence.workload.busy_us.empty()) {
        return std::nullopt;
    }
    Demand demand = from_log(evidence, settings);
    const auto shortest = static_cast<double>(evidence.workload.least_duration_us.value_or(0));
    demand.grade = shortest > settings.value_of(complete_below) ? Grade::C : Grade::B;
    return demand;
}

// The latest that the log allows: all cores full of what it holds. Infinite without a log.
[[nodiscard]] double latest_by_log(const Evidence& evidence,
                                   const Settings& settings,
                                   double cores) {
    if (evidence.workload.busy_us.empty()) {
        return std::numeric_limits<double>::infinity();
    }
    const std::optional<model::Headroom> room =
        model::headroom(from_log(evidence, settings).in_use, cores);
    return room ? std::max(room->knee.at, room->full.high)
                : std::numeric_limits<double>::infinity();
}

[[nodiscard]] Limit place(const Demand& demand,
                          const model::Headroom& room,
                          double cores,
                          double latest) {
    Limit limit{.id = "database-cpu",
                .name = "database CPU",
                .basis = fmt::format("{:.0f} cores, {:.1f} busy at peak", cores, room.peak.at),
                .axis = Axis::load,
                .grade = demand.grade,
                .formula = fmt::format(
                    "knee x cores / busy at peak; waiting shows from rho*({:.0f}) = {:.3f}",
                    cores,
                    room.safe_utilisation)};
    // Sessions that wait for a lock or a disk use no core: then the true multiple is higher, never
    // lower.
    const Estimate full = room.full;
    Estimate multiple{.at = room.knee.at,
                      .low = demand.from_log ? 0 : room.comfortable.low,
                      .high = std::max(room.knee.at, full.high)};
    if (latest >= multiple.at) {
        multiple.high = std::min(latest, multiple.high);
    }
    // A log does not hold what the server does outside statements (vacuum, other programs): no
    // lower bound.
    const bool censored = demand.grade == Grade::C;
    limit.place(censored ? Estimate::at_most(multiple.high) : multiple);
    limit.hard = censored ? Estimate::at_most(full.high) : full;
    limit.inputs = {{.id = "busy-at-peak",
                     .name = demand.source + ", 99th percentile of windows",
                     .value = room.peak,
                     .unit = "cores",
                     .samples = static_cast<double>(room.windows),
                     .origins = {demand.origin}},
                    {.id = "cores",
                     .name = "cores of the database host",
                     .value = Estimate::exactly(cores),
                     .unit = "cores"}};
    return limit;
}

[[nodiscard]] Finding not_placed(std::string missing, std::string how) {
    Finding finding;
    finding.says =
        "The limit of the database's cores cannot be placed: " + missing + " is not known.";
    finding.gaps.push_back({.id = "database-cpu",
                            .missing = std::move(missing),
                            .would_add = "the multiple at which the database's cores run out",
                            .how = std::move(how)});
    return finding;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    if (!settings.cores) {
        return not_placed("the number of cores of the database host",
                          "plimsoll.toml: [host] cores = 8");
    }
    const double cores = *settings.cores;
    const std::optional<Demand> demand = demand_of(evidence, settings, cores);
    const std::optional<model::Headroom> room =
        demand ? model::headroom(demand->in_use, cores) : std::nullopt;
    if (!room) {
        return not_placed("how busy the database is",
                          "gauges.csv with db.cpu or db.active, one sample a second");
    }
    Finding finding;
    finding.limits = {place(*demand, *room, cores, latest_by_log(evidence, settings, cores))};
    finding.measures = finding.limits.front().inputs;
    finding.outcome =
        finding.limits.front().high < settings.target ? Outcome::present : Outcome::absent;
    finding.confidence = demand->waits_included ? Confidence::medium : Confidence::high;
    finding.confidence_why = "from " + demand->source;
    finding.says = fmt::format("At the peak {:.1f} of {:.0f} cores are busy (mean {:.1f}).",
                               room->peak.at,
                               cores,
                               room->mean);
    finding.seen_at = {demand->origin};
    return finding;
}

}  // namespace

extern constinit const Check database_cpu{
    .id = "database-cpu",
    .asks = "At what multiple of today's load do the database's cores run out?",
    .why = "Active sessions share the cores; past the knee each further one makes all wait. Peak "
           "windows decide, not "
           "means. Blind spot: sessions that wait for locks or disks count as active.",
    .limit = Axis::load,
    .needs_any = {Kind::gauges, Kind::workload},
    .thresholds = thresholds,
    .claims = "000-91 001-30",
    .missing = {.what = "how busy the database is",
                .would_add = "the multiple at which the database's cores run out",
                .how = "gauges.csv with db.cpu or db.active each second, or a log with "
                       "log_min_duration_statement = 0"},
    .run = run,
};

}  // namespace plimsoll::checks
