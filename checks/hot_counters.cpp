// Which few rows does everybody update?
//
// Law: a row can be changed by one transaction at a time, so updates a second times the time each
// holds the row is the row's utilisation, and no machine makes it more than one. A small table with
// many updates a live row is such a row. Blind spots: how long a row is held is not counted; one
// hot row of a large table is hidden here.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold few{.id = "hot-counters.rows",
                        .value = 100,
                        .unit = "rows",
                        .reason = "more rows share the updates among them"};
constexpr Threshold often{
    .id = "hot-counters.rate",
    .value = 10,
    .unit = "updates/s a row",
    .reason = "at 10 ms a transaction, a row is then held a tenth of the time"};
constexpr std::array thresholds{few, often};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "hot-counters",
                 .name = "small tables that everybody updates",
                 .unit = "tables",
                 .caption = "Updates a second and row, in the window.",
                 .columns = {{"table", "", false},
                             {"rows", "", true},
                             {"updates a second", "", true},
                             {"a row", "", true}},
                 .formula = "(updated now - updated before) / seconds / live rows"};
    bool rated = false;
    for (const Window& window : windows) {
        if (window.seconds <= 0) {
            continue;
        }
        rated = true;
        for (const auto& [key, now] : window.last->tables) {
            const DbTableCounters* then = window.before(key);
            list.looked_at += 1;
            const auto live = static_cast<double>(now.live);
            if (then == nullptr || live > settings.value_of(few)) {
                continue;
            }
            const double rate = static_cast<double>(now.updated - then->updated) / window.seconds;
            const double a_row = rate / std::max(1.0, live);
            if (a_row >= settings.value_of(often)) {
                list.rows.push_back(
                    {.cells = {
                         text(short_name(key)), count(live), figure(rate, 1), figure(a_row, 1)}});
                finding.causes["table " + short_name(key)] = 0.1;
            }
        }
    }
    if (!rated) {
        return not_known("One snapshot has no rates.",
                         {"hot-counters",
                          "two snapshots",
                          "which rows everybody updates",
                          "plimsoll collect --interval 60 at peak"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[3].value > b.cells[3].value; });
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format("a window of {:.0f} s", windows.front().seconds);
    finding.says =
        fmt::format("Small tables that take {:.0f} updates a second and row or more: {}.",
                    settings.value_of(often),
                    list.rows.size());
    if (!list.rows.empty()) {
        finding.remedies.push_back(
            {.id = "hot-counters.spread",
             .rung = Rung::query,
             .title = "Spread the counter in " + list.rows.front().cells[0].text,
             .action = "insert increments and sum them up, or keep 16 rows a counter and update "
                       "one by chance; update it last in the transaction",
             .effort = "1 day",
             .reach = "whoever reads the counter",
             .undo = "sum the rows into one",
             .verify = "lock waits on tuple and transactionid vanish"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check hot_counters{
    .id = "hot-counters",
    .asks = "Which few rows does everybody update?",
    .why = "One row is changed by one transaction at a time; no machine changes that. Blind spot: "
           "a hot row of a large table.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "001-73",
    .missing = {"statistics of a live PostgreSQL",
                "rows that everybody updates",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
