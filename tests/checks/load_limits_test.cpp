// Limits from gauges: what a quota, a disk, memory, connections, queues, hosts and budgets allow;
// one-sided where the evidence is.
#include "app/ask.hpp"
#include "catch.hpp"
#include "checks/load/samples.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <algorithm>
#include <cmath>

using namespace plimsoll;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

// `count` samples a second apart, values from `value(i)`.
void gauge(
    Evidence& evidence, const std::string& name, int count, double limit, const auto& value) {
    GaugeSeries& series = evidence.gauges.series[name];
    series.first_seen = {.source = "gauges.csv", .line = 2};
    for (int i = 0; i < count; ++i) {
        GaugeSample sample{.value_milli = std::llround(1000 * value(i))};
        if (limit > 0) {
            sample.limit_milli = std::llround(1000 * limit);
        }
        series.add(instant(1'790'000'000'000'000LL + i * 1'000'000LL), sample);
    }
}

void level(Evidence& evidence, const std::string& name, double value, double limit) {
    gauge(evidence, name, 200, limit, [&](int i) { return value * (1 + 0.02 * std::sin(i)); });
}

Finding ask(const char* id, const Evidence& evidence, const Settings& settings = {}) {
    const auto checks = all_checks();
    const auto found = std::ranges::find(checks, id, &Check::id);
    REQUIRE(found != checks.end());
    return app::ask(std::span{&*found, 1}, evidence, settings).front();
}

}  // namespace

TEST_CASE("a quota and the log's disk allow limit over use, from the peak to the mean",
          "[load-limits]") {
    Evidence evidence;
    level(evidence, "quota.payments.per_second", 10, 30);
    level(evidence, "wal.bytes_per_second", 2e6, 8e6);
    const Finding quota = ask("third-party-quota", evidence);
    REQUIRE(quota.limits.size() == 1);
    CHECK(quota.limits[0].id == "third-party-quota.payments");
    CHECK_THAT(quota.limits[0].at, WithinRel(3.0 / 1.02, 0.01));
    CHECK(quota.limits[0].low <= quota.limits[0].at);
    CHECK_THAT(quota.limits[0].high, WithinRel(3.0, 0.01));
    CHECK(quota.outcome == Outcome::present);  // under the asked 10x
    CHECK(quota.seen_at.front().line == 2);
    const Finding log = ask("write-ahead-log", evidence);
    CHECK(log.limits[0].id == "write-ahead-log");
    CHECK_THAT(log.limits[0].high, WithinRel(4.0, 0.01));
}

TEST_CASE("a quota that nobody told is a missing limit, not a large one", "[load-limits]") {
    Evidence evidence;
    level(evidence, "quota.payments.per_second", 10, 0);
    const Finding finding = ask("third-party-quota", evidence);
    REQUIRE(finding.limits.size() == 1);
    CHECK(finding.limits[0].status == LimitStatus::missing);
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK_FALSE(finding.gaps.empty());
}

TEST_CASE(
    "a replica whose lag never comes back is past its limit; one that catches up bounds nothing",
    "[load-limits]") {
    Evidence evidence;
    gauge(evidence, "replica.lag_s", 100, 0, [](int i) { return i; });
    const Finding behind = ask("write-ahead-log", evidence);
    REQUIRE(behind.limits.size() == 1);
    CHECK(behind.limits[0].high == 1);
    CHECK(behind.limits[0].low == 0);
    CHECK(behind.limits[0].grade == Grade::C);
    Evidence waves;
    gauge(waves, "replica.lag_s", 100, 0, [](int i) { return i % 25; });
    CHECK(ask("write-ahead-log", waves).limits.empty());
}

TEST_CASE("memory alone is bounded from below; beside threads in use from both sides",
          "[load-limits]") {
    Evidence alone;
    level(alone, "memory.web", 4e9, 8e9);
    const Finding least = ask("session-memory", alone);
    CHECK_THAT(least.limits[0].low, WithinRel(8.0 / (4 * 1.02), 0.01));
    CHECK(std::isinf(least.limits[0].high));
    CHECK(std::isnan(least.limits[0].at));
    // 3 GB of base and 10 MB a thread: 500 threads more fit in 8 GB.
    Evidence both;
    const auto threads = [](int i) { return 60 + 40 * std::sin(i / 7.0); };
    gauge(both, "workers.web.busy", 300, 1000, threads);
    gauge(both, "memory.web", 300, 8e9, [&](int i) {
        return 3e9 + 1e7 * threads(i) + 1e7 * std::sin(13.0 * i);
    });
    const Limit limit = ask("session-memory", both).limits.at(0);
    CHECK(limit.low <= 5.0);
    CHECK(limit.high >= 5.0);
    CHECK(limit.high < 6.0);
    CHECK_THAT(limit.at, WithinAbs(5.0, 0.3));
}

TEST_CASE("idle connections do not grow with the load", "[load-limits]") {
    Settings settings;
    settings.max_connections = 200;
    Evidence evidence;
    level(evidence, "db.connections", 150, 0);
    level(evidence, "db.active", 10, 0);
    const Limit limit = ask("max-connections", evidence, settings).limits.at(0);
    // 200 - 3 - 140 idle = 57 for 10 at work
    CHECK(limit.low < 5.7);
    CHECK(limit.high > 5.7);
    CHECK_THAT(limit.at, WithinRel(5.5, 0.1));
    Evidence blind;
    level(blind, "db.connections", 150, 0);
    const Limit least = ask("max-connections", blind, settings).limits.at(0);
    CHECK(least.low > 1.2);
    CHECK(least.low < 1.4);
    CHECK(std::isinf(least.high));
    Evidence refused = evidence;
    refused.workload.entries = 5;
    const Origin place{.source = "pg.log", .line = 17};
    refused.workload.errors["53300"] = {.times = 4, .first_seen = place};
    refused.workload.statements[1].first_seen = {.source = "another.log", .line = 1};
    const Limit reached = ask("max-connections", refused, settings).limits.at(0);
    CHECK(reached.high == 1);
    CHECK(reached.inputs.at(0).origins == std::vector{place});
}

TEST_CASE("a queue falls behind at its consumers over those busy, or today when it only grows",
          "[load-limits]") {
    Evidence evidence;
    level(evidence, "queue.mail.depth", 12, 0);
    level(evidence, "workers.mail.busy", 4, 16);
    const Limit limit = ask("background-queue", evidence).limits.at(0);
    CHECK(limit.id == "background-queue.mail");
    CHECK_THAT(limit.high, WithinRel(4.0, 0.01));
    Settings settings;
    CHECK(ask("worker-threads", evidence, settings).limits.empty());  // nobody waits for a consumer
    Evidence growing;
    gauge(growing, "queue.mail.depth", 100, 0, [](int i) { return 10 + 5 * i; });
    CHECK(ask("background-queue", growing).limits.at(0).high == 1);
    Evidence unknown;
    level(unknown, "queue.mail.depth", 12, 0);
    CHECK(ask("background-queue", unknown).limits.at(0).status == LimitStatus::missing);
}

TEST_CASE("hosts have a limit from their cores, at most one without their number",
          "[load-limits]") {
    Evidence evidence;
    level(evidence, "host.web.cpu", 2, 8);
    level(evidence, "host.worker.cpu", 0.25, 0);
    level(evidence, "host.db.cpu", 0.9, 0);
    const Finding finding = ask("app-instances", evidence);
    REQUIRE(finding.limits.size() == 2);
    CHECK(finding.limits[0].id == "app-instances.web");
    CHECK(finding.limits[0].low < 4);
    CHECK(finding.limits[0].high >= finding.limits[0].at);
    CHECK(finding.limits[1].grade == Grade::C);
    CHECK(finding.limits[1].low == 0);
    CHECK_THAT(finding.limits[1].high, WithinRel(4.0, 0.02));
}

TEST_CASE("a budget is a limit, none is none", "[load-limits]") {
    Evidence evidence;
    level(evidence, "cost.cloud.per_day", 100, 300);
    const Limit limit = ask("cost-of-load", evidence).limits.at(0);
    CHECK(limit.low < 3);
    CHECK(limit.high > 3);
    Evidence free_of_it;
    level(free_of_it, "cost.cloud.per_day", 100, 0);
    CHECK(ask("cost-of-load", free_of_it).limits.empty());
}

TEST_CASE("a batch of the calendar is not the day's peak", "[load-limits]") {
    Evidence evidence;
    gauge(
        evidence, "quota.payments.per_second", 200, 30, [](int i) { return i < 50 ? 25.0 : 3.0; });
    CHECK(ask("third-party-quota", evidence).limits.at(0).at < 1.3);
    evidence.events.events.insert({.at = instant(1'790'000'000'000'000LL),
                                   .until = instant(1'790'000'050'000'000LL),
                                   .kind = EventKind::batch});
    CHECK(ask("third-party-quota", evidence).limits.at(0).at > 9);
}
