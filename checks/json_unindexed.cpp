// Which documents are searched without an index?
//
// Law: a condition on ->> or @> of a json column reads every document, decompressed, unless a GIN
// or an expression index serves it. From the texts of pg_stat_statements, whose keys are taken out.
// Blind spots: an expression index on another key of the same column looks as if it served.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold share_of_time{
    .id = "json-unindexed.share",
    .value = 0.05,
    .unit = "share",
    .reason = "below a twentieth of the time it moves no limit (000-102)"};
constexpr std::array thresholds{share_of_time};

[[nodiscard]] bool searches_json(const std::string& statement) {
    const std::size_t where = statement.find(" where ");
    const std::string_view rest =
        where == std::string::npos ? std::string_view{} : std::string_view{statement}.substr(where);
    return std::ranges::any_of(
        std::array<std::string_view, 4>{"->>", "#>>", "@>", "->"},
        [&](std::string_view sign) { return rest.find(sign) != std::string_view::npos; });
}

// A json column of a table that the text names, with no index of its own.
[[nodiscard]] std::string bare_column(const DatabaseCapture& capture,
                                      const std::string& statement) {
    for (const auto& [key, table] : capture.tables) {
        if (statement.find(table.name) == std::string::npos) {
            continue;
        }
        for (const DbColumn& column : table.columns) {
            const bool json = column.type == "json" || column.type == "jsonb";
            const bool indexed = std::ranges::any_of(table.indexes, [&](const DbIndex& one) {
                return one.definition.find(column.name) != std::string::npos &&
                       (one.method == "gin" || one.definition.find("->") != std::string::npos);
            });
            if (json && !indexed && statement.find(column.name) != std::string::npos) {
                return short_name(key) + "." + column.name;
            }
        }
    }
    return {};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "json-unindexed",
        .name = "searches in documents without an index",
        .unit = "statements",
        .caption = "Share: of the time of all statements.",
        .columns = {{"column", "", false},
                    {"statement", "", false},
                    {"calls", "", true},
                    {"share", "%", true}},
        .formula = "-> ->> #>> @> in a condition, no GIN or expression index on the column"};
    double found = 0;
    for (const Window& window : windows) {
        double all = 0;
        for (const auto& [id, one] : window.last->statements) {
            all += static_cast<double>(one.total_us);
        }
        for (const auto& [id, one] : window.last->statements) {
            list.looked_at += 1;
            const std::string column =
                searches_json(one.text) ? bare_column(*window.capture, one.text) : std::string{};
            const double share = all > 0 ? static_cast<double>(one.total_us) / all : 0;
            if (column.empty()) {
                continue;
            }
            found += share;
            list.rows.push_back({.cells = {text(column),
                                           text(one.text),
                                           count(static_cast<double>(one.calls)),
                                           figure(100 * share, 1)},
                                 .share = share});
        }
    }
    if (list.looked_at == 0) {
        return not_known("Statements are not counted.",
                         {"json-unindexed",
                          "pg_stat_statements",
                          "searches in documents",
                          "CREATE EXTENSION pg_stat_statements;"});
    }
    std::ranges::stable_sort(list.rows,
                             [](const Row& a, const Row& b) { return a.share > b.share; });
    finding.outcome =
        found >= settings.value_of(share_of_time) ? Outcome::present : Outcome::absent;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "the texts hold operators and columns, not which key is asked for";
    finding.says =
        fmt::format("Searches in documents without an index take {:.0f} % of the statements' time.",
                    100 * found);
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "json-unindexed.index",
             .rung = Rung::query,
             .title = "Index what is searched in " + list.rows.front().cells[0].text,
             .action = "CREATE INDEX CONCURRENTLY ON t ((payload->>'key')); one key at a time; GIN "
                       "(payload jsonb_path_ops) for @>",
             .effort = "1 hour",
             .reach = "reads of the table; writes get dearer",
             .undo = "DROP INDEX CONCURRENTLY",
             .verify = "plimsoll inspect CAPTURE --change FILE before; EXPLAIN after"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check json_unindexed{
    .id = "json-unindexed",
    .asks = "Which documents are searched without an index?",
    .why = "A condition inside a document reads every document. Blind spot: which key is asked for "
           "is not in a normalised text.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-102",
    .missing = {"statistics of a live PostgreSQL",
                "searches in documents",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
