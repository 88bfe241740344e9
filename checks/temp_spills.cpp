// How much does the database write to temporary files?
//
// Law: a sort or hash larger than work_mem goes to disk and comes back; bytes a second in the
// window, and the statements that do it. Blind spots: a window without the nightly report shows
// none of it; the total since the reset does.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold per_second{
    .id = "temp-spills.bytes-per-second",
    .value = 50e6,
    .unit = "bytes/s",
    .reason = "a network disk of a middling cloud instance writes 125 MB/s"};
constexpr Threshold of_a_call{
    .id = "temp-spills.call",
    .value = 8e6,
    .unit = "bytes",
    .reason = "twice the default work_mem: below it a small raise keeps it in memory"};
constexpr std::array thresholds{per_second, of_a_call};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "temp-spills",
                 .name = "statements that spill to disk",
                 .unit = "statements",
                 .caption = "Sorts and hashes larger than work_mem.",
                 .columns = {{"statement", "", false},
                             {"calls", "", true},
                             {"written a call", "", true},
                             {"written", "", true}},
                 .formula = "temp_blks_written x block size / calls"};
    double rate = 0;
    double seconds = 0;
    bool counted = false;
    bool named = false;
    for (const Window& window : windows) {
        const double block = window.capture->setting("block_size", 8192);
        counted = counted || window.counted_s > 0 || window.seconds > 0;
        named = named || window.capture->statements != 0;
        if (window.seconds > 0) {
            seconds += window.seconds;
            rate = std::max(rate,
                            static_cast<double>(window.last->totals.temp_bytes -
                                                window.first->totals.temp_bytes) /
                                window.seconds);
        } else if (window.counted_s > 0) {
            rate = std::max(rate,
                            static_cast<double>(window.last->totals.temp_bytes) / window.counted_s);
        }
        for (const auto& [id, one] : window.last->statements) {
            list.looked_at += 1;
            const double written = static_cast<double>(one.temp_blocks_written) * block;
            const double a_call = one.calls > 0 ? written / static_cast<double>(one.calls) : 0;
            if (a_call >= settings.value_of(of_a_call)) {
                list.rows.push_back({.cells = {text(one.text),
                                               count(static_cast<double>(one.calls)),
                                               {.text = bytes_text(a_call), .value = a_call},
                                               {.text = bytes_text(written), .value = written}}});
            }
        }
    }
    if (!counted) {
        return not_known("There is one snapshot and no time of the last reset.",
                         {"temp-spills",
                          "two snapshots",
                          "bytes spilled a second",
                          "plimsoll collect --interval 60"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[3].value > b.cells[3].value; });
    const bool high = rate >= settings.value_of(per_second);
    finding.outcome = high || !list.rows.empty() ? Outcome::present
                      : named                    ? Outcome::absent
                                                 : Outcome::insufficient;
    finding.confidence = named ? Confidence::medium : Confidence::low;
    finding.confidence_why =
        named ? fmt::format("a window of {:.0f} s, and counters of statements since their reset",
                            seconds)
              : "without pg_stat_statements nobody knows which statements spill";
    finding.says = fmt::format("{} a second go to temporary files; {} statements spill.",
                               bytes_text(rate),
                               list.rows.size());
    finding.measures.push_back({.id = "temp-rate",
                                .name = "written to temporary files",
                                .value = Estimate::exactly(rate),
                                .unit = "bytes/s",
                                .formula = "temp_bytes between two snapshots / seconds"});
    if (!named) {
        finding.gaps.push_back({"temp-spills.statements",
                                "pg_stat_statements",
                                "which statements spill",
                                "CREATE EXTENSION pg_stat_statements;"});
    }
    if (!list.rows.empty()) {
        finding.remedies.push_back(
            {.id = "temp-spills.work-mem",
             .rung = Rung::configure,
             .title = "Give the spilling statements more work_mem",
             .action = "SET LOCAL work_mem = '64MB' around them, not for every session: each sort "
                       "of each session may take it",
             .effort = "1 hour",
             .reach = "memory of the database",
             .undo = "take the SET out",
             .verify = "temp_bytes of pg_stat_database stands still"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check temp_spills{
    .id = "temp-spills",
    .asks = "How much goes to temporary files?",
    .why = "What does not fit work_mem is written and read again, and grows faster than the data. "
           "Blind spot: a window without the nightly report.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-90",
    .missing = {"statistics of a live PostgreSQL",
                "what spills to disk",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
