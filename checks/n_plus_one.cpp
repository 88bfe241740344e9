// Supports sign 5: does the application ask in loops what one statement could answer?
//
// Law: a run is five or more calls of one statement class in one session with less than 50 ms
// between them and other parameters each; all but one call of a run are excess. Present from a
// tenth of all calls on. Blind spots: a logging threshold hides the fast calls that make a run; a
// pooler that mixes clients breaks runs, so the figure is a floor; loops over several statements
// are not seen.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold excess_share{.id = "n-plus-one.excess",
                                 .value = 0.1,
                                 .unit = "ratio",
                                 .reason = "one round trip in ten saved is worth a change of code"};
constexpr Threshold complete_below{.id = "n-plus-one.complete-below",
                                   .value = 1000,
                                   .unit = "us",
                                   .reason = "the calls of a run take well under a millisecond: a "
                                             "log without such calls cannot show one"};
constexpr std::array thresholds{excess_share, complete_below};

using Ranked = std::pair<std::uint64_t, const CallRuns*>;

[[nodiscard]] std::string text_of(const Workload& workload, std::uint64_t id) {
    const auto found = workload.statements.find(id);
    return found == workload.statements.end() ? std::string{} : found->second.text.substr(0, 100);
}

[[nodiscard]] Exhibit exhibit_of(const Workload& workload, const std::vector<Ranked>& ranked) {
    Exhibit exhibit{.key = "n-plus-one.runs",
                    .form = Form::table,
                    .title = "Statements asked in loops",
                    .caption = "Calls one right after the other in one session. A floor: poolers "
                               "and logging thresholds hide runs.",
                    .columns = {{.name = "statement"},
                                {.name = "runs", .numeric = true},
                                {.name = "calls a run", .numeric = true},
                                {.name = "excess calls", .numeric = true},
                                {.name = "after"}}};
    constexpr std::size_t shown = 10;
    for (const auto& [id, runs] : ranked) {
        if (exhibit.rows.size() == shown) {
            exhibit.left_out = fmt::format("{} more", ranked.size() - shown);
            break;
        }
        const auto parent = std::ranges::max_element(
            runs->parents, {}, [](const auto& each) { return each.second; });
        const double length = runs->lengths.quantile(0.5).at;
        exhibit.rows.push_back(
            {.cells = {{.text = text_of(workload, id)},
                       {.text = std::to_string(runs->runs),
                        .value = static_cast<double>(runs->runs)},
                       {.text = fmt::format("{:.0f}", length), .value = length},
                       {.text = std::to_string(runs->excess),
                        .value = static_cast<double>(runs->excess)},
                       {.text = parent == runs->parents.end() ? std::string{}
                                                              : text_of(workload, parent->first)}},
             .note = to_text(runs->first_seen)});
    }
    return exhibit;
}

[[nodiscard]] Remedy remedy_of(const Workload& workload, const Ranked& worst, double saved) {
    const double gain = 1 / std::max(0.05, 1 - saved);
    Remedy remedy{.id = fmt::format("n-plus-one.{:016x}", worst.first),
                  .rung = Rung::query,
                  .title = "Ask once what is asked in a loop",
                  .action = "load the children with one statement (WHERE parent_id = ANY($1), or "
                            "the ORM's eager loading): " +
                            text_of(workload, worst.first),
                  .effort = "1 day",
                  .reach = "the code that runs this statement",
                  .undo = "revert the commit",
                  .verify = "plimsoll inspect LOG --format json | jq '.workload.n_plus_one'",
                  .model = "the excess calls' share of the statement time falls away; at worst the "
                           "one statement costs as much as the loop"};
    for (const char* limit : {"database-cpu", "connection-pool.*"}) {
        remedy.effects.push_back(
            {.limit = limit, .factor = {.at = (1 + gain) / 2, .low = 1, .high = gain}});
    }
    return remedy;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Workload& workload = evidence.workload;
    std::vector<Ranked> ranked;
    std::uint64_t excess = 0;
    double saved_us = 0;
    for (const auto& [id, runs] : workload.runs) {
        ranked.emplace_back(id, &runs);
        excess += runs.excess;
        saved_us += static_cast<double>(runs.all.time_us) * static_cast<double>(runs.excess) /
                    static_cast<double>(std::max<std::uint64_t>(1, runs.all.calls));
    }
    std::ranges::stable_sort(
        ranked, std::greater{}, [](const Ranked& each) { return each.second->excess; });
    const auto calls =
        static_cast<double>(workload.statement_messages.calls + workload.execute_messages.calls);
    const auto time = static_cast<double>(workload.statement_messages.time_us +
                                          workload.execute_messages.time_us);
    const double share = calls > 0 ? static_cast<double>(excess) / calls : 0;
    const bool complete =
        calls > 0 && static_cast<double>(workload.least_duration_us.value_or(INT32_MAX)) <=
                         settings.value_of(complete_below);
    Finding finding;
    finding.outcome = share >= settings.value_of(excess_share) ? Outcome::present
                      : complete                               ? Outcome::absent
                                                               : Outcome::insufficient;
    finding.confidence = finding.outcome == Outcome::insufficient ? Confidence::none
                         : complete                               ? Confidence::high
                                                                  : Confidence::medium;
    finding.confidence_why = complete ? "the log holds calls of less than a millisecond"
                                      : "a logging threshold hides short calls: a floor";
    finding.measures.push_back(
        {.id = "excess-share",
         .name = "calls that one statement for the whole loop would have saved",
         .value = {.at = share, .low = share, .high = complete ? share : 1},
         .unit = "1",
         .samples = calls,
         .formula = "excess calls / calls"});
    if (ranked.empty()) {
        finding.says =
            complete
                ? fmt::format("No statement of {:.0f} calls is asked in a loop.", calls)
                : "Not assessed: the log does not hold the short calls that a loop is made of.";
    } else {
        finding.says = fmt::format("{:.0f} % of {:.0f} calls are asked in loops: {} runs, and "
                                   "{:.1f} % of the statement time.",
                                   100 * share,
                                   calls,
                                   ranked.front().second->runs,
                                   time > 0 ? 100 * saved_us / time : 0);
        finding.exhibits.push_back(exhibit_of(workload, ranked));
        finding.seen_at.push_back(ranked.front().second->first_seen);
        finding.measures.front().origins = finding.seen_at;
    }
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            remedy_of(workload, ranked.front(), time > 0 ? saved_us / time : 0));
    }
    if (!complete) {
        finding.gaps.push_back(
            {.id = "n-plus-one.threshold",
             .missing = "calls of less than a millisecond",
             .would_add = "loops of fast statements",
             .how = "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf();"});
    }
    return finding;
}

}  // namespace

extern constinit const Check n_plus_one{
    .id = "n-plus-one",
    .asks = "Does the application ask in loops what one statement could answer?",
    .why = "Lazy loading asks once per parent: each call is fast, and together they hold a "
           "connection for the whole loop.",
    .sign = Sign::database_bound,
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "001-71 003-05",
    .missing = {.what = "a slow-query log with all statements",
                .would_add = "loops (N+1) with the statement before them",
                .how = "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf();"},
    .run = run};

}  // namespace plimsoll::checks
