// Limit: at what multiple of today's load do the request threads of each service run out?
//
// Law: as for a connection pool: a request that finds no thread waits, and waiting reaches the time
// of service at the utilisation rho*(c) (model/headroom); where requests are counted beside the
// gauge, the multiple is that of model/exhaustion, days drawn again. A thread is held for the whole
// request, so a service that waits for others holds its threads while it waits. Blind spots:
// threads that hang on a dependency look busy; a gauge every minute misses shorter peaks; latency
// alone places no limit: at 20 threads and 70 % busy p99 is within 2 % of idle.
#include "checks/load/samples.hpp"
#include "checks/workload/exhausted.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/headroom.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

struct Workers {
    std::string name;
    double threads = 0;    // of all instances
    double instances = 1;  // with threads / instances each
    std::vector<double> busy;
    const GaugeSeries* gauge = nullptr;
    Origin origin;
};

// Consumers of a queue are no request threads: nobody waits for them (checks/background_queue.cpp).
[[nodiscard]] bool serves_a_queue(const Gauges& gauges, const std::string& name) {
    return gauges.series.contains("queue." + name + ".depth") ||
           gauges.series.contains("queue." + name + ".age_s");
}

[[nodiscard]] std::vector<Workers> workers_of(const Evidence& evidence, const Settings& settings) {
    std::vector<Workers> out;
    for (Samples& busy : gauges_named(evidence, settings, "workers.", ".busy")) {
        if (serves_a_queue(evidence.gauges, busy.name)) {
            continue;
        }
        const std::string gauge = "workers." + busy.name + ".busy";
        const auto told = settings.workers.find(busy.name);
        const double threads = busy.limit > 0                   ? busy.limit
                               : told != settings.workers.end() ? told->second.slots()
                                                                : 0;
        out.push_back({.name = busy.name,
                       .threads = threads,
                       .instances = busy.limit > 0
                                        ? instances_of(evidence.gauges, "workers.", busy.name)
                                    : told != settings.workers.end() ? told->second.instances
                                                                     : 1,
                       .busy = std::move(busy.values),
                       // Days drawn again know no masks.
                       .gauge = busy.masked == 0 ? &evidence.gauges.series.at(gauge) : nullptr,
                       .origin = busy.origin});
    }
    return out;
}

[[nodiscard]] Limit missing_size(const Workers& workers) {
    Limit limit;
    limit.id = "worker-threads." + workers.name;
    limit.name = "request threads of " + workers.name;
    limit.missing_input = "how many threads it has: [limits] workers." + workers.name +
                          " = {threads = 200, instances = 1} in plimsoll.toml";
    return limit;
}

[[nodiscard]] Limit place(const Workers& workers, const model::Headroom& room) {
    Limit limit;
    limit.id = "worker-threads." + workers.name;
    limit.name = "request threads of " + workers.name;
    limit.basis = fmt::format("{:.0f} threads, {:.1f} busy at peak", workers.threads, room.peak.at);
    limit.grade = Grade::B;
    limit.formula = fmt::format("rho*({:.0f}) x threads / busy at peak = {:.3f} x {:.0f} / {:.2f}",
                                workers.threads / workers.instances,
                                room.safe_utilisation,
                                workers.threads,
                                room.peak.at);
    limit.place(room.comfortable);
    limit.hard = room.full;
    limit.inputs = {{.id = "busy-at-peak",
                     .name = "threads in use, 99th percentile of samples",
                     .value = room.peak,
                     .unit = "threads",
                     .samples = static_cast<double>(room.windows),
                     .formula = "",
                     .origins = {workers.origin}},
                    {.id = "threads",
                     .name = "threads there are",
                     .value = Estimate::exactly(workers.threads),
                     .unit = "threads",
                     .samples = 0,
                     .formula = "",
                     .origins = {workers.origin}}};
    return limit;
}

// Where the requests of the service are counted beside the gauge for a week or more: by how much
// they may grow, with holding times that grow as they were seen to (model/exhaustion), instead of a
// rule of thumb's interval.
void place_by_requests(Limit& limit,
                       const Workers& workers,
                       const Latency& latency,
                       double safe_utilisation,
                       const Zone& zone) {
    const std::optional<model::Exhaustion> safe =
        exhausted(*workers.gauge, latency, workers.name, safe_utilisation * workers.threads, zone);
    const std::optional<model::Exhaustion> full =
        exhausted(*workers.gauge, latency, workers.name, workers.threads, zone);
    if (!safe || !full || full->beyond_observation) {
        return;
    }
    limit.place({.at = safe->at, .low = safe->low, .high = safe->high});
    limit.hard = {.at = full->at, .low = full->low, .high = full->high};
    limit.formula = fmt::format("m with peak x m x (a + q m^2) = {:.3f} x {:.0f} threads, peak "
                                "{:.3g} requests a second; days of {} drawn again",
                                safe_utilisation,
                                workers.threads,
                                full->peak_rate,
                                zone.name);
    limit.inputs.push_back({.id = "peak-rate",
                            .name = "requests a second, 99th percentile of bins",
                            .value = Estimate::exactly(full->peak_rate),
                            .unit = "1/s",
                            .samples = static_cast<double>(full->days),
                            .formula = "",
                            .origins = {workers.origin}});
}

[[nodiscard]] std::string sentence(const Workers& workers,
                                   const model::Headroom& room,
                                   const Limit& limit) {
    if (room.saturated) {
        return fmt::format(
            "All {:.0f} request threads of {} are busy at peak: they are the limit today, and "
            "demand is hidden behind them.",
            workers.threads,
            workers.name);
    }
    return fmt::format(
        "{} of {:.0f} request threads of {} are busy at peak; they bear {:.2g} to {:.2g} times "
        "today's load.",
        fmt::format("{:.1f}", room.peak.at),
        workers.threads,
        workers.name,
        limit.low,
        limit.high);
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    double nearest = std::numeric_limits<double>::infinity();
    for (const Workers& workers : workers_of(evidence, settings)) {
        const std::optional<model::Headroom> room =
            workers.threads > 0
                ? model::headroom(workers.busy, workers.threads, {.units = workers.instances})
                : std::nullopt;
        if (!room) {
            finding.limits.push_back(missing_size(workers));
            continue;
        }
        finding.limits.push_back(place(workers, *room));
        if (workers.gauge != nullptr &&
            !room->saturated) {  // else demand is hidden, and its law cannot be seen
            place_by_requests(finding.limits.back(),
                              workers,
                              evidence.latency,
                              room->safe_utilisation,
                              settings.zone);
        }
        const Limit& limit = finding.limits.back();
        finding.measures.push_back(finding.limits.back().inputs.front());
        finding.measures.back().id += "." + workers.name;
        finding.seen_at.push_back(workers.origin);
        if (limit.at < nearest) {
            nearest = limit.at;
            finding.says = sentence(workers, *room, limit);
            finding.outcome = limit.high < settings.target   ? Outcome::present
                              : limit.low >= settings.target ? Outcome::absent
                                                             : Outcome::insufficient;
            finding.confidence = room->windows >= 1440 ? Confidence::medium : Confidence::low;
            finding.confidence_why = fmt::format("{} samples of the gauge", room->windows);
        }
    }
    if (finding.says.empty()) {
        finding.says = "Not assessed: no gauge of busy request threads with their number.";
        finding.gaps.push_back(
            {.id = "worker-threads",
             .missing = "workers.NAME.busy with its limit in gauges.csv",
             .would_add = "the limit of request threads",
             .how = "plimsoll how prometheus (tomcat_threads_busy_threads, jetty_threads_busy)"});
    }
    return finding;
}

}  // namespace

extern constinit const Check worker_threads{
    .id = "worker-threads",
    .asks = "At what multiple of today's load do the request threads run out?",
    .why = "Blocked threads pile up until the service is out. Blind spots: a thread that hangs on "
           "a dependency "
           "looks busy; a gauge every minute misses shorter peaks; latency alone places no limit.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .claims = "001-11",
    .missing = {.what = "a gauge of busy request threads (workers.NAME.busy in gauges.csv)",
                .would_add = "the limit of request threads",
                .how = "plimsoll how prometheus (tomcat_threads_busy_threads, jetty_threads_busy)"},
    .run = run,
};

}  // namespace plimsoll::checks
