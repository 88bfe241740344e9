#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <cmath>

using namespace plimsoll;

namespace plimsoll::checks {
extern const Check database_bound;
extern const Check n_plus_one;
extern const Check contended_row;
}  // namespace plimsoll::checks

namespace {

constexpr std::int64_t second_us = 1'000'000;

// Ten minutes with so many seconds of statements.
Evidence with_workload(std::uint64_t calls, std::int64_t time_us) {
    Evidence evidence;
    Workload& workload = evidence.workload;
    workload.entries = calls;
    workload.statement_messages = {calls, time_us};
    workload.least_duration_us = 50;
    workload.span.cover(instant(0));
    workload.span.cover(instant(600 * second_us));
    StatementClass& statement = workload.statements[7];
    statement.text = "select a from t where id = $1";
    statement.total = {calls, time_us};
    statement.first_seen = {"a.log", 3};
    workload.busy_us["web"].add_span(instant(0), instant(time_us));
    return evidence;
}

void add_requests(Evidence& evidence, std::int64_t each_us, int count) {
    for (int minute = 0; minute <= 10; ++minute) {
        LatencyBucket& bucket =
            evidence.latency.window({"web", "/"}, instant(minute * 60 * second_us));
        bucket.micros.add(each_us, static_cast<std::uint64_t>(count));
    }
}

void saturate(Evidence& evidence) {
    evidence.workload.errors["53300"].times = 12;
    evidence.workload.lock_waits[{"web", "batch", "ShareLock", "row of t"}] = {
        .waits = 40,
        .granted = 40,
        .waited_us = 90 * second_us,
        .longest_us = 5 * second_us,
        .first_seen = {"a.log", 9}};
}

}  // namespace

TEST_CASE(
    "the database is the bottleneck when requests end there and two resources are at their limit") {
    Evidence evidence = with_workload(1000, 300 * second_us);
    add_requests(evidence, 400'000, 100);  // 1100 requests, 440 s
    saturate(evidence);
    const Finding finding = checks::database_bound.run(evidence, {});
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.score.value_or(-1) > 50);
    CHECK(finding.causes.size() == 1);
    REQUIRE(finding.measures.size() == 2);
    CHECK(std::abs(finding.measures[1].value.at - 300.0 / 440.0) < 0.03);
    CHECK(finding.measures[1].value.low <= 300.0 / 440.0);
    CHECK(finding.measures[1].value.high >= 300.0 / 440.0);
}

TEST_CASE("without the requests' time, or without the resources, the sign is not decided") {
    Evidence evidence = with_workload(1000, 300 * second_us);
    saturate(evidence);
    const Finding no_requests = checks::database_bound.run(evidence, {});
    CHECK(no_requests.outcome == Outcome::insufficient);
    CHECK(!no_requests.score);
    CHECK(!no_requests.gaps.empty());
    const Finding no_resources =
        checks::database_bound.run(with_workload(1000, 300 * second_us), {});
    CHECK(no_resources.outcome == Outcome::insufficient);
    CHECK(no_resources.gaps.size() == 5);
}

TEST_CASE("requests that spend little of their time in the database are not bound by it") {
    Evidence evidence = with_workload(1000, 10 * second_us);
    add_requests(evidence, 400'000, 100);
    saturate(evidence);
    CHECK(checks::database_bound.run(evidence, {}).outcome == Outcome::absent);
}

TEST_CASE("too few resources can be at their limit: absent whatever the unknown ones are") {
    Evidence evidence = with_workload(1000, 30 * second_us);
    Settings settings;
    settings.cores = 64;
    evidence.workload.settings = {{"log_lock_waits", "on"}, {"log_temp_files", "0"}};
    const Finding finding =
        checks::database_bound.run(evidence, settings);  // only connections are not known
    CHECK(finding.outcome == Outcome::absent);
    CHECK(!finding.score);
}

TEST_CASE("loops of statements are present, absent, or hidden by a threshold") {
    Evidence evidence = with_workload(1000, 10 * second_us);
    SECTION("none, and the log is complete") {
        CHECK(checks::n_plus_one.run(evidence, {}).outcome == Outcome::absent);
    }
    SECTION("none, and short calls are not logged") {
        evidence.workload.least_duration_us = 250'000;
        const Finding finding = checks::n_plus_one.run(evidence, {});
        CHECK(finding.outcome == Outcome::insufficient);
        CHECK(finding.gaps.size() == 1);
    }
    SECTION("a third of all calls") {
        CallRuns& runs = evidence.workload.runs[7];
        runs.runs = 50;
        runs.all = {400, 4 * second_us};
        runs.excess = 350;
        runs.lengths.add(8, 50);
        runs.parents[7] = 50;
        runs.first_seen = {"a.log", 12};
        const Finding finding = checks::n_plus_one.run(evidence, {});
        CHECK(finding.outcome == Outcome::present);
        CHECK(finding.measures.at(0).value.at == 0.35);
        REQUIRE(finding.remedies.size() == 1);
        // 3.5 of 10 seconds fall away at best.
        CHECK(std::abs(finding.remedies[0].effects.at(0).factor.high - 1 / 0.65) < 1e-9);
        CHECK(finding.remedies[0].effects.at(0).factor.low == 1);
        CHECK(finding.seen_at == std::vector<Origin>{{"a.log", 12}});
    }
}

namespace {

// Ten minutes, every statement logged: `calls` updates of one table, evenly, of this length.
Evidence with_updates(std::uint64_t calls, std::int64_t each_us) {
    Evidence evidence = with_workload(calls, static_cast<std::int64_t>(calls) * each_us);
    Workload& workload = evidence.workload;
    workload.settings["log_min_duration_statement"] = "0";
    for (auto& [id, statement] : workload.statements) {
        statement.kind = StatementKind::write;
        statement.tables = {"counters"};
        statement.written = {"counters"};
        statement.first_seen = {"a.log", 3};
    }
    workload.busy_us.clear();
    for (int second = 0; second < 600; ++second) {
        workload.busy_us["web"].add(instant(second * second_us),
                                    static_cast<std::int64_t>(calls) * each_us / 600);
    }
    return evidence;
}

}  // namespace

TEST_CASE("few writes and no waits bound the load of a row from below") {
    Evidence evidence = with_updates(6000, 2'000);  // ten a second, 2 ms each: 0.02 sessions
    const double seconds = static_cast<double>(evidence.workload.span.length().count()) / 1e6;
    const double used = 12 / seconds;
    SECTION("no wait in the log") {
        const Finding finding = checks::contended_row.run(evidence, {});
        REQUIRE(finding.limits.size() == 1);
        const Limit& limit = finding.limits[0];
        CHECK(limit.status == LimitStatus::measured);
        CHECK(std::isnan(limit.at));
        CHECK(std::isinf(limit.high));
        CHECK(std::abs(limit.low - 0.5 / used) < 0.02 * limit.low);
        CHECK(limit.grade == Grade::C);
        CHECK(finding.outcome == Outcome::absent);  // ten times are asked for
        CHECK(finding.seen_at == std::vector<Origin>{{"a.log", 3}});
    }
    SECTION("a transaction holds its locks to its end") {
        Transactions& held = evidence.workload.transactions["web"];
        held.held_us = 100 * 50'000;
        held.lengths_us.add(50'000, 100);
        const Finding finding = checks::contended_row.run(evidence, {});
        CHECK(finding.limits.empty());  // a bound of 0.96 says nothing of ten times the load
        CHECK(finding.outcome == Outcome::insufficient);
        REQUIRE(finding.measures.size() == 1);
        CHECK(std::abs(finding.measures[0].value.at - used * 26) < 0.02 * used * 26);
        CHECK(finding.gaps.size() == 1);
    }
    SECTION("a log that was cut holds no bound") {
        evidence.workload.settings.clear();
        evidence.workload.least_duration_us = 250'000;
        CHECK(checks::contended_row.run(evidence, {}).limits.empty());
    }
    SECTION("with waits there is the upper end, as before") {
        evidence.workload.lock_waits[{"web", "web", "ShareLock", "row of counters"}] = {
            .waits = 10, .granted = 10, .waited_us = 15 * second_us, .first_seen = {"a.log", 9}};
        const Finding finding = checks::contended_row.run(evidence, {});
        REQUIRE(finding.limits.size() == 1);
        CHECK(finding.limits[0].low == 0);
        CHECK(std::isfinite(finding.limits[0].high));
    }
}

TEST_CASE("the waiting that was logged bounds the load from above only") {
    Evidence evidence = with_workload(1000, 10 * second_us);
    SECTION("no waits, no limit") {
        const Finding finding = checks::contended_row.run(evidence, {});
        CHECK(finding.outcome == Outcome::insufficient);
        CHECK(finding.limits.empty());
    }
    SECTION("half a session waiting on average: a half used") {
        evidence.workload.lock_waits[{"web", "web", "ShareLock", "row of t"}] = {
            .waits = 100,
            .granted = 100,
            .waited_us = 300 * second_us,
            .longest_us = 5 * second_us,
            .first_seen = {"a.log", 9}};
        evidence.workload.lock_waits[{"web", "migrate", "AccessShareLock", "relation 5"}] = {
            .waits = 100,
            .granted = 100,
            .waited_us = 900 * second_us,
            .longest_us = 5 * second_us,
            .first_seen = {"a.log", 2}};
        const Finding finding = checks::contended_row.run(evidence, {});
        REQUIRE(finding.limits.size() == 1);
        const Limit& limit = finding.limits[0];
        CHECK(std::isnan(limit.at));
        CHECK(limit.low == 0);
        CHECK(std::abs(limit.high - 2) < 1e-9);  // r = 0.5 solves r*r/(1-r) = 0.5
        CHECK(limit.grade == Grade::C);
        CHECK(limit.name == "most contended row: row of t");
    }
}
