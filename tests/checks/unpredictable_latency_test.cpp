// Two populations against one, on simulated requests; seeded.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/random.hpp"

#include <cmath>

namespace plimsoll::checks {
extern const Check unpredictable_latency;
}

using namespace plimsoll;

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

Finding ask(const Evidence& evidence) {
    return checks::unpredictable_latency.run(evidence, {});
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
