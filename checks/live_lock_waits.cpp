// How many of the busy sessions wait for a lock, and on what?
//
// Law: sampled about once a second, the share of active sessions that wait for a lock is the share
// of their time. At 60 samples a share is known within a few points. Blind spots: waits shorter
// than the gap between samples are seen in proportion only; the window may miss the hour that
// hurts.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold waiting{
    .id = "live-lock-waits.share",
    .value = 0.1,
    .unit = "share",
    .reason = "a tenth of the busy time spent waiting: more load adds waits, not work"};
constexpr Threshold least_samples{.id = "live-lock-waits.samples",
                                  .value = 60,
                                  .unit = "samples",
                                  .reason = "fewer leave a tenth open between 4 and 20 %"};
constexpr Threshold idle_s{
    .id = "live-lock-waits.idle",
    .value = 60,
    .unit = "s",
    .reason = "a transaction that idles for a minute holds its locks for it, and VACUUM back"};
constexpr std::array thresholds{waiting, least_samples, idle_s};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "live-lock-waits",
                 .name = "locks that sessions waited for",
                 .unit = "locks",
                 .caption = "Samples that saw somebody wait.",
                 .columns = {{"lock", "", false}, {"samples", "", true}},
                 .formula = "pg_locks not granted"};
    double active = 0;
    double blocked = 0;
    double samples = 0;
    double busy_samples = 0;
    double hidden = 0;
    double idle = 0;
    double longest = 0;
    for (const Window& window : windows) {
        for (const DbSessions& one : window.capture->sessions) {
            samples += 1;
            busy_samples += one.active > 0 ? 1 : 0;
            active += static_cast<double>(one.active);
            blocked += static_cast<double>(one.waiting_lock);
            hidden += static_cast<double>(one.hidden);
            idle = std::max(idle, static_cast<double>(one.oldest_idle_in_transaction_us) / 1e6);
            longest = std::max(longest, static_cast<double>(one.longest_lock_wait_us) / 1e6);
        }
        for (const auto& [what, seen] : window.capture->lock_waits) {
            list.rows.push_back({.cells = {text(what), count(static_cast<double>(seen))}});
        }
    }
    list.looked_at = samples;
    if (samples == 0 || hidden > 0) {
        return not_known("What sessions wait for was not seen.",
                         {"live-lock-waits",
                          "states and waits of all sessions",
                          "how much of the busy time is waiting",
                          "GRANT pg_monitor TO the role, and plimsoll collect --interval 60"});
    }
    const double share = active > 0 ? blocked / active : 0;
    const bool enough = samples >= settings.value_of(least_samples) &&
                        busy_samples >= settings.value_of(least_samples) / 2;
    const bool idles = idle >= settings.value_of(idle_s);
    // Few samples may show trouble, never that there is none.
    const bool sure = enough || (blocked >= 5 && share >= 3 * settings.value_of(waiting));
    finding.outcome = (share >= settings.value_of(waiting) && sure) || idles ? Outcome::present
                      : enough                                               ? Outcome::absent
                               : Outcome::insufficient;
    finding.confidence = finding.outcome == Outcome::insufficient ? Confidence::none
                         : enough                                 ? Confidence::medium
                                                                  : Confidence::low;
    finding.confidence_why =
        fmt::format("{:.0f} samples, {:.0f} of them with a busy session", samples, busy_samples);
    finding.says = fmt::format("{:.0f} % of the busy sessions wait for a lock, the longest {:.1f} "
                               "s; a transaction idled for {:.0f} s.",
                               100 * share,
                               longest,
                               idle);
    const double error =
        active > 0
            ? 1.645 * std::sqrt(std::max(share * (1 - share), 0.01) / std::max(1.0, busy_samples))
            : 1;
    finding.measures.push_back({.id = "waiting",
                                .name = "busy sessions that wait for a lock",
                                .value = {.at = share,
                                          .low = std::max(0.0, share - error),
                                          .high = std::min(1.0, share + error)},
                                .unit = "share",
                                .samples = samples,
                                .formula = "waiting / active, over all samples"});
    if (finding.outcome == Outcome::insufficient) {
        finding.gaps.push_back(
            {"live-lock-waits.samples",
             fmt::format("{:.0f} samples of a busy server", settings.value_of(least_samples)),
             "how much of the busy time is waiting",
             "plimsoll collect --interval 120 at peak"});
    }
    if (idles) {
        finding.remedies.push_back(
            {.id = "live-lock-waits.idle",
             .rung = Rung::configure,
             .title = "End transactions that idle",
             .action = "ALTER SYSTEM SET idle_in_transaction_session_timeout = '30s'; SELECT "
                       "pg_reload_conf();",
             .effort = "minutes",
             .reach = "clients that think inside a transaction get an error",
             .undo = "set it to 0",
             .verify = "no session idles in a transaction for longer"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[1].value > b.cells[1].value; });
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check live_lock_waits{
    .id = "live-lock-waits",
    .asks = "How much of the busy time is waiting for locks?",
    .why = "When sessions wait for each other, more load adds waits and no work, and a bigger "
           "machine changes nothing. Blind spot: the window may miss the hour that hurts.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "001-73 000-98 004-11",
    .missing = {"statistics of a live PostgreSQL",
                "lock waits",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
