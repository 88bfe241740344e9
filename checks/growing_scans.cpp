// Which growing tables are read whole, again and again? (sign 5; catalogue 000-11)
//
// Law: a scan that reads most of a table costs in proportion to it, so its time doubles when the
// table does. A table counts when a scan reads more than half its rows on average, it has more than
// 10,000 rows, and it grows by inserts. Doubling time = rows / net inserts a second. Blind spots: a
// report that must read everything looks the same; a window of a minute may hold none of the day's
// batches, so counters since the reset are used.
#include "checks/database/window.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold least_rows{.id = "growing-scans.least-rows",
                               .value = 10'000,
                               .unit = "rows",
                               .reason = "a smaller table is read whole in a millisecond"};
constexpr Threshold part{.id = "growing-scans.part",
                         .value = 0.5,
                         .unit = "share",
                         .reason = "a scan that ends early (LIMIT) does not grow with the table"};
constexpr Threshold least_scans{.id = "growing-scans.scans",
                                .value = 10,
                                .unit = "scans",
                                .reason = "fewer may be a dump, or a person looking"};
constexpr Threshold least_share{
    .id = "growing-scans.share",
    .value = 0.05,
    .unit = "share",
    .reason = "of all rows read: below a twentieth an index moves nothing (000-11)"};
constexpr std::array thresholds{least_rows, part, least_scans, least_share};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "growing-scans",
                 .name = "growing tables that are read whole",
                 .unit = "tables",
                 .caption = "Share: of all rows that the database reads. Doubling: how long until "
                            "each scan takes twice "
                            "as long, at today's rate of inserts.",
                 .columns = {{"table", "", false},
                             {"rows", "", true},
                             {"scans", "", true},
                             {"share of rows read", "%", true},
                             {"doubles in", "days", true}},
                 .formula = "rows read by scans / scans > 0.5 x rows, inserts > deletes"};
    double worst = 0;
    bool counted = false;
    for (const Window& window : windows) {
        double all = 0;
        for (const auto& [key, table] : window.last->tables) {
            all += static_cast<double>(table.seq_tup_read + table.idx_tup_fetch);
        }
        counted = counted || all > 0;
        for (const auto& [key, table] : window.last->tables) {
            const auto rows = static_cast<double>(table.live);
            const auto scans = static_cast<double>(table.seq_scan);
            const auto net = static_cast<double>(table.inserted - table.deleted);
            const double share = all > 0 ? static_cast<double>(table.seq_tup_read) / all : 0;
            list.looked_at += 1;
            if (rows < settings.value_of(least_rows) || scans < settings.value_of(least_scans) ||
                net <= 0 ||
                static_cast<double>(table.seq_tup_read) / scans < settings.value_of(part) * rows ||
                share < settings.value_of(least_share)) {
                continue;
            }
            const double days = window.counted_s > 0 ? rows / net * window.counted_s / 86400 : 0;
            worst = std::max(worst, share);
            list.rows.push_back({.cells = {text(short_name(key)),
                                           count(rows),
                                           count(scans),
                                           figure(100 * share, 0),
                                           days > 0 ? figure(days, 0) : text("not known")},
                                 .share = share});
            finding.causes["table " + short_name(key)] = share;
        }
    }
    if (!counted) {
        return not_known("No table has been read since the counters were reset.",
                         {"growing-scans",
                          "reads since the last reset",
                          "which growing tables are read whole",
                          "plimsoll collect after a day of use"});
    }
    std::ranges::stable_sort(list.rows,
                             [](const Row& a, const Row& b) { return a.share > b.share; });
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.says =
        list.rows.empty()
            ? fmt::format("None of {:.0f} tables both grows and is read whole.", list.looked_at)
            : fmt::format("{} growing tables are read whole; {} takes {:.0f} % of all rows read.",
                          list.rows.size(),
                          list.rows.front().cells[0].text,
                          100 * worst);
    finding.score = model::severity(worst, {.ten = 0.05, .fifty = 0.4});
    const double days = windows.front().counted_s / 86400;
    finding.confidence = days >= 1 ? Confidence::high : Confidence::medium;
    finding.confidence_why = fmt::format("counters of {:.1f} days", days);
    if (!list.rows.empty()) {
        finding.remedies.push_back(
            {.id = "growing-scans.statements",
             .rung = Rung::measure,
             .title = "Find the statements that scan " + list.rows.front().cells[0].text,
             .action = "auto_explain.log_min_duration = 100, auto_explain.log_analyze = on, an "
                       "hour at peak; audit the log",
             .effort = "1 hour",
             .reach = "the log",
             .undo = "set it back",
             .verify = "plimsoll audit names the filter and the index that would serve it"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check growing_scans{
    .id = "growing-scans",
    .asks = "Which growing tables are read whole, again and again?",
    .why = "A scan costs in proportion to its table: what takes 20 ms today takes a second at "
           "fifty times the rows, "
           "with no change shipped. Blind spot: a report that must read everything looks the same.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-11 000-14",
    .missing = {"statistics of a live PostgreSQL",
                "which scans grow with their table",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
