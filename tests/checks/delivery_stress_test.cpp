// Flaky jobs and stressful deploys, on pipelines whose truth is known because they are made here.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "support/ci.hpp"

#include <algorithm>
#include <string>

using namespace plimsoll;
using test::at;

namespace plimsoll::checks {
extern const Check flaky_jobs;
extern const Check stressful_deploys;
extern const Check deploy_monolith;
}  // namespace plimsoll::checks

namespace {

constexpr std::int64_t day = 86'400;

void add_job(Pipelines& p,
             const std::string& run,
             const std::string& name,
             std::uint32_t attempt,
             std::int64_t from,
             std::int64_t to,
             RunResult result) {
    Job job{.run = run, .attempt = attempt, .name = name, .result = result};
    job.ready = job.started = at(from);
    job.completed = at(to);
    job.origin = {"jobs.ndjson", p.jobs.size() + 1};
    p.jobs.emplace(run + "/" + name + "/" + std::to_string(attempt), job);
}
std::string sha_of(int i) {
    std::string hex = std::to_string(i);
    return std::string(40 - hex.size(), 'a') + hex;
}
void add_run(Pipelines& p, int i, std::int64_t from, RunResult result, std::uint32_t attempt = 1) {
    Run run{.project = "a/b", .pipeline = "CI", .branch = "main", .sha = sha_of(i)};
    run.trigger = Trigger::push;
    run.result = result;
    run.attempt = attempt;
    run.created = at(from);
    p.runs.emplace("github:" + std::to_string(i), run);
}
Finding ask(const Check& check,
            const Pipelines& p,
            const History& history = {},
            const Settings& settings = {}) {
    Evidence evidence;
    evidence.pipelines = p;
    evidence.history = history;
    return check.run(evidence, settings);
}
double measured(const Finding& finding, std::string_view id) {
    const auto found = std::ranges::find(finding.measures, id, &Measure::id);
    REQUIRE(found != finding.measures.end());
    return found->value.at;
}
// Of `count` changes every `nth` has a job that fails and passes on the same commit.
Pipelines flaky(int count, int nth) {
    Pipelines p;
    for (int i = 0; i < count; ++i) {
        const std::string run = "github:" + std::to_string(i);
        const bool flakes = nth > 0 && i % nth == 0;
        add_run(p, i, i * 3'600, RunResult::success, flakes ? 2 : 1);
        add_job(p, run, "lint", 1, i * 3'600, i * 3'600 + 60, RunResult::success);
        add_job(p,
                run,
                "test (3.11)",
                1,
                i * 3'600,
                i * 3'600 + 600,
                flakes ? RunResult::failure : RunResult::success);
        if (flakes) {
            add_job(
                p, run, "test (3.11)", 2, i * 3'600 + 700, i * 3'600 + 1'300, RunResult::success);
        }
    }
    return p;
}

}  // namespace

TEST_CASE("flaky jobs: exactly the changes that flipped, and the minutes that they cost") {
    const Finding found = ask(checks::flaky_jobs, flaky(200, 5));
    CHECK(found.outcome == Outcome::present);
    CHECK(measured(found, "hit") == Approx(0.2));
    CHECK(measured(found, "lost") == Approx(400));
    REQUIRE(found.exhibits.size() == 1);
    REQUIRE(found.exhibits[0].rows.size() == 1);
    CHECK(found.exhibits[0].rows[0].cells[0].text == "test");
    CHECK(found.remedies.size() == 1);
}

TEST_CASE(
    "flaky jobs: without second attempts nothing is said, and too few changes are not scored") {
    const Finding none = ask(checks::flaky_jobs, flaky(200, 0));
    CHECK(none.outcome == Outcome::insufficient);
    CHECK_FALSE(none.score.has_value());
    const Finding few = ask(checks::flaky_jobs, flaky(20, 2));
    CHECK(few.outcome == Outcome::insufficient);
    REQUIRE(few.gaps.size() == 1);
    CHECK(few.gaps[0].how.find("plimsoll how github") != std::string::npos);
    CHECK(ask(checks::flaky_jobs, flaky(400, 100)).outcome == Outcome::absent);
}

TEST_CASE("a job that fails on one commit and passes on the next is no flake") {
    Pipelines p;
    for (int i = 0; i < 60; ++i) {
        const std::string run = "github:" + std::to_string(i);
        add_run(p, i, i * 3'600, i % 2 == 0 ? RunResult::failure : RunResult::success);
        add_job(p,
                run,
                "test",
                1,
                i * 3'600,
                i * 3'600 + 60,
                i % 2 == 0 ? RunResult::failure : RunResult::success);
    }
    CHECK(measured(ask(checks::flaky_jobs, p), "hit") == 0);
}

namespace {

// A deploy each working day at noon; every `redo`th is followed within the hour by the commit
// before.
Pipelines deploys(int weeks, int redo, bool fridays, std::int64_t gate_s, int rollout_min) {
    Pipelines p;
    int number = 0;
    const auto deploy = [&](int sha, std::int64_t from) {
        const std::string run = "github:" + std::to_string(number);
        Run one{.project = "a/b", .pipeline = "CI", .branch = "main", .sha = sha_of(sha)};
        one.trigger = Trigger::push;
        one.result = RunResult::success;
        one.created = at(from);
        p.runs.emplace(run, one);
        add_job(p, run, "build", 1, from, from + 120, RunResult::success);
        add_job(p, run, "deploy", 1, from + 121 + gate_s, from + 300 + gate_s, RunResult::success);
        add_job(p,
                run,
                "rollout",
                1,
                from + 300 + gate_s,
                from + 300 + gate_s + 60 * rollout_min,
                RunResult::success);
        ++number;
    };
    for (int d = 0; d < weeks * 7; ++d) {
        if (d % 7 < (fridays ? 5 : 4)) {
            deploy(d, d * day + 14'400);
            if (redo > 0 && d > 0 && d % redo == 0) {
                deploy(d - 1, d * day + 18'000);
            }
        }
    }
    return p;
}

}  // namespace

TEST_CASE("stressful deploys: roll-backs, a person before each, no Fridays, slow roll-outs") {
    const Finding calm = ask(checks::stressful_deploys, deploys(20, 0, true, 0, 1));
    INFO(calm.says);
    CHECK(calm.outcome == Outcome::absent);
    CHECK(measured(calm, "rollbacks") == 0);
    CHECK(measured(calm, "hands") == 0);
    CHECK(measured(calm, "fridays") == Approx(1.0));
    CHECK(measured(calm, "deploy-days") == Approx(1.0).epsilon(0.05));
    CHECK(measured(calm, "rollout") == Approx(1.0).epsilon(0.01));
    const Finding stress = ask(checks::stressful_deploys, deploys(20, 2, false, 7'200, 12));
    INFO(stress.says);
    CHECK(stress.outcome == Outcome::present);
    CHECK(measured(stress, "rollbacks") > 0.25);
    CHECK(measured(stress, "hands") == 1);
    CHECK(measured(stress, "fridays") == 0);
    CHECK(measured(stress, "rollout") == Approx(12.0).epsilon(0.01));
    CHECK(ask(checks::stressful_deploys, deploys(2, 0, true, 0, 1)).outcome ==
          Outcome::insufficient);
}

TEST_CASE("start-up is told apart from roll-out, and both count against the same line") {
    Pipelines p = deploys(20, 0, true, 0, 3);
    for (auto& [id, job] : p.jobs) {
        if (job.name == "rollout") {
            const Instant half = *job.started + Micros{60'000'000};
            job.steps = {{.name = p.name("rollout"),
                          .result = RunResult::success,
                          .started = job.started,
                          .completed = half},
                         {.name = p.name("Health check"),
                          .result = RunResult::success,
                          .started = half,
                          .completed = job.completed}};
        }
    }
    const Finding f = ask(checks::stressful_deploys, p);
    CHECK(measured(f, "rollout") == Approx(1.0).epsilon(0.01));
    CHECK(measured(f, "startup") == Approx(2.0).epsilon(0.01));
}

TEST_CASE("deploy-monolith takes its modules from the configuration") {
    Pipelines p;
    History h;
    h.authors = {"a@b"};
    h.paths = {"src/billing/a.cpp", "src/stock/b.cpp"};
    for (int i = 0; i < 60; ++i) {
        add_run(p, i + 10, i * 3'600, RunResult::success);
        add_job(p,
                "github:" + std::to_string(i + 10),
                "test",
                1,
                i * 3'600,
                i * 3'600 + 60,
                RunResult::success);
        h.ids.push_back(*parse_commit_id(sha_of(i + 10)));
    }
    std::ranges::sort(h.ids);
    for (std::size_t i = 0; i < h.ids.size(); ++i) {
        Commit commit;
        commit.files = 1;
        h.commits.push_back(commit);
        h.touches.push_back(static_cast<std::uint32_t>(i % 2));
        h.ends.push_back(static_cast<std::uint32_t>(h.touches.size()));
    }
    // One folder is one module, which is too few to compare; the configuration makes two of it.
    CHECK(ask(checks::deploy_monolith, p, h).outcome == Outcome::insufficient);
    Settings settings;
    settings.modules = {{"src/billing/**", "billing"}, {"src/stock/**", "stock"}};
    const Finding found = ask(checks::deploy_monolith, p, h, settings);
    INFO(found.says);
    CHECK(found.outcome == Outcome::present);
    CHECK(measured(found, "index") == Approx(1.0));
}
