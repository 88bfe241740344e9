// Sign 2 and the merge lane on pipelines whose truth is known because they are made here.
#include "checks/ci/delivery.hpp"

#include "catch.hpp"
#include "checks/ci/lane.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/random.hpp"
#include "support/ci.hpp"
#include "support/measures.hpp"

#include <algorithm>
#include <cmath>

using namespace plimsoll;
using test::at;
using test::measure;

namespace plimsoll::checks {
extern const Check deploys_drag;
extern const Check merge_lane;
}  // namespace plimsoll::checks

namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t hour = 3'600;

struct Shop {
    int days = 42;
    double per_day = 8;         // changes, within nine working hours
    double build_minutes = 20;  // of the build and test job
    double deploy_minutes = 10;
    double spread = 0.2;
    double failing = 0.0;
    double gate_hours = 0;  // before the deploy job
    bool serial = true;     // the deploy job waits for the one before
    bool jobs = true;
};

void add_job(Pipelines& p,
             const std::string& run,
             const std::string& name,
             std::int64_t ready,
             std::int64_t from,
             std::int64_t to,
             RunResult result) {
    Job job{.run = run, .name = name, .result = result};
    job.ready = at(ready);
    job.started = at(from);
    job.completed = at(to);
    job.origin = {"runs.ndjson", p.jobs.size() + 1};
    p.jobs.emplace(run + "/" + name, job);
}

// Changes of working days at random instants of the day from 08:00, a build and then a deploy for
// each.
[[nodiscard]] Pipelines pipelines_of(const Shop& plan) {
    model::Random random{99};
    Pipelines p;
    std::vector<std::int64_t> arrivals;
    for (int d = 0; d < plan.days; ++d) {
        if (d % 7 < 5) {
            for (double t = random.exponential() / plan.per_day; t < 1;
                 t += random.exponential() / plan.per_day) {
                arrivals.push_back(d * day + static_cast<std::int64_t>(t * 9 * hour));
            }
        }
    }
    std::int64_t free = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        const std::string id = "github:" + std::to_string(i);
        const bool fails = random.uniform() < plan.failing;
        const auto minutes = [&](double mean) {
            const double sigma = plan.spread;
            return static_cast<std::int64_t>(60 * mean *
                                             std::exp(sigma * random.normal() - sigma * sigma / 2));
        };
        Run run{
            .project = "a/b", .pipeline = "CI", .branch = "main", .sha = "sha" + std::to_string(i)};
        run.trigger = Trigger::push;
        run.result = fails ? RunResult::failure : RunResult::success;
        run.created = at(arrivals[i]);
        p.runs.emplace(id, run);
        if (!plan.jobs) {
            continue;
        }
        const std::int64_t built = arrivals[i] + 5 + minutes(plan.build_minutes);
        add_job(p, id, "test", arrivals[i] + 1, arrivals[i] + 5, built, RunResult::success);
        const std::int64_t ready = built + 1 + static_cast<std::int64_t>(plan.gate_hours * hour);
        const std::int64_t from = plan.serial ? std::max(ready, free) : ready;
        free = from + minutes(plan.deploy_minutes);
        add_job(p, id, "deploy", ready, from, free, run.result);
    }
    return p;
}

// One author a day with a commit every `minutes`, and a first one each morning.
[[nodiscard]] History history_of(double minutes, int days) {
    History h;
    h.authors = {"a@b"};
    for (int d = 0; d < days; ++d) {
        for (int i = 0; i < 5; ++i) {
            Commit commit;
            commit.authored =
                micros(at(d * day + static_cast<std::int64_t>(i * minutes * 60))) / 1'000'000;
            commit.committed = commit.authored;
            commit.files = 2;
            h.ids.push_back({static_cast<std::uint8_t>(d), static_cast<std::uint8_t>(i)});
            h.commits.push_back(commit);
            h.ends.push_back(0);
        }
    }
    return h;
}

[[nodiscard]] Finding ask(const Check& check,
                          const Pipelines& pipelines,
                          const History& history = {}) {
    Evidence evidence;
    evidence.pipelines = pipelines;
    evidence.history = history;
    return check.run(evidence, Settings{});
}

}  // namespace

TEST_CASE("deploys drag: 45 min of pipeline against 15 min of work") {
    const Finding f = ask(checks::deploys_drag,
                          pipelines_of({.per_day = 4, .build_minutes = 35}),
                          history_of(15, 30));
    INFO(f.says);
    CHECK(f.outcome == Outcome::present);
    CHECK(measure(f, "ratio").value.at > 2.6);
    CHECK(measure(f, "ratio").value.at < 3.8);  // some queueing on top of 45 / 15
    CHECK(measure(f, "ratio").value.low > 1);
    CHECK(f.score.value() > 90);
    CHECK(f.confidence >= Confidence::medium);
    CHECK_FALSE(f.seen_at.empty());
}

TEST_CASE("deploys do not drag: 8 min against 40") {
    const Finding f = ask(checks::deploys_drag,
                          pipelines_of({.build_minutes = 6, .deploy_minutes = 2}),
                          history_of(40, 30));
    INFO(f.says);
    CHECK(f.outcome == Outcome::absent);
    CHECK(f.score.value() < 10);
}

TEST_CASE("people's waits are not machine time: a two-hour gate does not lengthen the deploy") {
    const Finding f =
        ask(checks::deploys_drag,
            pipelines_of({.per_day = 3, .build_minutes = 6, .deploy_minutes = 2, .gate_hours = 2}),
            history_of(40, 30));
    INFO(f.says);
    CHECK(measure(f, "deploy-time").value.at < 12);
    CHECK(f.says.find("waited for a person") != std::string::npos);
    CHECK(f.outcome != Outcome::present);  // one symptom alone does not make the sign
}

TEST_CASE("without git, length alone proves nothing, two symptoms do") {
    const Finding f = ask(checks::deploys_drag, pipelines_of({.per_day = 4, .build_minutes = 35}));
    INFO(f.says);
    CHECK(f.outcome == Outcome::insufficient);
    CHECK(f.gaps.size() == 1);
    const Finding red = ask(checks::deploys_drag,
                            pipelines_of({.per_day = 4, .build_minutes = 35, .failing = 0.4}));
    INFO(red.says);
    CHECK(red.outcome == Outcome::present);
}

TEST_CASE("too little is not scored, and the command that helps is named") {
    for (const Shop& plan :
         {Shop{.days = 5}, Shop{.days = 42, .per_day = 0.5}, Shop{.jobs = false}}) {
        const Finding f = ask(checks::deploys_drag, pipelines_of(plan), history_of(15, 30));
        INFO(f.says);
        CHECK(f.outcome == Outcome::insufficient);
        CHECK_FALSE(f.score);
        REQUIRE(f.gaps.size() == 1);
        CHECK(f.gaps.front().how.find("gh api --paginate") != std::string::npos);
    }
}

TEST_CASE("the lane's utilisation is that of the process that made it") {
    for (const double per_day : {6.0, 12.0, 24.0, 40.0}) {
        const Shop plan{.days = 84, .per_day = per_day, .build_minutes = 3, .deploy_minutes = 10};
        const double truth = per_day * 10 / (9 * 60);
        const Finding f = ask(checks::merge_lane, pipelines_of(plan));
        INFO(per_day << " a day: " << f.says);
        REQUIRE(f.limits.size() == 1);
        const Estimate rho = measure(f, "utilisation").value;
        CHECK(std::abs(rho.at / truth - 1) < 0.15);
        CHECK(rho.low <= truth * 1.05);
        CHECK(rho.high >= truth * 0.95);
        const Limit& limit = f.limits.front();
        CHECK(limit.axis == Axis::team);
        CHECK(std::abs(limit.at - 0.8 / rho.at) < 1e-9);
        CHECK(std::abs(limit.hard.at - 1 / rho.at) < 1e-9);
        CHECK(limit.low <= limit.at);
        CHECK(limit.at <= limit.high);
    }
}

TEST_CASE("failing runs take the lane's capacity") {
    const Shop plan{.days = 84, .per_day = 20, .build_minutes = 3, .failing = 0.3};
    const Finding f = ask(checks::merge_lane, pipelines_of(plan));
    const double truth = 20.0 * 10 / (9 * 60) / 0.7;
    INFO(f.says);
    CHECK(std::abs(measure(f, "utilisation").value.at / truth - 1) < 0.15);
    CHECK(f.remedies.size() == 2);
}

TEST_CASE("deploys side by side are lanes side by side") {
    Shop plan{.days = 84, .per_day = 40, .build_minutes = 3, .deploy_minutes = 30};
    plan.serial = false;
    const Pipelines p = pipelines_of(plan);
    const auto lane = checks::ci::lane_of(checks::ci::timed(p), p);
    REQUIRE(lane);
    CHECK(lane->model.lanes >= 4);
}

TEST_CASE("a lane that chance never tested is an assumption") {
    Shop plan{.days = 84, .per_day = 1.5, .build_minutes = 4, .deploy_minutes = 1};
    Pipelines p = pipelines_of(plan);
    std::erase_if(p.jobs, [](const auto& job) { return job.second.name == "deploy"; });
    const Finding f = ask(checks::merge_lane, p);
    INFO(f.says);
    REQUIRE(f.limits.size() == 1);
    CHECK(f.limits.front().grade == Grade::C);
    CHECK(std::isinf(f.limits.front().high));
    CHECK(f.outcome == Outcome::absent);
}

TEST_CASE("too few runs place no limit") {
    const Finding f = ask(checks::merge_lane, pipelines_of({.days = 6}));
    CHECK(f.outcome == Outcome::insufficient);
    REQUIRE(f.limits.size() == 1);
    CHECK(f.limits.front().status == LimitStatus::missing);
    CHECK(f.gaps.size() == 1);
    CHECK(ask(checks::merge_lane, Pipelines{}).outcome == Outcome::insufficient);
}

TEST_CASE("scheduled, manual and pull-request runs are no changes of the main branch") {
    Pipelines p = pipelines_of({});
    for (auto& [id, run] : p.runs) {
        run.trigger = Trigger::schedule;
    }
    CHECK(ask(checks::deploys_drag, p).outcome == Outcome::insufficient);
    CHECK(checks::ci::delivery_of(checks::ci::timed(p), p).changes.empty());
}
