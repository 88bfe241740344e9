// The limits of pools and cores, and the criteria that answers give.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

using namespace plimsoll;
using Catch::Matchers::WithinAbs;

namespace plimsoll::checks {
extern const Check connection_pool;
extern const Check database_cpu;
extern const Check unsupported_need;
extern const Check business_cannot_bear;
extern const Check team_understands;
extern const Check constraints_localised;
}  // namespace plimsoll::checks

namespace {

constexpr std::int64_t second = 1'000'000;

// `count` seconds of a gauge at one level.
void gauge(
    Evidence& evidence, const std::string& name, double level, double limit, int count = 600) {
    GaugeSeries& series = evidence.gauges.series[name];
    series.first_seen = {.source = "gauges.csv", .line = 2};
    for (int i = 0; i < count; ++i) {
        GaugeSample sample{.value_milli = static_cast<std::int64_t>(level * 1000)};
        if (limit > 0) {
            sample.limit_milli = static_cast<std::int64_t>(limit * 1000);
        }
        series.add(instant(i * second), sample);
    }
}

// An application that keeps `level` sessions inside statements, each second.
void busy(Evidence& evidence,
          const std::string& application,
          double level,
          std::int64_t shortest_us = 10) {
    evidence.workload.entries = 1;
    evidence.workload.least_duration_us = shortest_us;
    for (int i = 0; i < 600; ++i) {
        evidence.workload.busy_us[application].add(
            instant(i * second), static_cast<std::int64_t>(level * static_cast<double>(second)));
    }
}

}  // namespace

TEST_CASE("a pool of 10 that peaks at 2 is comfortable to 0.694 x 10 / 2", "[connection-pool]") {
    Evidence evidence;
    gauge(evidence, "pool.web.busy", 2, 10);
    const Finding finding = checks::connection_pool.run(evidence, {});
    REQUIRE(finding.limits.size() == 1);
    const Limit& limit = finding.limits.front();
    CHECK(limit.id == "connection-pool.web");
    CHECK(limit.grade == Grade::B);
    CHECK_THAT(limit.low, WithinAbs(3.47, 0.01));
    CHECK(limit.at > limit.low);
    CHECK(limit.high >= limit.at);
    CHECK_THAT(limit.hard.at, WithinAbs(5.0, 1e-9));
    CHECK(finding.outcome == Outcome::present);
    REQUIRE_FALSE(limit.inputs.empty());
    CHECK(limit.inputs.front().origins.front() == Origin{"gauges.csv", 2});
}

TEST_CASE("six pools of ten are no pool of sixty", "[connection-pool]") {
    Evidence apart;
    gauge(apart, "pool.web.busy", 9, 60);
    gauge(apart, "pool.web.instances", 6, 0);
    Evidence one;
    gauge(one, "pool.web.busy", 9, 60);
    const Limit six = checks::connection_pool.run(apart, {}).limits.at(0);
    const Limit sixty = checks::connection_pool.run(one, {}).limits.at(0);
    CHECK_THAT(six.low, WithinAbs(0.694 * 60 / 9, 0.01));
    CHECK(sixty.low > 1.3 * six.low);
    CHECK(six.basis.find("6 pools") != std::string::npos);
    CHECK(six.hard.at == sixty.hard.at);  // full is full
}

TEST_CASE("idle headroom beyond the target is no concern", "[connection-pool]") {
    Evidence evidence;
    gauge(evidence, "pool.web.busy", 0.2, 50);
    const Finding finding = checks::connection_pool.run(evidence, {});
    CHECK(finding.outcome == Outcome::absent);
    CHECK(finding.remedies.empty());
}

TEST_CASE("a statement log alone gives an upper bound, since a slot is held between statements too",
          "[connection-pool]") {
    Evidence evidence;
    busy(evidence, "web", 2);
    Settings settings;
    settings.pools["web"] = {.size = 5, .instances = 2};
    const Finding finding = checks::connection_pool.run(evidence, settings);
    REQUIRE(finding.limits.size() == 1);
    CHECK(finding.limits.front().grade == Grade::C);
    CHECK(finding.limits.front().low == 0);
    CHECK(std::isnan(finding.limits.front().at));
    CHECK(finding.limits.front().high <= 5.0 + 1e-9);
}

TEST_CASE("a pool without a size is not guessed", "[connection-pool]") {
    Evidence evidence;
    busy(evidence, "web", 2);
    gauge(evidence, "pool.other.busy", 2, 0);
    const Finding finding = checks::connection_pool.run(evidence, {});
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK(finding.limits.empty());
    CHECK_FALSE(finding.gaps.empty());
}

TEST_CASE("raising a pool is offered only while the database could bear it", "[connection-pool]") {
    Evidence evidence;
    gauge(evidence, "pool.web.busy", 5, 10);
    Settings settings;
    CHECK(checks::connection_pool.run(evidence, settings).remedies.empty());
    settings.cores = 8;
    REQUIRE(checks::connection_pool.run(evidence, settings).remedies.size() == 1);
    const Remedy remedy = checks::connection_pool.run(evidence, settings).remedies.front();
    CHECK(remedy.rung == Rung::configure);
    CHECK(remedy.effects.front().limit == "connection-pool.web");
    settings.cores = 4;
    CHECK(checks::connection_pool.run(evidence, settings).remedies.empty());
    settings.cores = 8;
    settings.max_connections = 15;
    CHECK(checks::connection_pool.run(evidence, settings).remedies.empty());
}

TEST_CASE("cores: the CPU gauge decides, sessions and the log only bound", "[database-cpu]") {
    Evidence evidence;
    Settings settings;
    settings.cores = 10;
    gauge(evidence, "db.cpu", 0.2, 0);
    Finding finding = checks::database_cpu.run(evidence, settings);
    REQUIRE(finding.limits.size() == 1);
    CHECK_THAT(finding.limits.front().low, WithinAbs(3.47, 0.01));
    CHECK(finding.confidence == Confidence::high);
    const double with_cpu = finding.limits.front().high;

    evidence.gauges.series.clear();
    gauge(evidence, "db.active", 2, 0);
    finding = checks::database_cpu.run(evidence, settings);
    CHECK_THAT(finding.limits.front().low, WithinAbs(3.47, 0.01));
    CHECK(finding.limits.front().high >= with_cpu);

    evidence.gauges.series.clear();
    busy(evidence, "web", 2);
    finding = checks::database_cpu.run(evidence, settings);
    CHECK(finding.limits.front().low == 0);  // a log does not hold the server's own work
    CHECK(finding.limits.front().grade == Grade::B);
}

TEST_CASE("a log that was cut by a threshold gives an upper bound only", "[database-cpu]") {
    Evidence evidence;
    Settings settings;
    settings.cores = 10;
    busy(evidence, "web", 2, 250'000);
    const Finding finding = checks::database_cpu.run(evidence, settings);
    REQUIRE(finding.limits.size() == 1);
    CHECK(finding.limits.front().grade == Grade::C);
    CHECK(finding.limits.front().low == 0);
    CHECK(std::isnan(finding.limits.front().at));
}

TEST_CASE("without the number of cores nothing is placed", "[database-cpu]") {
    Evidence evidence;
    gauge(evidence, "db.active", 2, 0);
    const Finding finding = checks::database_cpu.run(evidence, {});
    CHECK(finding.outcome == Outcome::insufficient);
    REQUIRE_FALSE(finding.gaps.empty());
    CHECK(finding.gaps.front().how.find("cores") != std::string::npos);
}

TEST_CASE("answers give criteria, age, and are never assumed", "[answers]") {
    Settings settings;
    settings.now = parse_instant("2026-11-20");
    for (const Check* check :
         {&checks::unsupported_need, &checks::business_cannot_bear, &checks::team_understands}) {
        CAPTURE(check->id);
        CHECK(check->run({}, settings).outcome == Outcome::insufficient);
        CHECK_FALSE(check->run({}, settings).level.has_value());
    }
    settings.answers["rebuild-affordable"] = {
        .reply = Reply::no, .on = parse_instant("2026-11-01"), .note = "festival"};
    Finding finding = checks::business_cannot_bear.run({}, settings);
    CHECK(finding.level == Level::best);
    CHECK(finding.confidence == Confidence::medium);
    CHECK(finding.says.find("festival") != std::string::npos);
    settings.answers["rebuild-affordable"].on = parse_instant("2026-01-01");
    CHECK(checks::business_cannot_bear.run({}, settings).confidence == Confidence::low);
    settings.answers["rebuild-affordable"].on.reset();
    CHECK(checks::business_cannot_bear.run({}, settings).confidence == Confidence::low);
    settings.answers["rebuild-affordable"].reply = Reply::unknown;
    CHECK(checks::business_cannot_bear.run({}, settings).outcome == Outcome::insufficient);
    settings.answers["near-term-requirement"] = {.reply = Reply::yes, .on = settings.now};
    CHECK(checks::unsupported_need.run({}, settings).level == Level::worst);
    settings.answers["load-tested"] = {.reply = Reply::yes, .on = settings.now};
    CHECK(checks::team_understands.run({}, settings).level == Level::best);
}

TEST_CASE("time in few tables is localised, in a dozen it is not", "[constraints-localised]") {
    const auto level = [](int tables, std::uint64_t calls) {
        Evidence evidence;
        evidence.workload.entries = 1;
        for (int i = 0; i < tables; ++i) {
            StatementClass& statement = evidence.workload.statements[static_cast<std::uint64_t>(i)];
            statement.tables = {"t" + std::to_string(i)};
            statement.total = {.calls = calls, .time_us = 1'000'000};
        }
        return checks::constraints_localised.run(evidence, {}).level;
    };
    CHECK(level(3, 1'000) == Level::best);
    CHECK(level(8, 1'000) == Level::middle);
    CHECK(level(20, 1'000) == Level::worst);
    CHECK_FALSE(level(3, 10).has_value());
}
