// The two checks of plans, on evidence made by hand: what they find, and what they decline to say.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <algorithm>

using namespace plimsoll;

namespace plimsoll::checks {
extern const Check plan_growth;
extern const Check missing_index;
}  // namespace plimsoll::checks

namespace {

Plan scan_plan(double read, double kept, double ms, std::uint64_t statement) {
    Plan plan;
    plan.analyzed = true;
    plan.total_ms = ms;
    plan.statement = statement;
    plan.statement_text = "select * from orders where external_ref = $1";
    plan.origin = {.source = "plan.json", .line = 1};
    PlanNode node;
    node.type = "Seq Scan";
    node.relation = "orders";
    node.filter = "(external_ref = ?::text)";
    node.exclusive_ms = node.total_ms = ms;
    node.rows = kept;
    node.rows_estimated = 1;
    node.rows_removed = read - kept;
    node.loops = 1;
    plan.nodes = {node};
    return plan;
}
void log(Evidence& evidence, std::uint64_t id, std::uint64_t calls, double ms) {
    StatementClass& one = evidence.workload.statements[id];
    one.text = "select";
    one.total = {
        .calls = calls,
        .time_us = static_cast<std::int64_t>(ms * 1000) * static_cast<std::int64_t>(calls)};
    evidence.workload.entries += calls;
}

}  // namespace

TEST_CASE("missing-index: the share of all time, and what it buys") {
    Evidence evidence;
    evidence.plans.add(scan_plan(20'000, 1, 10, 1));
    log(evidence, 1, 1'000, 10);
    log(evidence, 2, 1'000, 10);
    const Finding found = checks::missing_index.run(evidence, {});
    CHECK(found.outcome == Outcome::present);
    REQUIRE(found.measures.size() == 1);
    CHECK(found.measures[0].value.at == Approx(0.5).epsilon(0.01));
    REQUIRE(found.remedies.size() == 1);
    CHECK(found.remedies[0].rung == Rung::query);
    CHECK(found.remedies[0].action == "CREATE INDEX CONCURRENTLY ON orders (external_ref);");
    REQUIRE(found.remedies[0].effects.size() == 2);
    CHECK(found.remedies[0].effects[0].limit == "database-cpu");
    CHECK(found.remedies[0].effects[0].factor.at == Approx(2).epsilon(0.02));
    CHECK(found.remedies[0].effects[0].factor.low < 1.5);
}

TEST_CASE("missing-index: on the data axis the next statement is the limit after it") {
    Evidence evidence;
    evidence.plans.add(scan_plan(200'000, 1, 150, 1));
    Plan other = scan_plan(150'000, 150'000, 40, 2);  // keeps all that it reads
    other.statement_text = "select count(*) from orders";
    other.nodes[0].filter.clear();
    evidence.plans.add(other);
    Settings settings;
    CHECK(checks::missing_index.run(evidence, settings).remedies.at(0).effects.empty());
    settings.tables["orders"].growth = TableGrowth::denser;
    const Finding found = checks::missing_index.run(evidence, settings);
    REQUIRE(found.remedies.size() == 1);
    REQUIRE(found.remedies[0].effects.size() == 1);
    const Effect& effect = found.remedies[0].effects[0];
    CHECK(effect.limit == "data-growth");
    CHECK(effect.factor.at == Approx(150.0 / 40).epsilon(0.15));
    CHECK(effect.factor.low >= 1);
    CHECK(found.remedies[0].model.find("the data's limit") != std::string::npos);
    // An index that does not serve the first statement to break moves nothing.
    Evidence later;
    later.plans.add(scan_plan(200'000, 1, 20, 1));
    later.plans.add(other);
    CHECK(checks::missing_index.run(later, settings).remedies.at(0).effects.empty());
}

TEST_CASE("missing-index: without a log no share, without ANALYZE no time, and small tables stay") {
    Evidence evidence;
    evidence.plans.add(scan_plan(20'000, 1, 10, 0));
    const Finding alone = checks::missing_index.run(evidence, {});
    CHECK(alone.outcome == Outcome::insufficient);
    CHECK(alone.remedies.size() == 1);
    CHECK(alone.remedies[0].effects.empty());
    CHECK_FALSE(alone.gaps.empty());
    Evidence small;
    small.plans.add(scan_plan(200, 1, 10, 1));
    log(small, 1, 10, 10);
    CHECK(checks::missing_index.run(small, {}).outcome == Outcome::absent);
    Evidence estimates;
    Plan plan = scan_plan(20'000, 1, 10, 1);
    plan.analyzed = false;
    plan.nodes[0].exclusive_ms.reset();
    estimates.plans.add(plan);
    CHECK(checks::missing_index.run(estimates, {}).outcome == Outcome::insufficient);
}

TEST_CASE("plan-growth: a limit on the data axis once growth is told, none before") {
    Evidence evidence;
    evidence.plans.add(scan_plan(20'000, 1, 150, 1));
    log(evidence, 1, 100, 150);
    const Finding untold = checks::plan_growth.run(evidence, {});
    CHECK(untold.outcome == Outcome::insufficient);
    REQUIRE(untold.limits.size() == 1);
    CHECK(untold.limits[0].status == LimitStatus::missing);
    CHECK(untold.limits[0].missing_input.find("orders") != std::string::npos);
    REQUIRE(untold.gaps.size() == 1);
    CHECK(untold.gaps[0].how.find("[tables]") != std::string::npos);

    Settings settings;
    settings.tables["orders"].growth = TableGrowth::denser;
    const Finding told = checks::plan_growth.run(evidence, settings);
    CHECK(told.outcome == Outcome::latent);
    REQUIRE(told.limits.size() == 1);
    CHECK(told.limits[0].axis == Axis::data);
    CHECK(told.limits[0].status == LimitStatus::measured);
    CHECK(told.limits[0].at == Approx(6.2).epsilon(0.1));
    CHECK(told.limits[0].low < told.limits[0].at);
    CHECK(told.limits[0].high > told.limits[0].at);

    // What reads no table sets no limit of the data, however long it takes.
    Plan sleeping = scan_plan(1, 1, 5'000, 2);
    sleeping.nodes[0].type = "Result";
    sleeping.nodes[0].relation.clear();
    sleeping.nodes[0].filter.clear();
    sleeping.statement_text = "select pg_sleep($1)";
    evidence.plans.add(sleeping);
    const Finding asleep = checks::plan_growth.run(evidence, settings);
    REQUIRE(asleep.limits.size() == 1);
    CHECK(asleep.limits[0].at == told.limits[0].at);
    CHECK(asleep.limits[0].basis == told.limits[0].basis);

    settings.tables["orders"].growth = TableGrowth::static_;
    const Finding still = checks::plan_growth.run(evidence, settings);
    CHECK(still.outcome == Outcome::absent);
    CHECK(still.limits[0].status == LimitStatus::above_range);
}

TEST_CASE("thresholds carry a reason, and a user's value counts") {
    for (const Check* check : {&checks::plan_growth, &checks::missing_index}) {
        for (const Threshold& threshold : check->thresholds) {
            CHECK_FALSE(threshold.reason.empty());
            CHECK_FALSE(threshold.unit.empty());
        }
        CHECK_FALSE(check->missing.how.empty());
    }
    Evidence evidence;
    evidence.plans.add(scan_plan(20'000, 1, 150, 1));
    Settings settings;
    settings.tables["orders"].growth = TableGrowth::denser;
    settings.thresholds["plan-growth.budget"] = {.value = 1e9, .reason = "test", .origin = {}};
    CHECK(checks::plan_growth.run(evidence, settings).outcome == Outcome::absent);
}
