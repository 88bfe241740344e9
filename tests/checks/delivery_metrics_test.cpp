// Delivery metrics, the share of tests and the monolith index, on runs whose truth is known.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "support/ci.hpp"
#include "support/measures.hpp"

#include <algorithm>
#include <cmath>

using namespace plimsoll;
using test::at;
using test::measure;

namespace plimsoll::checks {
extern const Check delivery_metrics;
extern const Check deploy_monolith;
extern const Check test_share;
}  // namespace plimsoll::checks

namespace {

constexpr std::int64_t day = 86'400;

[[nodiscard]] std::string sha_of(int i) {
    std::string out(40, '0');
    out[0] = static_cast<char>('a' + i / 26 % 6);
    out.replace(34, 6, std::to_string(100'000 + i));
    return out;
}

void add_job(Pipelines& p,
             const std::string& run,
             const std::string& name,
             std::int64_t from,
             std::int64_t to) {
    Job job{.run = run, .name = name, .result = RunResult::success};
    job.ready = at(from);
    job.started = at(from);
    job.completed = at(to);
    job.origin = {"jobs.ndjson", p.jobs.size() + 1};
    p.jobs.emplace(run + "/" + name, job);
}

struct Story {
    int runs = 60;
    int fail_every = 0;  // each so many-th run fails
    std::int64_t test_s = 900;
    std::int64_t build_s = 300;
    bool picks_jobs = false;  // only the changed module's tests run
};

// One run a day at 08:00: builds, tests of two modules, a deploy. Commits were authored two hours
// before.
[[nodiscard]] Evidence evidence_of(const Story& story) {
    Evidence out;
    History& h = out.history;
    h.authors = {"a@b"};
    h.paths = {"README.md", "billing/a.cpp", "shop/a.cpp"};
    for (int i = 0; i < story.runs; ++i) {
        const std::string id = "github:" + std::to_string(i);
        const std::int64_t from = i * day;
        const bool fails = story.fail_every > 0 && i % story.fail_every == 1;
        Run run{.pipeline = "CI", .branch = "main", .sha = sha_of(i)};
        run.trigger = Trigger::push;
        run.result = fails ? RunResult::failure : RunResult::success;
        run.created = at(from);
        out.pipelines.runs.emplace(id, run);
        const std::uint32_t module = i % 2 == 0 ? 1 : 2;
        const bool docs = i % 10 == 9;
        add_job(out.pipelines, id, "build", from, from + story.build_s);
        const std::int64_t built = from + story.build_s;
        if (!story.picks_jobs || (module == 1 && !docs)) {
            add_job(out.pipelines, id, "test billing", built, built + story.test_s);
        }
        if (!story.picks_jobs || (module == 2 && !docs)) {
            add_job(out.pipelines, id, "test shop", built, built + story.test_s);
        }
        add_job(out.pipelines, id, "deploy", built + story.test_s, built + story.test_s + 60);
        Commit commit;
        commit.authored = micros(at(from - 7'200)) / 1'000'000;
        commit.committed = commit.authored;
        commit.files = 1;
        h.ids.push_back(parse_commit_id(sha_of(i)).value());
        commit.landed = static_cast<std::uint32_t>(h.commits.size());
        h.commits.push_back(commit);
        h.touches.push_back(docs ? 0 : module);
        h.ends.push_back(static_cast<std::uint32_t>(h.touches.size()));
    }
    REQUIRE(std::ranges::is_sorted(h.ids));
    return out;
}

}  // namespace

TEST_CASE("lead time, frequency, failures and recovery are those of the story") {
    const Finding f =
        checks::delivery_metrics.run(evidence_of({.runs = 26, .fail_every = 5}), Settings{});
    INFO(f.says);
    CHECK(std::abs(measure(f, "lead-time").value.at - (7'200 + 1'260) / 3'600.0) < 1e-6);
    CHECK(std::abs(measure(f, "frequency").value.at - 21.0 / 25) < 0.01);
    CHECK(std::abs(measure(f, "failing").value.at - 5.0 / 26) < 1e-9);
    CHECK(std::abs(measure(f, "recovery").value.at - 24) < 1e-6);
    REQUIRE(f.exhibits.size() == 1);
    CHECK(f.exhibits.front().title.find("2024") != std::string::npos);
    CHECK(f.outcome == Outcome::insufficient);  // 19 % of 26 may be under 15 %
}

TEST_CASE("the wait of pull requests for people is told apart from their CI") {
    Evidence e = evidence_of({.runs = 26});
    CHECK(std::ranges::none_of(checks::delivery_metrics.run(e, Settings{}).measures,
                               [](const Measure& m) { return m.id == "review-wait"; }));
    // Each change of the main line was brought in from a branch commit, which two runs of half an
    // hour checked, the second an hour after the first; five hours after it came the merge.
    History& h = e.history;
    const auto merges = static_cast<std::uint32_t>(h.commits.size());
    for (std::uint32_t i = 0; i < merges; ++i) {
        const std::int64_t merged = h.commits[i].committed;
        Commit branch;
        branch.authored = branch.committed = merged - 40'000;
        branch.landed = i;
        std::string sha = sha_of(static_cast<int>(i));
        sha[0] = 'f';
        sha[1] = static_cast<char>('a' + i / 26);
        h.ids.push_back(parse_commit_id(sha).value());
        h.commits.push_back(branch);
        h.ends.push_back(h.ends.back());
        for (const std::int64_t before : {5 * 3'600 + 5'400, 5 * 3'600 + 1'800}) {
            const std::string id = "github:pr" + std::to_string(i) + "-" + std::to_string(before);
            Run run{.pipeline = "CI", .branch = "topic", .sha = sha};
            run.trigger = Trigger::pull_request;
            run.result = RunResult::success;
            run.created = instant((merged - before) * 1'000'000);
            Job job{.run = id, .name = "test", .result = RunResult::success};
            job.started = run.created;
            job.completed = *run.created + Micros{1'800'000'000};
            e.pipelines.runs.emplace(id, run);
            e.pipelines.jobs.emplace(id + "/test", job);
        }
    }
    REQUIRE(std::ranges::is_sorted(h.ids));
    const Finding f = checks::delivery_metrics.run(e, Settings{});
    CHECK(std::abs(measure(f, "review-wait").value.at - 5) < 1e-9);
    CHECK(measure(f, "review-wait").samples == merges);
    CHECK(std::abs(measure(f, "pull-request-ci").value.at - 1.5) < 1e-9);
    CHECK(measure(f, "review-wait").value.low <= 5);
    CHECK(measure(f, "review-wait").value.high >= 5);
}

TEST_CASE("deploys that never fail are safe; few are not rated") {
    CHECK(checks::delivery_metrics.run(evidence_of({.runs = 26}), Settings{}).outcome ==
          Outcome::absent);
    CHECK(checks::delivery_metrics.run(evidence_of({.runs = 26, .fail_every = 2}), Settings{})
              .outcome == Outcome::present);
    const Finding few = checks::delivery_metrics.run(evidence_of({.runs = 8}), Settings{});
    CHECK(few.outcome == Outcome::insufficient);
    CHECK(few.gaps.size() == 1);
    CHECK(few.measures.empty());
}

TEST_CASE("tests: minutes of the longest job, not the sum, and their share of the wait") {
    const Finding f =
        checks::test_share.run(evidence_of({.runs = 60, .test_s = 1'500}), Settings{});
    INFO(f.says);
    CHECK(f.outcome == Outcome::present);
    CHECK(std::abs(measure(f, "test-minutes").value.at - 25) < 1e-9);
    CHECK(std::abs(measure(f, "test-share").value.at - 1'500.0 / 1'860) < 1e-9);
    CHECK(f.remedies.size() == 1);
    CHECK(checks::test_share.run(evidence_of({.runs = 60, .test_s = 120}), Settings{}).outcome ==
          Outcome::absent);
    CHECK(checks::test_share.run(evidence_of({.runs = 20}), Settings{}).outcome ==
          Outcome::insufficient);
}

TEST_CASE("test reports alone give their own figures, and no verdict on runs") {
    Evidence e;
    e.pipelines.suites["a@x"] = {.cases = 10,
                                 .flaky = 2,
                                 .said_us = 100'000'000,
                                 .cases_us = 60'000'000,
                                 .longest_us = 9'000'000};
    const Finding f = checks::test_share.run(e, Settings{});
    CHECK(f.outcome == Outcome::insufficient);
    CHECK(std::abs(measure(f, "unattributed").value.at - 0.4) < 1e-9);
    CHECK(std::abs(measure(f, "flaky-cases").value.at - 2) < 1e-9);
}

TEST_CASE("a pipeline that runs everything for every change, and one that picks") {
    const Finding all = checks::deploy_monolith.run(evidence_of({.runs = 60}), Settings{});
    INFO(all.says);
    CHECK(all.outcome == Outcome::present);
    CHECK(std::abs(measure(all, "index").value.at - 1) < 1e-9);
    // six changes of documentation only, each of build, two tests and deploy
    CHECK(std::abs(measure(all, "saved").value.at - 6 * (300 + 900 + 900 + 60) / 3'600.0) < 1e-6);
    const Finding picks =
        checks::deploy_monolith.run(evidence_of({.runs = 60, .picks_jobs = true}), Settings{});
    INFO(picks.says);
    CHECK(picks.outcome == Outcome::absent);
    CHECK(std::abs(measure(picks, "index").value.at - 0.75) < 1e-9);
}

TEST_CASE("runs of another repository cannot be joined and say so") {
    Evidence e = evidence_of({});
    e.history = History{};
    const Finding f = checks::deploy_monolith.run(e, Settings{});
    CHECK(f.outcome == Outcome::insufficient);
    CHECK(f.says.find("60 runs are of commits") != std::string::npos);
}
