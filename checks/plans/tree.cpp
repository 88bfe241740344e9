#include "checks/plans/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace plimsoll::checks::plans {
namespace {

// "Index Scan using orders_pkey on orders"
[[nodiscard]] std::string words_of(const PlanNode& node) {
    std::string out = node.type;
    out += node.index.empty() ? "" : " using " + node.index;
    out += node.relation.empty() ? "" : " on " + node.relation;
    out += node.name.empty() ? "" : ", " + node.name;
    return out;
}

[[nodiscard]] std::string cut(std::string text) {
    constexpr std::size_t most = 120;
    if (text.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            --end;  // not within a character
        }
        text = text.substr(0, end) + "...";
    }
    return text;
}

// What it was asked for, and what it read for nothing.
[[nodiscard]] std::string note_of(const PlanNode& node) {
    std::string out;
    for (const char* what : {"Index Cond", "Hash Cond", "Merge Cond", "Join Filter", "Sort Key"}) {
        const auto said = node.more.find(what);
        if (said != node.more.end() && !said->second.empty()) {
            out += (out.empty() ? "" : "; ") + cut(said->second);
        }
    }
    if (!node.filter.empty()) {
        out += (out.empty() ? "filter " : "; filter ") + cut(node.filter);
    }
    if (node.rows_removed.value_or(0) > 0) {
        out += fmt::format(
            "{}{:.0f} rows read and thrown away", out.empty() ? "" : "; ", *node.rows_removed);
    }
    return out;
}

[[nodiscard]] Cell count(double value) {
    return {.text = fmt::format("{:.0f}", value), .value = value};
}

[[nodiscard]] Row row_of(const Plan& plan, const PlanNode& node, int depth, double whole_ms) {
    Row row;
    row.depth = depth;
    row.note = note_of(node);
    row.cells.push_back({.text = words_of(node), .value = std::nullopt});
    const bool ran = node.exclusive_ms && node.loops > 0;
    if (!ran) {
        row.cells.push_back({.text = plan.analyzed ? "never ran" : "", .value = std::nullopt});
        row.cells.resize(5);
        return row;
    }
    row.share = whole_ms > 0 ? std::clamp(*node.exclusive_ms / whole_ms, 0.0, 1.0) : 0;
    row.cells.push_back(
        {.text = fmt::format("{:.3g}", *node.exclusive_ms), .value = *node.exclusive_ms});
    row.cells.push_back(node.rows ? count(*node.rows) : Cell{});
    // Expected are the rows of one loop; those that came are of all of them.
    row.cells.push_back(count(node.rows_estimated * node.loops));
    row.cells.push_back(count(node.loops));
    return row;
}

[[nodiscard]] std::vector<int> depths_of(const Plan& plan) {
    std::vector<int> depths(plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const std::int32_t parent = plan.nodes[i].parent;
        const bool below = parent >= 0 && static_cast<std::size_t>(parent) < i;
        depths[i] = below ? depths[static_cast<std::size_t>(parent)] + 1 : 0;
    }
    return depths;
}

}  // namespace

Exhibit plan_tree(const PlannedStatement& statement) {
    constexpr std::size_t most = 40;
    const Plan& plan = *statement.plan;
    Exhibit out{
        .id = {},
        .key = "plan-tree." + (plan.statement == 0 ? to_text(plan.origin)
                                                   : fmt::format("{:016x}", plan.statement)),
        .form = Form::tree};
    out.title = "Plan of " + name_of(statement);
    out.caption =
        fmt::format("One execution, {:.3g} ms, read from {}. Bar and \"self\": the time of the "
                    "node without those below it. Rows of all loops.",
                    plan.total_ms.value_or(0),
                    to_text(plan.origin));
    out.columns = {{"node", "", false},
                   {"self", "ms", true},
                   {"rows", "", true},
                   {"expected", "", true},
                   {"loops", "", true}};
    double whole_ms = 0;
    for (const PlanNode& node : plan.nodes) {
        whole_ms += node.exclusive_ms.value_or(0);
    }
    const std::vector<int> depths = depths_of(plan);
    const std::size_t shown = std::min(most, plan.nodes.size());
    for (std::size_t i = 0; i < shown; ++i) {
        out.rows.push_back(row_of(plan, plan.nodes[i], depths[i], whole_ms));
    }
    if (shown < plan.nodes.size()) {
        out.left_out = fmt::format("{} more nodes", plan.nodes.size() - shown);
    }
    return out;
}

}  // namespace plimsoll::checks::plans
