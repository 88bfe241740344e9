// What do the plans point out, and how much of the time has a plan at all? (sign 5)
//
// Law: the rules of the best plan viewers (model/plan_findings.hpp), each weighed by the share of
// its node in the plan, and of the statement in the log. Waste: a node that reads, sorts or repeats
// far more than it gives. A severe finding on a node without time is shown and does not count.
// Blind spots: a plan is one execution with one set of values; what has no plan is not seen, and
// the part of the time that has one is printed (catalogue 001-81).
#include "model/plan_findings.hpp"

#include "checks/plans/statements.hpp"
#include "checks/plans/tree.hpp"
#include "core/check.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

using model::PlanFinding;
using model::PlanFindingKind;
using plans::PlannedStatement;

constexpr Threshold wasteful{
    "plan-findings.share",
    0.2,
    "share",
    "a fifth of the time in nodes that a rule calls wasteful is worth a week of rewriting"};
constexpr Threshold covered_from{
    "plan-findings.coverage",
    0.8,
    "share",
    "below four fifths of the time with a plan what was not looked at decides (catalogue 001-81)"};
constexpr std::array thresholds{wasteful, covered_from};
constexpr model::ControlPoints by_share{.ten = 0.05, .fifty = 0.4};
constexpr std::size_t most_shown = 15;

struct Seen {
    const PlannedStatement* statement = nullptr;
    PlanFinding finding;
    double weight = 0;  // of all time where a log tells, else of the plan's
};

// Rules that say where time goes, not that it is wasted.
[[nodiscard]] bool only_locates(PlanFindingKind kind) {
    return kind == PlanFindingKind::slow_node || kind == PlanFindingKind::costly_node ||
           kind == PlanFindingKind::lock_rows || kind == PlanFindingKind::disabled_node ||
           kind == PlanFindingKind::row_misestimate || kind == PlanFindingKind::hashed_subplan;
}

// Kinds whose remedy is a setting or a rewrite that is known beforehand.
struct Advice {
    PlanFindingKind kind;
    Rung rung;
    const char* id;
    const char* title;
    const char* action;
};
constexpr auto advice = std::to_array<Advice>(
    {{PlanFindingKind::disk_sort,
      Rung::configure,
      "work-mem",
      "Give sorts and hashes their memory",
      "SET work_mem for the role that runs it, from what the plan wrote to disk; not for the "
      "server"},
     {PlanFindingKind::hash_batches,
      Rung::configure,
      "work-mem",
      "Give sorts and hashes their memory",
      "SET work_mem for the role that runs it, from the batches of the plan; not for the server"},
     {PlanFindingKind::heap_fetches,
      Rung::configure,
      "vacuum",
      "Vacuum before index-only scans",
      "ALTER TABLE ... SET (autovacuum_vacuum_insert_scale_factor = 0.02); VACUUM"},
     {PlanFindingKind::jit_share,
      Rung::configure,
      "jit",
      "Compile only what runs long",
      "ALTER ROLE ... SET jit_above_cost = 1000000, or jit = off for short statements"},
     {PlanFindingKind::large_offset,
      Rung::query,
      "keyset",
      "Page by key instead of OFFSET",
      "WHERE (sort_key, id) > ($last_key, $last_id) ORDER BY sort_key, id LIMIT n"},
     {PlanFindingKind::rescanned_subplan,
      Rung::query,
      "subplan-join",
      "Join what a sub-query asks row by row",
      "rewrite the correlated sub-query as a join or LATERAL with GROUP BY; NOT IN as NOT EXISTS"},
     {PlanFindingKind::slow_planning,
      Rung::query,
      "prepare",
      "Plan once, run often",
      "prepared statements; fewer partitions and joins in one statement"}});

void add_remedies(Finding& out, const std::vector<Seen>& all) {
    std::set<std::string> told;
    for (const Seen& one : all) {
        for (const Advice& known : advice) {
            if (known.kind != one.finding.kind || !told.insert(known.id).second) {
                continue;
            }
            out.remedies.push_back(
                {.id = fmt::format("plan.{}", known.id),
                 .rung = known.rung,
                 .title = known.title,
                 .action = known.action,
                 .effort = known.rung == Rung::configure ? "1 hour" : "1 day",
                 .reach = plans::name_of(*one.statement),
                 .undo = known.rung == Rung::configure ? "RESET the setting" : "revert the commit",
                 .verify = "EXPLAIN (ANALYZE, BUFFERS) again: the finding is gone",
                 .model = one.finding.says});
        }
    }
}

[[nodiscard]] Exhibit table_of(const std::vector<Seen>& all, bool logged) {
    Exhibit out{.id = {}, .key = "plan-findings", .form = Form::table};
    out.title = "What the plans point out";
    out.caption = logged ? "Share: of the workload's time, the node's part of its statement."
                         : "Share: of the plan's own time; no log tells that of the statement.";
    out.columns = {{"finding", "", false},
                   {"rule", "", false},
                   {"severity", "of 3", true},
                   {"share", "%", true},
                   {"statement", "", false}};
    for (const Seen& one : all) {
        if (out.rows.size() == most_shown) {
            out.left_out = fmt::format("{} more", all.size() - most_shown);
            break;
        }
        Row row;
        row.cells = {
            {one.finding.says, std::nullopt},
            {std::string{to_text(one.finding.kind)}, std::nullopt},
            {std::to_string(one.finding.severity), static_cast<double>(one.finding.severity)},
            {fmt::format("{:.1f}", 100 * one.weight), 100 * one.weight},
            {plans::name_of(*one.statement), std::nullopt}};
        row.share = one.weight;
        row.note = to_text(one.statement->plan->origin);
        out.rows.push_back(std::move(row));
    }
    return out;
}

struct Account {
    std::vector<Seen> all;
    double covered = 0;   // of the workload's time, with a plan
    double wasted = 0;    // of the same, or of the plans' time without a log
    double plans_ms = 0;  // total
    std::size_t measured = 0;
};

[[nodiscard]] Account account_of(const std::vector<PlannedStatement>& statements) {
    Account out;
    bool logged = false;
    for (const PlannedStatement& one : statements) {
        out.covered += one.share.value_or(0);
        logged = logged || one.share;
        out.measured += one.plan->analyzed ? 1U : 0U;
        out.plans_ms += one.plan->total_ms.value_or(0);
    }
    for (const PlannedStatement& one : statements) {
        const double part = logged             ? one.share.value_or(0)
                            : out.plans_ms > 0 ? one.plan->total_ms.value_or(0) / out.plans_ms
                                               : 0;
        std::map<std::size_t, double> nodes;  // counted once, however many rules name them
        for (PlanFinding& finding : model::findings_of(*one.plan)) {
            const bool counts =
                finding.severity >= 2 && !only_locates(finding.kind) && one.plan->analyzed;
            if (counts) {
                nodes[finding.node] = finding.share;
            }
            const double weight = finding.share * (logged ? part : 1);
            out.all.push_back({.statement = &one, .finding = std::move(finding), .weight = weight});
        }
        for (const auto& [node, share] : nodes) {
            out.wasted += part * share;
        }
    }
    std::ranges::stable_sort(out.all, [](const Seen& a, const Seen& b) {
        const auto rank = [](const Seen& one) {
            return std::pair{only_locates(one.finding.kind) ? 0 : one.finding.severity, one.weight};
        };
        return rank(a) > rank(b);
    });
    return out;
}

// The trees behind the first findings: where in the plan they stand.
void add_trees(Finding& out, const std::vector<Seen>& all) {
    constexpr std::size_t most_trees = 3;
    std::set<const Plan*> shown;
    for (const Seen& one : all) {
        if (shown.size() == most_trees) {
            return;
        }
        if (one.statement->plan->analyzed && shown.insert(one.statement->plan).second) {
            out.exhibits.push_back(plans::plan_tree(*one.statement));
        }
    }
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding out;
    const std::vector<PlannedStatement> statements = plans::planned_statements(evidence);
    const Account account = account_of(statements);
    const bool logged = account.covered > 0;
    for (const PlannedStatement& one : statements) {
        out.seen_at.push_back(one.plan->origin);
    }
    out.exhibits.push_back(table_of(account.all, logged));
    add_trees(out, account.all);
    add_remedies(out, account.all);
    if (!evidence.workload.empty()) {
        out.measures.push_back({.id = "covered",
                                .name = "share of the workload's time with a plan in evidence",
                                .value = Estimate::exactly(account.covered),
                                .unit = "share",
                                .samples = static_cast<double>(statements.size()),
                                .formula = {},
                                .origins = out.seen_at});
    }
    const std::string first =
        account.all.empty() ? std::string{} : account.all.front().finding.says;
    if (account.measured == 0) {
        out.says = fmt::format("{} plans hold estimates only{}{}.",
                               statements.size(),
                               first.empty() ? "" : "; ",
                               first);
        out.gaps.push_back({"plan-findings.analyze",
                            "plans with ANALYZE",
                            "true times, rows that were read and thrown away, spills",
                            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ..."});
        return out;
    }
    out.measures.push_back(
        {.id = "wasteful",
         .name = logged ? "share of the workload's time in nodes that a rule calls wasteful"
                        : "share of the plans' time in nodes that a rule calls wasteful",
         .value = {.at = account.wasted,
                   .low = account.wasted,
                   .high = logged ? std::min(1.0, account.wasted + 1 - account.covered) : 1.0},
         .unit = "share",
         .samples = static_cast<double>(account.measured),
         .formula = "sum over statements of share x shares of nodes with a finding of severity 2 "
                    "or more",
         .origins = out.seen_at});
    const bool much = account.wasted >= settings.value_of(wasteful);
    const bool enough = account.covered >= settings.value_of(covered_from);
    out.outcome = !logged  ? Outcome::insufficient
                  : much   ? Outcome::present
                  : enough ? Outcome::absent
                           : Outcome::insufficient;
    if (logged) {
        out.score = model::severity(account.wasted, by_share);
        out.confidence = enough ? Confidence::high : Confidence::medium;
        out.confidence_why =
            fmt::format("plans cover {:.0f} % of the workload's time", 100 * account.covered);
    } else {
        out.confidence_why = "no log tells how much of the time these statements have";
        out.gaps.push_back({"plan-findings.log",
                            "a log of the same database, with the text of these statements",
                            "what share of all time each of these findings has",
                            "audit the slow-query log together with the plans; a plan names its "
                            "statement as \"Query Text\", or by the EXPLAIN typed above it"});
    }
    out.says = first.empty() ? fmt::format("{} plans point out nothing.", statements.size())
                             : fmt::format("{:.0f} % of {} time is in nodes that do far more than "
                                           "they give; first: {}.",
                                           100 * account.wasted,
                                           logged ? "the database's" : "the plans'",
                                           first);
    return out;
}

}  // namespace

extern constinit const Check plan_findings{
    .id = "plan-findings",
    .asks = "What do the plans point out?",
    .why = "Each rule of the plan viewers, weighed by the time behind it. Blind spot: only "
           "statements with a plan, one execution each.",
    .sign = Sign::database_bound,
    .decides = false,
    .needs = {Kind::plans},
    .thresholds = thresholds,
    .claims = "000-16 001-72 001-81 002-14 002-26 002-101 000-101",
    .missing = {"plans of the slow statements",
                "where inside a statement the time goes, and what is done for nothing",
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ... > plan.json"},
    .run = run,
};

}  // namespace plimsoll::checks
