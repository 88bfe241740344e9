// Two populations against one, on simulated requests; seeded.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/random.hpp"
#include "support/measures.hpp"

#include <cmath>

namespace plimsoll::checks {
extern const Check unpredictable_latency;
}

using namespace plimsoll;
using test::measure;

namespace {

// A log-normal around 50 ms; a share of the requests takes `slow_us` instead, and fails when `fail`
// is set.
Evidence requests(int a_day,
                  int days,
                  double spread,
                  double slow_share,
                  std::int64_t slow_us,
                  bool fail = false) {
    Evidence evidence;
    model::Random random{11};
    for (int day = 0; day < days; ++day) {
        LatencyBucket& bucket = evidence.latency.window({.service = "shop", .route = "/a"},
                                                        instant((20'000 + day) * 86'400'000'000));
        for (int i = 0; i < a_day; ++i) {
            const bool slow = random.uniform() < slow_share;
            bucket.micros.add(slow ? slow_us
                                   : std::llround(50'000 * std::exp(spread * random.normal())));
            bucket.timeouts += slow && fail ? 1 : 0;
        }
    }
    return evidence;
}

Finding ask(const Evidence& evidence, const Settings& settings = {}) {
    return checks::unpredictable_latency.run(evidence, settings);
}

// Somebody else's buckets: 98 % between 10 ms and `fast_high`, 2 % between `slow` and twice it.
Evidence in_buckets(std::int64_t fast_high_ms, std::int64_t slow_ms) {
    Evidence evidence;
    constexpr std::int64_t ms = 1'000'000;
    for (int day = 0; day < 4; ++day) {
        LatencyBucket& bucket = evidence.latency.window({.service = "shop", .route = "/a"},
                                                        instant((20'000 + day) * 86'400'000'000));
        bucket.buckets.add(
            {{.low_ns = 10 * ms, .high_ns = fast_high_ms * ms, .weight = 9'800 * BucketCounts::one},
             {.low_ns = slow_ms * ms,
              .high_ns = 2 * slow_ms * ms,
              .weight = 200 * BucketCounts::one}});
        bucket.errors += 200;
    }
    return evidence;
}

}  // namespace

TEST_CASE("an ordinary route is not called unpredictable") {
    const double spread = GENERATE(0.4, 0.7, 1.0);
    const Finding finding = ask(requests(10'000, 4, spread, 0, 0));
    CHECK(finding.outcome == Outcome::absent);
    CHECK(finding.exhibits.front().rows.size() == 1);
}

TEST_CASE("two in a hundred that time out after 30 s are found") {
    const Finding finding = ask(requests(10'000, 4, 0.7, 0.02, 30'000'000, true));
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.says.find("shop /a") != std::string::npos);
    CHECK(finding.measures.front().value.at > 100);
}

TEST_CASE("a second hump counts without errors too") {
    CHECK(ask(requests(10'000, 4, 0.4, 0.02, 5'000'000)).outcome == Outcome::present);
}

TEST_CASE("too few requests, too few days or only ready percentiles are not assessed") {
    CHECK(ask(requests(1'000, 4, 0.7, 0.02, 30'000'000)).outcome == Outcome::insufficient);
    CHECK(ask(requests(30'000, 2, 0.7, 0.02, 30'000'000)).outcome == Outcome::insufficient);
    Evidence ready;
    ready.latency.routes[{}].percentiles[instant(0)].p99 = 1;
    CHECK(ask(ready).outcome == Outcome::insufficient);
    CHECK(ask(ready).gaps.size() == 1);
}

TEST_CASE(
    "every quantile that is printed lies in an interval, and the ratio in that of its parts") {
    const Finding finding = ask(requests(10'000, 4, 0.7, 0.02, 30'000'000, true));
    const Estimate p50 = measure(finding, "p50").value;
    const Estimate p99 = measure(finding, "p99").value;
    const Estimate ratio = measure(finding, "spread").value;
    for (const Estimate& value : {p50, p99, ratio}) {
        CHECK(value.low <= value.at);
        CHECK(value.at <= value.high);
        CHECK(value.high < 1.1 * value.low);  // our own buckets are fine
    }
    CHECK(p50.low < p50.high);
    CHECK_THAT(p50.at, Catch::Matchers::WithinRel(50.0, 0.05));
    CHECK(ratio.low == p99.low / p50.high);
    CHECK(ratio.high == p99.high / p50.low);
}

TEST_CASE("what wide buckets leave open is not called unpredictable") {
    // p50 from 10 to 20 ms; p99 from 600 to 1200: 30 to 120 times it.
    CHECK(ask(in_buckets(20, 600)).outcome == Outcome::present);
    // p50 from 10 to 100 ms; p99 from 800 to 1600: 8 to 160 times it, and twice the rest or more.
    const Finding open = ask(in_buckets(250, 900));
    CHECK(open.outcome != Outcome::present);
    CHECK(measure(open, "spread").value.low < 15);
    CHECK(measure(open, "spread").value.high > 15);
}

TEST_CASE("days are those of the system's zone") {
    // Hours from 20:00 to 04:00 UTC over two nights: three days of UTC, two of the west.
    Evidence evidence;
    model::Random random{3};
    for (const int hour : {20, 21, 44, 45, 50, 51}) {
        LatencyBucket& bucket = evidence.latency.window(
            {.service = "shop", .route = "/a"}, instant((20'000 * 24 + hour) * 3'600'000'000LL));
        for (int i = 0; i < 10'000; ++i) {
            const bool slow = random.uniform() < 0.02;
            bucket.micros.add(slow ? 30'000'000 : 50'000 + i % 1000);
            bucket.timeouts += slow ? 1 : 0;
        }
    }
    CHECK(ask(evidence).outcome == Outcome::present);
    CHECK(ask(evidence).confidence_why.find("days of UTC") != std::string::npos);
    Settings west;
    west.zone.name = "-05:00";
    west.zone.offset = std::chrono::hours{-5};
    CHECK(ask(evidence, west).outcome == Outcome::insufficient);
}
