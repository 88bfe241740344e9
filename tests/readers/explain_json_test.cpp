// PostgreSQL's JSON plans: every trap of the format, and what hostile bytes may not do.
#include "catch.hpp"
#include "support/read_plans.hpp"

#include <cmath>

using namespace plimsoll;
using tests::read_plans;

namespace {

std::string node(const std::string& more, const std::string& kids = {}) {
    return "{\"Node Type\": " + more + (kids.empty() ? "" : ", \"Plans\": [" + kids + "]") + "}";
}
std::string result(const std::string& plan, const std::string& more = {}) {
    return "[{\"Plan\": " + plan + more + "}]";
}
std::string timed(double ms, double loops, double rows) {
    return "\"Actual Total Time\": " + std::to_string(ms) +
           ", \"Actual Loops\": " + std::to_string(loops) +
           ", \"Actual Rows\": " + std::to_string(rows);
}
Plan only(const std::string& json) {
    const tests::ReadPlans read = read_plans(json);
    REQUIRE(read.reader == "explain-json");
    REQUIRE(read.input.skipped == 0);
    REQUIRE(read.plans().size() == 1);
    return read.plans().front();
}
bool near(double a, double b) {
    return std::abs(a - b) <= 1e-9 + 1e-6 * std::abs(b);
}

}  // namespace

TEST_CASE("times and rows are averages over the loops") {
    const Plan plan = only(result(
        node("\"Nested Loop\", " + timed(10, 1, 30),
             node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Relation Name\": \"a\", " +
                  timed(1, 1, 10)) +
                 "," +
                 node("\"Index Scan\", \"Parent Relationship\": \"Inner\", \"Relation Name\": "
                      "\"b\", \"Rows Removed by Filter\": 2, " +
                      timed(0.5, 10, 3))),
        ", \"Execution Time\": 11, \"Planning Time\": 0.5"));
    CHECK(near(*plan.nodes[2].total_ms, 5));
    CHECK(near(*plan.nodes[2].rows, 30));
    CHECK(near(*plan.nodes[2].rows_removed, 20));
    CHECK(near(*plan.nodes[0].exclusive_ms, 4));
    CHECK(near(*plan.total_ms, 11));
    CHECK(near(*plan.planning_ms, 0.5));
    CHECK(plan.nodes[2].parent == 0);
}

TEST_CASE("a node that never ran has no time, and a plan without ANALYZE none at all") {
    const Plan plan = only(result(
        node("\"Nested Loop\", " + timed(1, 1, 0),
             node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", " + timed(1, 1, 0)) + "," +
                 node("\"Seq Scan\", \"Parent Relationship\": \"Inner\", " + timed(0, 0, 0)))));
    CHECK_FALSE(plan.nodes[2].total_ms.has_value());
    CHECK(plan.nodes[2].more.at("Never Executed") == "true");
    CHECK(near(*plan.nodes[0].exclusive_ms, 0));
    const Plan estimate =
        only(result(node("\"Seq Scan\", \"Total Cost\": 12.5, \"Plan Rows\": 7")));
    CHECK_FALSE(estimate.analyzed);
    CHECK_FALSE(estimate.total_ms.has_value());
    CHECK(near(estimate.nodes[0].rows_estimated, 7));
}

TEST_CASE("PostgreSQL 18 gives fractions of rows") {
    const Plan plan = only(result(node("\"Index Scan\", " + timed(0.01, 1000, 0.25))));
    CHECK(near(*plan.nodes[0].rows, 250));
}

TEST_CASE("below a Gather time is shared by the processes that took part") {
    const auto gather = [](const char* loops) {
        return only(result(node(
            "\"Gather\", \"Workers Planned\": 2, \"Workers Launched\": 2, " + timed(12, 1, 300),
            node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Parallel Aware\": true, "
                 "\"Actual Total Time\": 10, "
                 "\"Actual Rows\": 100, \"Actual Loops\": " +
                 std::string{loops}))));
    };
    CHECK(near(*gather("3").nodes[1].total_ms, 10));  // the leader took part
    CHECK(near(*gather("3").nodes[0].exclusive_ms, 2));
    CHECK(near(*gather("2").nodes[1].total_ms, 10));  // parallel_leader_participation = off
    CHECK(near(*gather("3").nodes[1].rows, 300));
}

TEST_CASE("an InitPlan's time lies within the node that asks for it") {
    const std::string init = node("\"Aggregate\", \"Parent Relationship\": \"InitPlan\", \"Subplan "
                                  "Name\": \"InitPlan 1 (returns $0)\", " +
                                  timed(6, 1, 1));
    const std::string newer = node(
        "\"Aggregate\", \"Parent Relationship\": \"InitPlan\", \"Subplan Name\": \"InitPlan 1\", " +
        timed(6, 1, 1));
    for (const auto& [plan_of_init, filter] :
         {std::pair{init, "(total > $0)"}, std::pair{newer, "(total > (InitPlan 1).col1)"}}) {
        const Plan plan = only(result(
            node("\"Aggregate\", " + timed(10, 1, 1),
                 plan_of_init + "," +
                     node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Filter\": \"" +
                          std::string{filter} + "\", " + timed(9, 1, 5)))));
        CHECK(near(*plan.nodes[0].exclusive_ms, 1));
        CHECK(near(*plan.nodes[1].exclusive_ms, 6));
        CHECK(near(*plan.nodes[2].exclusive_ms, 3));
        CHECK(near(tests::exclusive_sum(plan), 10));
    }
    // $1 is not $10.
    const Plan plan = only(result(node(
        "\"Aggregate\", " + timed(10, 1, 1),
        node("\"Result\", \"Parent Relationship\": \"InitPlan\", \"Subplan Name\": \"InitPlan 2 "
             "(returns $10)\", " +
             timed(6, 1, 1)) +
            "," +
            node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Filter\": \"(a > $1)\", " +
                 timed(1, 1, 5)))));
    CHECK(near(*plan.nodes[0].exclusive_ms, 3));
}

TEST_CASE("a CTE's time is split over its scans in proportion") {
    const Plan plan = only(result(node(
        "\"Hash Join\", " + timed(20, 1, 1),
        node("\"Seq Scan\", \"Parent Relationship\": \"InitPlan\", \"Subplan Name\": \"CTE x\", " +
             timed(12, 1, 9)) +
            "," +
            node("\"CTE Scan\", \"Parent Relationship\": \"Outer\", \"CTE Name\": \"x\", " +
                 timed(12, 1, 9)) +
            "," +
            node("\"CTE Scan\", \"Parent Relationship\": \"Inner\", \"CTE Name\": \"x\", " +
                 timed(4, 1, 9)))));
    CHECK(near(*plan.nodes[0].exclusive_ms, 4));
    CHECK(near(*plan.nodes[2].exclusive_ms, 3));
    CHECK(near(*plan.nodes[3].exclusive_ms, 1));
    CHECK(near(tests::exclusive_sum(plan), 20));
}

TEST_CASE("rounded children that seem longer than their parent are fitted into it") {
    const Plan plan = only(result(node("\"Seq Scan\", " + timed(0.9, 1, 1),
                                       node("\"Aggregate\", \"Parent Relationship\": \"SubPlan\", "
                                            "\"Subplan Name\": \"SubPlan 1\", " +
                                            timed(0.001, 1000, 1)))));
    CHECK(near(tests::exclusive_sum(plan), 0.9));
    CHECK(plan.overlap_ms == 0);
    const Plan wrong = only(
        result(node("\"Seq Scan\", " + timed(1, 1, 1),
                    node("\"Seq Scan\", \"Parent Relationship\": \"Outer\", " + timed(5, 1, 1)))));
    CHECK(wrong.overlap_ms > 3.9);
}

TEST_CASE("triggers and JIT stand beside the tree") {
    const Plan plan = only(result(
        node("\"ModifyTable\", " + timed(1, 1, 0)),
        ", \"Triggers\": [{\"Trigger Name\": \"t\", \"Time\": 3.5, \"Calls\": 2}, {\"Time\": 1}], "
        "\"JIT\": {\"Functions\": 3, \"Timing\": {\"Generation\": {\"Deform\": 0.1, \"Total\": "
        "1.0}, \"Total\": 7.25}}, "
        "\"Settings\": {\"work_mem\": \"64MB\"}, \"Execution Time\": 13.0"));
    CHECK(near(plan.triggers_ms, 4.5));
    CHECK(near(plan.jit_ms, 7.25));
    CHECK(plan.settings.at("work_mem") == "64MB");
}

TEST_CASE("literals stay out unless they are asked for") {
    const std::string json = result(node("\"Index Scan\", \"Index Cond\": \"(email = "
                                         "'a@b.example'::text)\", \"Filter\": \"(id = 10007)\""));
    const Plan plan = only(json);
    CHECK(plan.nodes[0].filter == "(id = ?)");
    CHECK(plan.nodes[0].more.at("Index Cond") == "(email = ?::text)");
    const auto kept = read_plans(json, {.keep_literals = true}).plans();
    CHECK(kept.at(0).nodes[0].filter == "(id = 10007)");
}

TEST_CASE("plans come concatenated, one a line, in long arrays and wrapped") {
    const std::string one =
        result(node("\"Seq Scan\", \"Relation Name\": \"a\", \"Alias\": \"}{\\\"\""));
    const std::string bare = one.substr(1, one.size() - 2);
    for (const std::string& text :
         {one + one,
          bare + "\n" + bare + "\n",
          "[" + bare + "," + bare + "]",
          "{\"QUERY PLAN\": " + one + "}\n[{\"x\": {\"plan\": " + bare + "}}]"}) {
        const tests::ReadPlans read = read_plans(text);
        CHECK(read.input.records == 2);
        CHECK(read.input.skipped == 0);
    }
}

TEST_CASE("what cannot be true is refused with its place") {
    struct Case {
        std::string json;
        std::string why;
        std::uint64_t line;
    };
    std::string deep;
    std::string end;
    for (int i = 0; i < 10'000; ++i) {
        deep += "{\"Node Type\":\"Sort\",\"Plans\":[";
        end += "]}";
    }
    const std::string good = result(node("\"Seq Scan\", \"Relation Name\": \"a\""));
    const std::vector<Case> cases{
        {"\n\n" + result(node("\"Seq Scan\", \"Actual Loops\": 1, \"Actual Rows\": 1e999")),
         "out of range",
         3},
        {result(node("\"Seq Scan\", \"Actual Loops\": -5")), "out of range", 1},
        {result(node("\"Seq Scan\", \"Plan Rows\": \"many\"")), "not a number", 1},
        {result(node("\"Seq Scan\"", "{\"Node Type\": 5, \"Plans\": [{}]}")), "no type", 1},
        {good.substr(0, good.size() / 2) + "\"Node Type\" \"Plan\"", "too early", 1},
        {"[{\"Plan\": {\"Node Type\": \"Seq Scan\",\n \"Filter\" 7}}]", "not valid JSON", 2},
        {"[{\"Plan\": " + deep + end + "}]", "deep", 1}};
    for (const Case& bad : cases) {
        const tests::ReadPlans read =
            read_plans(bad.json + "\n" + (bad.why == "too early" ? "" : good));
        CAPTURE(bad.json.substr(0, 80), read.input.first_skipped.why);
        CHECK(read.input.skipped == 1);
        CHECK(read.input.first_skipped.why.find(bad.why) != std::string::npos);
        CHECK(read.input.first_skipped.line == bad.line);
        CHECK(read.input.records == (bad.why == "too early" ? 0 : 1));
    }
}

TEST_CASE("cut anywhere, broken anywhere: never a crash, never more plans than there were") {
    const std::string whole =
        tests::file_text(PLIMSOLL_ROOT "/tests/data/plans/full.json").substr(0, 30'000);
    for (std::size_t at = 0; at < whole.size(); at += 701) {
        std::string broken = whole;
        broken[at] = static_cast<char>(broken[at] ^ 0x55);
        CHECK(read_plans(broken).input.records <= 17);
        CHECK(read_plans(whole.substr(0, at)).input.records <= 17);
    }
    CHECK(
        read_plans(std::string("{\"Plan\": {\"Node Type\": \"S\xFF\0can\"}}", 33)).input.records <=
        1);
}

TEST_CASE("exclusive times add up to the root over captured plans") {
    for (const char* file : {"full.json", "verbose.json"}) {
        const auto plans =
            read_plans(tests::file_text(std::string{PLIMSOLL_ROOT "/tests/data/plans/"} + file))
                .plans();
        REQUIRE(plans.size() == 17);
        for (const Plan& plan : plans) {
            CAPTURE(file, plan.origin.line);
            REQUIRE(plan.nodes[0].total_ms.has_value());
            CHECK(std::abs(tests::exclusive_sum(plan) - *plan.nodes[0].total_ms) <=
                  0.01 * *plan.nodes[0].total_ms);
            CHECK(plan.overlap_ms <= 0.05 * *plan.nodes[0].total_ms);
        }
    }
}
