// How much of the database's time would an index save? (sign 5, and the cheapest rung of the
// ladder)
//
// Law: a scan that reads n rows to keep k does (n - k) / n of its work for nothing; an index that
// serves the condition leaves k / n of it, and a descent. The time so removable, as a share s of
// all time, lets the same machine carry 1 / (1 - s) times the load (catalogue 003-04: 2x needs s =
// 0.5). Only where a log gives each statement its share. On the data axis the statement, if it is
// the first to pass its budget, is projected again with the scan as an index scan; then it or the
// next one is the first. Blind spots: a condition that no index
// serves (LIKE '%x%'); the tax of one more index on writes; a scan that is cheaper than an index
// because it keeps much of the table.
#include "checks/plans/statements.hpp"
#include "core/check.hpp"
#include "model/plan_conditions.hpp"
#include "model/plan_findings.hpp"
#include "model/plan_kind.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

using plans::PlannedStatement;

constexpr Threshold removed_ratio{
    "missing-index.removed-per-kept",
    100,
    "ratio",
    "an index pays when it skips a hundred rows for each that is kept (catalogue 000-11)"};
constexpr Threshold least_rows{
    "missing-index.least-rows",
    10'000,
    "rows",
    "a smaller table is read whole in a millisecond, and the index costs each write"};
constexpr Threshold worth{
    "missing-index.share",
    0.05,
    "share",
    "below a twentieth of the time an index moves no limit by more than 5 % (catalogue 000-11)"};
constexpr std::array thresholds{removed_ratio, least_rows, worth};
constexpr model::ControlPoints by_share{.ten = 0.05, .fifty = 0.33};  // fifty: 1 / (1 - s) = 1.5

struct Wasted {
    PlannedStatement statement;
    std::size_t node = 0;
    double read = 0;  // rows
    double kept = 0;
    double of_plan = 0;   // share of the plan's time that an index would save
    std::string columns;  // for the index; empty when the condition has none that an index serves
};

// Columns that a b-tree serves: equalities first, then one range. Expressions and LIKE have none.
[[nodiscard]] std::string columns_of(std::string_view condition) {
    const std::vector<model::Alternative> any = model::comparisons(condition);
    std::string equal;
    std::string range;
    if (any.size() != 1) {
        return {};
    }
    for (const model::Comparison& one : any.front()) {
        if (one.column.empty() || one.how == model::Compare::other) {
            continue;
        }
        std::string& into = one.how == model::Compare::equal ? equal : range;
        if (one.how == model::Compare::equal || range.empty()) {
            into += (into.empty() ? "" : ", ") + one.column;
        }
    }
    return equal.empty() ? range : range.empty() ? equal : equal + ", " + range;
}

[[nodiscard]] std::vector<Wasted> wasted_in(const PlannedStatement& statement,
                                            const Settings& settings) {
    std::vector<Wasted> out;
    const Plan& plan = *statement.plan;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const PlanNode& node = plan.nodes[i];
        const double removed = node.rows_removed.value_or(0);
        if (!node.exclusive_ms || removed <= 0 ||
            model::kind_of(node) != model::NodeKind::table_scan) {
            continue;
        }
        const double kept = node.rows.value_or(0);
        const double runs = std::max(1.0, node.loops / std::max(node.processes, 1.0));
        if ((removed + kept) / runs < settings.value_of(least_rows) ||
            removed < settings.value_of(removed_ratio) * std::max(kept, runs)) {
            continue;
        }
        const double saved = removed / (removed + kept);
        out.push_back({.statement = statement,
                       .node = i,
                       .read = removed + kept,
                       .kept = kept,
                       .of_plan = model::share_of(plan, i) * saved,
                       .columns = columns_of(node.filter)});
    }
    return out;
}

// Where each statement passes its budget as the data grows; nothing where that is not known.
struct DataLines {
    model::GrowthFacts facts;
    double budget_ms = 0;
    std::vector<std::pair<const Plan*, Estimate>> breaks;  // the first to break first
};

[[nodiscard]] std::optional<DataLines> data_lines(const Evidence& evidence,
                                                  const Settings& settings) {
    DataLines out{.facts = plans::growth_facts(evidence, settings),
                  .budget_ms = settings.value_of(plans::budget)};
    constexpr std::array today{1.0};
    for (const PlannedStatement& statement : plans::largest_statements(evidence)) {
        model::GrowthFacts own = out.facts;
        own.mean_ms = statement.mean_ms;
        if (!model::project(*statement.plan, own, today).unknown_tables.empty()) {
            return std::nullopt;  // plan-growth places no limit either
        }
        if (const auto breaks = model::scale_at_budget(*statement.plan, own, out.budget_ms)) {
            out.breaks.emplace_back(statement.plan, *breaks);
        }
    }
    std::ranges::stable_sort(out.breaks, {}, [](const auto& each) { return each.second.low; });
    return out;
}

// The plan with the scan as an index scan that reads what is kept.
[[nodiscard]] Plan with_index(const Wasted& one) {
    Plan plan = *one.statement.plan;
    PlanNode& node = plan.nodes[one.node];
    const double kept = one.kept / std::max(1.0, one.read);
    const double saved = node.exclusive_ms.value_or(0) * (1 - kept);
    node.type = "Index Scan";
    node.index = "to be made";
    node.more["Index Cond"] = node.filter;
    node.filter.clear();
    node.rows_removed = 0;
    node.exclusive_ms = node.exclusive_ms.value_or(0) * kept;
    plan.total_ms =
        plan.total_ms ? std::optional{std::max(0.01, *plan.total_ms - saved)} : std::nullopt;
    return plan;
}

// By how much the limit of the data rises; nothing when another statement comes first.
[[nodiscard]] std::optional<Estimate> on_data(const Wasted& one, const DataLines& lines) {
    if (lines.breaks.empty() || lines.breaks.front().first != one.statement.plan) {
        return std::nullopt;
    }
    constexpr double most = 10'000;  // as far as the projection looks
    model::GrowthFacts own = lines.facts;
    if (one.statement.mean_ms) {
        own.mean_ms = *one.statement.mean_ms * (1 - one.of_plan);
    }
    Estimate after = model::scale_at_budget(with_index(one), own, lines.budget_ms)
                         .value_or(Estimate::exactly(most));
    if (lines.breaks.size() > 1) {
        const Estimate& next = lines.breaks[1].second;
        after = {.at = std::min(after.at, next.at),
                 .low = std::min(after.low, next.low),
                 .high = std::min(after.high, next.high)};
    }
    const Estimate& now = lines.breaks.front().second;
    const auto times = [](double then, double before) {
        return before > 0 && std::isfinite(then / before) ? std::max(1.0, then / before) : 1.0;
    };
    return Estimate{.at = times(after.at, now.at),
                    .low = times(after.low, now.low),
                    .high = times(after.high, now.high)};
}

[[nodiscard]] Remedy remedy_of(const Wasted& one, const std::optional<DataLines>& lines) {
    const PlanNode& node = one.statement.plan->nodes[one.node];
    Remedy out{.id = fmt::format("index.{}.{}", node.relation, one.columns), .rung = Rung::query};
    std::erase(out.id, ' ');
    out.title = fmt::format("Index {} on ({})", node.relation, one.columns);
    out.action = fmt::format("CREATE INDEX CONCURRENTLY ON {} ({});", node.relation, one.columns);
    out.effort = "1 hour";
    out.reach =
        fmt::format("reads of {}; each write to it gets dearer by one index entry", node.relation);
    out.undo = "DROP INDEX CONCURRENTLY";
    out.verify =
        "EXPLAIN (ANALYZE) the statement again: an Index Scan, and no Rows Removed by Filter";
    if (one.statement.share) {
        const double s = std::min(0.99, *one.statement.share * one.of_plan);
        // The plan is one execution: its waste may be half as much in others.
        const Estimate factor{.at = 1 / (1 - s), .low = 1 / (1 - s / 2), .high = 1 / (1 - s)};
        out.effects = {{"database-cpu", factor}, {"connection-pool.*", factor}};
        out.model = fmt::format("s = {:.2f} of all time x {:.2f} of the plan = {:.2f}; 1 / (1 - s)",
                                *one.statement.share,
                                one.of_plan,
                                s);
    }
    const std::optional<Estimate> data = lines ? on_data(one, *lines) : std::nullopt;
    if (data && data->at > 1) {
        out.effects.push_back({"data-growth", *data});
        out.model += fmt::format("{}the statement projected with an index scan: the data's limit x "
                                 "{:.2g}",
                                 out.model.empty() ? "" : "; ",
                                 data->at);
    }
    return out;
}

void fill_exhibit(Finding& out, const std::vector<Wasted>& all) {
    Exhibit table{.id = {}, .key = "missing-index", .form = Form::table};
    table.title = "Rows read to be thrown away";
    table.caption = "Scans of whole tables for few rows. Share: of the workload's time that an "
                    "index would save.";
    table.columns = {{"table", "", false},
                     {"condition", "", false},
                     {"rows read", "", true},
                     {"rows kept", "", true},
                     {"saves of the plan", "%", true},
                     {"index on", "", false}};
    for (const Wasted& one : all) {
        const PlanNode& node = one.statement.plan->nodes[one.node];
        Row row;
        row.cells = {{node.relation, std::nullopt},
                     {node.filter, std::nullopt},
                     {fmt::format("{:.0f}", one.read), one.read},
                     {fmt::format("{:.0f}", one.kept), one.kept},
                     {fmt::format("{:.0f}", one.of_plan * 100), one.of_plan * 100},
                     {one.columns.empty() ? "no plain column: an expression, trigram or GIN index"
                                          : one.columns,
                      std::nullopt}};
        row.share =
            one.statement.share ? std::optional{*one.statement.share * one.of_plan} : std::nullopt;
        table.rows.push_back(std::move(row));
    }
    out.exhibits.push_back(std::move(table));
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding out;
    std::vector<Wasted> all;
    double covered = 0;
    double removable = 0;
    bool measured = false;
    std::size_t plans_seen = 0;
    for (const PlannedStatement& statement : plans::planned_statements(evidence)) {
        ++plans_seen;
        covered += statement.share.value_or(0);
        measured = measured || statement.plan->nodes.front().exclusive_ms.has_value();
        for (Wasted& one : wasted_in(statement, settings)) {
            removable += statement.share.value_or(0) * one.of_plan;
            out.seen_at.push_back(statement.plan->origin);
            all.push_back(std::move(one));
        }
    }
    if (!measured) {
        out.says = "The plans hold estimates only: rows read and thrown away are not in them.";
        out.gaps.push_back({"missing-index.analyze",
                            "plans with ANALYZE",
                            "the time that an index would save",
                            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ..."});
        return out;
    }
    fill_exhibit(out, all);
    std::set<std::string> told;
    const std::optional<DataLines> lines =
        all.empty() ? std::nullopt : data_lines(evidence, settings);
    for (const Wasted& one : all) {
        Remedy remedy = remedy_of(one, lines);
        if (!one.columns.empty() && told.insert(remedy.id).second) {
            out.remedies.push_back(std::move(remedy));
        }
    }
    if (covered <= 0) {
        out.says = all.empty() ? fmt::format("None of {} plans reads a table for few of its rows.",
                                             plans_seen)
                               : fmt::format("{} scans in {} plans read {:g} rows or more for each "
                                             "that they keep; their share of all "
                                             "time is not known.",
                                             all.size(),
                                             plans_seen,
                                             settings.value_of(removed_ratio));
        out.confidence_why = "no log tells how much of the time these statements have";
        out.gaps.push_back({"missing-index.log",
                            "a slow-query log of the same database",
                            "the share of time that an index saves",
                            "log_min_duration_statement = 0 for an hour, or auto_explain, and "
                            "audit the log with the plans"});
        return out;
    }
    out.measures.push_back(
        {.id = "removable",
         .name = "share of the workload's time that indexes would save",
         .value = {.at = removable,
                   .low = removable / 2,
                   .high = std::min(1.0, removable + std::max(0.0, 1 - covered))},
         .unit = "share",
         .samples = static_cast<double>(plans_seen),
         .formula = "sum of statement's share x node's share x rows removed / rows read",
         .origins = out.seen_at});
    out.outcome = removable >= settings.value_of(worth) ? Outcome::present
                  : covered > 0.8                       ? Outcome::absent
                                                        : Outcome::insufficient;
    out.score = model::severity(removable, by_share);
    out.confidence = covered > 0.8   ? Confidence::high
                     : covered > 0.3 ? Confidence::medium
                                     : Confidence::low;
    out.confidence_why = fmt::format("plans cover {:.0f} % of the workload's time", covered * 100);
    out.says = fmt::format("Indexes would save {:.0f} % of the database's time: {} scans throw "
                           "nearly all they read away.",
                           removable * 100,
                           all.size());
    return out;
}

}  // namespace

extern constinit const Check missing_index{
    .id = "missing-index",
    .asks = "How much of the database's time would an index save?",
    .why = "The cheapest step there is, and its effect is known before it is taken. Blind spot: "
           "only statements with a plan.",
    .sign = Sign::database_bound,
    .decides = false,
    .needs = {Kind::plans},
    .thresholds = thresholds,
    .claims = "000-11 000-16 000-94 001-72 002-13 002-14 002-25 003-04",
    .missing =
        {"plans with ANALYZE of the slow statements",
         "the share of time that an index would save",
         "auto_explain.log_min_duration = 100, auto_explain.log_analyze = on, and audit the log"},
    .run = run,
};

}  // namespace plimsoll::checks
