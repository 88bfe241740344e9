// Which statements outgrow the data, and at which multiple of it a time budget breaks? (signs 1 and
// 5, data axis)
//
// Law: model/plan_projection.hpp: today's plan, node by node, at N times the data. A statement that
// grows in proportion passes ten times its time at 10x; one that grows faster, or one near its
// budget, sets the first limit of the data. Blind spots: warm cache, one session, the plan keeps
// its shape; concurrency and memory are other limits. How each table grows is a person's answer;
// without it there is no limit, only what hangs on it.
#include "checks/database/growth.hpp"
#include "checks/plans/statements.hpp"
#include "core/check.hpp"
#include "core/figure_text.hpp"
#include "model/plan_kind.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace plimsoll::checks {
namespace {

using plans::budget;
using plans::PlannedStatement;

constexpr Threshold elastic{
    "plan-growth.elasticity",
    0.5,
    "exponent",
    "below it time grows by less than 3.2x for 10x the data (catalogue 000-14)"};
constexpr std::array thresholds{budget, elastic};
// Ten: a tenth of the projected time at the target grows as the data does; fifty: half of it.
constexpr model::ControlPoints by_share{.ten = 0.1, .fifty = 0.5};
constexpr std::size_t most_shown = 12;

struct Outgrown {
    PlannedStatement statement;
    model::Projection at_target;
    model::Projection at_hundred;
    model::Outlook outlook;
    std::optional<Estimate> breaks;  // multiple of the data at the budget
};

[[nodiscard]] Exhibit table_of(const std::vector<Outgrown>& all, double target) {
    Exhibit out{.id = {}, .key = "plan-growth", .form = Form::table};
    out.title = "Statements at more data";
    out.caption = "Projected from today's plans: warm cache, one session, the same plan. Ranges "
                  "are nine in ten.";
    out.columns = {{"statement", "", false},
                   {"today", "ms", true},
                   {fmt::format("at {:g}x", target), "ms", true},
                   {"at 100x", "ms", true},
                   {"growth", "", false},
                   {"passes the budget at", "x", true}};
    const auto cell = [](const Estimate& value) {
        return value.has_point() ? Cell{fmt::format("{} ({} to {})",
                                                    figure_text(value.at),
                                                    figure_text(value.low),
                                                    figure_text(value.high)),
                                        value.at}
                                 : Cell{"not known", std::nullopt};
    };
    for (const Outgrown& one : all) {
        if (out.rows.size() == most_shown) {
            out.left_out = fmt::format("{} more", all.size() - most_shown);
            break;
        }
        const std::optional<double> today =
            one.statement.mean_ms ? one.statement.mean_ms : one.statement.plan->total_ms;
        Row row;
        row.cells = {{plans::name_of(one.statement), std::nullopt},
                     today ? Cell{figure_text(*today), today} : Cell{"not known", std::nullopt},
                     cell(one.at_target.ms),
                     cell(one.at_hundred.ms),
                     {std::string{to_text(one.at_hundred.growth)}, std::nullopt},
                     one.breaks ? Cell{figure_text(one.breaks->at), one.breaks->at}
                                : Cell{"never", std::nullopt}};
        row.share = one.statement.share;
        for (const std::string& open : one.outlook.choices) {
            row.note += (row.note.empty() ? "" : "; ") + open;
        }
        out.rows.push_back(std::move(row));
    }
    return out;
}

// In weeks, where captures show how fast the tables of the first statement to break grow.
void put_weeks(Finding& out, const Outgrown& first, const Database& database) {
    std::set<std::string> tables;
    for (const PlanNode& node : first.statement.plan->nodes) {
        tables.insert(node.relation);
    }
    const std::optional<Estimate> rate =
        database::fastest(database::growth_a_week(database), tables);
    if (rate && first.breaks) {
        out.measures.push_back({.id = "weeks-left",
                                .name = "weeks until a statement passes its budget",
                                .value = database::weeks_until(*first.breaks, *rate),
                                .unit = "weeks",
                                .samples = static_cast<double>(database.captures.size()),
                                .formula = "log(multiple) / growth a week; at the latest (multiple "
                                           "- 1) / growth a week",
                                .origins = {database.captures.begin()->second.origin}});
    }
}

void place_limit(Finding& out,
                 const std::vector<Outgrown>& all,
                 const std::set<std::string>& unknown,
                 double ms,
                 const Database& database) {
    Limit limit{.id = "data-growth",
                .name = "statement time as data grows",
                .axis = Axis::data,
                .grade = Grade::B};
    limit.formula =
        fmt::format("smallest multiple of today's data at which a statement passes {:g} ms", ms);
    if (!unknown.empty()) {
        limit.missing_input =
            "how these tables grow: " + fmt::format("{}", fmt::join(unknown, ", "));
        out.limits.push_back(std::move(limit));
        return;
    }
    const Outgrown* first = nullptr;
    for (const Outgrown& one : all) {
        if (one.breaks && (first == nullptr || one.breaks->low < first->breaks->low)) {
            first = &one;
        }
    }
    if (first == nullptr) {
        limit.status = LimitStatus::above_range;
        limit.basis = "no statement with a plan passes the budget below 10,000x";
    } else {
        limit.place(*first->breaks);
        limit.basis = plans::name_of(first->statement);
        limit.grade = first->outlook.weak ? Grade::C : Grade::B;
        put_weeks(out, *first, database);
    }
    out.limits.push_back(std::move(limit));
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding out;
    const double ms = settings.value_of(budget);
    const std::array<double, 2> scales{settings.target, 100};
    const model::GrowthFacts facts = plans::growth_facts(evidence, settings);
    std::vector<Outgrown> all;
    std::set<std::string> unknown;
    double share = 0;
    double elastic_share = 0;
    double before = 0;
    double elastic_before = 0;
    for (const PlannedStatement& statement : plans::largest_statements(evidence)) {
        model::GrowthFacts own = facts;
        own.mean_ms = statement.mean_ms;
        Outgrown one{.statement = statement,
                     .outlook = model::project(*statement.plan, own, scales)};
        if (one.outlook.at.size() != scales.size()) {
            continue;
        }
        one.at_target = one.outlook.at[0];
        one.at_hundred = one.outlook.at[1];
        if (model::reads_a_table(*statement.plan)) {
            one.breaks = model::scale_at_budget(*statement.plan, own, ms);
        }
        unknown.insert(one.outlook.unknown_tables.begin(), one.outlook.unknown_tables.end());
        const bool grows = one.at_hundred.factor.at > std::pow(100.0, settings.value_of(elastic));
        const double weight = statement.plan->total_ms.value_or(0);
        share += statement.share.value_or(0);
        elastic_share += grows ? statement.share.value_or(0) : 0;
        before += weight;
        elastic_before += grows ? weight : 0;
        out.seen_at.push_back(statement.plan->origin);
        all.push_back(std::move(one));
    }
    std::ranges::stable_sort(all, [](const Outgrown& a, const Outgrown& b) {
        const auto at = [](const Outgrown& one) { return one.breaks ? one.breaks->low : 1e9; };
        return at(a) < at(b);
    });
    const auto growing = std::ranges::count_if(all, [&](const Outgrown& one) {
        return one.at_hundred.factor.at > std::pow(100.0, settings.value_of(elastic));
    });
    place_limit(out, all, unknown, ms, evidence.database);
    out.exhibits.push_back(table_of(all, settings.target));
    out.measures.push_back({.id = "growing",
                            .name = "statements whose time grows with the data",
                            .value = Estimate::exactly(static_cast<double>(growing)),
                            .unit = "statements",
                            .samples = static_cast<double>(all.size()),
                            .formula = {},
                            .origins = out.seen_at});
    if (share > 0) {
        out.measures.push_back({.id = "growing-share",
                                .name = "share of the workload's time that grows with the data",
                                .value = {.at = elastic_share,
                                          .low = elastic_share,
                                          .high = elastic_share + std::max(0.0, 1 - share)},
                                .unit = "share",
                                .samples = static_cast<double>(all.size())});
    }
    if (!unknown.empty()) {
        out.says = fmt::format(
            "{} of {} statements with a plan may grow with the data; how {} grow is not known.",
            growing,
            all.size(),
            fmt::join(unknown, ", "));
        if (!all.empty() && all.front().at_target.ms.has_point()) {
            const Outgrown& first = all.front();
            out.says += fmt::format(" \"{}\" may take {} to {} ms at {:g}x.",
                                    plans::name_of(first.statement),
                                    figure_text(first.at_target.ms.low),
                                    figure_text(first.at_target.ms.high),
                                    settings.target);
        }
        out.confidence_why = "growth of tables is not told";
        out.gaps.push_back(
            {"plan-growth.tables",
             "how tables grow",
             "the limit of the data, and which statements reach it first",
             fmt::format(
                 "in plimsoll.toml: [tables] {} = {{ grows = \"denser\" }}  (or static, longer)",
                 *unknown.begin())});
        return out;
    }
    const double decisive = share > 0 ? elastic_share : before > 0 ? elastic_before / before : 0;
    const bool breaks =
        !all.empty() && all.front().breaks && all.front().breaks->low <= settings.target;
    out.outcome = breaks ? Outcome::latent : Outcome::absent;
    out.score = model::severity(decisive, by_share);
    out.confidence = share > 0.8 ? Confidence::medium : Confidence::low;
    out.confidence_why =
        share > 0 ? fmt::format("plans cover {:.0f} % of the workload's time", share * 100)
                  : "no log tells how much of the time these statements have";
    out.says = breaks ? fmt::format("\"{}\" passes {:g} ms at {:.3g}x today's data; {} of {} "
                                    "statements grow with it.",
                                    plans::name_of(all.front().statement),
                                    ms,
                                    std::max(1.0, all.front().breaks->low),
                                    growing,
                                    all.size())
                      : fmt::format("No statement with a plan passes {:g} ms before {:g}x the "
                                    "data; {} of {} grow with it.",
                                    ms,
                                    settings.target,
                                    growing,
                                    all.size());
    return out;
}

}  // namespace

extern constinit const Check plan_growth{
    .id = "plan-growth",
    .asks = "Which statements outgrow the data?",
    .why = "Time that grows with the data is a limit that no larger load shows. Blind spot: only "
           "statements with a plan.",
    .sign = Sign::p99_climbs,
    .decides = false,
    .limit = Axis::data,
    .needs = {Kind::plans},
    .thresholds = thresholds,
    .claims = "000-14 000-21 001-20 002-23",
    .missing = {"plans of the slow statements",
                "the limit of the data: which statement breaks first, and when",
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ... > plan.json; or "
                "auto_explain.log_analyze = on with "
                "auto_explain.log_format = json, and audit the log"},
    .run = run,
};

}  // namespace plimsoll::checks
