// `inspect PLAN --project`: the tree, what it points out and the projections, as text and as JSON;
// and `audit PLAN` alone.
#include "app/inspect_plans.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "support/read_plans.hpp"
#include "support/run_program.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

using namespace plimsoll;

namespace {

const std::string plan = R"json([{"Query Text": "select * from orders where external_ref = 'ab12'",
 "Plan": {"Node Type": "Seq Scan", "Relation Name": "orders", "Alias": "orders", "Startup Cost": 0.0,
  "Total Cost": 646.0, "Plan Rows": 1, "Plan Width": 80, "Actual Startup Time": 0.01,
  "Actual Total Time": 150.0, "Actual Rows": 1, "Actual Loops": 1,
  "Filter": "(external_ref = 'ab12'::text)", "Rows Removed by Filter": 19999},
 "Planning Time": 0.1, "Execution Time": 150.2}])json";

app::PlanQuestions asked(const std::string& growth, const std::string& scales) {
    app::PlanQuestions out;
    app::add_growth(growth, out);
    app::add_scales(scales, out);
    return out;
}

}  // namespace

TEST_CASE("inspect prints the tree, the findings, the projections and the budget") {
    const Evidence evidence = tests::read_plans(plan).evidence;
    const std::string text = app::inspect_plans_text(evidence, asked("orders=denser", "10,100"));
    INFO(text);
    for (const char* part : {"Seq Scan on orders",
                             "150.200 ms",
                             "slow-scan",
                             "10x",
                             "100x",
                             "linear",
                             "passes 1000 ms at",
                             "warm cache",
                             "select * from orders"}) {
        CHECK(text.find(part) != std::string::npos);
    }
    CHECK(text.find("ab12") == std::string::npos);
    CHECK(text.find("e+") == std::string::npos);
    const std::string untold = app::inspect_plans_text(evidence, asked("", "10"));
    CHECK(untold.find("not told how they grow: orders") != std::string::npos);
    CHECK(untold.find("--growth orders=denser") != std::string::npos);
    const std::string plain = app::inspect_plans_text(evidence, {});
    CHECK(plain.find("passes 1000 ms") == std::string::npos);
    CHECK(plain.find("--project 10,100") != std::string::npos);
}

TEST_CASE("the same as JSON, with the share of a statement that a log knows") {
    Evidence evidence = tests::read_plans(plan).evidence;
    const std::uint64_t id = evidence.plans.by_shape.begin()->second.front().statement;
    REQUIRE(id != 0);
    evidence.workload.statements[id].total = {.calls = 10, .time_us = 3'000'000};
    evidence.workload.statements[id + 1].total = {.calls = 1, .time_us = 1'000'000};
    const wire::Json all = app::inspect_plans(evidence, asked("orders=denser", "10"));
    REQUIRE(all.size() == 1);
    const wire::Json& one = all[0];
    CHECK(one["workload_share"].get<double>() == Approx(0.75));
    CHECK(one["workload_mean_ms"].get<double>() == Approx(300));
    REQUIRE(one["projection"].size() == 1);
    const wire::Json& ten = one["projection"][0];
    CHECK(ten["class"] == "linear");
    CHECK(ten["ms"].get<double>() ==
          Approx(3'300).epsilon(0.1));  // of the log's mean, not the plan's
    CHECK(ten["low"].get<double>() < ten["ms"].get<double>());
    CHECK(one["passes_budget_at"]["at"].get<double>() == Approx(3.1).epsilon(0.15));
    CHECK_FALSE(one["weak"].get<bool>());
}

TEST_CASE("tables of a few hundred rows are labelled, also where an index reads them") {
    const std::string small =
        R"json([{"Plan": {"Node Type": "Index Scan", "Relation Name": "tickets",
        "Index Name": "i", "Index Cond": "(customer_id = 5)", "Actual Total Time": 5.0, "Actual Rows": 3,
        "Actual Loops": 1, "Plan Rows": 3}, "Execution Time": 5.0}])json";
    app::PlanQuestions questions = asked("tickets=denser", "10");
    questions.tables["tickets"].rows = 200;
    const Evidence evidence = tests::read_plans(small).evidence;
    const wire::Json weak = app::inspect_plans(evidence, questions)[0];
    CHECK(weak["weak"].get<bool>());
    CHECK(weak["small_tables"] == wire::Json{"tickets"});
    CHECK(app::inspect_plans_text(evidence, questions).find("tickets has too few rows") !=
          std::string::npos);
    questions.tables["tickets"].rows = 200'000;
    CHECK_FALSE(app::inspect_plans(evidence, questions)[0]["weak"].get<bool>());
    // Sizes of a capture serve where nobody told.
    Evidence captured = evidence;
    DatabaseCapture capture;
    capture.identity = "shop";
    capture.tables["public.tickets"].rows = 300;
    captured.database.add(capture);
    CHECK(app::inspect_plans(captured, asked("tickets=denser", "10"))[0]["weak"].get<bool>());
}

TEST_CASE("growth and scales that are none are usage errors") {
    app::PlanQuestions questions;
    for (const char* bad : {"orders=fast", "orders", "=denser", "orders=unknown"}) {
        CHECK_THROWS_AS(app::add_growth(bad, questions), Error);
    }
    for (const char* bad : {"0.5", "-1", "x", "1e9", "nan"}) {
        CHECK_THROWS_AS(app::add_scales(bad, questions), Error);
    }
}

TEST_CASE("a plan alone: findings, projection and gaps, on the command line") {
    const test::TemporaryFolder folder;
    const std::string file = folder.write("plan.json", plan);
    const test::Ran audit = test::run_program({"audit", file});
    INFO(audit.out);
    CHECK(audit.status == 0);
    CHECK(audit.out.find("Found") != std::string::npos);
    CHECK(audit.out.find("orders") != std::string::npos);
    CHECK(audit.out.find("[data]") != std::string::npos);
    CHECK(audit.out.find("Gaps") != std::string::npos);
    CHECK(std::count(audit.out.begin(), audit.out.end(), '\n') <= 45);
    const test::Ran inspect =
        test::run_program({"inspect", file, "--project", "10,100", "--growth", "orders=denser"});
    CHECK(inspect.status == 0);
    CHECK(inspect.out.find("passes 1000 ms at") != std::string::npos);
}

TEST_CASE("a plan nested 10,000 deep, cut in half, or out of range: an error with the place") {
    const test::TemporaryFolder folder;
    std::string deep = "[{\"Plan\":";
    for (int i = 0; i < 10'000; ++i) {
        deep += "{\"Node Type\":\"Sort\",\"Plans\":[";
    }
    deep += "{\"Node Type\":\"Result\"}";
    for (int i = 0; i < 10'000; ++i) {
        deep += "]}";
    }
    std::string range = plan;
    range.replace(range.find("150.0"), 5, "1e999");
    for (const auto& [text, why] : {std::pair{deep + "}]", "deep"},
                                    std::pair{plan.substr(0, plan.size() / 2), "ends too early"},
                                    std::pair{range, "out of range"}}) {
        const test::Ran ran = test::run_program({"inspect", folder.write("plan.json", text)});
        CAPTURE(ran.err);
        CHECK(ran.status == 4);
        CHECK(ran.err.find("plan.json:") != std::string::npos);
        CHECK(ran.err.find(why) != std::string::npos);
    }
}
