// Is testing most of what a change waits for, and does it grow?
//
// Law: jobs that run side by side hide each other, so a run's test time is that of the job that
// tests longest, not the sum. More than ten minutes and more than half of the pipeline is the point
// at which running only what a change can affect pays. The trend is Theil and Sen's slope over
// daily medians. Blind spots: evidence/phases.hpp tells tests from other work by English words;
// JUnit reports name no run, so they are summed up apart.

#include "checks/ci/delivery.hpp"
#include "checks/ci/lane.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/phases.hpp"
#include "model/quantile.hpp"
#include "model/trend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr Threshold long_tests{
    "test-share.minutes", 10, "min", "the whole build should take ten minutes"};
constexpr Threshold most{
    "test-share.share", 0.5, "share", "above half, no other phase can shorten the wait as much"};
constexpr Threshold least_runs{
    "test-share.least-runs", 30, "runs", "the median of 30 has a usable interval"};
constexpr std::array thresholds{long_tests, most, least_runs};

struct Tests {
    std::vector<double> minutes;
    std::vector<double> shares;
    std::map<std::int64_t, std::vector<double>> by_day;
    std::vector<Origin> origins;
};

[[nodiscard]] Tests tests_of(const ci::Timed& timed, const Pipelines& pipelines) {
    Tests out;
    const std::string branch = ci::main_branch(pipelines);
    const std::string pipeline = ci::main_pipeline(timed, pipelines, branch);
    for (const ci::RunTimes& run : timed.runs) {
        if (!ci::on_main(run, branch) || run.result != RunResult::success ||
            run.pipeline != pipeline) {
            continue;
        }
        std::int64_t longest = 0;
        for (const Job* job : run.jobs) {
            longest = std::max(longest,
                               phases_of(*job, pipelines)[static_cast<std::size_t>(Phase::test)]);
        }
        const double minutes = static_cast<double>(longest) / 60e6;
        out.minutes.push_back(minutes);
        out.shares.push_back(run.machine_us() > 0 ? static_cast<double>(longest) /
                                                        static_cast<double>(run.machine_us())
                                                  : 0);
        out.by_day[day_of(instant(run.path.from))].push_back(minutes);
        out.origins = {out.origins.empty() ? run.jobs.front()->origin : out.origins.front(),
                       run.jobs.front()->origin};
    }
    return out;
}

[[nodiscard]] std::optional<model::Slope> growth_a_week(const Tests& tests) {
    std::vector<double> weeks;
    std::vector<double> medians;
    for (const auto& [day, minutes] : tests.by_day) {
        weeks.push_back(static_cast<double>(day) / 7);
        medians.push_back(model::median(minutes).value_or(0));
    }
    return weeks.size() >= 10 ? model::theil_sen(weeks, medians) : std::nullopt;
}

// What JUnit reports add.
void add_suites(Finding& out, const Pipelines& pipelines) {
    double time = 0;
    double cases_time = 0;
    std::uint64_t cases = 0;
    std::uint64_t flaky = 0;
    for (const auto& [name, suite] : pipelines.suites) {
        time += static_cast<double>(suite.time_us());
        cases_time += static_cast<double>(std::min(suite.cases_us, suite.time_us()));
        cases += suite.cases;
        flaky += suite.flaky;
    }
    if (cases == 0) {
        return;
    }
    const auto samples = static_cast<double>(cases);
    out.measures.push_back({.id = "suites",
                            .name = "time of test suites, all reports",
                            .value = Estimate::exactly(time / 60e6),
                            .unit = "min",
                            .samples = samples});
    out.measures.push_back({.id = "unattributed",
                            .name = "of it in no test case: set-up, collection",
                            .value = Estimate::exactly(time > 0 ? 1 - cases_time / time : 0),
                            .unit = "share",
                            .samples = samples});
    out.measures.push_back({.id = "flaky-cases",
                            .name = "test cases that passed only when tried again",
                            .value = Estimate::exactly(static_cast<double>(flaky)),
                            .unit = "cases",
                            .samples = samples});
}

void add_remedy(Finding& out, const Estimate& minutes) {
    Remedy split{.id = "test-share.affected", .rung = Rung::pipeline};
    split.title = "Run only the tests that a change can affect, and split the rest over runners";
    split.action = "path filters (GitHub: on.push.paths; GitLab: rules:changes) per module, and a "
                   "matrix of four shards";
    split.effort = "1 week";
    split.reach = "the pipeline";
    split.undo = "remove the filters";
    split.clears = {"deploys-drag"};
    split.verify = "plimsoll audit NEW-EXPORT: test time of the longest job";
    split.model = fmt::format("four shards leave a quarter of {:.0f} min, and set-up", minutes.at);
    out.remedies = {split};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const Tests tests = tests_of(timed, evidence.pipelines);
    Finding out;
    add_suites(out, evidence.pipelines);
    const auto runs = static_cast<double>(tests.minutes.size());
    if (runs < settings.value_of(least_runs)) {
        out.says = fmt::format(
            "{:.0f} successful main-branch runs are too few to tell the share of tests.", runs);
        out.gaps = {{"test-share.runs",
                     "CI runs with jobs and steps",
                     "the share of tests",
                     "plimsoll how github"}};
        return out;
    }
    const Estimate minutes = ci::median_of(tests.minutes);
    const Estimate share = ci::median_of(tests.shares);
    out.measures.insert(out.measures.begin(),
                        {{.id = "test-minutes",
                          .name = "testing in the longest job, median",
                          .value = minutes,
                          .unit = "min",
                          .samples = runs,
                          .formula = {},
                          .origins = tests.origins},
                         {.id = "test-share",
                          .name = "of the pipeline's time, median",
                          .value = share,
                          .unit = "share",
                          .samples = runs}});
    std::string trend;
    if (const std::optional<model::Slope> slope = growth_a_week(tests)) {
        out.measures.push_back({.id = "growth",
                                .name = "growth of test time",
                                .value = {.at = slope->at, .low = slope->low, .high = slope->high},
                                .unit = "min per week",
                                .samples = static_cast<double>(tests.by_day.size())});
        trend = slope->low > 0 ? fmt::format(" It grows by {:.1f} min a week.", slope->at) : "";
    }
    const bool large =
        minutes.low > settings.value_of(long_tests) && share.low > settings.value_of(most);
    const bool small =
        minutes.high < settings.value_of(long_tests) || share.high < settings.value_of(most);
    out.outcome = large ? Outcome::present : small ? Outcome::absent : Outcome::insufficient;
    out.says = fmt::format(
        "Tests take {:.0f} min of a change's wait ({:.0f} to {:.0f}), {:.0f} % of the pipeline.{}",
        minutes.at,
        minutes.low,
        minutes.high,
        share.at * 100,
        trend);
    out.confidence = runs >= 100 ? Confidence::high : Confidence::medium;
    out.confidence_why = fmt::format("{:.0f} successful runs", runs);
    out.seen_at = tests.origins;
    if (large) {
        add_remedy(out, minutes);
    }
    return out;
}

}  // namespace

extern constinit const Check test_share{
    .id = "test-share",
    .asks = "How much of a change's wait is testing, and does it grow?",
    .why = "A full test run for each change is the usual reason why pipelines grow. Blind spot: "
           "phases go by English words.",
    .sign = Sign::deploys_drag,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .claims = "000-31",
    .missing = {"CI runs with jobs and steps",
                "the share of tests in a change's wait",
                "plimsoll how github"},
    .run = run,
};

}  // namespace plimsoll::checks
