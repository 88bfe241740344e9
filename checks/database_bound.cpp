// Sign 5: is the database the bottleneck of everything?
//
// Law: present when requests spend most of their time in the database and two or more of its
// resources (CPU, connections, locks, temporary files) are at their limit. Absent when too few can
// be at their limit even if every unknown one were, or when requests spend little time there.
// Anything else is not decided. Blind spots: a log with a threshold shows part of the time, so the
// share is a floor; active sessions wait as well as compute, so many of them do not prove that the
// cores are busy.
#include "checks/workload/saturation.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

constexpr Threshold most_of_the_time{
    .id = "database-bound.share",
    .value = 0.6,
    .unit = "ratio",
    .reason = "of every slow endpoint's time: the seed's mark for 'ends at the database'"};
constexpr Threshold little_time{
    .id = "database-bound.little",
    .value = 0.3,
    .unit = "ratio",
    .reason = "twice as fast a database would save a request less than a sixth"};
constexpr Threshold saturated_resources{.id = "database-bound.resources",
                                        .value = 2,
                                        .unit = "resources",
                                        .reason = "one is a local cause with a local remedy"};
constexpr Threshold cpu_level{
    .id = "database-bound.cpu",
    .value = 0.75,
    .unit = "ratio",
    .reason = "above it, waiting for a core is as long as using it on a few cores"};
constexpr Threshold connection_level{.id = "database-bound.connections",
                                     .value = 0.85,
                                     .unit = "ratio",
                                     .reason = "a burst of one seventh more is then refused"};
constexpr Threshold lock_level{
    .id = "database-bound.locks",
    .value = 0.10,
    .unit = "ratio",
    .reason = "only waits longer than deadlock_timeout are logged, so a tenth is a floor"};
constexpr Threshold spill_level{
    .id = "database-bound.spill",
    .value = 50e6,
    .unit = "bytes/s",
    .reason = "a network disk of a middling cloud instance writes 125 MB/s"};
constexpr std::array thresholds{most_of_the_time,
                                little_time,
                                saturated_resources,
                                cpu_level,
                                connection_level,
                                lock_level,
                                spill_level};

struct Tallied {
    double saturated = 0;
    double unknown = 0;
    std::string names;
};

[[nodiscard]] Tallied tally(const std::vector<Resource>& resources) {
    Tallied out;
    for (const Resource& resource : resources) {
        out.saturated += resource.state == Saturated::yes ? 1 : 0;
        out.unknown += resource.state == Saturated::unknown ? 1 : 0;
        if (resource.state == Saturated::yes) {
            out.names += (out.names.empty() ? "" : ", ") + resource.name;
        }
    }
    return out;
}

[[nodiscard]] Exhibit exhibit_of(const std::vector<Resource>& resources) {
    Exhibit exhibit{
        .key = "database-bound.resources",
        .form = Form::table,
        .title = "Resources of the database",
        .caption =
            "Two at their limit make it the bottleneck; what is not known counts for neither side.",
        .columns = {{.name = "resource"}, {.name = "at its limit"}, {.name = "measured"}}};
    for (const Resource& resource : resources) {
        const char* state = resource.state == Saturated::yes  ? "yes"
                            : resource.state == Saturated::no ? "no"
                                                              : "not known";
        exhibit.rows.push_back(
            {.cells = {{.text = resource.name}, {.text = state}, {.text = resource.says}}});
    }
    return exhibit;
}

void add_gaps(Finding& finding, const std::vector<Resource>& resources, bool has_share) {
    if (!has_share) {
        finding.gaps.push_back(
            {.id = "database-bound.request-time",
             .missing = "latency of the requests at the time of the log",
             .would_add = "the share of request time that is spent in the database",
             .how = "give an HdrHistogram log or a Prometheus export of the same hours to plimsoll "
                    "audit"});
    }
    for (const Resource& resource : resources) {
        if (resource.state == Saturated::unknown) {
            finding.gaps.push_back({.id = "database-bound." + resource.name,
                                    .missing = resource.name + ": " + resource.says,
                                    .would_add = "whether this resource is at its limit",
                                    .how = "gauges.csv with db.cpu and db.connections; ALTER "
                                           "SYSTEM SET log_lock_waits = on; "
                                           "ALTER SYSTEM SET log_temp_files = 0"});
        }
    }
}

[[nodiscard]] Outcome outcome_of(const std::optional<Estimate>& share,
                                 const Tallied& count,
                                 const Settings& settings) {
    const double needed = settings.value_of(saturated_resources);
    if (count.saturated + count.unknown < needed ||
        (share && share->high < settings.value_of(little_time))) {
        return Outcome::absent;
    }
    const bool mostly = share && share->low >= settings.value_of(most_of_the_time);
    return mostly && count.saturated >= needed ? Outcome::present : Outcome::insufficient;
}

// The statement and table that take the most of the time: what another sign may share with this
// one.
void add_causes(Finding& finding, const Workload& workload) {
    const auto all = static_cast<double>(statement_us(workload));
    for (const auto& [id, statement] : workload.statements) {
        const double part = all > 0 ? static_cast<double>(statement.total.time_us) / all : 0;
        if (part >= 0.1) {
            finding.causes[fmt::format("statement {:016x}", id)] = part;
            finding.seen_at.push_back(statement.first_seen);
        }
    }
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const SaturationLevels levels{.cpu = settings.value_of(cpu_level),
                                  .connections = settings.value_of(connection_level),
                                  .waiting = settings.value_of(lock_level),
                                  .spilled = settings.value_of(spill_level)};
    const std::vector<Resource> resources = resources_of(evidence, settings, levels);
    const std::optional<Estimate> share = request_share(evidence);
    const Tallied count = tally(resources);
    Finding finding{.outcome = outcome_of(share, count, settings)};
    const std::string time =
        share ? fmt::format(
                    "requests spend {:.0f} % of their time in the database ({:.0f} to {:.0f})",
                    100 * share->at,
                    100 * share->low,
                    100 * share->high)
              : std::string{"how much of the requests' time the database takes is not known"};
    finding.says = fmt::format(
        "{:.0f} of {} resources of the database are at their limit{}, {:.0f} are not known; {}.",
        count.saturated,
        resources.size(),
        count.names.empty() ? "" : " (" + count.names + ")",
        count.unknown,
        time);
    finding.measures.push_back(
        {.id = "saturated",
         .name = "resources of the database at their limit",
         .value = {.at = count.saturated,
                   .low = count.saturated,
                   .high = count.saturated + count.unknown},
         .unit = "resources",
         .formula = "count of CPU, connections, locks, temporary files over their level"});
    if (share) {
        finding.measures.push_back({.id = "request-share",
                                    .name = "share of request time inside statements",
                                    .value = *share,
                                    .unit = "1",
                                    .formula = "time inside statements / time of requests"});
        if (finding.outcome != Outcome::insufficient) {
            finding.score =
                model::severity(share->at * count.saturated, {.ten = 0.3, .fifty = 1.2});
        }
    } else if (finding.outcome == Outcome::absent && count.unknown == 0 && count.saturated == 0) {
        finding.score = 0;
    }
    finding.confidence = finding.outcome == Outcome::insufficient ? Confidence::none
                         : count.unknown == 0 && share            ? Confidence::high
                                                                  : Confidence::medium;
    finding.confidence_why = fmt::format("{:.0f} of {} resources known, request time {}",
                                         static_cast<double>(resources.size()) - count.unknown,
                                         resources.size(),
                                         share ? "known" : "not known");
    finding.exhibits.push_back(exhibit_of(resources));
    add_gaps(finding, resources, share.has_value());
    add_causes(finding, evidence.workload);
    return finding;
}

}  // namespace

extern constinit const Check database_bound{
    .id = "database-bound",
    .asks = "Is the database the bottleneck of everything?",
    .why = "Requests that end at the database, and several of its resources at their limit at "
           "once: then no single index "
           "or setting helps. Only waits longer than deadlock_timeout are in a log, so lock "
           "figures are floors.",
    .sign = Sign::database_bound,
    .decides = true,
    .needs_any = {Kind::workload, Kind::gauges},
    .thresholds = thresholds,
    .claims = "000-90 000-91 000-92 000-105 004-11",
    .missing = {.what = "a slow-query log or gauges of the database",
                .would_add = "sign 5",
                .how = "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf(); "
                       "an hour at peak"},
    .run = run};

}  // namespace plimsoll::checks
