#include "evidence/plans.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll {
namespace {

[[nodiscard]] std::string shape_of(const Plan& plan) {
    std::string shape = std::to_string(plan.statement);
    for (const PlanNode& node : plan.nodes) {
        shape += '|';
        shape += std::to_string(node.parent) + node.type + ',' + node.relation + ',' + node.index +
                 ',' + node.filter;
        if (const auto condition = node.more.find("Index Cond"); condition != node.more.end()) {
            shape += ',' + condition->second;
        }
    }
    std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
    for (const char c : shape) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return std::to_string(plan.statement) + '/' + std::to_string(hash);
}

// Keeps the largest, in order, each once.
void settle(std::vector<Plan>& plans) {
    std::ranges::sort(plans, [](const Plan& a, const Plan& b) { return a > b; });
    plans.erase(std::unique(plans.begin(), plans.end()), plans.end());
    if (plans.size() > Plans::most_of_a_shape) {
        plans.resize(Plans::most_of_a_shape);
    }
}

}  // namespace

void Plans::add(Plan plan) {
    ++seen;
    std::vector<Plan>& plans = by_shape[shape_of(plan)];
    // In place rather than by settle(): a log brings a shape a million times.
    const auto at =
        std::ranges::lower_bound(plans, plan, [](const Plan& a, const Plan& b) { return a > b; });
    const bool known = at != plans.end() && *at == plan;
    if (known || (at == plans.end() && plans.size() >= most_of_a_shape)) {
        return;
    }
    plans.insert(at, std::move(plan));
    if (plans.size() > most_of_a_shape) {
        plans.pop_back();
    }
}

void Plans::merge(const Plans& other) {
    seen += other.seen;
    for (const auto& [shape, theirs] : other.by_shape) {
        std::vector<Plan>& plans = by_shape[shape];
        plans.insert(plans.end(), theirs.begin(), theirs.end());
        settle(plans);
    }
}

}  // namespace plimsoll
