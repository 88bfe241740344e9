#include "model/working_set.hpp"

#include "model/plan_conditions.hpp"
#include "model/plan_kind.hpp"
#include "model/plan_walk.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace plimsoll::model {
namespace {

constexpr double page_bytes = 8192;
constexpr double tuple_price = 0.01;  // cpu_tuple_cost
constexpr double operator_price = 0.0025;

[[nodiscard]] double pages_of(const PlanNode& node) {
    return number_in(node, "Shared Hit Blocks").value_or(0) +
           number_in(node, "Shared Read Blocks").value_or(0);
}

// BUFFERS count a node with its children.
[[nodiscard]] std::vector<double> own_pages(const Plan& plan) {
    std::vector<double> out(plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        out[i] += pages_of(plan.nodes[i]);
        if (plan.nodes[i].parent >= 0) {
            out[static_cast<std::size_t>(plan.nodes[i].parent)] -= pages_of(plan.nodes[i]);
        }
    }
    return out;
}

// Of a scan of the whole table, from its price.
[[nodiscard]] double pages_by_price(const PlanNode& node) {
    const double loops = std::max(node.loops / std::max(node.processes, 1.0), 1.0);
    const double rows =
        node.rows ? (*node.rows + node.rows_removed.value_or(0)) / loops : node.rows_estimated;
    double conditions = 0;
    for (const Alternative& all : comparisons(node.filter)) {
        conditions += static_cast<double>(all.size());
    }
    return std::max(0.0, node.cost_total - rows * (tuple_price + conditions * operator_price));
}

}  // namespace

std::map<std::string, Estimate> working_set(const Plan& plan,
                                            const GrowthFacts& facts,
                                            double scale) {
    std::map<std::string, Estimate> out;
    if (plan.product != "postgresql" || plan.nodes.empty()) {
        return out;  // others print neither buffers nor prices in pages
    }
    const WalkResult walked = walk(plan, facts.tables, scale, Side::likely);
    const std::vector<double> pages = own_pages(plan);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const PlanNode& node = plan.nodes[i];
        const std::string relation{relation_of(plan, i)};
        if (relation.empty() || (plan.analyzed && node.loops <= 0)) {
            continue;
        }
        const NodeKind kind = kind_of(node);
        const bool whole = kind == NodeKind::table_scan;
        const double loops = std::max(node.loops / std::max(node.processes, 1.0), 1.0);
        const bool counted = pages_of(node) > 0;
        const double touched = whole && !counted ? pages_by_price(node)
                               : whole           ? std::max(0.0, pages[i]) / loops
                                                 : std::max(0.0, pages[i]);
        const double growth =
            whole ? GrowthLaws{plan, facts.tables, scale, Side::likely}.of_table(relation)
            : walked.before[i] > 0 ? walked.after[i] / walked.before[i]
                                   : walked.rows[i];
        const double bytes = touched * page_bytes * growth;
        // Two scans of one table read the same pages.
        Estimate& all =
            out.try_emplace(relation, Estimate{.at = 0, .low = 0, .high = 0}).first->second;
        all.low = std::max(all.low, whole ? bytes : 0);
        all.high = whole ? std::max(all.high, bytes) : all.high + bytes;
        all.at = std::max(all.low, all.high / 2);
    }
    return out;
}

}  // namespace plimsoll::model
