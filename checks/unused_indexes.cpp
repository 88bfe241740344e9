// Which indexes does nothing read? They cost every write.
//
// Law: an index with no scan over 30 days, that holds up no constraint and is larger than 10 MB, is
// paid for by every insert and vacuum and gives nothing. Blind spots: a replica may use it, and
// counts for itself; a report of once a quarter may need it; the counters begin at the last reset.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold least_days{.id = "unused-indexes.days",
                               .value = 30,
                               .unit = "days",
                               .reason = "a month has month-end work in it; less says nothing"};
constexpr Threshold least_bytes{
    .id = "unused-indexes.bytes",
    .value = 10e6,
    .unit = "bytes",
    .reason = "a small index costs little, and taking it away saves little"};
constexpr std::array thresholds{least_days, least_bytes};

[[nodiscard]] bool needed_anyway(const DbIndex& index) {
    return index.unique || index.primary || index.constraint || index.replica_identity;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "unused-indexes",
        .name = "indexes that nothing reads",
        .unit = "indexes",
        .caption = "No scan since the counters were reset. Ask every replica before dropping one.",
        .columns = {{"index", "", false},
                    {"table", "", false},
                    {"size", "", true},
                    {"writes to the table", "", true}},
        .formula = "scans = 0, no constraint, size over the threshold"};
    double shortest = -1;
    double bytes = 0;
    for (const Window& window : windows) {
        const double days = window.counted_s / 86400;
        shortest = shortest < 0 ? days : std::min(shortest, days);
        for (const auto& [key, table] : window.capture->tables) {
            for (const DbIndex& index : table.indexes) {
                const auto counters = window.last->indexes.find(table.schema + "." + index.name);
                if (counters == window.last->indexes.end()) {
                    continue;
                }
                list.looked_at += 1;
                const auto size = static_cast<double>(counters->second.bytes);
                if (counters->second.scans != 0 || needed_anyway(index) ||
                    size < settings.value_of(least_bytes)) {
                    continue;
                }
                const auto use = window.last->tables.find(key);
                const double writes =
                    use == window.last->tables.end()
                        ? 0
                        : static_cast<double>(use->second.inserted + use->second.updated -
                                              use->second.hot_updated);
                bytes += size;
                list.rows.push_back({.cells = {text(index.name),
                                               text(short_name(key)),
                                               {.text = bytes_text(size), .value = size},
                                               count(writes)}});
                finding.remedies.push_back(
                    drop_index("unused-indexes",
                               key,
                               table,
                               index,
                               "pg_stat_user_indexes.idx_scan = 0 on every replica before; p99 of "
                               "reads unchanged after"));
            }
        }
    }
    if (list.looked_at == 0) {
        return not_known("The capture holds no index.",
                         {"unused-indexes",
                          "indexes",
                          "which of them nothing reads",
                          "plimsoll collect of the database with the tables"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[2].value > b.cells[2].value; });
    const bool long_enough = shortest >= settings.value_of(least_days);
    finding.outcome = list.rows.empty() ? Outcome::absent
                      : long_enough     ? Outcome::present
                                        : Outcome::insufficient;
    finding.confidence = list.rows.empty() || long_enough ? Confidence::medium : Confidence::none;
    finding.confidence_why = fmt::format(
        "counters of {:.1f} days on this server; replicas count for themselves", shortest);
    if (list.rows.empty()) {
        finding.says =
            fmt::format("Each of {:.0f} indexes is read, stands for a constraint, or is small.",
                        list.looked_at);
    } else {
        finding.says = fmt::format(
            "{} indexes of {} have not been read for {:.1f} days; every write pays for them.",
            list.rows.size(),
            bytes_text(bytes),
            shortest);
    }
    if (!long_enough && !list.rows.empty()) {
        finding.remedies.clear();  // nobody drops an index after an afternoon
        finding.gaps.push_back(
            {"unused-indexes",
             fmt::format("{:.0f} days of counters", settings.value_of(least_days)),
             "whether an index is unused, or used once a month",
             "collect again in a month, without a reset"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check unused_indexes{
    .id = "unused-indexes",
    .asks = "Which indexes does nothing read?",
    .why = "Every insert writes every index, so one that nothing reads is a tax and no limit. "
           "Blind spot: a replica "
           "may use it; its counters are its own.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-94",
    .missing = {"statistics of a live PostgreSQL",
                "indexes that only cost",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
