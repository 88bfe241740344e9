#include "model/plan_growth.hpp"

#include "model/plan_kind.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace plimsoll::model {
namespace {

// PostgreSQL stores a share of the rows rather than a number of values when it finds a value for
// every 10 rows or fewer (analyze.c: stadistinct > 0.1 * totalrows): such columns gain values as
// the table grows.
constexpr double rows_of_a_growing_value = 10;
constexpr double one_row = 1.5;  // a mean over loops that is nearer to one row than to two
// A value with this many times the usual rows is one of its own (research/plans.md 3.2).
constexpr double whale = 20;
// Without the sizes of table and parent: fan-outs above this are more often a whale or a fixed set
// of values.
constexpr double large_fan_out = 100;

[[nodiscard]] bool is_own_key(std::string_view relation, std::string_view column) {
    if (column == "id" || column == "uuid" || column == "guid") {
        return true;
    }
    // orders.order_id, order.order_id
    return column.size() > 3 && column.ends_with("_id") &&
           relation.starts_with(column.substr(0, column.size() - 3)) &&
           relation.size() <= column.size();
}

[[nodiscard]] std::string_view stem_of(std::string_view column) {
    for (const std::string_view ending : {"_id", "_uuid", "_fk", "_key", "_ref"}) {
        if (column.size() > ending.size() && column.ends_with(ending)) {
            return column.substr(0, column.size() - ending.size());
        }
    }
    if (column.size() > 2 && column.ends_with("Id")) {
        return column.substr(0, column.size() - 2);
    }
    return {};
}

[[nodiscard]] std::vector<std::string> table_names(std::string_view stem) {
    std::string base{stem};
    std::ranges::transform(base, base.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    std::vector<std::string> out{base, base + "s", base + "es"};
    if (base.ends_with('y')) {
        out.push_back(base.substr(0, base.size() - 1) + "ies");
    }
    return out;
}

[[nodiscard]] bool is_unique_index(std::string_view index) {
    return index.ends_with("_pkey") || index == "PRIMARY" || index.ends_with("_key") ||
           index.ends_with("_unique") || index.ends_with("_uniq");
}

}  // namespace

std::map<std::string, double> sizes_in(const Plan& plan) {
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const PlanNode& node = plan.nodes[i];
        const NodeKind kind = kind_of(node);
        bool whole = !node.relation.empty() &&
                     (kind == NodeKind::table_scan ||
                      (kind == NodeKind::index_scan && text_in(node, "Index Cond").empty()));
        // Below a LIMIT, a scan may have been stopped.
        for (std::int32_t up = node.parent; whole && up >= 0;
             up = plan.nodes[static_cast<std::size_t>(up)].parent) {
            const NodeKind above = kind_of(plan.nodes[static_cast<std::size_t>(up)]);
            if (is_blocking(above)) {
                break;
            }
            whole = above != NodeKind::limit && above != NodeKind::merge_join;
        }
        if (!whole) {
            continue;
        }
        double rows = 0;
        if (node.rows && node.loops > 0) {
            const double loops = node.loops / std::max(node.processes, 1.0);
            rows = (*node.rows + node.rows_removed.value_or(0)) / std::max(loops, 1.0);
        } else if (node.filter.empty()) {
            rows = node.rows_estimated;
        }
        double& known = out[node.relation];
        known = std::max(known, rows);
    }
    std::erase_if(out, [](const auto& size) { return size.second <= 0; });
    return out;
}

GrowthLaws::GrowthLaws(const Plan& plan,
                       const std::map<std::string, TableFacts>& tables,
                       double scale,
                       Side side)
    : tables_{tables}, sizes_{sizes_in(plan)}, scale_{scale}, side_{side} {
    for (const PlanNode& node : plan.nodes) {
        if (!node.relation.empty()) {
            relations_.insert(node.relation);
            aliases_[node.alias.empty() ? node.relation : node.alias] = node.relation;
        }
    }
}

const TableFacts* GrowthLaws::facts_of(std::string_view relation) const {
    if (const std::size_t dot = relation.rfind('.'); dot != std::string_view::npos) {
        relation.remove_prefix(dot + 1);
    }
    const TableFacts* best = nullptr;
    std::size_t longest = 0;
    for (const auto& [name, facts] : tables_) {
        const std::string_view bare = std::string_view{name}.substr(name.rfind('.') + 1);
        if (bare == relation) {
            return &facts;
        }
        // orders_2026_11 and orders_p3 are partitions of orders.
        const bool partition =
            relation.size() > bare.size() + 1 && relation.starts_with(bare) &&
            relation[bare.size()] == '_' &&
            relation.find_first_of("0123456789", bare.size()) != std::string_view::npos;
        if (partition && bare.size() > longest) {
            longest = bare.size();
            best = &facts;
        }
    }
    return best;
}

double GrowthLaws::of_table(std::string_view relation) const {
    if (relation.empty()) {
        return 1;
    }
    const TableFacts* facts = facts_of(relation);
    const TableGrowth growth = facts == nullptr ? TableGrowth::unknown : facts->growth;
    if (growth == TableGrowth::unknown) {
        unknown_.emplace(relation);
        return side_ == Side::low ? 1 : scale_;
    }
    return growth == TableGrowth::static_ ? 1 : scale_;
}

std::optional<double> GrowthLaws::rows_of(std::string_view relation) const {
    const TableFacts* facts = facts_of(relation);
    if (facts != nullptr && facts->rows) {
        return facts->rows;
    }
    const auto size = sizes_.find(std::string{relation});
    return size == sizes_.end() ? std::nullopt : std::optional{size->second};
}

std::string GrowthLaws::relation_of_alias(std::string_view alias) const {
    const auto found = aliases_.find(std::string{alias});
    return found == aliases_.end() ? std::string{} : found->second;  // a CTE or sub-query
}

std::optional<std::string> GrowthLaws::parent_of(std::string_view relation,
                                                 std::string_view column) const {
    if (const TableFacts* facts = facts_of(relation)) {
        const auto told = facts->refers.find(std::string{column});
        if (told != facts->refers.end()) {
            return told->second;
        }
    }
    const std::string_view stem = stem_of(column);
    if (stem.empty()) {
        return std::nullopt;
    }
    const std::vector<std::string> names = table_names(stem);
    const auto fits = [&](std::string_view table) {
        const std::string_view bare = table.substr(table.rfind('.') + 1);
        return std::ranges::any_of(names, [&](const std::string& name) {
            return bare == name || (bare.size() > name.size() + 1 && bare.ends_with("_" + name));
        });
    };
    for (const auto& [table, facts] : tables_) {
        if (fits(table)) {
            return table;
        }
    }
    for (const std::string& table : relations_) {
        if (fits(table)) {
            return table;
        }
    }
    return std::nullopt;
}

std::optional<double> GrowthLaws::of_values(std::string_view relation,
                                            std::string_view column) const {
    const std::optional<std::string> parent = parent_of(relation, column);
    if (relation.empty()) {
        return parent ? std::optional{of_table(*parent)} : std::nullopt;
    }
    if (is_own_key(relation, column)) {
        return of_table(relation);
    }
    if (parent) {
        return std::min(of_table(*parent), of_table(relation));
    }
    return std::nullopt;
}

double GrowthLaws::of_equality(std::string_view relation,
                               const Comparison& comparison,
                               double matched) const {
    const double table = of_table(relation);
    if (comparison.column.empty()) {
        return matched < rows_of_a_growing_value ? 1 : table;
    }
    if (is_own_key(relation, comparison.column)) {
        return 1;
    }
    const std::optional<std::string> parent = parent_of(relation, comparison.column);
    if (!parent) {
        // A few rows: of a value among many that grow, or of a rare one among a fixed set.
        const bool few = matched > one_row && matched < rows_of_a_growing_value;
        if (few && side_ == Side::high) {
            notes_.insert("are the values of " + std::string{relation} + "." + comparison.column +
                          " a fixed set? They are taken to grow with the table");
            return table;
        }
        return matched < rows_of_a_growing_value ? 1 : table;
    }
    const double usual = table / std::min(of_table(*parent), table);
    if (!comparison.constant || usual >= table || matched < rows_of_a_growing_value) {
        return usual;
    }
    const std::optional<double> rows = rows_of(relation);
    const std::optional<double> parents = rows_of(*parent);
    if (rows && parents && *parents > 0) {
        const bool is_whale = matched > whale * std::max(1.0, *rows / *parents);
        if (is_whale) {
            notes_.insert("a value of " + std::string{relation} + "." + comparison.column +
                          " has far more rows than the others: taken to grow with the table");
        }
        return is_whale ? table : usual;
    }
    // A hundredth of a table under one value: few values or a whale; it grows with the table either
    // way.
    if (rows && matched > *rows / 100) {
        return table;
    }
    notes_.insert("rows of " + std::string{relation} + " and " + *parent +
                  " are not known: is the value of " + comparison.column + " an exception?");
    if (side_ == Side::likely) {
        return matched > large_fan_out ? table : usual;
    }
    return side_ == Side::low ? usual : table;
}

double GrowthLaws::of_range(std::string_view relation, const Comparison& comparison) const {
    const double table = of_table(relation);
    const TableFacts* facts = facts_of(relation);
    const TableGrowth growth = facts == nullptr ? TableGrowth::unknown : facts->growth;
    if (comparison.temporal) {
        const bool window = comparison.how != Compare::below;
        if (growth == TableGrowth::unknown && window) {
            notes_.insert("does " + std::string{relation} +
                          " get denser or longer? A window of time hangs on it");
            return side_ == Side::low ? 1 : table;
        }
        return window && growth == TableGrowth::longer ? 1 : table;
    }
    const bool key = is_own_key(relation, comparison.column);
    if (key && comparison.constant && comparison.how != Compare::above) {
        return 1;  // the first n keys stay the first n
    }
    return table;
}

double GrowthLaws::of_comparison(std::string_view relation,
                                 const Comparison& comparison,
                                 double matched,
                                 bool unique_index) const {
    switch (comparison.how) {
        case Compare::equal:
            return unique_index ? 1 : of_equality(relation, comparison, matched);
        case Compare::below:
        case Compare::above:
        case Compare::between:
            return of_range(relation, comparison);
        case Compare::other:
            return of_table(relation);
    }
    return of_table(relation);
}

double GrowthLaws::of_condition(std::string_view relation,
                                std::string_view condition,
                                double matched,
                                std::string_view index) const {
    const double table = of_table(relation);
    double most = 0;
    for (const Alternative& all : comparisons(condition)) {
        double share = 1;  // of the table, relative to today
        const bool unique = is_unique_index(index) && all.size() == 1;
        for (const Comparison& comparison : all) {
            share *= of_comparison(relation, comparison, matched, unique) / table;
        }
        most = std::max(most, table * share);
    }
    return most <= 0 ? table : std::max(1.0, most);
}

double GrowthLaws::of_groups(std::string_view group_key,
                             double groups,
                             double rows,
                             double rows_growth) const {
    double growth = 1;
    for (const std::string_view item : list_items(group_key)) {
        const ColumnName name = column_name(item);
        std::optional<double> values;
        if (!name.column.empty()) {
            const std::string relation = !name.qualifier.empty() ? relation_of_alias(name.qualifier)
                                         : relations_.size() == 1 ? *relations_.begin()
                                                                  : std::string{};
            values = of_values(relation, name.column);
        }
        if (!values) {
            const bool grows = groups > 0 && rows / groups < rows_of_a_growing_value;
            values = grows ? rows_growth : 1;
        }
        growth = std::max(growth, *values);
    }
    return std::min(growth, std::max(1.0, rows_growth));
}

std::optional<double> GrowthLaws::of_join_domain(std::string_view condition) const {
    for (const Alternative& all : comparisons(condition)) {
        for (const Comparison& comparison : all) {
            if (comparison.how != Compare::equal || comparison.constant) {
                continue;
            }
            const std::optional<double> left =
                of_values(relation_of_alias(comparison.qualifier), comparison.column);
            const std::optional<double> right =
                of_values(relation_of_alias(comparison.other_qualifier), comparison.other_column);
            if (left || right) {
                return std::max(left.value_or(1), right.value_or(1));
            }
        }
    }
    return std::nullopt;
}

}  // namespace plimsoll::model
