// Of how much of the statement time is the plan known?
//
// Law: what has no plan cannot be projected or mended from evidence; under four fifths of the time
// the list of costly statements has holes where it matters (catalogue 001-81). Blind spots: a plan
// of a quiet night may not be the plan of the day; a log with a threshold holds only the slow part,
// whose share is then of that part.
#include "checks/plans/statements.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold enough{.id = "plan-coverage.enough",
                           .value = 0.8,
                           .unit = "share of time",
                           .reason = "catalogue 001-81: the hot paths are four fifths of the time"};
constexpr std::array thresholds{enough};

[[nodiscard]] Exhibit costliest(const Workload& workload, double total_us) {
    constexpr std::size_t most = 12;
    std::vector<const StatementClass*> all;
    for (const auto& [id, statement] : workload.statements) {
        all.push_back(&statement);
    }
    std::ranges::stable_sort(all, [](const StatementClass* a, const StatementClass* b) {
        return a->total.time_us > b->total.time_us;
    });
    Exhibit out{.id = {}, .key = "statements.costliest", .form = Form::table};
    out.title = "Statements by total time";
    out.caption = "Where the time goes: what to look at first.";
    out.columns = {
        {"statement", "", false}, {"calls", "", true}, {"time", "s", true}, {"share", "%", true}};
    for (const StatementClass* one : all) {
        if (out.rows.size() == most) {
            out.left_out = fmt::format("{} more", all.size() - most);
            break;
        }
        const double seconds = static_cast<double>(one->total.time_us) / 1e6;
        const double share = static_cast<double>(one->total.time_us) / total_us;
        Row row;
        row.cells = {{one->text.substr(0, 120), std::nullopt},
                     {fmt::format("{}", one->total.calls), static_cast<double>(one->total.calls)},
                     {fmt::format("{:.1f}", seconds), seconds},
                     {fmt::format("{:.0f}", 100 * share), 100 * share}};
        row.share = share;
        row.note = to_text(one->first_seen);
        out.rows.push_back(std::move(row));
    }
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    double total_us = 0;
    for (const auto& [id, statement] : evidence.workload.statements) {
        total_us += static_cast<double>(statement.total.time_us);
    }
    if (total_us <= 0) {
        finding.says = "Not assessed: no statement in the log has a time.";
        finding.gaps.push_back({.id = "plan-coverage",
                                .missing = "a log of statements with their times",
                                .would_add = "of how much of the time the plan is known",
                                .how = "log_min_duration_statement = 0"});
        return finding;
    }
    double known = 0;
    for (const plans::PlannedStatement& statement : plans::planned_statements(evidence)) {
        known += statement.share.value_or(0);
    }
    known = std::min(1.0, known);
    finding.outcome = known >= settings.value_of(enough) ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "plans joined to statements by their text";
    finding.says =
        fmt::format("The plans of {:.0f} % of the statement time are known.", 100 * known);
    finding.measures.push_back({.id = "covered",
                                .name = "statement time whose plan is known",
                                .value = Estimate::exactly(known),
                                .unit = "share of time",
                                .samples = static_cast<double>(evidence.workload.statements.size()),
                                .formula = {},
                                .origins = {}});
    finding.exhibits.push_back(costliest(evidence.workload, total_us));
    if (finding.outcome == Outcome::present) {
        finding.gaps.push_back(
            {.id = "plan-coverage",
             .missing = fmt::format("plans of {:.0f} % of the statement time", 100 * (1 - known)),
             .would_add = "missing indexes and the limit of the data, of the rest",
             .how = "LOAD 'auto_explain'; SET auto_explain.log_min_duration = '100ms'; SET "
                    "auto_explain.log_analyze = on; SET auto_explain.log_format = 'json'"});
    }
    return finding;
}

}  // namespace

extern constinit const Check plan_coverage{
    .id = "plan-coverage",
    .asks = "Of how much of the statement time is the plan known?",
    .why = "What has no plan can be neither projected nor mended from evidence. Blind spot: a plan "
           "of a quiet night may "
           "not be the plan of the day.",
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "001-81 002-26 002-101 003-03",
    .missing = {.what = "a statement log",
                .would_add = "of how much of the time the plan is known",
                .how = "log_min_duration_statement = 0; auto_explain beside it"},
    .run = run,
};

}  // namespace plimsoll::checks
