#include "checks/plans/statements.hpp"

#include "model/plan_kind.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plimsoll::checks::plans {

namespace {

[[nodiscard]] std::string query_id_of(const Plan& plan) {
    return plan.nodes.empty() ? std::string{}
                              : std::string{model::text_in(plan.nodes.front(), "Query Identifier")};
}

// A plan that names no statement is of the class of another with the server's same query id.
[[nodiscard]] std::map<std::string, std::uint64_t> classes_by_query_id(const Plans& plans) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [shape, same] : plans.by_shape) {
        for (const Plan& plan : same) {
            if (const std::string id = query_id_of(plan); !id.empty() && plan.statement != 0) {
                out.emplace(id, plan.statement);
            }
        }
    }
    return out;
}

}  // namespace

std::vector<PlannedStatement> planned_statements(const Evidence& evidence) {
    double all_us = 0;
    for (const auto& [id, statement] : evidence.workload.statements) {
        all_us += static_cast<double>(statement.total.time_us);
    }
    std::map<std::uint64_t, PlannedStatement> by_class;
    std::vector<PlannedStatement> out;
    const std::map<std::string, std::uint64_t> by_query_id = classes_by_query_id(evidence.plans);
    for (const auto& [shape, same] : evidence.plans.by_shape) {
        for (const Plan& plan : same) {
            PlannedStatement one{.plan = &plan, .share = std::nullopt, .mean_ms = std::nullopt};
            const auto known = by_query_id.find(query_id_of(plan));
            const std::uint64_t statement = plan.statement != 0          ? plan.statement
                                            : known != by_query_id.end() ? known->second
                                                                         : 0;
            if (statement == 0) {
                out.push_back(one);
                continue;
            }
            PlannedStatement& kept = by_class.try_emplace(statement, one).first->second;
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

std::vector<PlannedStatement> largest_statements(const Evidence& evidence) {
    std::vector<PlannedStatement> out = planned_statements(evidence);
    out.resize(std::min(out.size(), most_projected));
    return out;
}

model::GrowthFacts growth_facts(const Evidence& evidence, const Settings& settings) {
    return model::growth_facts(evidence.plans, settings.tables, evidence.database.table_rows());
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
