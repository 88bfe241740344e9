// What inspect prints of pipelines: true times that add up, the graph of needs, phases, nothing
// lost.
#include "app/inspect_pipelines.hpp"

#include "catch.hpp"
#include "support/ci.hpp"

#include <cmath>

using namespace plimsoll;
using namespace plimsoll::test;

namespace plimsoll::readers {
extern const Reader github_actions;
}

TEST_CASE("inspect: segments sum to the wall time, parts to the whole, needs are found") {
    std::string text;
    for (std::int64_t run = 1; run <= 30; ++run) {
        const std::int64_t t = run * 10'000;
        const std::int64_t built = t + 60 + run % 7;
        text += github_run(run, t);
        text += json_of({.id = run * 10,
                         .run = run,
                         .name = "build",
                         .created = t,
                         .started = t + 5,
                         .completed = built});
        text += json_of({.id = run * 10 + 1,
                         .run = run,
                         .name = "test (a)",
                         .created = built + 1,
                         .started = built + 20,
                         .completed = built + 300,
                         .steps = "[" + github_step("Run tests", built + 20, built + 300) + "]"});
        text += json_of({.id = run * 10 + 2,
                         .run = run,
                         .name = "deploy",
                         .created = built + 4'000,
                         .started = built + 4'003,
                         .completed = built + 4'100});
    }
    const wire::Json out =
        app::inspect_pipelines(read_with(readers::github_actions, text).pipelines());
    REQUIRE(out["runs"].size() == 30);
    for (const wire::Json& run : out["runs"]) {
        double sum = 0;
        for (const wire::Json& segment : run["critical_path"]) {
            REQUIRE(segment["seconds"].get<double>() > 0);
            sum += segment["seconds"].get<double>();
        }
        const double wall = run["wall_s"].get<double>();
        REQUIRE(std::abs(sum - wall) < 1e-6);
        REQUIRE(std::abs(run["machine_s"].get<double>() + run["queue_s"].get<double>() +
                         run["human_wait_s"].get<double>() - wall) < 1e-6);
        REQUIRE(run["human_wait_s"].get<double>() == 3'700);
        REQUIRE(run["jobs"].size() == 3);
    }
    CHECK(out["runs"][0]["id"] == "github:1");
    CHECK(out["runs"][0]["name"] == "acme/shop: CI");
    CHECK(out["totals"]["timed"] == 30);
    REQUIRE(out["needs"].size() == 3);
    CHECK(out["needs"][2]["job"] == "test (a)");
    CHECK(out["needs"][2]["needs"] == wire::Json::array({"build"}));
    CHECK(out["needs"][2]["may_need"] == wire::Json::array());
    // An hour lies between these and the deploy, in all runs: needed or not, nothing shows it.
    CHECK(out["needs"][1]["job"] == "deploy");
    CHECK(out["needs"][1]["needs"] == wire::Json::array());
    CHECK(out["needs"][1]["may_need"] == wire::Json::array({"build", "test (a)"}));
    CHECK(out["phases"]["test"]["seconds"] == 30 * 280);
    CHECK(out["phases"].contains("unclassified"));
}

TEST_CASE("inspect of nothing is empty, not broken") {
    const wire::Json out = app::inspect_pipelines({});
    CHECK(out["runs"].empty());
    CHECK(out["totals"]["runs"] == 0);
}
