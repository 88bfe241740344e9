#include "model/plan_kind.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

namespace plimsoll::model {
namespace {

using Named = std::pair<std::string_view, NodeKind>;

// PostgreSQL's node types, then MySQL's iterators; the beginning of the name decides.
constexpr std::array<Named, 46> names{{
    {"Seq Scan", NodeKind::table_scan},
    {"Parallel Seq Scan", NodeKind::table_scan},
    {"Sample Scan", NodeKind::table_scan},
    {"Foreign Scan", NodeKind::table_scan},
    {"Index Only Scan", NodeKind::index_scan},
    {"Index Scan", NodeKind::index_scan},
    {"Tid", NodeKind::index_scan},
    {"Bitmap Index Scan", NodeKind::bitmap_index},
    {"Bitmap Heap Scan", NodeKind::bitmap_heap},
    {"BitmapAnd", NodeKind::bitmap_combine},
    {"BitmapOr", NodeKind::bitmap_combine},
    {"Limit", NodeKind::limit},
    {"Sort", NodeKind::sort},
    {"Incremental Sort", NodeKind::incremental_sort},
    {"HashAggregate", NodeKind::group_hashed},
    {"GroupAggregate", NodeKind::group_sorted},
    {"Group", NodeKind::group_sorted},
    {"Unique", NodeKind::group_sorted},
    {"Hash Join", NodeKind::hash_join},
    {"Hash", NodeKind::hash},
    {"Merge Join", NodeKind::merge_join},
    {"Nested Loop", NodeKind::nested_loop},
    {"Materialize", NodeKind::materialize},
    {"Memoize", NodeKind::memoize},
    {"Append", NodeKind::append},
    {"Merge Append", NodeKind::append},
    {"ModifyTable", NodeKind::modify},
    {"Gather", NodeKind::gather},
    {"CTE Scan", NodeKind::cte_scan},
    {"Table scan", NodeKind::table_scan},
    {"Covering index", NodeKind::index_scan},
    {"Index", NodeKind::index_scan},
    {"Single-row", NodeKind::index_scan},
    {"Multi-range index", NodeKind::index_scan},
    {"Full-text", NodeKind::index_scan},
    {"Constant row", NodeKind::index_scan},
    {"Nested loop", NodeKind::nested_loop},
    {"Block nested loop", NodeKind::nested_loop},
    {"Inner hash join", NodeKind::hash_join},
    {"Left hash join", NodeKind::hash_join},
    {"Hash semijoin", NodeKind::hash_join},
    {"Hash antijoin", NodeKind::hash_join},
    {"Group aggregate", NodeKind::group_sorted},
    {"Temporary table with deduplication", NodeKind::group_hashed},
    {"Materialize with", NodeKind::materialize},
    {"Filesort", NodeKind::sort},
}};

[[nodiscard]] NodeKind kind_of_aggregate(const PlanNode& node) {
    const std::string_view strategy = text_in(node, "Strategy");
    if (text_in(node, "Group Key").empty() && strategy != "Hashed") {
        return NodeKind::group_all;
    }
    return strategy == "Sorted" ? NodeKind::group_sorted : NodeKind::group_hashed;
}

}  // namespace

NodeKind kind_of(const PlanNode& node) {
    if (node.type == "Aggregate" || node.type.starts_with("Aggregate:") ||
        node.type.starts_with("Aggregate using")) {
        return kind_of_aggregate(node);
    }
    NodeKind found = NodeKind::pass;
    std::size_t longest = 0;
    for (const auto& [name, kind] : names) {
        if (name.size() > longest && node.type.starts_with(name)) {
            found = kind;
            longest = name.size();
        }
    }
    return found;
}

bool is_blocking(NodeKind kind) noexcept {
    return kind == NodeKind::sort || kind == NodeKind::group_all ||
           kind == NodeKind::group_hashed || kind == NodeKind::hash ||
           kind == NodeKind::bitmap_index || kind == NodeKind::bitmap_combine;
}

std::string_view text_in(const PlanNode& node, std::string_view name) {
    const auto found = node.more.find(std::string{name});
    return found == node.more.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<double> number_in(const PlanNode& node, std::string_view name) {
    const std::string_view text = text_in(node, name);
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || error != std::errc{} || !std::isfinite(out)) {
        return std::nullopt;
    }
    return out;
}

double rows_a_loop(const PlanNode& node) {
    return node.rows && node.loops > 0 ? *node.rows / node.loops
           : node.rows                 ? 0.0
                                       : node.rows_estimated;
}

bool is_init_plan(const PlanNode& node) {
    return node.relationship == "InitPlan";
}
bool is_sub_plan(const PlanNode& node) {
    return node.relationship == "SubPlan";
}

std::vector<std::vector<std::size_t>> children_of(const Plan& plan) {
    std::vector<std::vector<std::size_t>> out(plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const std::int32_t parent = plan.nodes[i].parent;
        if (parent >= 0 && static_cast<std::size_t>(parent) < i) {
            out[static_cast<std::size_t>(parent)].push_back(i);
        }
    }
    return out;
}

bool reads_a_table(const Plan& plan) {
    return std::ranges::any_of(plan.nodes, [](const PlanNode& node) {
        return !node.relation.empty() || !node.index.empty();
    });
}

std::string_view relation_of(const Plan& plan, std::size_t node) {
    for (std::size_t steps = 0; steps < plan.nodes.size(); ++steps) {
        const PlanNode& at = plan.nodes[node];
        const NodeKind kind = kind_of(at);
        if (!at.relation.empty() ||
            (kind != NodeKind::bitmap_index && kind != NodeKind::bitmap_combine) || at.parent < 0) {
            return at.relation;
        }
        node = static_cast<std::size_t>(at.parent);
    }
    return {};
}

}  // namespace plimsoll::model
