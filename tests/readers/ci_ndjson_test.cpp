// The neutral form: what stands in it comes out, and nothing else is taken for it.
#include "catch.hpp"
#include "evidence/runs.hpp"
#include "model/critical_path.hpp"
#include "support/ci.hpp"

using namespace plimsoll;
using test::clock;

namespace plimsoll::readers {
extern const Reader ci_ndjson;
}

TEST_CASE("a run of two jobs with needs, a pause and a deployment") {
    const std::string text =
        R"({"plimsoll":"ci/1","run":"42","pipeline":"CI","project":"shop","branch":"main","sha":"abc","trigger":"push","result":"success","created":")" +
        clock(0) + "\"}\n" +
        R"({"plimsoll":"ci/1","job":"1","run":"42","name":"test","result":"success","needs":[],"started":")" +
        clock(10) + R"(","completed":")" + clock(70) +
        R"(","steps":[{"name":"Run tests","result":"success","started":")" + clock(10) +
        R"(","completed":")" + clock(60) + "\"}]}\n" +
        R"({"plimsoll":"ci/1","job":"2","run":"42","name":"deploy","result":"success","needs":["1"],"paused_s":30,"started":")" +
        clock(75) + R"(","completed":")" + clock(175) + "\"}\n" +
        R"({"plimsoll":"ci/1","deployment":"9","environment":"production","sha":"abc","result":"success","finished":")" +
        clock(175) + "\"}\n";
    const auto got = test::read_with(readers::ci_ndjson, text);
    CHECK(got.sureness == Sureness::certain);
    CHECK(got.input.records == 4);
    CHECK(got.input.skipped == 0);
    CHECK(got.pipelines().deployments.at("ci:9").finished == test::at(175));
    const Runs runs = runs_of(got.pipelines());
    REQUIRE(runs.timed.size() == 1);
    const RunJobs& run = runs.timed.front();
    CHECK(run.pipeline == "shop: CI");
    const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
    CHECK(path.wall() == 175'000'000);
    CHECK(path.human() == 30'000'000);
    CHECK(path.total(model::SegmentKind::queue) == 15'000'000);
    CHECK(path.total(model::SegmentKind::run) == 130'000'000);
}

TEST_CASE("objects of other versions, half lines and wrong types are counted") {
    const auto got =
        test::read_with(readers::ci_ndjson,
                        "{\"plimsoll\":\"ci/2\",\"run\":\"1\"}\n{\"plimsoll\":\"ci/"
                        "1\"}\n{\"plimsoll\":\"ci/1\",\"run\":{}\n"
                        "{\"plimsoll\":\"ci/1\",\"run\":\"3\",\"attempt\":-9,\"created\":7}\n");
    CHECK(got.input.skipped == 3);
    CHECK(got.pipelines().runs.size() == 1);
    CHECK(got.pipelines().runs.at("ci:3").attempt == 1);
    CHECK_FALSE(got.pipelines().runs.at("ci:3").created);
}
