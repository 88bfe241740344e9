// How long until transaction numbers run out?
//
// Law: a database stops taking writes when its oldest row is 2^31 transactions old (three million
// before, to be exact); autovacuum must freeze from autovacuum_freeze_max_age on. Twice that age
// says it does not keep up. Time left = what is left of the numbers / their use a second, from two
// snapshots. Blind spots: a quiet minute makes the time left too long; use a capture at peak.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold behind{
    .id = "wraparound.behind",
    .value = 2,
    .unit = "times autovacuum_freeze_max_age",
    .reason = "autovacuum starts at once; at twice it has failed for as long as the first took"};
constexpr Threshold least_days{
    .id = "wraparound.days",
    .value = 60,
    .unit = "days",
    .reason = "finding the session or slot that holds it, and freezing terabytes, takes weeks"};
constexpr std::array thresholds{behind, least_days};
constexpr double usable = 2147483648.0 - 3e6;

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    double age = 0;
    double most = 200e6;
    double days = std::numeric_limits<double>::infinity();
    bool rated = false;
    for (const Window& window : windows) {
        const auto here =
            static_cast<double>(std::max(window.last->totals.frozen_age, std::int64_t{0}));
        if (here >= age) {
            age = here;
            most = window.capture->setting("autovacuum_freeze_max_age", 200e6);
        }
        if (window.seconds > 0) {
            rated = true;
            const double rate =
                static_cast<double>(window.last->totals.next_xid - window.first->totals.next_xid) /
                window.seconds;
            days = rate > 0 ? std::min(days, std::max(0.0, usable - here) / rate / 86400) : days;
        }
    }
    if (age <= 0) {
        return not_known(
            "The age of the oldest row is not known.",
            {"wraparound", "age(datfrozenxid)", "time until writes stop", "plimsoll collect"});
    }
    const bool old = age > settings.value_of(behind) * most;
    const bool soon = days < settings.value_of(least_days) && age > most;
    finding.outcome = old || soon ? Outcome::present : Outcome::absent;
    finding.confidence = rated ? Confidence::high : Confidence::medium;
    finding.confidence_why = rated ? "age and rate are counted by the server"
                                   : "one snapshot: the age is known, the rate is not";
    finding.says =
        std::isfinite(days)
            ? fmt::format("The oldest row is {:.0f} million transactions old; at today's rate "
                          "numbers last {:.0f} days.",
                          age / 1e6,
                          days)
            : fmt::format("The oldest row is {:.0f} million transactions old, of 2147 million.",
                          age / 1e6);
    for (const Window& window : windows) {
        finding.seen_at.push_back(window.capture->origin);
    }
    finding.measures.push_back({.id = "age",
                                .name = "age of the oldest row",
                                .value = Estimate::exactly(age),
                                .unit = "transactions",
                                .formula = "max(age(datfrozenxid))",
                                .origins = finding.seen_at});
    if (std::isfinite(days)) {
        finding.measures.push_back({.id = "days-left",
                                    .name = "days until writes stop, were nothing frozen",
                                    .value = {.at = days, .low = 0, .high = days},
                                    .unit = "days",
                                    .formula = "(2^31 - 3,000,000 - age) / numbers used a day",
                                    .origins = finding.seen_at});
    }
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "wraparound.freeze",
             .rung = Rung::configure,
             .title = "Freeze, and find what holds it back",
             .action = "SELECT pid, age(backend_xmin), state FROM pg_stat_activity; SELECT "
                       "slot_name, age(xmin) FROM pg_replication_slots; "
                       "SELECT gid FROM pg_prepared_xacts; then VACUUM (FREEZE, VERBOSE) of the "
                       "oldest tables",
             .effort = "1 day",
             .reach = "background I/O",
             .undo = "nothing to undo",
             .verify = "age(datfrozenxid) falls"});
    }
    return finding;
}

}  // namespace

extern constinit const Check wraparound{
    .id = "wraparound",
    .asks = "How long until transaction numbers run out?",
    .why = "A database stops taking writes when its oldest row is two thousand million "
           "transactions old. Blind spot: a quiet window makes the time left too long.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-90",
    .missing = {"statistics of a live PostgreSQL",
                "time until transaction numbers run out",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
