// How often does a change fail and then pass without being changed? (sign 2)
//
// Law: a job that failed and succeeded on the very same commit (a later attempt, a re-run, a second
// run) failed for no reason of the change: it flaked. Runs hit by one are counted, so no product of
// rates is needed. Of one job: flips over the commits that it was tried more than once on is biased
// upward (people re-run what failed), flips over all commits is a floor: both are shown. What the
// failed attempts took is time lost for nothing. Blind spots: a flake that nobody re-ran looks like
// a failure; an export of the last attempts only has lost the first ones.
#include "checks/ci/timed.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold hit_line{
    "flaky-jobs.hit",
    0.05,
    "share",
    "one change in twenty that fails by chance teaches people to press re-run (research/ci 2.4)"};
constexpr Threshold least_changes{
    "flaky-jobs.least-changes", 30, "changes", "fewer show a rate of a twentieth by luck only"};
constexpr std::array thresholds{hit_line, least_changes};
constexpr model::ControlPoints by_share{.ten = 0.02, .fifty = 0.15};
constexpr std::size_t most_shown = 12;

struct Tries {
    std::size_t failed = 0;
    std::size_t passed = 0;
    double failed_minutes = 0;
    [[nodiscard]] bool flipped() const { return failed > 0 && passed > 0; }
};

struct JobRate {
    std::size_t changes = 0;  // commits that it ran on
    std::size_t tried_again = 0;
    std::size_t flips = 0;
    double lost_minutes = 0;
};

struct Account {
    std::map<std::string, JobRate> jobs;
    std::size_t changes = 0;
    std::size_t hit = 0;
    std::size_t with_attempts = 0;  // runs of which more than one attempt is in the evidence
    double lost_minutes = 0;
    double minutes = 0;
    std::vector<Origin> origins;
};

[[nodiscard]] bool failed(RunResult result) {
    return result == RunResult::failure || result == RunResult::timeout ||
           result == RunResult::error;
}

[[nodiscard]] Account account_of(const ci::Timed& timed) {
    // By pipeline and commit, then by job with its place in a matrix: "test (3.11)" is not
    // "(3.12)".
    std::map<std::pair<std::string, std::string>, std::map<std::string, Tries>> changes;
    Account out;
    for (const ci::RunTimes& run : timed.runs) {
        if (run.run == nullptr || run.run->sha.empty()) {
            continue;
        }
        out.with_attempts += run.attempts > 1 ? 1U : 0U;
        auto& tries = changes[{run.pipeline, run.run->sha}];
        for (std::size_t i = 0; i < run.jobs.size(); ++i) {
            const Job& job = *run.jobs[i];
            const double minutes =
                static_cast<double>(run.tasks[i].completed - run.tasks[i].started) / 60e6;
            out.minutes += minutes;
            Tries& one = tries[job.name];
            if (failed(job.result)) {
                ++one.failed;
                one.failed_minutes += minutes;
                if (out.origins.size() < 3) {
                    out.origins.push_back(job.origin);
                }
            } else if (job.result == RunResult::success) {
                ++one.passed;
            }
        }
    }
    out.changes = changes.size();
    for (const auto& [key, tries] : changes) {
        bool hit = false;
        for (const auto& [name, one] : tries) {
            JobRate& rate = out.jobs[job_group(name)];
            ++rate.changes;
            rate.tried_again += one.failed + one.passed > 1 ? 1U : 0U;
            rate.flips += one.flipped() ? 1U : 0U;
            rate.lost_minutes += one.flipped() ? one.failed_minutes : 0;
            out.lost_minutes += one.flipped() ? one.failed_minutes : 0;
            hit = hit || one.flipped();
        }
        out.hit += hit ? 1U : 0U;
    }
    return out;
}

[[nodiscard]] Exhibit table_of(const Account& account) {
    Exhibit out{
        .key = "flaky-jobs", .form = Form::table, .title = "Jobs that pass when tried again"};
    out.caption =
        "The share of a job lies between flips of all changes and flips of those tried twice.";
    out.columns = {{"job", ""},
                   {"changes", "", true},
                   {"flips", "", true},
                   {"share", "%", true},
                   {"minutes lost", "", true}};
    std::vector<std::pair<std::string, JobRate>> ranked;
    for (const auto& [name, rate] : account.jobs) {
        if (rate.flips > 0) {
            ranked.emplace_back(name, rate);
        }
    }
    std::ranges::stable_sort(ranked, [](const auto& a, const auto& b) {
        return a.second.lost_minutes > b.second.lost_minutes;
    });
    for (const auto& [name, rate] : ranked) {
        if (out.rows.size() == most_shown) {
            out.left_out = fmt::format("{} more", ranked.size() - most_shown);
            break;
        }
        const double floor =
            100.0 * static_cast<double>(rate.flips) / static_cast<double>(rate.changes);
        const double ceiling =
            100.0 * static_cast<double>(rate.flips) / static_cast<double>(rate.tried_again);
        out.rows.push_back(
            {.cells = {{name, std::nullopt},
                       {std::to_string(rate.changes), static_cast<double>(rate.changes)},
                       {std::to_string(rate.flips), static_cast<double>(rate.flips)},
                       {fmt::format("{:.1f} to {:.0f}", floor, ceiling), floor},
                       {fmt::format("{:.0f}", rate.lost_minutes), rate.lost_minutes}}});
    }
    return out;
}

[[nodiscard]] Remedy quarantine(const Account& account) {
    const auto worst = std::ranges::max_element(
        account.jobs, {}, [](const auto& job) { return job.second.lost_minutes; });
    Remedy out{.id = "flaky-jobs.quarantine", .rung = Rung::pipeline};
    out.title = "Take the flakiest job's tests out of the way of merges";
    out.action = fmt::format("quarantine what fails by chance in \"{}\" and repair it first; retry "
                             "single tests rather than jobs",
                             worst->first);
    out.effort = "1 week";
    out.reach = "tests";
    out.undo = "take them back in";
    out.clears = {"deploys-drag"};
    out.verify = "plimsoll audit NEW-EXPORT: changes hit by a flake";
    out.model =
        fmt::format("{:.0f} of {:.0f} job minutes were failed attempts of jobs that then passed",
                    account.lost_minutes,
                    account.minutes);
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const Account account = account_of(timed);
    Finding out;
    if (static_cast<double>(account.changes) < settings.value_of(least_changes)) {
        out.says = fmt::format("{} changes with jobs and a commit are too few for a rate of flakes "
                               "({:.0f} are needed).",
                               account.changes,
                               settings.value_of(least_changes));
        out.gaps = {
            {"flaky-jobs.runs",
             "CI runs with the jobs of all their attempts",
             "how often a change fails by chance",
             "plimsoll how github (filter=all), plimsoll how gitlab (include_retried=true)"}};
        return out;
    }
    const model::ShareInterval share = model::wilson(account.hit, account.changes, 0.9);
    const double rate = static_cast<double>(account.hit) / static_cast<double>(account.changes);
    out.measures = {
        {.id = "hit",
         .name = "changes that failed and then passed unchanged",
         .value = {.at = rate, .low = share.low, .high = share.high},
         .unit = "share",
         .samples = static_cast<double>(account.changes),
         .formula = "changes with a job that failed and passed on the same commit / changes",
         .origins = account.origins},
        {.id = "lost",
         .name = "job minutes of the attempts that failed by chance",
         .value = Estimate::exactly(account.lost_minutes),
         .unit = "min",
         .samples = account.minutes}};
    out.exhibits = {table_of(account)};
    out.seen_at = account.origins;
    const double line = settings.value_of(hit_line);
    // Without second attempts in the evidence there is nothing that could have flipped.
    const bool tried = account.with_attempts > 0 || account.hit > 0;
    out.outcome = share.low > line             ? Outcome::present
                  : share.high < line && tried ? Outcome::absent
                                               : Outcome::insufficient;
    out.score = tried ? std::optional{model::severity(rate, by_share)} : std::nullopt;
    out.confidence = !tried                   ? Confidence::none
                     : account.changes >= 200 ? Confidence::high
                                              : Confidence::medium;
    out.confidence_why = fmt::format(
        "{} changes, {} runs with more than one attempt", account.changes, account.with_attempts);
    out.says =
        tried
            ? fmt::format("{} of {} changes failed and then passed unchanged ({:.1f} %, {:.1f} to "
                          "{:.1f}); the failed attempts took {:.0f} job minutes.",
                          account.hit,
                          account.changes,
                          100 * rate,
                          100 * share.low,
                          100 * share.high,
                          account.lost_minutes)
            : fmt::format("No run of {} changes has a second attempt in the evidence: flakes "
                          "cannot be told from failures.",
                          account.changes);
    if (out.outcome == Outcome::present) {
        out.remedies = {quarantine(account)};
    }
    return out;
}

}  // namespace

extern constinit const Check flaky_jobs{
    .id = "flaky-jobs",
    .asks = "How often does a change fail and then pass without being changed?",
    .why =
        "A failure by chance costs a wait, a look and the belief in the next failure. Blind spot: "
        "flakes that nobody re-ran.",
    .sign = Sign::deploys_drag,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .missing = {"CI runs with the jobs of all their attempts",
                "how often a change fails by chance",
                "plimsoll how github"},
    .run = run,
};

}  // namespace plimsoll::checks
