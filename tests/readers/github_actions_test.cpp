// GitHub Actions in every shape, and each trap that payloads set, by name.
#include "catch.hpp"
#include "evidence/phases.hpp"
#include "evidence/runs.hpp"
#include "model/critical_path.hpp"
#include "support/ci.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace plimsoll::readers {
extern const Reader github_actions;
}

namespace {

[[nodiscard]] ReadResult read_github(std::string_view bytes) {
    return read_with(readers::github_actions, bytes);
}

// The only run, with its path; the law of the path is checked on the way.
struct One {
    ReadResult read;
    Runs runs;
    model::CriticalPath path;
    [[nodiscard]] double wall() const { return static_cast<double>(path.wall()) / 1e6; }
    [[nodiscard]] double of(model::SegmentKind kind) const {
        return static_cast<double>(path.total(kind)) / 1e6;
    }
};

[[nodiscard]] std::unique_ptr<One> one_run(std::string_view bytes) {
    auto out = std::make_unique<One>();
    out->read = read_github(bytes);
    out->runs = runs_of(out->read.pipelines());
    REQUIRE(out->runs.timed.size() == 1);
    const RunJobs& run = out->runs.timed.front();
    out->path = model::critical_path(run.tasks, run.trigger_us);
    std::int64_t sum = 0;
    for (const model::Segment& segment : out->path.segments) {
        REQUIRE(segment.to >= segment.from);
        sum += segment.to - segment.from;
    }
    REQUIRE(sum == out->path.wall());
    return out;
}

}  // namespace

TEST_CASE("pages, lists, lines and webhooks of one run give the same evidence") {
    const std::string run = github_run(1, 0);
    const std::string a =
        json_of({.id = 11, .name = "build", .created = 0, .started = 4, .completed = 100});
    const std::string b =
        json_of({.id = 12, .name = "test", .created = 101, .started = 110, .completed = 300});
    const std::vector<std::string> shapes{
        R"({"total_count":1,"workflow_runs":[)" + run + "]}" + jobs_page(a + "," + b),
        R"([{"total_count":1,"workflow_runs":[)" + run + "]}][" + jobs_page(a) + "," +
            jobs_page(b) + "]",
        run + "\n" + a + "\n" + b + "\n",
        "[" + a + "," + b + "][" + run + "]",
        R"({"action":"completed","workflow_run":)" + run + "}\n" + R"({"workflow_job":)" + b + "}" +
            R"({"workflow_job":)" + a + "}",
        "\xEF\xBB\xBF" + run + "\r\n" + a + "\r\n" + b,
        a + b + run + a + b + run,  // exported twice
    };
    for (const std::string& shape : shapes) {
        CAPTURE(shape);
        const ReadResult got = read_github(shape);
        CHECK(got.sureness == Sureness::certain);
        CHECK(got.input.skipped == 0);
        REQUIRE(got.pipelines().runs.size() == 1);
        REQUIRE(got.pipelines().jobs.size() == 2);
        const Run& r = got.pipelines().runs.at("github:1");
        CHECK(r.project == "acme/shop");
        CHECK(r.pipeline == "CI");
        CHECK(r.file == ".github/workflows/ci.yml");
        CHECK(r.branch == "main");
        CHECK(r.trigger == Trigger::push);
        CHECK(r.result == RunResult::success);
        CHECK(r.created == at(0));
        const Job& j = got.pipelines().jobs.at("github:12");
        CHECK(j.run == "github:1");
        CHECK(j.ready == at(101));
        CHECK(j.started == at(110));
        CHECK(j.completed == at(300));
        CHECK(got.input.span.to == at(300));
    }
}

TEST_CASE("gh run list and gh run view: no readiness, and a run without jobs has no times") {
    const std::string list =
        R"([{"databaseId":7,"workflowName":"CI","headBranch":"main","headSha":"abc",
        "createdAt":")" +
        clock(0) + R"(","updatedAt":")" + clock(900) + R"(","startedAt":")" + clock(0) +
        R"(","attempt":1,"status":"completed","conclusion":"success","event":"push","number":3}])";
    const ReadResult got = read_github(list);
    CHECK(got.sureness >= Sureness::likely);
    CHECK(got.pipelines().runs.at("github:7").sha == "abc");
    const Runs runs = runs_of(got.pipelines());
    CHECK(runs.timed.empty());
    CHECK(runs.without_jobs == 1);

    const auto view = one_run(
        R"({"databaseId":7,"workflowName":"CI","conclusion":"success","createdAt":")" + clock(0) +
        R"(","jobs":[{"databaseId":8,"name":"build","conclusion":"success","startedAt":")" +
        clock(10) + R"(","completedAt":")" + clock(70) +
        R"(","steps":[{"name":"x","startedAt":"0001-01-01T00:00:00Z",
        "completedAt":"0001-01-01T00:00:00Z"}]}]})");
    CHECK(view->wall() == 70);
    CHECK_FALSE(view->read.pipelines().jobs.at("github:8").ready);
    CHECK_FALSE(view->read.pipelines().jobs.at("github:8").steps.front().started);
}

TEST_CASE("trap 1: updated_at is no completion") {
    const auto got = one_run(github_run(1, 0) + json_of({.completed = 60}));  // updated a day later
    CHECK(got->wall() == 60);
}

TEST_CASE("trap 2: a skipped job is created after it started, and counts for nothing") {
    const auto got = one_run(github_run(1, 0) + json_of({.id = 1, .started = 5, .completed = 60}) +
                             json_of({.id = 2,
                                      .name = "deploy",
                                      .created = 62,
                                      .started = 61,
                                      .completed = 61,
                                      .conclusion = "skipped"}));
    CHECK(got->wall() == 60);
    CHECK(got->runs.timed.front().jobs.size() == 1);
    CHECK(got->runs.set_right == 0);
}

TEST_CASE("trap 2b: a job that ends before it begins has no length and is counted") {
    const auto got = one_run(github_run(1, 0) + json_of({.started = 60, .completed = 30}));
    CHECK(got->runs.set_right == 1);
    CHECK(got->wall() == 60);
    CHECK(model::work_of(got->runs.timed.front().tasks) == 0);
}

TEST_CASE("trap 3: steps that begin before their job are cut to it") {
    const auto got = one_run(json_of({.started = 500,
                                      .completed = 560,
                                      .steps = "[" + github_step("Run tests", 20, 530) + "]"}));
    const PhaseTimes phases =
        phases_of(*got->runs.timed.front().jobs.front(), got->read.pipelines());
    CHECK(phases[static_cast<std::size_t>(Phase::test)] == 30'000'000);
    CHECK(phases[static_cast<std::size_t>(Phase::setup)] == 30'000'000);
}

TEST_CASE("trap 4: a night before a person deploys is a gate, not machine time") {
    const auto got = one_run(github_run(1, 0) + json_of({.id = 1, .completed = 100}) +
                             json_of({.id = 2,
                                      .name = "deploy",
                                      .created = 60'000,
                                      .started = 60'003,
                                      .completed = 60'100}));
    CHECK(got->wall() == 60'100);
    CHECK(got->of(model::SegmentKind::gate) == 59'900);
    CHECK(got->of(model::SegmentKind::queue) == 3);
}

TEST_CASE("trap 5: cancelled, skipped, stale and action_required are not failures") {
    for (const char* const word : {"cancelled", "CANCELLED", "stale", "action_required"}) {
        CHECK(read_github(json_of({.conclusion = word})).pipelines().jobs.at("github:1").result ==
              RunResult::cancellation);
    }
    CHECK(read_github(json_of({.conclusion = "skipped"})).pipelines().jobs.at("github:1").result ==
          RunResult::skip);
    CHECK(
        read_github(json_of({.conclusion = "timed_out"})).pipelines().jobs.at("github:1").result ==
        RunResult::timeout);
}

TEST_CASE(
    "trap 6: attempts are kept, the night between them is a gate, carried-over jobs count once") {
    const std::string run = github_run(1, 0);
    const auto got = one_run(
        run + json_of({.id = 1, .name = "build", .completed = 100}) +
        json_of({.id = 2,
                 .name = "test",
                 .created = 101,
                 .started = 102,
                 .completed = 200,
                 .conclusion = "failure"}) +
        json_of({.id = 3, .name = "build", .completed = 100, .attempt = 2}) +  // carried over
        json_of({.id = 4,
                 .name = "test",
                 .created = 40'000,
                 .started = 40'001,
                 .completed = 40'100,
                 .attempt = 2}));
    const RunJobs& times = got->runs.timed.front();
    CHECK(times.attempts == 2);
    CHECK(times.result == RunResult::success);
    CHECK(times.jobs.size() == 3);
    CHECK(got->wall() == 40'100);
    CHECK(got->of(model::SegmentKind::gate) == 39'800);
    CHECK(model::work_of(times.tasks) == (100 + 98 + 99) * 1'000'000LL);
}

TEST_CASE(
    "trap 6b: only the last attempt is there: its trigger is run_started_at, not created_at") {
    std::string run = github_run(1, 0);
    run.replace(run.find(R"("run_attempt":1)"), 15, R"("run_attempt":2)");
    const std::string started = R"("run_started_at":")";
    run.replace(run.find(started) + started.size(), 20, clock(116'285));
    const auto got = one_run(
        run +
        json_of({.created = 116'286, .started = 116'290, .completed = 116'390, .attempt = 2}));
    CHECK(got->wall() == 105);
}

TEST_CASE("trap 7: the job says deploy, its steps say test") {
    const auto got = one_run(json_of({.name = "deployubuntu",
                                      .completed = 100,
                                      .steps = "[" + github_step("Run actions/checkout@v4", 0, 10) +
                                               "," + github_step("Run unit tests", 10, 90) + "," +
                                               github_step("Run ./more.sh", 90, 100) + "]"}));
    const PhaseTimes phases =
        phases_of(*got->runs.timed.front().jobs.front(), got->read.pipelines());
    CHECK(phases[static_cast<std::size_t>(Phase::deploy)] == 0);
    CHECK(phases[static_cast<std::size_t>(Phase::test)] == 80'000'000);
    CHECK(phases[static_cast<std::size_t>(Phase::setup)] == 10'000'000);
    CHECK(phases[static_cast<std::size_t>(Phase::unclassified)] == 10'000'000);
}

TEST_CASE("trap 8: a job that has not started is kept, and its run is unfinished") {
    const ReadResult got = read_github(
        R"({"jobs":[{"id":5,"run_id":1,"status":"queued","conclusion":null,"started_at":null,"completed_at":null,)"
        R"("created_at":"2026-03-02T08:00:00Z","name":"a"}]})");
    CHECK(got.pipelines().jobs.at("github:5").ready == at(0));
    CHECK(runs_of(got.pipelines()).unfinished == 1);
}

TEST_CASE("trap 9: upper case, empty and null words in one export") {
    CHECK(read_github(json_of({.conclusion = "SUCCESS"})).pipelines().jobs.at("github:1").result ==
          RunResult::success);
    CHECK(read_github(json_of({.conclusion = ""})).pipelines().jobs.at("github:1").result ==
          RunResult::unfinished);
    CHECK(read_github(json_of({.conclusion = "whatever"})).pipelines().jobs.at("github:1").result ==
          RunResult::unfinished);
}

TEST_CASE("trap 10: one and the same end for all jobs: the last step's end is believed") {
    std::string jobs;
    for (int i = 0; i < 3; ++i) {
        const std::int64_t from = 100 * i;
        jobs += json_of({.id = i + 1,
                         .name = "j" + std::to_string(i),
                         .started = from,
                         .completed = 1'000,
                         .steps = "[" + github_step("Run tests", from, from + 50) + "]"});
    }
    CHECK(one_run(jobs)->wall() == 250);
}

TEST_CASE("trap 11: triggers are kept apart") {
    for (const auto& [word, trigger] :
         std::vector<std::pair<std::string, Trigger>>{{"push", Trigger::push},
                                                      {"merge_group", Trigger::merge_queue},
                                                      {"pull_request", Trigger::pull_request},
                                                      {"schedule", Trigger::schedule},
                                                      {"workflow_dispatch", Trigger::manual},
                                                      {"workflow_run", Trigger::other}}) {
        std::string run = github_run(1, 0);
        run.replace(run.find(R"("event":"push")"), 14, R"("event":")" + word + "\"");
        CHECK(read_github(run).pipelines().runs.at("github:1").trigger == trigger);
    }
}

TEST_CASE("trap 12: matrix and reusable-workflow names are one group") {
    CHECK(job_group("test (ubuntu, 3.11)") == "test");
    CHECK(job_group("caller / test (a)") == "caller / test");
    CHECK(job_group("rspec 2/5") == "rspec");
    CHECK(job_group("lint: [a, b]") == "lint");
    CHECK(job_group("(x)") == "(x)");
    CHECK(job_group("") == "");
    CHECK(job_group("build and/or test") == "build and/or test");
}

TEST_CASE("time stamps with offsets and fractions, and the year 0001") {
    std::string job = json_of({.completed = 60});
    const std::string before = R"("started_at":")" + clock(0);
    job.replace(job.find(before), before.size(), R"("started_at":"2026-03-02T16:00:00.000+08:00)");
    CHECK(read_github(job).pipelines().jobs.at("github:1").started == at(0));
    job = json_of({});
    const std::string created = R"("created_at":")" + clock(0);
    job.replace(job.find(created), created.size(), R"("created_at":"0001-01-01T00:00:00Z)");
    CHECK_FALSE(read_github(job).pipelines().jobs.at("github:1").ready);
}

TEST_CASE("what GitHub leaves out is said") {
    std::string runs;
    for (int i = 0; i < 1'000; ++i) {
        runs += github_run(i, i) + "\n";
    }
    CHECK(read_github(runs).input.note.find("exactly 1000 runs") != std::string::npos);
    CHECK(read_github(R"({"total_count":340,"workflow_runs":[)" + github_run(1, 0) + "]}")
              .input.note.find("--paginate") != std::string::npos);
    const ReadResult error =
        read_github(R"({"message":"Not Found","documentation_url":"x"})" + github_run(1, 0));
    CHECK(error.input.first_skipped.why == "the API answered: Not Found");
    CHECK(error.pipelines().runs.size() == 1);
}

TEST_CASE("deployments and their statuses") {
    const ReadResult got = read_github(
        R"([{"id":42,"sha":"abc","ref":"main","task":"deploy","environment":"production","original_environment":"production",)"
        R"("created_at":"2026-03-02T08:00:00Z","statuses_url":"https://api.github.com/repos/a/b/deployments/42/statuses"}])"
        R"([{"id":1,"state":"inactive","deployment_url":"https://api.github.com/repos/a/b/deployments/42","created_at":"2026-03-02T09:00:00Z"},)"
        R"({"id":2,"state":"success","deployment_url":"https://api.github.com/repos/a/b/deployments/42","created_at":"2026-03-02T08:05:00Z"}])");
    const Deployment& d = got.pipelines().deployments.at("github:42");
    CHECK(d.environment == "production");
    CHECK(d.result == RunResult::success);
    CHECK(d.finished == at(300));
    CHECK(d.created == at(0));
}

TEST_CASE("law: shards of an export, in any grouping and order, give the same bytes as the whole") {
    std::vector<std::string> parts{github_run(1, 0),
                                   json_of({.id = 1}),
                                   json_of({.id = 1, .conclusion = "failure", .attempt = 2}),
                                   github_run(1, 5),
                                   json_of({.id = 2, .name = "z"})};
    const auto merged = [&](const std::vector<int>& order) {
        Pipelines all;
        for (const int i : order) {
            all.merge(read_github(parts[static_cast<std::size_t>(i)]).pipelines());
        }
        return all;
    };
    const Pipelines a = merged({0, 1, 2, 3, 4});
    const Pipelines b = merged({4, 2, 0, 3, 1, 1, 0});
    CHECK(a.runs == b.runs);
    CHECK(a.jobs == b.jobs);
    CHECK(a.names == b.names);
}

TEST_CASE("law: no bytes crash the reader, and no time is ever negative") {
    const std::string text =
        R"({"total_count":1,"workflow_runs":[)" + github_run(1, 0) + "]}" +
        jobs_page(json_of({.id = 1, .steps = "[" + github_step("a", 0, 9) + "]"}) + "," +
                  json_of({.id = 2}));
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::string damaged = text;
        damaged[i] = static_cast<char>(i * 37);
        for (const std::string& bytes : {damaged, text.substr(0, i), text.substr(i)}) {
            const ReadResult got = read_github(bytes);
            for (const RunJobs& run : runs_of(got.pipelines()).timed) {
                REQUIRE(model::critical_path(run.tasks, run.trigger_us).wall() >= 0);
            }
        }
    }
}
