// The plans part of `inspect` as text: for each of the slowest plans its tree with exclusive times,
// what it points out, and what it costs at more data.
#include "app/inspect_plans.hpp"
#include "model/plan_findings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

constexpr std::size_t most_plans = 20;
constexpr std::size_t most_nodes = 60;
constexpr std::size_t most_findings = 12;

[[nodiscard]] std::string milliseconds(const std::optional<double>& value) {
    return value ? fmt::format("{:.3f}", *value) : "-";
}
[[nodiscard]] std::string times(double scale) {
    return scale < 1000 ? fmt::format("{:.3g}x", scale) : fmt::format("{:.0f}x", scale);
}
// In the unit that a person would use.
[[nodiscard]] std::string duration(double ms) {
    struct Unit {
        double ms;
        const char* name;
    };
    for (const Unit unit :
         {Unit{2 * 86'400'000.0, "days"}, {7'200'000, "h"}, {120'000, "min"}, {1'000, "s"}}) {
        const double one = unit.ms / (unit.ms > 1'000 ? 2 : 1);
        if (ms >= unit.ms) {
            return ms / one < 1000 ? fmt::format("{:.3g} {}", ms / one, unit.name)
                                   : fmt::format("{:.0f} {}", ms / one, unit.name);
        }
    }
    return fmt::format("{:.3g} ms", ms);
}

[[nodiscard]] std::string describe(const PlanNode& node) {
    std::string out = node.name.empty() ? "" : node.name + ": ";
    out += node.type;
    out += node.relation.empty() ? "" : " on " + node.relation;
    out += node.index.empty() ? "" : " using " + node.index;
    return out;
}

[[nodiscard]] std::string tree(const Plan& plan) {
    std::string out =
        plan.analyzed
            ? fmt::format(
                  "  {:>11} {:>6} {:>12} {:>9}  node\n", "self ms", "share", "rows", "loops")
            : fmt::format("  {:>11} {:>6} {:>12} {:>9}  node\n", "cost", "share", "rows est.", "");
    std::vector<std::size_t> depth(plan.nodes.size(), 0);
    const std::vector<double> shares = model::shares_of(plan);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const PlanNode& node = plan.nodes[i];
        if (node.parent >= 0) {
            depth[i] = depth[static_cast<std::size_t>(node.parent)] + 1;
        }
        if (i == most_nodes) {
            return out + fmt::format("  ... and {} more nodes\n", plan.nodes.size() - i);
        }
        const bool never = node.more.contains("Never Executed");
        out += fmt::format("  {:>11} {:>5.1f}% {:>12.6g} {:>9}  {}{}\n",
                           plan.analyzed ? milliseconds(node.exclusive_ms)
                                         : fmt::format("{:.6g}", node.cost_total),
                           100 * shares[i],
                           node.rows.value_or(node.rows_estimated),
                           never            ? "never"
                           : node.loops > 0 ? fmt::format("{:.6g}", node.loops)
                                            : "",
                           std::string(2 * std::min<std::size_t>(depth[i], 20), ' '),
                           describe(node));
    }
    return out;
}

[[nodiscard]] std::string findings(const Plan& plan) {
    std::string out;
    const std::vector<model::PlanFinding> all = model::findings_of(plan);
    for (std::size_t i = 0; i < std::min(all.size(), most_findings); ++i) {
        out += fmt::format("    {:<3} {} [{}]\n",
                           std::string(static_cast<std::size_t>(all[i].severity), '!'),
                           all[i].says,
                           to_text(all[i].kind));
    }
    if (all.size() > most_findings) {
        out += fmt::format("    ... and {} more\n", all.size() - most_findings);
    }
    return out.empty() ? out : "  it points out\n" + out;
}

[[nodiscard]] std::string cliffs(const model::Cliffs& cliffs) {
    std::string out;
    const auto say = [&](const std::optional<double>& scale, const char* what) {
        if (scale) {
            out += fmt::format(
                "    {} {}\n", what, *scale <= 1 ? "today" : "at about " + times(*scale));
        }
    };
    say(cliffs.sort_spills, "a sort no longer fits into work_mem");
    say(cliffs.hash_spills, "a hash table no longer fits into memory");
    say(cliffs.subplan_rescans, "a hashed sub-query no longer fits and is searched row by row");
    say(cliffs.jit_starts, "just-in-time compilation starts");
    say(cliffs.parallel_starts, "parallel workers start");
    return out;
}

[[nodiscard]] std::string at_scales(const Plan& plan, const ProjectedPlan& answer) {
    std::string out = "  at more data\n";
    for (const model::Projection& one : answer.outlook.at) {
        const bool timed = one.ms.has_point();
        const Estimate& value = timed ? one.ms : one.factor;
        out += fmt::format("    {:>6}  {} ({} to {}), {}; {:.0f} % of it in {}\n",
                           times(one.scale),
                           timed ? duration(value.at) : times(value.at) + " today's cost",
                           timed ? duration(value.low) : times(value.low),
                           timed ? duration(value.high) : times(value.high),
                           to_text(one.growth),
                           100 * one.dominant_share,
                           describe(plan.nodes[one.dominant]));
    }
    return out;
}

[[nodiscard]] std::string budget(const ProjectedPlan& answer, double budget_ms, bool timed) {
    if (!timed) {
        return "    no time was measured: when a budget breaks is not known (EXPLAIN ANALYZE)\n";
    }
    if (!answer.breaks) {
        return fmt::format("    does not pass {:g} ms below 10,000x\n", budget_ms);
    }
    const Estimate& at = *answer.breaks;
    if (at.has_point() && at.at <= 1) {
        return fmt::format("    passes {:g} ms today\n", budget_ms);
    }
    return fmt::format("    passes {:g} ms at {} ({} to {})\n",
                       budget_ms,
                       at.has_point() ? times(at.at) : "10,000x or later",
                       times(at.low),
                       std::isfinite(at.high) ? times(at.high) : "never");
}

[[nodiscard]] std::string projection(const Plan& plan,
                                     const ProjectedPlan& answer,
                                     const PlanQuestions& questions) {
    const model::Outlook& outlook = answer.outlook;
    std::string out = at_scales(plan, answer);
    out += budget(answer, questions.budget_ms, plan.total_ms || answer.mean_ms);
    out += cliffs(outlook.cliffs);
    out += fmt::format("    confidence {}; holds while: {}\n",
                       to_text(outlook.confidence),
                       fmt::join(outlook.preconditions, ", "));
    if (outlook.weak) {
        out += outlook.small_tables.empty()
                   ? std::string{"    weak: so little time today that fixed costs hide the growth; "
                                 "trust the class only\n"}
                   : fmt::format("    weak: {} too few rows today to predict from; trust the class "
                                 "only\n",
                                 fmt::format("{} {}",
                                             fmt::join(outlook.small_tables, ", "),
                                             outlook.small_tables.size() == 1 ? "has" : "have"));
    }
    for (const std::string& choice : outlook.choices) {
        out += "    open: " + choice + "\n";
    }
    if (!outlook.unknown_tables.empty()) {
        out += fmt::format("    not told how they grow: {}; the range covers both. Say it with "
                           "--growth {}=denser (or longer, static)\n",
                           fmt::join(outlook.unknown_tables, ", "),
                           fmt::join(outlook.unknown_tables, "=denser,"));
    }
    return out;
}

[[nodiscard]] std::string one_plan(const Plan& plan,
                                   const Evidence& evidence,
                                   const model::GrowthFacts& facts,
                                   const PlanQuestions& questions) {
    const ProjectedPlan answer = projected(plan, evidence, facts, questions);
    std::string out = fmt::format("\n{}  {}\n", to_text(plan.origin), plan.statement_text);
    out += fmt::format("  {}: {}",
                       plan.product,
                       plan.analyzed ? fmt::format("{} ms", milliseconds(plan.total_ms))
                                     : "estimates only, nothing was measured");
    out += plan.planning_ms ? fmt::format(", planning {:.3f} ms", *plan.planning_ms) : "";
    if (answer.share) {
        out += fmt::format("; in the log {:.1f} % of all time, {:.3f} ms a call",
                           100 * *answer.share,
                           answer.mean_ms.value_or(0));
    }
    out += "\n" + tree(plan) + findings(plan);
    return out + (questions.scales.empty() ? "" : projection(plan, answer, questions));
}

}  // namespace

std::string inspect_plans_text(const Evidence& evidence, const PlanQuestions& questions) {
    const model::GrowthFacts facts =
        model::growth_facts(evidence.plans, questions.tables, evidence.database.table_rows());
    std::vector<const Plan*> plans;
    for (const auto& [shape, same] : evidence.plans.by_shape) {
        for (const Plan& plan : same) {
            plans.push_back(&plan);
        }
    }
    std::ranges::stable_sort(plans, [](const Plan* a, const Plan* b) {
        return std::pair{a->total_ms.value_or(-1), -static_cast<double>(a->origin.line)} >
               std::pair{b->total_ms.value_or(-1), -static_cast<double>(b->origin.line)};
    });
    std::string out;
    for (std::size_t i = 0; i < std::min(plans.size(), most_plans); ++i) {
        out += one_plan(*plans[i], evidence, facts, questions);
    }
    if (plans.size() > most_plans) {
        out += fmt::format("\n... and {} more plans; --format json has them all\n",
                           plans.size() - most_plans);
    }
    if (!plans.empty() && questions.scales.empty()) {
        out += "\nAdd --project 10,100 to see what they cost at more data.\n";
    }
    return out;
}

}  // namespace plimsoll::app
