#include "app/planner/report.hpp"

#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::app::planner {
namespace {

using wire::Json;

constexpr std::size_t most_statements = 25;  // of pg_stat_statements, by time

[[nodiscard]] const DatabaseCapture& capture_of(const Evidence& evidence) {
    const std::vector<const DatabaseCapture*> all = evidence.database.latest();
    const auto with_tables =
        std::ranges::find_if(all, [](const DatabaseCapture* one) { return !one->tables.empty(); });
    if (with_tables == all.end()) {
        throw Error{
            {.status = Status::untrusted,
             .what = "there is no schema to plan with",
             .where = {},
             .why = "none of the inputs is a capture of a database with tables",
             .remedy =
                 "plimsoll collect postgresql://USER@HOST/DB -o FILE, and give FILE as well"}};
    }
    return **with_tables;
}

[[nodiscard]] std::vector<Asked> of_plans(const Plans& plans) {
    std::vector<Asked> out;
    for (const auto& [shape, same] : plans.by_shape) {
        const Plan& plan = same.front();
        if (!plan.statement_text.empty() && plan.product == "postgresql") {
            out.push_back({.name = to_text(plan.origin),
                           .text = plan.statement_text,
                           .generic = true,
                           .ms = plan.total_ms,
                           .planning_ms = plan.planning_ms.value_or(0)});
        }
    }
    return out;
}

[[nodiscard]] Json plan_json(const Explained& plan) {
    Json out = Json::object();
    out["shape"] = plan.shape();
    out["cost"] = plan.cost;
    out["nodes"] = Json::array();
    for (const Node& node : plan.nodes) {
        Json one = Json::object();
        one["parent"] = node.parent < 0 ? Json(nullptr) : Json(node.parent);
        one["type"] = node.type;
        one["relation"] = node.relation;
        one["index"] = node.index;
        one["rows"] = node.rows;
        one["cost"] = node.cost;
        out["nodes"].push_back(std::move(one));
    }
    return out;
}

[[nodiscard]] Json point_json(const Point& point) {
    Json out = Json::object();
    out["scale"] = point.scale;
    out["factor"] = point.factor;
    out["class"] = to_text(point.growth);
    out["ms"] = wire::to_json(point.ms ? point.ms->at : std::numeric_limits<double>::quiet_NaN());
    out["low"] = wire::to_json(point.ms ? point.ms->low : std::numeric_limits<double>::quiet_NaN());
    out["high"] =
        wire::to_json(point.ms ? point.ms->high : std::numeric_limits<double>::quiet_NaN());
    if (!point.disagrees.empty()) {
        out["disagrees"] = point.disagrees;
    }
    out["plan"] = plan_json(point.plan);
    if (point.changed) {
        Json changed = Json::object();
        changed["factor"] = wire::to_json(point.factor_changed);
        changed["ms"] = wire::to_json(point.ms_changed ? point.ms_changed->at
                                                       : std::numeric_limits<double>::quiet_NaN());
        changed["times_cheaper"] =
            point.changed->cost > 0 ? Json(point.plan.cost / point.changed->cost) : Json(nullptr);
        changed["plan_changes"] = point.changed->shape() != point.plan.shape();
        changed["plan"] = plan_json(*point.changed);
        out["changed"] = std::move(changed);
    }
    return out;
}

[[nodiscard]] Json cliff_json(const Cliff& cliff) {
    Json out = Json::object();
    out["below"] = cliff.below;
    out["above"] = cliff.above;
    out["jump"] = cliff.jump;
    out["before"] = cliff.before;
    out["after"] = cliff.after;
    return out;
}

[[nodiscard]] Json answer_json(const Planned& answer) {
    Json out = Json::object();
    out["name"] = answer.asked.name;
    out["generic"] = answer.asked.generic;
    out["ms_today"] = wire::to_json(answer.asked.ms);
    out["share"] = answer.asked.share;
    out["refused"] = answer.refused;
    out["at"] = Json::array();
    for (const Point& point : answer.at) {
        out["at"].push_back(point_json(point));
    }
    out["cliffs"] = Json::array();
    for (const Cliff& cliff : answer.cliffs) {
        out["cliffs"].push_back(cliff_json(cliff));
    }
    out["first_flip"] = answer.flip ? cliff_json(*answer.flip) : Json(nullptr);
    out["line"] = answer.line ? wire::to_json(*answer.line) : Json(nullptr);
    out["line_changed"] = answer.line_changed ? wire::to_json(*answer.line_changed) : Json(nullptr);
    return out;
}

// Where the offline law has an answer about the same plan, both are joined.
void join_laws(const Plans& plans,
               const DatabaseCapture& capture,
               const std::map<std::string, Growth>& growth,
               const std::vector<double>& scales,
               std::vector<Planned>& answers) {
    model::GrowthFacts facts;
    for (const auto& [key, table] : capture.tables) {
        const auto how = growth.find(key);
        facts.tables[table.name] = {
            .rows = table.rows > 0 ? std::optional{table.rows} : std::nullopt,
            .growth = how == growth.end() ? TableGrowth::unknown : how->second.how};
    }
    for (const auto& [shape, same] : plans.by_shape) {
        const Plan& plan = same.front();
        const auto answer = std::ranges::find_if(answers, [&](const Planned& one) {
            return one.asked.generic && one.asked.name == to_text(plan.origin);
        });
        if (answer == answers.end()) {
            continue;
        }
        const model::Outlook outlook = model::project(plan, facts, scales);
        for (Point& point : answer->at) {
            const auto law = std::ranges::find(outlook.at, point.scale, &model::Projection::scale);
            if (law == outlook.at.end()) {
                continue;
            }
            const Combined both = combine(point.factor, *law, outlook);
            point.disagrees = both.disagrees;
            if (both.disagrees.empty()) {
                point.factor = both.factor.at;
            }
            if (answer->asked.ms) {
                point.ms = both.factor.times(*answer->asked.ms);
            }
        }
    }
}

}  // namespace

PlannerAnswers ask(const Evidence& evidence, const PlannerRequest& request) {
    const DatabaseCapture& capture = capture_of(evidence);
    PlannerAnswers out{.capture = &capture, .growth = growth_of(capture, request.growth)};
    std::vector<Asked> statements;
    if (request.statements.empty()) {
        statements = of_plans(evidence.plans);
        const std::vector<Asked> counted = statements_of(capture, most_statements);
        statements.insert(statements.end(), counted.begin(), counted.end());
    } else {
        statements = statements_in(request.statements);
    }
    if (statements.empty()) {
        throw Error{
            {.status = Status::untrusted,
             .what = "there is no statement to plan",
             .where = capture.origin.source,
             .why = "the capture has no pg_stat_statements, and no plan comes with its text",
             .remedy = "--statements FILE with the statements, or CREATE EXTENSION "
                       "pg_stat_statements and collect again"}};
    }
    Questions questions{.scales = request.scales,
                        .change = request.change,
                        .cliffs = request.cliffs,
                        .budget_ms = request.budget_ms,
                        .progress = request.progress};
    questions.scales.insert(questions.scales.begin(), 1);
    std::ranges::sort(questions.scales);
    questions.scales.erase(std::unique(questions.scales.begin(), questions.scales.end()),
                           questions.scales.end());
    const ScratchCluster cluster{find_programs(request.programs, request.search_path)};
    out.statements =
        ask_planner(cluster, capture, out.growth, std::move(statements), questions, out.notes);
    out.scales = std::move(questions.scales);
    return out;
}

Json inspect_planner(const Evidence& evidence, const PlannerRequest& request) {
    PlannerAnswers asked = ask(evidence, request);
    const DatabaseCapture& capture = *asked.capture;
    const std::map<std::string, Growth>& growth = asked.growth;
    const std::vector<std::string>& notes = asked.notes;
    std::vector<Planned>& answers = asked.statements;
    join_laws(evidence.plans, capture, growth, asked.scales, answers);
    Json out = Json::object();
    out["database"] = capture.database;
    out["captured"] = wire::to_json(capture.started);
    out["notes"] = wire::to_json(notes);
    out["assumed"] = Json::array();
    std::size_t unread = 0;
    for (const auto& [key, one] : growth) {
        const DbTable& table = capture.tables.at(key);
        if (!one.told && (table.kind == "r" || table.kind == "p")) {
            out["assumed"].push_back(key + " grows denser: nobody said how (--growth " +
                                     table.name + "=static)");
        }
        unread += table.kind == "r" && table.rows > 0 &&
                          std::ranges::none_of(table.columns, &DbColumn::analyzed)
                      ? 1U
                      : 0U;
    }
    if (unread != 0) {
        out["notes"].push_back(fmt::format(
            "{} tables have no column statistics: their plans are guesses (the role could "
            "not read them, or ANALYZE never ran)",
            unread));
    }
    for (const DbGap& gap : capture.gaps) {
        if (gap.id == "collect.values") {
            out["notes"].push_back("values of text columns were left out: conditions on them are "
                                   "planned for an average value");
        }
    }
    out["statements"] = Json::array();
    for (const Planned& answer : answers) {
        out["statements"].push_back(answer_json(answer));
    }
    return out;
}

std::string planner_text(const Json& planned) {
    std::string out = fmt::format("\nThe planner at other sizes of {}\n",
                                  planned.at("database").get<std::string>());
    for (const Json& one : planned.at("statements")) {
        out += "  " + one.at("name").get<std::string>().substr(0, 90) + "\n";
        if (!one.at("refused").get<std::string>().empty()) {
            out += "    cannot be planned: " + one.at("refused").get<std::string>() + "\n";
            continue;
        }
        for (const Json& point : one.at("at")) {
            out += fmt::format("    {:>6g}x  time x{:<9.3g} {:<12}",
                               point.at("scale").get<double>(),
                               point.at("factor").get<double>(),
                               point.at("class").get<std::string>());
            if (!point.at("ms").is_null() && !point.at("low").is_null() &&
                !point.at("high").is_null()) {
                out += fmt::format(" {:.4g} ms ({:.4g} to {:.4g})",
                                   point.at("ms").get<double>(),
                                   point.at("low").get<double>(),
                                   point.at("high").get<double>());
            }
            if (point.contains("changed") && !point.at("changed").at("times_cheaper").is_null()) {
                out += fmt::format("  changed: x{:.3g} cheaper{}",
                                   point.at("changed").at("times_cheaper").get<double>(),
                                   point.at("changed").at("plan_changes").get<bool>()
                                       ? ", another plan"
                                       : ", the same plan");
            }
            out += point.contains("disagrees")
                       ? "\n            " + point.at("disagrees").get<std::string>() + "\n"
                       : "\n";
        }
        for (const Json& cliff : one.at("cliffs")) {
            out += fmt::format("    cliff between {:.3g}x and {:.3g}x: cost x{:.3g}\n",
                               cliff.at("below").get<double>(),
                               cliff.at("above").get<double>(),
                               cliff.at("jump").get<double>());
        }
        for (const char* line : {"line", "line_changed"}) {
            if (!one.at(line).is_null() && !one.at(line).at("at").is_null()) {
                out += fmt::format("    within the budget up to {:.3g}x{}\n",
                                   one.at(line).at("at").get<double>(),
                                   std::string_view{line} == "line" ? "" : " after the change");
            }
        }
    }
    for (const char* kind : {"notes", "assumed"}) {
        for (const Json& note : planned.at(kind)) {
            out += "  note: " + note.get<std::string>() + "\n";
        }
    }
    return out;
}

}  // namespace plimsoll::app::planner
