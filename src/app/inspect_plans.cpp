#include "app/inspect_plans.hpp"

#include "core/error.hpp"
#include "model/plan_findings.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <system_error>

namespace plimsoll::app {
namespace {

using wire::Json;

// Calls `use` with each part of a list with commas.
void for_each_part(std::string_view list, const auto& use) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view part = list.substr(0, comma);
        if (!part.empty()) {
            use(part);
        }
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
}

[[nodiscard]] Json node_json(const PlanNode& node, std::size_t id) {
    Json out = Json::object();
    out["id"] = id;
    out["parent"] = node.parent < 0 ? Json(nullptr) : Json(node.parent);
    out["type"] = node.type;
    out["relation"] = node.relation;
    for (const auto& [name, text] : {std::pair{"alias", &node.alias},
                                     std::pair{"index", &node.index},
                                     std::pair{"relationship", &node.relationship},
                                     std::pair{"name", &node.name},
                                     std::pair{"filter", &node.filter}}) {
        if (!text->empty()) {
            out[name] = *text;
        }
    }
    out["exclusive_ms"] = wire::to_json(node.exclusive_ms);
    out["total_ms"] = wire::to_json(node.total_ms);
    out["rows"] = wire::to_json(node.rows);
    out["rows_estimated"] = node.rows_estimated;
    out["rows_removed"] = wire::to_json(node.rows_removed);
    out["loops"] = node.loops;
    out["processes"] = node.processes;
    out["cost_startup"] = node.cost_startup;
    out["cost_total"] = node.cost_total;
    out["width"] = node.width;
    if (!node.more.empty()) {
        out["more"] = wire::to_json(node.more);
    }
    return out;
}

[[nodiscard]] Json finding_json(const model::PlanFinding& finding) {
    Json out = Json::object();
    out["rule"] = to_text(finding.kind);
    out["node"] = finding.node;
    out["severity"] = finding.severity;
    out["share"] = finding.share;
    out["value"] = wire::to_json(finding.value);
    out["says"] = finding.says;
    out["signs"] = wire::to_json(finding.signs);
    out["limit"] = finding.limit;
    return out;
}

[[nodiscard]] Json projection_json(const model::Projection& projection,
                                   const model::Outlook& outlook) {
    Json out = Json::object();
    out["scale"] = projection.scale;
    out["ms"] = wire::to_json(projection.ms.at);
    out["low"] = wire::to_json(projection.ms.has_point() ? projection.ms.low : projection.ms.at);
    out["high"] = wire::to_json(projection.ms.has_point() ? projection.ms.high : projection.ms.at);
    out["class"] = to_text(projection.growth);
    out["factor"] = wire::to_json(projection.factor.at);
    out["factor_low"] = wire::to_json(projection.factor.low);
    out["factor_high"] = wire::to_json(projection.factor.high);
    out["dominant_node"] = projection.dominant;
    out["dominant_share"] = projection.dominant_share;
    out["confidence"] = to_text(outlook.confidence);
    return out;
}

[[nodiscard]] Json cliffs_json(const model::Cliffs& cliffs) {
    Json out = Json::object();
    out["sort_spills"] = wire::to_json(cliffs.sort_spills);
    out["hash_spills"] = wire::to_json(cliffs.hash_spills);
    out["hashed_subplan_falls_back"] = wire::to_json(cliffs.subplan_rescans);
    out["jit_starts"] = wire::to_json(cliffs.jit_starts);
    out["parallel_starts"] = wire::to_json(cliffs.parallel_starts);
    return out;
}

[[nodiscard]] Json plan_json(const Plan& plan,
                             const Evidence& evidence,
                             const model::GrowthFacts& facts,
                             const PlanQuestions& questions) {
    Json out = Json::object();
    out["source"] = to_text(plan.origin);
    out["product"] = plan.product;
    out["total_ms"] = wire::to_json(plan.total_ms);
    out["planning_ms"] = wire::to_json(plan.planning_ms);
    out["root_ms"] =
        plan.nodes.empty() ? Json(nullptr) : wire::to_json(plan.nodes.front().total_ms);
    out["triggers_ms"] = plan.triggers_ms;
    out["jit_ms"] = plan.jit_ms;
    out["overlap_ms"] = plan.overlap_ms;
    out["analyzed"] = plan.analyzed;
    out["statement"] = plan.statement == 0 ? Json(nullptr) : Json(plan.statement);
    out["text"] = plan.statement_text;
    out["settings"] = wire::to_json(plan.settings);
    out["nodes"] = Json::array();
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        out["nodes"].push_back(node_json(plan.nodes[i], i));
    }
    out["findings"] = Json::array();
    for (const model::PlanFinding& finding : model::findings_of(plan)) {
        out["findings"].push_back(finding_json(finding));
    }
    const ProjectedPlan answer = projected(plan, evidence, facts, questions);
    out["workload_share"] = wire::to_json(answer.share);
    out["workload_mean_ms"] = wire::to_json(answer.mean_ms);
    out["projection"] = Json::array();
    if (questions.scales.empty()) {
        return out;
    }
    const model::Outlook& outlook = answer.outlook;
    for (const model::Projection& projection : outlook.at) {
        out["projection"].push_back(projection_json(projection, outlook));
    }
    out["cliffs"] = cliffs_json(outlook.cliffs);
    out["budget_ms"] = questions.budget_ms;
    out["passes_budget_at"] = wire::to_json(answer.breaks);
    out["weak"] = outlook.weak;
    out["small_tables"] = wire::to_json(outlook.small_tables);
    out["preconditions"] = wire::to_json(outlook.preconditions);
    out["open"] = wire::to_json(outlook.choices);
    out["growth_unknown"] = wire::to_json(outlook.unknown_tables);
    return out;
}

[[noreturn]] void refuse(std::string_view option,
                         std::string_view part,
                         std::string why,
                         std::string remedy) {
    throw Error{{.status = Status::usage,
                 .what = "cannot read " + std::string{option} + " " + std::string{part},
                 .where = {},
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

}  // namespace

void add_growth(std::string_view text, PlanQuestions& questions) {
    for_each_part(text, [&](std::string_view part) {
        const std::size_t equals = part.find('=');
        const std::string_view word =
            equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
        const std::optional<TableGrowth> growth = from_text<TableGrowth>(word);
        if (equals == 0 || !growth || *growth == TableGrowth::unknown) {
            refuse("--growth",
                   part,
                   "a table grows static, denser or longer",
                   "write --growth orders=denser,events=longer,products=static");
        }
        questions.tables[std::string{part.substr(0, equals)}].growth = *growth;
    });
}

void add_scales(std::string_view text, PlanQuestions& questions) {
    for_each_part(text, [&](std::string_view part) {
        double scale = 0;
        std::string_view digits = part.ends_with('x') ? part.substr(0, part.size() - 1) : part;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), scale);
        if (error != std::errc{} || end != digits.data() + digits.size() || !(scale >= 1) ||
            scale > 1e6) {
            refuse("--project",
                   part,
                   "a scale is a number from 1 to 1,000,000",
                   "write --project 10,100");
        }
        questions.scales.push_back(scale);
    });
}

ProjectedPlan projected(const Plan& plan,
                        const Evidence& evidence,
                        const model::GrowthFacts& facts,
                        const PlanQuestions& questions) {
    ProjectedPlan out;
    double all_us = 0;
    const auto known = evidence.workload.statements.find(plan.statement);
    if (plan.statement != 0 && known != evidence.workload.statements.end() &&
        known->second.total.calls > 0) {
        const auto us = static_cast<double>(known->second.total.time_us);
        for (const auto& [id, statement] : evidence.workload.statements) {
            all_us += static_cast<double>(statement.total.time_us);
        }
        out.mean_ms = us / static_cast<double>(known->second.total.calls) / 1000.0;
        out.share = all_us > 0 ? std::optional{us / all_us} : std::nullopt;
    }
    if (!questions.scales.empty()) {
        model::GrowthFacts own = facts;
        own.mean_ms = out.mean_ms;
        out.outlook = model::project(plan, own, questions.scales);
        out.breaks = model::scale_at_budget(plan, own, questions.budget_ms);
    }
    return out;
}

wire::Json inspect_plans(const Evidence& evidence, const PlanQuestions& questions) {
    const model::GrowthFacts facts =
        model::growth_facts(evidence.plans, questions.tables, evidence.database.table_rows());
    Json out = Json::array();
    for (const auto& [shape, same] : evidence.plans.by_shape) {
        for (const Plan& plan : same) {
            out.push_back(plan_json(plan, evidence, facts, questions));
        }
    }
    return out;
}

}  // namespace plimsoll::app
