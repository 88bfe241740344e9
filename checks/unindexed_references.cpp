// Which foreign keys have no index that begins with their columns?
//
// Law: deleting or renumbering a row of the parent scans the child for each, and a join from the
// parent has no way in but a scan. Only children over 10,000 rows count. Blind spots: a parent
// whose rows are never deleted and never joined from needs no such index; keys that no constraint
// declares are not seen.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold least_rows{.id = "unindexed-references.least-rows",
                               .value = 10'000,
                               .unit = "rows",
                               .reason = "a smaller child is scanned in a millisecond"};
constexpr std::array thresholds{least_rows};

// Do the first columns of an index hold all of these, in any order?
[[nodiscard]] bool serves(const DbIndex& index, const std::vector<std::string>& columns) {
    return index.valid && !index.partial && index.columns.size() >= columns.size() &&
           std::ranges::all_of(columns, [&](const std::string& column) {
               const auto end = index.columns.begin() + static_cast<std::ptrdiff_t>(columns.size());
               return std::find(index.columns.begin(), end, column) != end;
           });
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "unindexed-references",
        .name = "foreign keys without an index",
        .unit = "keys",
        .caption = "Each delete in the parent scans the child; a join from the parent does too.",
        .columns = {{"table", "", false},
                    {"columns", "", false},
                    {"refers to", "", false},
                    {"rows", "", true},
                    {"scans so far", "", true}},
        .formula = "no valid index begins with the columns of the key"};
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.capture->tables) {
            const auto use = window.last->tables.find(key);
            for (const DbConstraint& one : table.constraints) {
                if (one.kind != "f") {
                    continue;
                }
                list.looked_at += 1;
                const double rows =
                    use == window.last->tables.end() ? 0 : static_cast<double>(use->second.live);
                if (rows < settings.value_of(least_rows) ||
                    std::ranges::any_of(table.indexes, [&](const DbIndex& index) {
                        return serves(index, one.columns);
                    })) {
                    continue;
                }
                const std::string columns = fmt::format("{}", fmt::join(one.columns, ", "));
                list.rows.push_back({.cells = {text(short_name(key)),
                                               text(columns),
                                               text(short_name(one.references)),
                                               count(rows),
                                               count(static_cast<double>(use->second.seq_scan))}});
                finding.remedies.push_back(
                    {.id = fmt::format("unindexed-references.{}.{}",
                                       short_name(key),
                                       fmt::join(one.columns, "-")),
                     .rung = Rung::query,
                     .title = fmt::format("Index {} on ({})", short_name(key), columns),
                     .action = fmt::format("CREATE INDEX CONCURRENTLY ON {} ({});", key, columns),
                     .effort = "1 hour",
                     .reach = "reads by that key; each write gets dearer by one index entry",
                     .undo = "DROP INDEX CONCURRENTLY",
                     .verify = "plimsoll inspect CAPTURE --change FILE shows which statements use "
                               "it, before it is built"});
            }
        }
    }
    if (list.looked_at == 0) {
        return not_known("No foreign key is declared.",
                         {"unindexed-references",
                          "foreign keys as constraints",
                          "which references have no index",
                          "declare them, or give plans"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[3].value > b.cells[3].value; });
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::high;
    finding.confidence_why =
        "the catalogue is complete; whether the parent's rows are deleted is not in it";
    finding.says = fmt::format("{} of {:.0f} foreign keys of large tables have no index.",
                               list.rows.size(),
                               list.looked_at);
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check unindexed_references{
    .id = "unindexed-references",
    .asks = "Which foreign keys have no index?",
    .why = "Each delete in the parent reads the child whole, and holds its locks for that long. "
           "Blind spot: keys that no constraint declares.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-11 002-13 002-25",
    .missing = {"statistics of a live PostgreSQL",
                "references without an index",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
