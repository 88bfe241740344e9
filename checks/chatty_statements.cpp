// Which statements are called so often that the calls are the cost? (N+1 by counts)
//
// Law: a loop over a list sends one short statement for each element: it has many times the calls
// of the others, gives one row or none, and takes little time each. Calls a transaction say how
// many of them a request sends. Blind spots: a busy endpoint's own look-up looks the same; only a
// log or a trace shows the loop.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold times_median{.id = "chatty-statements.times",
                                 .value = 20,
                                 .unit = "times the median",
                                 .reason = "a page of 20 is the smallest usual list"};
constexpr Threshold rows_a_call{.id = "chatty-statements.rows",
                                .value = 1.5,
                                .unit = "rows a call",
                                .reason = "a look-up gives one row or none"};
constexpr Threshold mean_ms{.id = "chatty-statements.mean",
                            .value = 2,
                            .unit = "ms",
                            .reason = "slower ones are a cost of their own"};
constexpr Threshold share_of_calls{.id = "chatty-statements.share",
                                   .value = 0.2,
                                   .unit = "share",
                                   .reason = "of all calls: below a fifth, ending it saves little"};
constexpr std::array thresholds{times_median, rows_a_call, mean_ms, share_of_calls};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "chatty-statements",
        .name = "statements that a loop may send",
        .unit = "statements",
        .caption =
            "Many calls of one row each. Calls a transaction: how often one transaction sends it.",
        .columns = {{"statement", "", false},
                    {"calls", "", true},
                    {"share of calls", "%", true},
                    {"mean", "ms", true},
                    {"share of time", "%", true}},
        .formula = "calls > 20 x median, rows / calls <= 1.5, mean < 2 ms"};
    for (const Window& window : windows) {
        std::vector<double> calls;
        double all_calls = 0;
        double all_time = 0;
        for (const auto& [id, one] : window.last->statements) {
            calls.push_back(static_cast<double>(one.calls));
            all_calls += calls.back();
            all_time += static_cast<double>(one.total_us);
        }
        if (calls.size() < 3) {
            continue;
        }
        list.looked_at += static_cast<double>(calls.size());
        std::ranges::nth_element(calls,
                                 calls.begin() + static_cast<std::ptrdiff_t>(calls.size() / 2));
        const double median = calls[calls.size() / 2];
        for (const auto& [id, one] : window.last->statements) {
            const auto n = static_cast<double>(one.calls);
            const double mean = n > 0 ? static_cast<double>(one.total_us) / n / 1000 : 0;
            if (n < settings.value_of(times_median) * median ||
                n < settings.value_of(share_of_calls) * all_calls ||
                static_cast<double>(one.rows) > settings.value_of(rows_a_call) * n ||
                mean >= settings.value_of(mean_ms) || !one.text.starts_with("select")) {
                continue;
            }
            const double time = all_time > 0 ? static_cast<double>(one.total_us) / all_time : 0;
            list.rows.push_back({.cells = {text(one.text),
                                           count(n),
                                           figure(100 * n / all_calls, 0),
                                           figure(mean, 3),
                                           figure(100 * time, 0)},
                                 .share = time});
        }
        if (window.last->totals.statements_dropped.value_or(0) > 0) {
            finding.gaps.push_back(
                {"chatty-statements.dropped",
                 fmt::format("statements that pg_stat_statements dropped {} times",
                             *window.last->totals.statements_dropped),
                 "a whole list",
                 "ALTER SYSTEM SET pg_stat_statements.max = 20000; and restart"});
        }
    }
    if (list.looked_at == 0) {
        return not_known("Statements are not counted.",
                         {"chatty-statements",
                          "pg_stat_statements",
                          "loops of statements",
                          "CREATE EXTENSION pg_stat_statements;"});
    }
    // Counts alone cannot tell a loop from a busy look-up: a suspicion, never a proof.
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::latent;
    finding.confidence = Confidence::low;
    finding.confidence_why = "counts cannot tell a loop from a busy endpoint; a log or a trace can";
    finding.says =
        list.rows.empty()
            ? fmt::format("None of {:.0f} statements is called out of all proportion.",
                          list.looked_at)
            : fmt::format("{} statements of one row each make up most calls: a loop may send them.",
                          list.rows.size());
    if (!list.rows.empty()) {
        finding.gaps.push_back({"chatty-statements.log",
                                "a log of single statements",
                                "whether a loop sends them",
                                "log_min_duration_statement = 0 for ten minutes; audit the log"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check chatty_statements{
    .id = "chatty-statements",
    .asks = "Which statements are called so often that the calls are the cost?",
    .why = "One short statement for each element of a list is the commonest waste, and the "
           "cheapest to end. Blind spot: counts cannot tell it from a busy look-up.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "003-04",
    .missing = {"statistics of a live PostgreSQL",
                "loops of statements",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
