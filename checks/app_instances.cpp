// Limit: at what multiple of today's load do the cores of the application's hosts run out?
//
// Law: as for the database's cores: time slices of c servers, waiting shows from rho*(c), the mean
// wait is one service time at the knee, full at 1 (model/headroom). With the number of cores not
// told only the last is known: an upper bound. More instances move it in proportion as long as they
// share nothing, which Q state-in-instances asks. Blind spots: an autoscaler keeps the share level
// and hides the load; one hot instance behind an uneven balancer.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

[[nodiscard]] bool is_database(std::string_view name) {
    return name == "db" || name.find("database") != std::string_view::npos ||
           name.find("postgres") != std::string_view::npos;
}

[[nodiscard]] std::optional<Limit> place(const Samples& cpu) {
    const bool cores_told = cpu.limit > 1;
    const double servers = cores_told ? cpu.limit : 1;
    const std::optional<model::Headroom> room = model::headroom(cpu.values, servers);
    if (!room) {
        return std::nullopt;
    }
    Limit limit{.id = "app-instances." + cpu.name,
                .name = "cores of " + cpu.name,
                .basis = fmt::format("{:.0f} % busy at peak", 100 * room->peak.at / servers),
                .axis = Axis::load,
                .grade = cores_told ? Grade::B : Grade::C};
    if (cores_told) {
        limit.place({.at = room->knee.at,
                     .low = room->comfortable.low,
                     .high = std::max(room->knee.at, room->full.high)});
        limit.formula =
            fmt::format("knee x cores / busy at peak; waiting shows from rho*({:.0f}) = {:.3f}",
                        servers,
                        room->safe_utilisation);
        limit.hard = room->full;
    } else {
        limit.place(Estimate::at_most(room->full.high));
        limit.formula = "1 / share of the cores; how many there are is not told, so at most this";
        limit.hard = Estimate::at_most(room->full.high);
    }
    limit.inputs = {peak_measure(*room,
                                 "CPU of the host, 99th percentile of samples",
                                 cores_told ? "cores" : "share",
                                 cpu.origin)};
    return limit;
}

[[nodiscard]] std::optional<Remedy> more(const Limit& limit,
                                         const std::string& name,
                                         const Settings& settings) {
    const Answer* state = settings.answer("state-in-instances");
    if (state == nullptr || state->reply != Reply::no || !(limit.high < settings.target)) {
        return std::nullopt;
    }
    return Remedy{
        .id = "app-instances.double." + name,
        .rung = Rung::replica,
        .title = "Run twice as many instances of " + name,
        .action =
            "double its replicas behind the balancer; lower each one's pool so that all together "
            "stay under max_connections",
        .effort = "hours",
        .reach = "one deployment",
        .undo = "scale back",
        .effects = {{.limit = limit.id, .factor = {.at = 1.9, .low = 1.6, .high = 2}},
                    {.limit = "worker-threads." + name, .factor = Estimate::exactly(2)}},
        .clears = {},
        .verify = "plimsoll explain " + limit.id + " --audit AUDIT.json",
        .model = "stateless instances share nothing but the balancer: twice, less a tenth for "
                 "unevenness"};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    for (const Samples& cpu : gauges_named(evidence, settings, "host.", ".cpu")) {
        if (is_database(cpu.name)) {
            continue;
        }
        if (const std::optional<Limit> limit = place(cpu)) {
            finding.limits.push_back(*limit);
            if (const std::optional<Remedy> remedy = more(*limit, cpu.name, settings)) {
                finding.remedies.push_back(*remedy);
            }
        }
    }
    conclude(finding, settings, "sampled CPU of the application's hosts");
    if (finding.says.empty()) {
        finding.says = "Not assessed: no gauge of the CPU of the application's hosts.";
        finding.gaps.push_back(
            {.id = "app-instances",
             .missing = "the CPU of the application's hosts",
             .would_add = "the multiple at which their cores run out",
             .how = "gauges.csv: host.NAME.cpu in cores, with their number as limit"});
    }
    return finding;
}

}  // namespace

extern constinit const Check app_instances{
    .id = "app-instances",
    .asks = "At what multiple of today's load do the application's own cores run out?",
    .why = "Stateless instances are the easiest part to multiply, which is why their limit must be "
           "known before "
           "anything is redesigned. Blind spot: an autoscaler hides the load.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .claims = "003-08 004-41",
    .missing = {.what = "the CPU of the application's hosts",
                .would_add = "the multiple at which their cores run out",
                .how = "gauges.csv: host.NAME.cpu in cores, with their number as limit"},
    .run = run,
};

}  // namespace plimsoll::checks
