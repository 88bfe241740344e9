#include "checks/plans/statements.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plimsoll::checks::plans {

std::vector<PlannedStatement> planned_statements(const Evidence& evidence) {
    double all_us = 0;
    for (const auto& [id, statement] : evidence.workload.statements) {
        all_us += static_cast<double>(statement.total.time_us);
    }
    std::map<std::uint64_t, PlannedStatement> by_class;
    std::vector<PlannedStatement> out;
    for (const auto& [shape, same] : evidence.plans.by_shape) {
        for (const Plan& plan : same) {
            PlannedStatement one{.plan = &plan, .share = std::nullopt, .mean_ms = std::nullopt};
            if (plan.statement == 0) {
                out.push_back(one);
                continue;
            }
            PlannedStatement& kept = by_class.try_emplace(plan.statement, one).first->second;
            if (plan.total_ms.value_or(0) > kept.plan->total_ms.value_or(0)) {
                kept = one;
            }
        }
    }
    for (auto& [id, one] : by_class) {
        const auto known = evidence.workload.statements.find(id);
        if (known != evidence.workload.statements.end() && known->second.total.calls > 0 &&
            all_us > 0) {
            const auto us = static_cast<double>(known->second.total.time_us);
            one.calls = static_cast<double>(known->second.total.calls);
            one.share = us / all_us;
            one.mean_ms = us / one.calls / 1000;
        }
        out.push_back(one);
    }
    std::ranges::stable_sort(out, [](const PlannedStatement& a, const PlannedStatement& b) {
        return std::pair{a.share.value_or(-1), a.plan->total_ms.value_or(0)} >
               std::pair{b.share.value_or(-1), b.plan->total_ms.value_or(0)};
    });
    return out;
}

model::GrowthFacts growth_facts(const Evidence& evidence, const Settings& settings) {
    model::GrowthFacts out;
    for (const auto& [name, note] : settings.tables) {
        out.tables[name] = {.rows = note.rows, .growth = note.growth};
    }
    for (const auto& [shape, same] : evidence.plans.by_shape) {
        for (const Plan& plan : same) {
            for (const auto& [table, rows] : model::sizes_in(plan)) {
                std::optional<double>& size = out.tables[table].rows;
                size = size ? size : rows;
            }
        }
    }
    return out;
}

std::string name_of(const PlannedStatement& statement) {
    std::string name = statement.plan->statement_text;
    if (name.empty()) {
        for (const PlanNode& node : statement.plan->nodes) {
            if (!node.relation.empty()) {
                name = node.type + " on " + node.relation;
                break;
            }
        }
        name = name.empty() && !statement.plan->nodes.empty() ? statement.plan->nodes.front().type
                                                              : name;
    }
    if (name.size() > 60) {
        std::size_t end = 57;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
            --end;  // not within a character
        }
        name = name.substr(0, end) + "...";
    }
    return name;
}

}  // namespace plimsoll::checks::plans
