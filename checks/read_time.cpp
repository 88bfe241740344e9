// How much of the statements' time goes to reading from disk?
//
// Law: with track_io_timing the server counts the time of each read; over the time inside
// statements it is the share that more memory could save. The hit ratio is no substitute: what
// misses the server's buffers is mostly in the system's cache. Time inside statements is counted
// since 14. Blind spots: parallel workers read at once, so the share may exceed one.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold much{
    .id = "read-time.share",
    .value = 0.3,
    .unit = "share",
    .reason = "memory that ends all of it would carry 1 / (1 - 0.3) = 1.4 times the load"};
constexpr Threshold busy_s{.id = "read-time.busy",
                           .value = 10,
                           .unit = "s",
                           .reason = "of statements in the window: less is noise"};
constexpr std::array thresholds{much, busy_s};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    double reading = 0;
    double busy = 0;
    double blocks = 0;
    double hits = 0;
    for (const Window& window : windows) {
        const auto timed = window.capture->settings.find("track_io_timing");
        const bool is_timed = timed != window.capture->settings.end() && timed->second == "on";
        // Before 14 the time of statements is not counted: what they read would stand alone.
        if (!is_timed || window.first == nullptr || window.last->totals.active_us == 0) {
            continue;
        }
        reading +=
            static_cast<double>(window.last->totals.read_us - window.first->totals.read_us) / 1e6;
        busy +=
            static_cast<double>(window.last->totals.active_us - window.first->totals.active_us) /
            1e6;
        blocks +=
            static_cast<double>(window.last->totals.blocks_read - window.first->totals.blocks_read);
        hits +=
            static_cast<double>(window.last->totals.blocks_hit - window.first->totals.blocks_hit);
        finding.seen_at.push_back(window.capture->origin);
    }
    if (busy < settings.value_of(busy_s)) {
        Finding unknown =
            not_known("The time of reads is not counted, or the window is too quiet.",
                      {"read-time",
                       "track_io_timing = on, PostgreSQL 14 or later, and a window under load",
                       "whether the disk is the limit",
                       "ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf(); then "
                       "plimsoll collect --interval 120 at peak"});
        unknown.seen_at = finding.seen_at;
        return unknown;
    }
    const double share = std::min(1.0, reading / busy);
    finding.outcome = share >= settings.value_of(much) ? Outcome::present : Outcome::absent;
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format("{:.0f} s of statements in the window", busy);
    finding.says = fmt::format("{:.0f} % of the statements' time is reading from disk, {:.2f} ms a "
                               "block; {:.1f} % of blocks were in the server's buffers.",
                               100 * share,
                               blocks > 0 ? 1000 * reading / blocks : 0,
                               100 * hits / std::max(1.0, hits + blocks));
    finding.measures.push_back({.id = "reading",
                                .name = "share of the statements' time that is reading",
                                .value = Estimate::exactly(share),
                                .unit = "share",
                                .samples = blocks,
                                .formula = "blk_read_time / active_time, between two snapshots",
                                .origins = finding.seen_at});
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "read-time.memory",
             .rung = Rung::configure,
             .title = "Give the database the memory that its working set needs",
             .action = "shared_buffers to a quarter of the host's memory; a larger host while "
                       "reads take the time",
             .effort = "1 hour",
             .reach = "a restart",
             .undo = "set it back",
             .effects = {{"database-cpu",
                          {.at = 1, .low = 1, .high = 1 / (1 - std::min(share, 0.9))}}},
             .verify = "blk_read_time a second falls",
             .model = "at most all of the reading goes: 1 / (1 - share)"});
    }
    return finding;
}

}  // namespace

extern constinit const Check read_time{
    .id = "read-time",
    .asks = "How much of the time goes to reading from disk?",
    .why = "When the working set outgrows the memory, every read waits for the disk, at once and "
           "for everybody. Blind spot: a quiet window.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-90",
    .missing = {"statistics of a live PostgreSQL",
                "whether the disk is the limit",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
