// Findings of a plan: each rule at its threshold, and silence below it.
#include "model/plan_findings.hpp"

#include "catch.hpp"

#include <algorithm>

using namespace plimsoll;
using namespace plimsoll::model;
using Found = PlanFindingKind;

namespace {

PlanNode scan(double kept, double removed) {
    PlanNode node;
    node.type = "Seq Scan";
    node.relation = "orders";
    node.filter = "(status = ?::text)";
    node.exclusive_ms = node.total_ms = 10;
    node.rows = kept;
    node.rows_estimated = std::max(kept, 1.0);
    node.rows_removed = removed;
    node.loops = 1;
    return node;
}
Plan plan_of(std::vector<PlanNode> nodes) {
    Plan plan;
    plan.analyzed = true;
    plan.total_ms = 10;
    plan.nodes = std::move(nodes);
    return plan;
}
int severity(const Plan& plan, Found kind) {
    int found = 0;
    for (const PlanFinding& finding : findings_of(plan)) {
        found = finding.kind == kind ? std::max(found, finding.severity) : found;
    }
    return found;
}

}  // namespace

TEST_CASE("rows removed: half, nine in ten, and a large scan") {
    CHECK(severity(plan_of({scan(60, 40)}), Found::rows_removed) == 0);
    CHECK(severity(plan_of({scan(40, 60)}), Found::rows_removed) == 1);
    CHECK(severity(plan_of({scan(5, 95)}), Found::rows_removed) == 2);
    CHECK(severity(plan_of({scan(5, 95)}), Found::slow_scan) == 0);
    CHECK(severity(plan_of({scan(1, 19'999)}), Found::slow_scan) == 3);
}

TEST_CASE("estimates off by more than 10, 100 and 1000") {
    for (const auto& [rows, expected] : {std::pair{9.0, 0}, {11.0, 1}, {101.0, 2}, {1001.0, 3}}) {
        PlanNode node = scan(rows, 0);
        node.rows_estimated = 1;
        CHECK(severity(plan_of({node}), Found::row_misestimate) == expected);
    }
    PlanNode nothing = scan(0, 0);
    nothing.rows_estimated = 50;
    CHECK(severity(plan_of({nothing}), Found::row_misestimate) == 3);
}

TEST_CASE("what spills, skips and waits is found") {
    struct Case {
        const char* type;
        std::map<std::string, std::string> more;
        Found kind;
    };
    const std::vector<Case> cases{
        {"Sort",
         {{"Sort Method", "external merge"}, {"Sort Space Used", "5000"}},
         Found::disk_sort},
        {"Hash", {{"Hash Batches", "4"}}, Found::hash_batches},
        {"Aggregate",
         {{"HashAgg Batches", "5"}, {"Disk Usage", "80"}},
         Found::hash_aggregate_spill},
        {"Bitmap Heap Scan",
         {{"Lossy Heap Blocks", "10"}, {"Exact Heap Blocks", "1"}},
         Found::lossy_bitmap},
        {"Index Only Scan", {{"Heap Fetches", "90"}}, Found::heap_fetches},
        {"Gather",
         {{"Workers Planned", "2"}, {"Workers Launched", "0"}},
         Found::workers_not_launched},
        {"Memoize", {{"Cache Overflows", "1"}}, Found::memoize_overflow},
        {"Seq Scan",
         {{"Shared Read Blocks", "5000"}, {"Shared Hit Blocks", "5"}},
         Found::cache_misses},
    };
    for (const Case& one : cases) {
        CAPTURE(one.type);
        PlanNode node = scan(100, 0);
        node.type = one.type;
        CHECK(severity(plan_of({node}), one.kind) == 0);
        node.more = one.more;
        CHECK(severity(plan_of({node}), one.kind) > 0);
    }
}

TEST_CASE("a nested loop that runs more often than planned, an OFFSET, a SubPlan a row") {
    PlanNode outer = scan(5'000, 0);
    outer.parent = 0;
    outer.relationship = "Outer";
    outer.rows_estimated = 3;
    PlanNode inner = scan(1, 0);
    inner.parent = 0;
    inner.relationship = "Inner";
    inner.loops = 5'000;
    PlanNode loop = scan(5'000, 0);
    loop.type = "Nested Loop";
    CHECK(severity(plan_of({loop, outer, inner}), Found::inefficient_nested_loop) == 3);
    PlanNode limit = scan(20, 0);
    limit.type = "Limit";
    PlanNode deep = scan(100'020, 0);
    deep.parent = 0;
    deep.relationship = "Outer";
    CHECK(severity(plan_of({limit, deep}), Found::large_offset) == 3);
    PlanNode sub = scan(1, 0);
    sub.parent = 0;
    sub.relationship = "SubPlan";
    sub.name = "SubPlan 1";
    sub.loops = 698;
    CHECK(severity(plan_of({scan(698, 0), sub}), Found::rescanned_subplan) == 2);
}

TEST_CASE("shares of the whole plan") {
    Plan plan = plan_of({scan(5, 0)});
    plan.planning_ms = 90.5;
    plan.triggers_ms = 5;
    plan.jit_ms = 9.5;
    CHECK(severity(plan, Found::slow_planning) == 3);
    CHECK(severity(plan, Found::slow_triggers) == 2);
    CHECK(severity(plan, Found::jit_share) == 3);
    CHECK(findings_of(Plan{}).empty());
}
