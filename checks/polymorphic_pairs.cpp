// Which rows refer to a table that only another column names?
//
// Law: a pair X_type (text) and X_id (number or uuid) without a foreign key on X_id. No constraint
// can hold it, and the planner takes the two for independent, so its estimates go wrong with the
// skew. Blind spot: a type column may describe the row itself (account_type beside account_id), so
// a pair is a suspicion.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr std::array<Threshold, 0> thresholds{};

[[nodiscard]] bool names_a_table(const std::string& type) {
    return type.starts_with("text") || type.starts_with("character") || type.starts_with("varchar");
}
[[nodiscard]] bool is_key(const std::string& type) {
    return type == "integer" || type == "bigint" || type == "uuid" ||
           type.starts_with("character varying");
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& /*settings*/) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "polymorphic-pairs",
                 .name = "references whose table is data",
                 .unit = "pairs",
                 .caption = "No constraint holds them; joins go by type and id at once.",
                 .columns = {{"table", "", false},
                             {"columns", "", false},
                             {"kinds", "", true},
                             {"rows", "", true}},
                 .formula = "X_type and X_id in one table, no foreign key on X_id"};
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.capture->tables) {
            list.looked_at += table.kind == "r" || table.kind == "p" ? 1 : 0;
            for (const DbColumn& kind : table.columns) {
                if (!kind.name.ends_with("_type") || !names_a_table(kind.type)) {
                    continue;
                }
                const std::string id = kind.name.substr(0, kind.name.size() - 5) + "_id";
                const bool pair = std::ranges::any_of(table.columns, [&](const DbColumn& one) {
                    return one.name == id && is_key(one.type);
                });
                const bool held =
                    std::ranges::any_of(table.constraints, [&](const DbConstraint& one) {
                        return one.kind == "f" &&
                               std::ranges::find(one.columns, id) != one.columns.end();
                    });
                if (pair && !held) {
                    list.rows.push_back(
                        {.cells = {text(short_name(key)),
                                   text(kind.name + ", " + id),
                                   kind.n_distinct > 0 ? count(kind.n_distinct) : text("not known"),
                                   count(std::max(0.0, table.rows))}});
                }
            }
        }
    }
    if (list.looked_at == 0) {
        return not_known(
            "The capture holds no table.",
            {"polymorphic-pairs", "tables", "references without a constraint", "plimsoll collect"});
    }
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "by the names of columns; a pair is a suspicion until somebody looks";
    finding.says = fmt::format(
        "{} pairs of a type and an id refer to tables that no constraint names.", list.rows.size());
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check polymorphic_pairs{
    .id = "polymorphic-pairs",
    .asks = "Which rows refer to a table that only another column names?",
    .why = "No constraint can hold such a reference and the planner misjudges it. Blind spot: by "
           "names only.",
    .sign = Sign::entangled,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-101",
    .missing = {"statistics of a live PostgreSQL",
                "references whose table is data",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
