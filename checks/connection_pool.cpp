// Limit: at what multiple of today's load does each connection pool run out?
//
// Law: a request that waits for a connection holds a thread, so a pool is at its limit when the
// 99th percentile of waiting reaches the time a connection is held: utilisation rho*(c), 0.69 for
// 10 slots, 0.92 for 50 (model/headroom). Instances of an application have a pool
// each, and rho* is that of one of them, not of their sum. A pool's slot is held for a whole
// transaction, the application's own thinking included. Blind spots: a log shows only statements
// and the time from BEGIN to COMMIT, not what an application does before and after with a
// connection in hand, so from a log alone the multiple is an upper bound; a sample every second or
// more misses shorter peaks; a capture of minutes may miss the day's peak.
#include "checks/load/samples.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/headroom.hpp"
#include "model/queueing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold target_share{
    .id = "connection-pool.raise-to",
    .value = 2,
    .unit = "times the size",
    .reason = "doubling is the usual step; what it buys is computed, not assumed"};
constexpr Threshold sessions_per_core{
    .id = "connection-pool.sessions-per-core",
    .value = 4,
    .unit = "sessions per core",
    .reason =
        "HikariCP's pool sizing: about 2 x cores, 4 at most; more only queues inside the database"};
constexpr std::array thresholds{target_share, sessions_per_core};

struct Pool {
    std::string name;
    double slots = 0;            // of all instances
    double instances = 1;        // with slots / instances each
    std::vector<double> in_use;  // a window each, of all instances
    bool whole_hold = false;     // a gauge of held connections, not only of time inside statements
    Origin origin;
};

// Every pool that a gauge shows, then those whose size is told and whose application the log knows.
[[nodiscard]] std::vector<Pool> pools_of(const Evidence& evidence, const Settings& settings) {
    std::map<std::string, Pool> pools;
    const std::vector<Stretch> masks = not_the_days_load(settings, evidence.events);
    for (const auto& [name, busy] : evidence.workload.busy_us) {
        const auto told = settings.pools.find(name);
        if (told != settings.pools.end()) {
            // A transaction holds its connection between its statements too.
            const auto held = evidence.workload.held_us.find(name);
            const bool known = held != evidence.workload.held_us.end();
            pools[name] = {.name = name,
                           .slots = told->second.slots(),
                           .instances = told->second.instances,
                           .in_use = in_use(known ? held->second : busy, masks)};
            if (!evidence.workload.statements.empty()) {
                pools[name].origin = evidence.workload.statements.begin()->second.first_seen;
                pools[name].origin.line = 0;
            }
        }
    }
    for (Samples& busy : gauges_named(evidence, settings, "pool.", ".busy")) {
        const auto told = settings.pools.find(busy.name);
        const double slots = busy.limit > 0                 ? busy.limit
                             : told != settings.pools.end() ? told->second.slots()
                                                            : 0;
        if (slots > 0) {
            const bool by_gauge = busy.limit > 0;
            pools[busy.name] = {.name = busy.name,
                                .slots = slots,
                                .instances = by_gauge
                                                 ? instances_of(evidence.gauges, "pool.", busy.name)
                                                 : told->second.instances,
                                .in_use = std::move(busy.values),
                                .whole_hold = true,
                                .origin = busy.origin};
        }
    }
    std::vector<Pool> out;
    for (auto& [name, pool] : pools) {
        out.push_back(std::move(pool));
    }
    return out;
}

[[nodiscard]] Limit place(const Pool& pool, const model::Headroom& room) {
    Limit limit{
        .id = "connection-pool." + pool.name,
        .name = "connection pool " + pool.name,
        .basis = pool.instances > 1
                     ? fmt::format("{:.0f} slots in {:.0f} pools, {:.1f} busy at peak",
                                   pool.slots,
                                   pool.instances,
                                   room.peak.at)
                     : fmt::format("{:.0f} slots, {:.1f} busy at peak", pool.slots, room.peak.at),
        .axis = Axis::load,
        .grade = pool.whole_hold ? Grade::B : Grade::C,
        .formula = fmt::format("rho*({:.0f}) x slots / busy at peak = {:.3f} x {:.0f} / {:.2f}",
                               pool.slots / pool.instances,
                               room.safe_utilisation,
                               pool.slots,
                               room.peak.at)};
    limit.place(pool.whole_hold ? room.comfortable : Estimate::at_most(room.comfortable.high));
    limit.hard = pool.whole_hold ? room.full : Estimate::at_most(room.full.high);
    limit.inputs = {{.id = "busy-at-peak",
                     .name = "connections in use, 99th percentile of windows",
                     .value = room.peak,
                     .unit = "connections",
                     .samples = static_cast<double>(room.windows),
                     .origins = {pool.origin}},
                    {.id = "slots",
                     .name = "slots of the pool",
                     .value = Estimate::exactly(pool.slots),
                     .unit = "connections",
                     .origins = {pool.origin}}};
    if (pool.instances > 1) {
        limit.inputs.push_back({.id = "instances",
                                .name = "instances, each with a pool of its own",
                                .value = Estimate::exactly(pool.instances),
                                .unit = "pools",
                                .origins = {pool.origin}});
    }
    return limit;
}

// What `slots` connections carry before waiting shows, over what the pool carries now: twice the
// slots are more than twice, for a larger pool may be fuller.
[[nodiscard]] double carries(double slots, double instances) {
    return slots *
           model::safe_utilisation(static_cast<std::uint32_t>(std::max(1.0, slots / instances)));
}

// Raising a pool moves its queue into the database; it is offered only while the database could
// bear it.
[[nodiscard]] std::optional<Remedy> raise(const Pool& pool,
                                          const Settings& settings,
                                          double all_slots) {
    const double slots = std::floor(settings.value_of(target_share) * pool.slots);
    const double most = settings.cores.value_or(0) * settings.value_of(sessions_per_core);
    const double after = all_slots + slots - pool.slots;
    if (!settings.cores || after > most ||
        (settings.max_connections && after > *settings.max_connections)) {
        return std::nullopt;
    }
    return Remedy{
        .id = "connection-pool.raise." + pool.name,
        .rung = Rung::configure,
        .title = "Raise the connection pool of " + pool.name,
        .action = fmt::format("set its size to {:.0f}; all pools then hold {:.0f} of the {:.0f} "
                              "sessions that {:.0f} cores bear",
                              slots,
                              after,
                              most,
                              *settings.cores),
        .effort = "minutes",
        .reach = "one setting, rolling restart",
        .undo = "set it back",
        .effects = {{.limit = "connection-pool." + pool.name,
                     .factor = Estimate::exactly(carries(slots, pool.instances) /
                                                 carries(pool.slots, pool.instances))}},
        .clears = {},
        .verify = "plimsoll explain connection-pool." + pool.name + " --audit AUDIT.json",
        .model = "slots x rho*(slots) after over before; demand stays"};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    double all_slots = 0;
    const std::vector<Pool> pools = pools_of(evidence, settings);
    for (const Pool& pool : pools) {
        all_slots += pool.slots;
    }
    for (const Pool& pool : pools) {
        const std::optional<model::Headroom> room =
            model::headroom(pool.in_use, pool.slots, {.units = pool.instances});
        if (!room) {
            continue;
        }
        finding.limits.push_back(place(pool, *room));
        finding.measures.push_back(finding.limits.back().inputs.front());
        finding.measures.back().id += "." + pool.name;
        finding.seen_at.push_back(pool.origin);
        const Limit& limit = finding.limits.back();
        const bool tight = limit.high < settings.target || limit.at < settings.target;
        finding.outcome =
            tight || finding.outcome == Outcome::present ? Outcome::present : Outcome::absent;
        const std::optional<Remedy> remedy = raise(pool, settings, all_slots);
        if (tight && remedy) {
            finding.remedies.push_back(*remedy);
        }
    }
    if (finding.limits.empty()) {
        finding.says = "No pool has both a size and a measured use.";
        finding.gaps.push_back(
            {.id = "connection-pool",
             .missing = "the size and the use of a connection pool",
             .would_add = "the limit that most often comes first",
             .how = "gauges.csv with pool.NAME.busy and limit, or [limits] pool.NAME in "
                    "plimsoll.toml beside a complete statement log"});
        return finding;
    }
    finding.confidence = Confidence::medium;
    finding.confidence_why =
        "peak windows of what was captured; a longer capture may hold a higher peak";
    const Limit& first = *std::ranges::min_element(finding.limits, {}, &Limit::high);
    finding.says = fmt::format(
        "The tightest of {} pools is {}: {}.", finding.limits.size(), first.name, first.basis);
    return finding;
}

}  // namespace

extern constinit const Check connection_pool{
    .id = "connection-pool",
    .asks = "At what multiple of today's load does a connection pool run out?",
    .why = "A request that waits for a connection holds a thread; when the pool runs out, every "
           "endpoint stalls at "
           "once. A fixed 80 % is wrong both ways: 10 slots are full at 69 %, 50 at 92 %. Blind "
           "spot: what happens "
           "between two samples.",
    .limit = Axis::load,
    .needs_any = {Kind::gauges, Kind::workload},
    .thresholds = thresholds,
    .claims = "000-12 000-15 000-99 001-10 001-74 001-82",
    .missing = {.what = "the use of connection pools",
                .would_add = "the limit that most often comes first",
                .how = "gauges.csv: at,name,value,limit with pool.NAME.busy; or a log with "
                       "log_min_duration_statement = 0"},
    .run = run,
};

}  // namespace plimsoll::checks
