// Which indexes say nothing that another does not, or are broken?
//
// Law: an index whose columns are the first columns of another one of the same method and
// uniqueness serves nothing that the other does not; an invalid index, left by a failed CREATE
// INDEX CONCURRENTLY, is written and never read. Blind spots: the narrower of two may be much
// smaller and stay in memory; operator classes are compared by text.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr std::array<Threshold, 0> thresholds{};

// What follows the columns in the definition, and how they are sorted, must be alike to compare.
[[nodiscard]] bool covers(const DbIndex& wide, const DbIndex& narrow) {
    const bool begins =
        wide.columns.size() >= narrow.columns.size() &&
        std::equal(narrow.columns.begin(), narrow.columns.end(), wide.columns.begin());
    const bool plain = std::ranges::none_of(narrow.columns, &std::string::empty) &&
                       !narrow.partial && !wide.partial;
    const auto special = [](const DbIndex& index) {
        return index.definition.find(" DESC") != std::string::npos ||
               index.definition.find("_ops") != std::string::npos ||
               index.definition.find(" INCLUDE ") != std::string::npos ||
               index.definition.find(" COLLATE ") != std::string::npos;
    };
    return begins && plain && wide.valid && wide.method == "btree" && narrow.method == "btree" &&
           !special(wide) && !special(narrow);
}

[[nodiscard]] bool redundant(const DbIndex& one, const DbTable& table) {
    return !one.constraint && !one.replica_identity && one.valid &&
           std::ranges::any_of(table.indexes, [&](const DbIndex& other) {
               const bool same = other.columns == one.columns;
               // Of two equal ones the constraint's stays, else the first by name; a unique one
               // says more.
               return &other != &one && covers(other, one) &&
                      (!one.unique || (same && other.unique)) &&
                      (!same || other.constraint || (other.unique && !one.unique) ||
                       other.name < one.name);
           });
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& /*settings*/) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "redundant-indexes",
        .name = "indexes that another one covers, or that are invalid",
        .unit = "indexes",
        .caption = "Each write pays for them.",
        .columns = {{"index", "", false},
                    {"table", "", false},
                    {"why", "", false},
                    {"size", "", true}},
        .formula = "columns are the first of another valid b-tree; or indisvalid is false"};
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.capture->tables) {
            for (const DbIndex& index : table.indexes) {
                list.looked_at += 1;
                const bool twice = redundant(index, table);
                if (!twice && index.valid) {
                    continue;
                }
                const auto counters = window.last->indexes.find(table.schema + "." + index.name);
                const double size = counters == window.last->indexes.end()
                                        ? 0
                                        : static_cast<double>(counters->second.bytes);
                list.rows.push_back({.cells = {text(index.name),
                                               text(short_name(key)),
                                               text(twice ? "another begins with its columns"
                                                          : "invalid: its making failed"),
                                               {.text = bytes_text(size), .value = size}}});
                finding.remedies.push_back(drop_index("redundant-indexes",
                                                      key,
                                                      table,
                                                      index,
                                                      "p99 of the table's reads is unchanged"));
            }
        }
    }
    if (list.looked_at == 0) {
        return not_known("The capture holds no index.",
                         {"redundant-indexes",
                          "indexes",
                          "which of them are twice there",
                          "plimsoll collect of the database with the tables"});
    }
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::high;
    finding.confidence_why = "the catalogue is complete";
    finding.says = list.rows.empty()
                       ? fmt::format("None of {:.0f} indexes is covered by another, or invalid.",
                                     list.looked_at)
                       : fmt::format("{} of {:.0f} indexes are covered by another one, or invalid.",
                                     list.rows.size(),
                                     list.looked_at);
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check redundant_indexes{
    .id = "redundant-indexes",
    .asks = "Which indexes are there twice, or broken?",
    .why = "An index that another one covers costs each write and serves nothing. Blind spot: the "
           "narrower may stay in memory where the wider does not.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-94",
    .missing = {"statistics of a live PostgreSQL",
                "indexes that are twice there",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
