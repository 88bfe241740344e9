#include "app/planner/data_line.hpp"

#include "checks/database/growth.hpp"
#include "core/figure_text.hpp"
#include "model/plan_projection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::app::planner {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double agree_within = 2;  // as loop.hpp: nine in ten of either law lie within it
constexpr double most = 1000;       // beyond, the planner was not asked
constexpr std::size_t most_shown = 12;

// A line that the planner puts at its end of the scale is no line.
[[nodiscard]] Estimate open_ended(Estimate line) {
    line.at = line.at >= most * 0.96 ? infinite : line.at;
    line.high = line.at == infinite ? infinite : line.high;
    return line;
}

void put_tables(const Planned& answer,
                const DatabaseCapture& capture,
                const std::map<std::string, Growth>& growth,
                StatementLine& out) {
    for (const Point& point : answer.at) {
        for (const Node& node : point.plan.nodes) {
            for (const auto& [key, how] : growth) {
                const auto table = capture.tables.find(key);
                if (table == capture.tables.end() || table->second.name != node.relation) {
                    continue;
                }
                out.tables.insert(node.relation);
                if (!how.told) {
                    out.unknown.insert(node.relation);
                }
            }
        }
    }
}

// The plan that a statement of the planner's was made of.
[[nodiscard]] const Plan* plan_of(const Plans& plans, const Asked& asked) {
    for (const auto& [shape, same] : plans.by_shape) {
        if (asked.generic && to_text(same.front().origin) == asked.name) {
            return &same.front();
        }
    }
    return nullptr;
}

[[nodiscard]] std::optional<Estimate> law_of(const Plan& plan,
                                             const model::GrowthFacts& facts,
                                             double budget_ms) {
    if (!plan.total_ms) {
        return std::nullopt;
    }
    const std::optional<Estimate> breaks = model::scale_at_budget(plan, facts, budget_ms);
    return breaks ? *breaks : Estimate{.at = infinite, .low = most, .high = infinite};
}

[[nodiscard]] std::string in_words(const std::optional<Estimate>& line) {
    if (!line) {
        return "not known";
    }
    if (std::isinf(line->at)) {
        return fmt::format("beyond {}", figure_text(line->low));
    }
    const std::string range =
        std::isinf(line->high)
            ? fmt::format("{} or more", figure_text(line->low))
            : fmt::format("{} to {}", figure_text(line->low), figure_text(line->high));
    return line->has_point() ? fmt::format("{} ({})", figure_text(line->at), range) : range;
}

[[nodiscard]] Cell cell_of(const std::optional<Estimate>& line) {
    const bool finite = line && std::isfinite(line->at);
    return {.text = in_words(line), .value = finite ? std::optional{line->at} : std::nullopt};
}

[[nodiscard]] Exhibit table_of(const DataLine& line) {
    Exhibit out{.key = "plan-growth.planner", .form = Form::table};
    out.check = "plan-growth";
    out.title = "How much more data the statements bear";
    out.caption = fmt::format("Multiples of today's data at which {:g} ms are passed, by "
                              "PostgreSQL's own planner over an empty copy, and by the growth law.",
                              line.budget_ms);
    out.columns = {{"statement", "", false},
                   {"today", "ms", true},
                   {"planner", "x", true},
                   {"growth law", "x", true}};
    if (line.change) {
        out.columns.push_back({"planner, after the change", "x", true});
    }
    for (const StatementLine& one : line.statements) {
        if (out.rows.size() == most_shown) {
            out.left_out = fmt::format("{} more", line.statements.size() - most_shown);
            break;
        }
        Row row;
        row.cells = {{one.name, std::nullopt},
                     one.ms ? Cell{figure_text(*one.ms), one.ms} : Cell{"not known", std::nullopt},
                     cell_of(one.plan),
                     cell_of(one.law)};
        if (line.change) {
            row.cells.push_back(cell_of(one.changed));
        }
        row.note = !one.disagrees.empty() ? one.disagrees
                   : one.unknown.empty()  ? ""
                                          : fmt::format("how these grow is not told: {}",
                                                       fmt::join(one.unknown, ", "));
        out.rows.push_back(std::move(row));
    }
    return out;
}

[[nodiscard]] const Estimate& of_line(const DataLine& line, const StatementLine& one) {
    return line.change && one.changed ? *one.changed : one.both;
}

// The first statement to break among those whose growth is known.
[[nodiscard]] const StatementLine* first_of(const DataLine& line) {
    const StatementLine* first = nullptr;
    for (const StatementLine& one : line.statements) {
        if (one.unknown.empty() &&
            (first == nullptr || of_line(line, one).low < of_line(line, *first).low)) {
            first = &one;
        }
    }
    return first;
}

[[nodiscard]] Limit limit_of(const DataLine& line, const std::set<std::string>& unknown) {
    Limit limit{.id = "data-growth",
                .name = "statement time as data grows",
                .axis = Axis::data,
                .grade = Grade::B,
                .check = "plan-growth"};
    limit.formula =
        fmt::format("smallest multiple of today's data at which a statement passes {:g} "
                    "ms, by the planner and by the growth law",
                    line.budget_ms);
    const StatementLine* first = first_of(line);
    Estimate all{.at = infinite, .low = infinite, .high = infinite};
    for (const StatementLine& one : line.statements) {
        if (one.unknown.empty()) {
            const Estimate& own = of_line(line, one);
            all.low = std::min(all.low, own.low);
            all.high = std::min(all.high, own.high);
            all.at = std::isnan(own.at) || std::isnan(all.at) ? own.at + all.at
                                                              : std::min(all.at, own.at);
        }
    }
    if (!unknown.empty()) {
        // Those of unknown growth may break before, so what is known bounds from above alone.
        limit.missing_input = fmt::format("how these tables grow: {}", fmt::join(unknown, ", "));
        if (first != nullptr && std::isfinite(all.high)) {
            limit.place(Estimate::at_most(all.high));
            limit.grade = Grade::C;
            limit.basis = first->name;
        }
        return limit;
    }
    if (first == nullptr || std::isinf(all.low)) {
        limit.status = first == nullptr ? LimitStatus::missing : LimitStatus::above_range;
        limit.basis = "no statement passes its budget below 1,000x";
        return limit;
    }
    limit.place(all);
    if (std::isinf(limit.at)) {
        limit.at = std::numeric_limits<double>::quiet_NaN();
    }
    limit.basis = first->name;
    return limit;
}

void put_gaps(const DataLine& line, const std::set<std::string>& unknown, Finding& finding) {
    std::erase_if(finding.gaps, [](const Gap& gap) { return gap.id == "plan-growth"; });
    if (!unknown.empty() &&
        std::ranges::find(finding.gaps, "plan-growth.tables", &Gap::id) == finding.gaps.end()) {
        finding.gaps.push_back(
            {"plan-growth.tables",
             "how tables grow",
             "the limit of the data, and which statements reach it first",
             fmt::format("in plimsoll.toml: [tables] {} = {{ grows = \"denser\" }}  (or static, "
                         "longer)",
                         *unknown.begin())});
    }
    const auto open = std::ranges::find_if(
        line.statements, [](const StatementLine& one) { return !one.disagrees.empty(); });
    if (open != line.statements.end()) {
        finding.gaps.push_back({"plan-growth.disagreement",
                                fmt::format("what settles \"{}\": {}", open->name, open->disagrees),
                                "one range of the data's limit in place of two",
                                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) of it on a copy with more "
                                "data, or [tables] in plimsoll.toml"});
    }
}

}  // namespace

Joined join_lines(const std::optional<Estimate>& plan, const std::optional<Estimate>& law) {
    if (!plan || !law) {
        return {.range = plan ? *plan : law.value_or(Estimate{})};
    }
    const Estimate wide{.at = std::numeric_limits<double>::quiet_NaN(),
                        .low = std::min(plan->low, law->low),
                        .high = std::max(plan->high, law->high)};
    const bool both_open = std::isinf(plan->at) && std::isinf(law->at);
    if (!plan->has_point() || !law->has_point() ||
        (!both_open && std::isinf(plan->at) != std::isinf(law->at))) {
        return {.range = wide, .agree = false};
    }
    if (both_open) {
        return {.range = {.at = infinite, .low = std::max(plan->low, law->low), .high = infinite}};
    }
    if (std::max(plan->at / law->at, law->at / plan->at) > agree_within) {
        return {.range = wide, .agree = false};
    }
    const double middle = std::sqrt(plan->at * law->at);
    const double low = std::max(plan->low, law->low);
    const double high = std::min(plan->high, law->high);
    return {.range = {.at = middle, .low = std::min(low, middle), .high = std::max(high, middle)}};
}

DataLine data_line(const Evidence& evidence,
                   const Settings& settings,
                   const PlannerRequest& request) {
    const PlannerAnswers answers = ask(evidence, request);
    const model::GrowthFacts facts =
        model::growth_facts(evidence.plans, settings.tables, evidence.database.table_rows());
    DataLine out{.budget_ms = request.budget_ms.value_or(0),
                 .change = !request.change.empty(),
                 .growth = checks::database::growth_a_week(evidence.database),
                 .notes = answers.notes};
    for (const Planned& answer : answers.statements) {
        if (!answer.refused.empty() || !answer.line) {
            continue;
        }
        StatementLine one{.name = answer.asked.name.substr(0, 90),
                          .ms = answer.asked.ms,
                          .plan = open_ended(*answer.line),
                          .origin = answers.capture->origin};
        if (answer.line_changed) {
            one.changed = open_ended(*answer.line_changed);
        }
        put_tables(answer, *answers.capture, answers.growth, one);
        if (one.tables.empty()) {
            continue;  // of the catalogue, or of no table: it does not grow with the data
        }
        if (const Plan* plan = plan_of(evidence.plans, answer.asked)) {
            one.law = law_of(*plan, facts, out.budget_ms);
            one.origin = plan->origin;
        }
        const Joined joined = join_lines(one.plan, one.law);
        one.both = joined.range;
        if (!joined.agree) {
            one.disagrees = fmt::format(
                "the planner says {}, the growth law {}", in_words(one.plan), in_words(one.law));
        }
        out.statements.push_back(std::move(one));
    }
    std::ranges::stable_sort(out.statements, [&](const StatementLine& a, const StatementLine& b) {
        return of_line(out, a).low < of_line(out, b).low;
    });
    return out;
}

void put_data_line(const DataLine& line, double target, Finding& finding) {
    std::set<std::string> unknown;
    for (const StatementLine& one : line.statements) {
        unknown.insert(one.unknown.begin(), one.unknown.end());
        finding.seen_at.push_back(one.origin);
    }
    if (line.statements.empty()) {
        return;  // what the check said stands
    }
    std::erase_if(finding.limits, [](const Limit& limit) { return limit.id == "data-growth"; });
    const Limit limit = limit_of(line, unknown);
    finding.limits.push_back(limit);
    finding.exhibits.push_back(table_of(line));
    put_gaps(line, unknown, finding);
    const std::string of = line.change ? " after the change" : "";
    if (limit.status == LimitStatus::above_range) {
        finding.outcome = Outcome::absent;
        finding.says = fmt::format("By the planner no statement passes {:g} ms below 1,000x the "
                                   "data{}.",
                                   line.budget_ms,
                                   of);
    } else if (limit.status == LimitStatus::measured) {
        finding.outcome = limit.low > 0 && limit.low > target ? Outcome::absent : Outcome::latent;
        finding.says = fmt::format(
            "\"{}\" passes {:g} ms at {} times today's data{}, by the planner{}.",
            limit.basis,
            line.budget_ms,
            in_words(Estimate{.at = limit.at, .low = limit.low, .high = limit.high}),
            of,
            first_of(line) != nullptr && first_of(line)->law ? " and the growth law" : "");
    }
    std::erase_if(finding.measures, [](const Measure& one) { return one.id == "weeks-left"; });
    const StatementLine* first = first_of(line);
    const std::optional<Estimate> rate =
        first == nullptr ? std::nullopt : checks::database::fastest(line.growth, first->tables);
    if (rate && limit.status == LimitStatus::measured) {
        finding.measures.push_back(
            {.id = "weeks-left",
             .name = "weeks until a statement passes its budget",
             .value = checks::database::weeks_until(
                 {.at = limit.at, .low = limit.low, .high = limit.high}, *rate),
             .unit = "weeks",
             .formula =
                 "log(multiple) / growth a week; at the latest (multiple - 1) / growth a week",
             .origins = {first->origin}});
    }
    if (limit.status != LimitStatus::missing) {
        finding.confidence = limit.grade == Grade::C ? Confidence::low : Confidence::medium;
        finding.confidence_why = "planned over an empty copy of the captured schema and statistics";
    }
}

}  // namespace plimsoll::app::planner
