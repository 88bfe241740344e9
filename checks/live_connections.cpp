// Limit: at what multiple of today's load do the server's connections run out?
//
// Law: a session that is busy or inside a transaction needs a connection, whatever the pools keep
// idle; the server has max_connections less the reserved ones, and refuses the next (53300). From
// sampled sessions, with the headroom of many servers (model/headroom). A capture lasts minutes and
// may miss the day's peak, so the multiple is an upper bound.
#include "checks/database/window.hpp"
#include "model/headroom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold full{.id = "live-connections.full",
                         .value = 0.85,
                         .unit = "share",
                         .reason = "a burst of one seventh more is then refused"};
constexpr Threshold least_samples{.id = "live-connections.samples",
                                  .value = 60,
                                  .unit = "samples",
                                  .reason = "the peak of fewer is a matter of luck"};
constexpr std::array thresholds{full, least_samples};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    double worst = 0;
    std::string tightest;
    bool enough = false;
    for (const Window& window : windows_of(evidence)) {
        const DatabaseCapture& capture = *window.capture;
        const double usable = capture.setting("max_connections", 0) -
                              capture.setting("superuser_reserved_connections", 0) -
                              capture.setting("reserved_connections", 0);
        std::vector<double> needed;
        double open = 0;
        double hidden = 0;
        for (const DbSessions& one : capture.sessions) {
            needed.push_back(static_cast<double>(one.active + one.idle_in_transaction));
            open = std::max(open, static_cast<double>(one.sessions));
            hidden += static_cast<double>(one.hidden);
        }
        if (usable <= 0 || needed.empty()) {
            continue;
        }
        finding.seen_at.push_back(capture.origin);
        enough = enough || static_cast<double>(needed.size()) >= settings.value_of(least_samples);
        worst = std::max(worst, open / usable);
        tightest = fmt::format(
            "{:.0f} of {:.0f} connections of {} are open", open, usable, capture.database);
        finding.measures.push_back({.id = "open." + capture.database,
                                    .name = "open connections, the most in a sample",
                                    .value = {.at = open, .low = open, .high = usable},
                                    .unit = "connections",
                                    .samples = static_cast<double>(needed.size()),
                                    .formula = "max of samples",
                                    .origins = {capture.origin}});
        const std::optional<model::Headroom> room = model::headroom(needed, usable);
        if (!room || hidden > 0) {
            continue;
        }
        Limit limit{
            .id = "server-connections." + capture.database,
            .name = "connections of " + capture.database,
            .basis = fmt::format("{:.0f} usable, {:.1f} needed at peak", usable, room->peak.at),
            .axis = Axis::load,
            .grade = Grade::C,
            .formula = fmt::format(
                "usable / needed at peak = {:.0f} / {:.2f}; the capture may miss the peak",
                usable,
                room->peak.at)};
        limit.place(Estimate::at_most(room->full.high));
        limit.hard = Estimate::at_most(room->full.high);
        limit.inputs = {
            {.id = "needed",
             .name = "sessions that are busy or in a transaction, 99th percentile of samples",
             .value = room->peak,
             .unit = "connections",
             .samples = static_cast<double>(needed.size()),
             .origins = {capture.origin}}};
        finding.limits.push_back(std::move(limit));
    }
    if (finding.measures.empty()) {
        return not_known("Sessions were not sampled.",
                         {"live-connections",
                          "samples of sessions",
                          "how far connections reach",
                          "plimsoll collect --interval 60 at peak"});
    }
    finding.outcome = worst >= settings.value_of(full) ? Outcome::present
                      : enough                         ? Outcome::absent
                                                       : Outcome::insufficient;
    finding.confidence =
        finding.outcome == Outcome::insufficient ? Confidence::none : Confidence::low;
    finding.confidence_why = "minutes of samples; the day's peak may be higher";
    finding.says = tightest + ".";
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "live-connections.pool",
             .rung = Rung::library,
             .title = "Put a pooler before the server",
             .action = "PgBouncer in transaction mode; a pool of 2 to 4 sessions a core",
             .effort = "2 days",
             .reach = "connection strings; no session state",
             .undo = "point the strings back",
             .verify = "pg_stat_activity counts a few sessions a core"});
    }
    if (finding.outcome == Outcome::insufficient) {
        finding.gaps.push_back({"live-connections.samples",
                                "sixty samples or more",
                                "how far connections reach",
                                "plimsoll collect --interval 120 at peak"});
    }
    return finding;
}

}  // namespace

extern constinit const Check live_connections{
    .id = "live-connections",
    .asks = "At what multiple of today's load do the server's connections run out?",
    .why = "The connection after the last is refused, for everybody. Idle ones of pools count too, "
           "until somebody needs them. Blind spot: the peak outside the capture.",
    .limit = Axis::load,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-12 000-15",
    .missing = {"statistics of a live PostgreSQL",
                "how far the server's connections reach",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
