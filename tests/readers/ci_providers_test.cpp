// GitLab, Jenkins, CircleCI, Buildkite, Azure and Bitbucket: one made payload each in the
// provider's shape, with the arithmetic done by hand, and the traps of each.
#include "catch.hpp"
#include "evidence/runs.hpp"
#include "model/critical_path.hpp"
#include "support/ci.hpp"

#include <vector>

using namespace plimsoll;
using test::at;
using test::clock;
using test::read_with;

namespace plimsoll::readers {
extern const Reader github_actions;
extern const Reader gitlab;
extern const Reader jenkins;
extern const Reader circleci;
extern const Reader buildkite;
extern const Reader azure_pipelines;
extern const Reader bitbucket;
}  // namespace plimsoll::readers

namespace {

constexpr std::int64_t s = 1'000'000;

struct Export {
    const Reader* reader;
    std::string text;
};

const std::string gitlab_jobs =
    R"([{"id":11,"name":"build","stage":"build","status":"success","ref":"main","allow_failure":false,"created_at":")" +
    clock(0) + R"(","started_at":")" + clock(10) + R"(","finished_at":")" + clock(110) +
    R"(","duration":100.0,"queued_duration":9.0,"pipeline":{"id":5,"sha":"abc","ref":"main","source":"push"},"web_url":"https://gitlab.com/acme/shop/-/jobs/11"},)"
    R"({"id":12,"name":"deploy","stage":"deploy","status":"success","ref":"main","allow_failure":true,"environment":{"name":"production"},"created_at":")" +
    clock(0) + R"(","started_at":")" + clock(7'300) + R"(","finished_at":")" + clock(7'400) +
    R"(","duration":100.0,"queued_duration":5.0,"pipeline":{"id":5,"sha":"abc","ref":"main"}},)"
    R"({"id":13,"name":"extra","stage":"deploy","status":"manual","ref":"main","allow_failure":true,"started_at":null,"finished_at":null,"pipeline":{"id":5}}])";
const std::string gitlab_pipeline =
    R"({"id":5,"iid":3,"sha":"abc","ref":"main","status":"success","source":"push","created_at":")" +
    clock(0) + R"(","started_at":")" + clock(10) + R"(","finished_at":")" + clock(7'400) +
    R"(","duration":200,"queued_duration":9,"web_url":"https://gitlab.com/acme/shop/-/pipelines/5"})";

[[nodiscard]] std::string millis(std::int64_t seconds) {
    return std::to_string(micros(at(seconds)) / 1'000);
}

const std::string jenkins_stages =
    R"({"_links":{"self":{"href":"/job/shop/7/wfapi/describe"}},"id":"7","name":"#7","status":"SUCCESS","startTimeMillis":)" +
    millis(0) + R"(,"endTimeMillis":)" + millis(100) +
    R"(,"durationMillis":90000,"queueDurationMillis":10000,"pauseDurationMillis":30000,"stages":[)"
    R"({"id":"6","name":"Build","status":"SUCCESS","startTimeMillis":)" +
    millis(10) +
    R"(,"durationMillis":40000,"pauseDurationMillis":0},)"
    R"({"id":"9","name":"Deploy","status":"SUCCESS","startTimeMillis":)" +
    millis(50) + R"(,"durationMillis":50000,"pauseDurationMillis":30000}]})";
const std::string jenkins_builds =
    R"({"fullName":"shop","allBuilds":[{"number":7,"timestamp":)" + millis(0) +
    R"(,"duration":100000,"result":"SUCCESS","building":false,"url":"https://ci/job/shop/7/",)"
    R"("actions":[{},{"_class":"hudson.plugins.git.util.BuildData","lastBuiltRevision":{"SHA1":"abc","branch":[{"name":"refs/remotes/origin/main"}]}},{"causes":[{"_class":"jenkins.branch.BranchEventCause"}]}]}]})";

const std::string circle =
    R"({"items":[{"id":"p1","project_slug":"gh/acme/shop","number":4,"created_at":")" + clock(0) +
    R"(","trigger":{"type":"webhook"},"errors":[],"vcs":{"revision":"abc","branch":"main"}}],"next_page_token":null})"
    R"({"items":[{"id":"w1","name":"build-deploy","pipeline_id":"p1","pipeline_number":4,"project_slug":"gh/acme/shop","status":"success","created_at":")" +
    clock(0) + R"(","stopped_at":")" + clock(4'000) +
    R"("}],"next_page_token":null})"
    R"({"workflow_id":"w1","items":[{"id":"j1","name":"build","job_number":1,"status":"success","type":"build","dependencies":[],"started_at":")" +
    clock(20) + R"(","stopped_at":")" + clock(120) +
    R"("},{"id":"j2","name":"hold","status":"success","type":"approval","dependencies":["j1"],"started_at":null,"stopped_at":null},)"
    R"({"id":"j3","name":"deploy","job_number":2,"status":"success","type":"build","dependencies":["j2"],"started_at":")" +
    clock(3'900) + R"(","stopped_at":")" + clock(4'000) + R"("}]})";

const std::string buildkite =
    R"([{"id":"b1","number":9,"state":"passed","branch":"main","commit":"abc","source":"webhook","pull_request":null,"created_at":")" +
    clock(0) + R"(","scheduled_at":")" + clock(0) + R"(","started_at":")" + clock(5) +
    R"(","finished_at":")" + clock(1'100) +
    R"(","rebuilt_from":null,"pipeline":{"slug":"shop"},"jobs":[)"
    R"({"id":"x1","type":"script","name":"test","step_key":"test","state":"passed","runnable_at":")" +
    clock(1) + R"(","started_at":")" + clock(31) + R"(","finished_at":")" + clock(131) +
    R"(","retries_count":null,"soft_failed":false},)"
    R"({"id":"x2","type":"waiter"},{"id":"x3","type":"manual","state":"unblocked","unblocked_at":")" +
    clock(1'000) +
    R"("},)"
    R"({"id":"x4","type":"script","name":"deploy","state":"passed","runnable_at":")" +
    clock(1'000) + R"(","started_at":")" + clock(1'010) + R"(","finished_at":")" + clock(1'100) +
    R"(","retries_count":1}]}])";

const std::string azure =
    R"([{"id":77,"buildNumber":"20260302.1","status":"completed","result":"succeeded","queueTime":"2026-03-02T08:00:00.1234567Z","startTime":"2026-03-02T08:00:10.0000000Z","finishTime":")" +
    clock(130) +
    R"(","sourceBranch":"refs/heads/main","sourceVersion":"abc","reason":"individualCI","definition":{"name":"CI"},"project":{"name":"shop"}}])"
    "\n"
    R"({"buildId":"77","records":[{"id":"s","parentId":null,"type":"Stage","name":"Build","startTime":")" +
    clock(10) + R"(","finishTime":")" + clock(130) +
    R"(","result":"succeeded"},)"
    R"({"id":"j","parentId":"s","type":"Job","name":"Linux","startTime":")" +
    clock(20) + R"(","finishTime":")" + clock(130) +
    R"(","result":"succeeded","attempt":1,"workerName":"w","previousAttempts":[]},)"
    R"({"id":"t2","parentId":"j","type":"Task","name":"Run tests","order":2,"startTime":")" +
    clock(60) + R"(","finishTime":")" + clock(130) +
    R"(","result":"succeeded"},)"
    R"({"id":"t1","parentId":"j","type":"Task","name":"Checkout","order":1,"startTime":")" +
    clock(20) + R"(","finishTime":")" + clock(60) +
    R"(","result":"succeeded","lastModified":"0001-01-01T00:00:00"}]})";

const std::string bitbucket =
    R"({"pagelen":100,"values":[{"uuid":"{p}","build_number":4,"state":{"name":"COMPLETED","result":{"name":"SUCCESSFUL"}},"target":{"ref_name":"main","commit":{"hash":"abc"}},"trigger":{"name":"PUSH"},"repository":{"full_name":"acme/shop"},"created_on":")" +
    clock(0) + R"(","completed_on":")" + clock(90) +
    R"("}]})"
    R"({"values":[{"uuid":"{s}","name":"Build","started_on":")" +
    clock(10) + R"(","completed_on":")" + clock(90) +
    R"(","duration_in_seconds":80,"run_number":1,"state":{"result":{"name":"SUCCESSFUL"}},"pipeline":{"uuid":"{p}"}}]})";

[[nodiscard]] std::vector<Export> samples() {
    return {{&readers::gitlab, gitlab_pipeline + gitlab_jobs},
            {&readers::jenkins, jenkins_builds + jenkins_stages},
            {&readers::circleci, circle},
            {&readers::buildkite, buildkite},
            {&readers::azure_pipelines, azure},
            {&readers::bitbucket, bitbucket},
            {&readers::github_actions, test::github_run(1, 0) + test::json_of({})}};
}

struct One {
    test::ReadResult read;
    Runs runs;
    model::CriticalPath path;
};

[[nodiscard]] std::unique_ptr<One> one(const Reader& reader, const std::string& text) {
    auto out = std::make_unique<One>();
    out->read = read_with(reader, text);
    CHECK(out->read.sureness == Sureness::certain);
    CHECK(out->read.input.skipped == 0);
    out->runs = runs_of(out->read.pipelines());
    REQUIRE(out->runs.timed.size() == 1);
    const RunJobs& run = out->runs.timed.front();
    REQUIRE(run.run != nullptr);
    CHECK(run.run->branch == "main");
    CHECK(run.run->sha == "abc");
    CHECK(run.trigger == Trigger::push);
    CHECK(run.result == RunResult::success);
    out->path = model::critical_path(run.tasks, run.trigger_us);
    return out;
}

}  // namespace

TEST_CASE("GitLab: readiness from queued_duration, a manual gate of two hours, jobs never played") {
    const auto got = one(readers::gitlab, gitlab_pipeline + "\n" + gitlab_jobs);
    CHECK(got->runs.timed.front().pipeline == "acme/shop: pipeline");
    CHECK(got->path.wall() == 7'400 * s);
    CHECK(got->path.total(model::SegmentKind::gate) == (7'295 - 110) * s);
    CHECK(got->path.total(model::SegmentKind::queue) == (10 + 5) * s);
    CHECK(got->runs.timed.front().jobs.size() == 2);
    CHECK(got->read.pipelines().jobs.at("gitlab:12").environment == "production");
    CHECK(got->read.pipelines().jobs.at("gitlab:12").may_fail);
}

TEST_CASE("GitLab: webhooks, time stamps with a zone word, merge trains, deployments") {
    const auto hook = read_with(
        readers::gitlab,
        R"({"object_kind":"pipeline","object_attributes":{"id":31,"ref":"refs/merge-requests/1/train","sha":"b","status":"failed","source":"merge_request_event",)"
        R"("created_at":"2026-03-02 08:00:00 UTC","finished_at":"2026-03-02 08:01:00 UTC"},"project":{"path_with_namespace":"a/b"},)"
        R"("builds":[{"id":380,"stage":"test","name":"t","status":"failed","created_at":"2026-03-02 08:00:00 UTC","started_at":"2026-03-02 08:00:10 UTC","finished_at":"2026-03-02 08:01:00 UTC","queued_duration":3}]})");
    CHECK(hook.sureness == Sureness::certain);
    CHECK(hook.pipelines().runs.at("gitlab:31").trigger == Trigger::merge_queue);
    CHECK(hook.pipelines().runs.at("gitlab:31").project == "a/b");
    CHECK(hook.pipelines().jobs.at("gitlab:380").ready == at(7));
    const auto deployment = read_with(
        readers::gitlab,
        R"({"id":4,"iid":2,"ref":"main","sha":"abc","status":"success","created_at":")" + clock(0) +
            R"(","environment":{"name":"production"},"deployable":{"id":9,"finished_at":")" +
            clock(60) + R"("}})");
    CHECK(deployment.pipelines().deployments.at("gitlab:4").finished == at(60));
}

TEST_CASE("Jenkins: pauses lie inside durations; a build without stages stands for itself") {
    const auto got = one(readers::jenkins, jenkins_builds + "\n" + jenkins_stages);
    CHECK(got->path.wall() == 100 * s);
    CHECK(got->path.total(model::SegmentKind::queue) == 10 * s);
    CHECK(got->path.total(model::SegmentKind::pause) == 30 * s);
    CHECK(model::work_of(got->runs.timed.front().tasks) == 60 * s);
    CHECK(got->runs.timed.front().pipeline == "shop");
    const auto alone = one(readers::jenkins, jenkins_builds);
    CHECK(alone->path.wall() == 100 * s);
    CHECK(alone->runs.timed.front().jobs.size() == 1);
}

TEST_CASE("CircleCI: needs are given, an approval without times is still a gate, the pipeline "
          "knows the commit") {
    const auto got = one(readers::circleci, circle);
    CHECK(got->path.wall() == 4'000 * s);
    CHECK(got->path.total(model::SegmentKind::queue) == 20 * s);
    CHECK(got->path.human() == (3'900 - 120) * s);
    CHECK(got->runs.without_jobs == 0);
    CHECK(got->read.pipelines().jobs.at("circleci:j3").needs ==
          std::vector<std::string>{"circleci:j2"});
    const auto insight = read_with(
        readers::circleci,
        R"({"items":[{"id":"w","status":"success","duration":60,"created_at":")" + clock(0) +
            R"(","stopped_at":")" + clock(60) + R"(","credits_used":5,"is_approval":false}]})");
    CHECK(runs_of(insight.pipelines()).timed.size() == 1);
}

TEST_CASE("Buildkite: queue is started minus runnable; a block step is a person") {
    const auto got = one(readers::buildkite, buildkite);
    CHECK(got->path.wall() == 1'100 * s);
    CHECK(got->path.total(model::SegmentKind::queue) == (31 + 10) * s);
    CHECK(got->path.human() == (1'000 - 131) * s);
    CHECK(got->read.pipelines().jobs.at("buildkite:x4").attempt == 2);
}

TEST_CASE("Azure: tree of records, seven digits of a second, the year 0001") {
    const auto got = one(readers::azure_pipelines, azure);
    CHECK(got->path.wall() == 130 * s - 123'456);
    const Job& job = got->read.pipelines().jobs.at("azure:77/j/1");
    REQUIRE(job.steps.size() == 2);
    CHECK(got->read.pipelines().name_of(job.steps.front()) == "Checkout");
    CHECK(got->runs.timed.front().jobs.size() == 1);
}

TEST_CASE("Bitbucket: pipelines and steps") {
    const auto got = one(readers::bitbucket, bitbucket);
    CHECK(got->path.wall() == 90 * s);
    CHECK(got->path.total(model::SegmentKind::queue) == 10 * s);
}

TEST_CASE("no reader takes another provider's export") {
    for (const Export& sample : samples()) {
        for (const Export& other : samples()) {
            const Sureness sure = other.reader->recognises({.head = sample.text, .whole = true});
            CAPTURE(sample.reader->id, other.reader->id);
            CHECK((sure >= Sureness::likely) == (sample.reader == other.reader));
        }
    }
}

TEST_CASE("law: damaged bytes crash no provider's reader, and no time is negative") {
    for (const Export& sample : samples()) {
        CAPTURE(sample.reader->id);
        for (std::size_t i = 0; i < sample.text.size(); i += 7) {
            std::string damaged = sample.text;
            damaged[i] = static_cast<char>(i * 53);
            for (const std::string& text :
                 {damaged, sample.text.substr(0, i), sample.text.substr(i)}) {
                for (const RunJobs& run :
                     runs_of(read_with(*sample.reader, text).pipelines()).timed) {
                    const model::CriticalPath path =
                        model::critical_path(run.tasks, run.trigger_us);
                    REQUIRE(path.wall() >= 0);
                    REQUIRE(model::work_of(run.tasks) >= 0);
                }
            }
        }
    }
}

TEST_CASE("numbers out of range and wrong types are not there") {
    for (
        const char* const text :
        {R"({"allBuilds":[{"number":7,"timestamp":99999999999999999,"duration":-5,"url":7}]})",
         R"({"allBuilds":[{"number":{},"timestamp":"x","duration":1e300}]})",
         R"({"allBuilds":[7,null,[],"x"]})",
         R"({"startTimeMillis":1,"stages":[{"startTimeMillis":-1,"durationMillis":9223372036854775807}]})"}) {
        CHECK(runs_of(read_with(readers::jenkins, text).pipelines()).timed.empty());
    }
}
