// What plans point out, weighed, and the memory that their data needs: on plans made by hand.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/working_set.hpp"
#include "support/measures.hpp"

#include <algorithm>

using namespace plimsoll;
using test::measure;

namespace plimsoll::checks {
extern const Check plan_findings;
extern const Check plan_memory;
}  // namespace plimsoll::checks

namespace {

constexpr double page = 8192;

Plan scan(double pages, double removed, double kept, std::uint64_t statement = 0) {
    Plan plan;
    plan.analyzed = true;
    plan.total_ms = 100;
    plan.statement = statement;
    plan.origin = {.source = "plan.json", .line = 1};
    PlanNode node;
    node.type = "Seq Scan";
    node.relation = "orders";
    node.filter = "(a = ?)";
    node.exclusive_ms = node.total_ms = 100;
    node.rows = kept;
    node.rows_removed = removed;
    node.rows_estimated = kept;
    node.loops = 1;
    node.cost_total = pages + (removed + kept) * 0.0125;
    plan.nodes = {node};
    return plan;
}
model::GrowthFacts denser() {
    model::GrowthFacts out;
    out.tables["orders"] = {.rows = std::nullopt, .growth = TableGrowth::denser, .refers = {}};
    return out;
}

}  // namespace

TEST_CASE("the working set: pages by the planner's price, or as BUFFERS counted them") {
    const auto priced = model::working_set(scan(1'000, 19'999, 1), denser(), 1);
    REQUIRE(priced.contains("orders"));
    CHECK(priced.at("orders").low == Approx(1'000 * page));
    CHECK(priced.at("orders").high == Approx(1'000 * page));
    CHECK(model::working_set(scan(1'000, 19'999, 1), denser(), 10).at("orders").low ==
          Approx(10'000 * page));
    Plan counted = scan(1'000, 19'999, 1);
    counted.nodes[0].more = {{"Shared Hit Blocks", "700"}, {"Shared Read Blocks", "200"}};
    CHECK(model::working_set(counted, denser(), 1).at("orders").high == Approx(900 * page));
    // An index scan touches at most what BUFFERS say, and at least nothing is certain.
    Plan lookup = counted;
    lookup.nodes[0].type = "Index Scan";
    const Estimate touched = model::working_set(lookup, denser(), 1).at("orders");
    CHECK(touched.low == 0);
    CHECK(touched.high == Approx(900 * page));
}

TEST_CASE("memory is a limit of its own, once the host's is told") {
    Evidence evidence;
    evidence.plans.add(scan(131'072, 19'999, 1));  // 1 GiB
    Settings settings;
    settings.tables["orders"].growth = TableGrowth::denser;
    const Finding untold = checks::plan_memory.run(evidence, settings);
    CHECK(untold.outcome == Outcome::insufficient);
    REQUIRE(untold.limits.size() == 1);
    CHECK(untold.limits[0].status == LimitStatus::missing);
    REQUIRE(untold.gaps.size() == 1);
    settings.memory_bytes = 8.0 * 1024 * 1024 * 1024;
    const Finding told = checks::plan_memory.run(evidence, settings);
    INFO(told.says);
    REQUIRE(told.limits.size() == 1);
    CHECK(told.limits[0].axis == Axis::data);
    CHECK(told.limits[0].at == Approx(6).epsilon(0.01));  // 0.75 x 8 GiB / 1 GiB
    CHECK(told.limits[0].low == 0);                       // what has no plan comes on top
    CHECK(told.outcome == Outcome::latent);               // below the target of ten
    settings.memory_bytes = 64.0 * 1024 * 1024 * 1024;
    CHECK(checks::plan_memory.run(evidence, settings).outcome == Outcome::insufficient);
    Evidence bare;
    Plan none = scan(0, 0, 0);
    bare.plans.add(none);
    CHECK(checks::plan_memory.run(bare, settings).gaps.size() == 1);
}

TEST_CASE("findings are weighed by the statement's share, and coverage decides on absence") {
    Evidence evidence;
    evidence.plans.add(scan(1'000, 199'999, 1, 1));
    const Finding alone = checks::plan_findings.run(evidence, {});
    CHECK(alone.outcome == Outcome::insufficient);
    CHECK_FALSE(alone.score.has_value());
    REQUIRE(alone.exhibits.size() == 2);  // the findings, and the tree of the plan
    CHECK(alone.exhibits[0].rows.size() >= 2);
    CHECK(alone.says.find("orders") != std::string::npos);
    CHECK(alone.gaps.size() == 1);
    const auto log = [&](std::uint64_t id, std::int64_t us) {
        evidence.workload.statements[id].total = {.calls = 100, .time_us = us};
        evidence.workload.entries += 100;
    };
    log(1, 6'000'000);
    log(2, 4'000'000);
    const Finding logged = checks::plan_findings.run(evidence, {});
    CHECK(logged.outcome == Outcome::present);
    CHECK(measure(logged, "covered").value.at == Approx(0.6));
    CHECK(measure(logged, "wasteful").value.at == Approx(0.6));
    CHECK(measure(logged, "wasteful").value.high == Approx(1.0));
    log(2, 994'000'000);
    const Finding small = checks::plan_findings.run(evidence, {});
    CHECK(small.outcome == Outcome::insufficient);  // little waste seen, and little was looked at
}

TEST_CASE("a finding brings the setting or the rewrite that answers it") {
    Plan plan = scan(1'000, 0, 100'000, 1);
    plan.nodes[0].type = "Sort";
    plan.nodes[0].relation.clear();
    plan.nodes[0].rows_removed.reset();
    plan.nodes[0].more = {{"Sort Method", "external merge"},
                          {"Sort Space Type", "Disk"},
                          {"Sort Space Used", "9000"}};
    Evidence evidence;
    evidence.plans.add(plan);
    const Finding found = checks::plan_findings.run(evidence, {});
    REQUIRE(found.remedies.size() == 1);
    CHECK(found.remedies[0].id == "plan.work-mem");
    CHECK(found.remedies[0].rung == Rung::configure);
    CHECK(found.remedies[0].model.find("9000 kB") != std::string::npos);
}
