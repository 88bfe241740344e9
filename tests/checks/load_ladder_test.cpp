// The end of a ladder as a multiple: only with enough steps, only near the knee, only beside a
// counted peak.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

namespace plimsoll::checks {
extern const Check load_ladder;
}  // namespace plimsoll::checks

using namespace plimsoll;

namespace {

// X(n) = 100 n / (1 + 0.03 (n-1) + 0.0004 n (n-1)): most is 1383 at 49 users.
Evidence ladder(std::initializer_list<int> users, std::uint64_t errors = 0) {
    Evidence evidence;
    for (const int n : users) {
        const double x = 100.0 * n / (1 + 0.03 * (n - 1) + 0.0004 * n * (n - 1));
        evidence.load_tests.steps.insert({.tool = "k6",
                                          .users = n,
                                          .achieved_milli = static_cast<std::int64_t>(1000 * x),
                                          .requests = 1000,
                                          .errors = errors,
                                          .mean_us = static_cast<std::int64_t>(1e6 * n / x),
                                          .origin = {.source = "k6.json", .line = 1}});
    }
    return evidence;
}

}  // namespace

TEST_CASE("a ladder over the knee beside a counted peak is a multiple with an interval") {
    Evidence evidence = ladder({4, 8, 16, 24, 32, 48, 64});
    Finding finding = checks::load_ladder.run(evidence, {});
    CHECK(finding.outcome == Outcome::insufficient);  // nothing to compare with
    CHECK(finding.limits.empty());
    CHECK(finding.gaps.size() == 1);
    for (int hour = 0; hour < 48; ++hour) {
        for (int i = 0; i < 100; ++i) {
            evidence.latency
                .window({.service = "web", .route = "/"},
                        instant(1'790'000'000'000'000 + hour * 3'600'000'000LL))
                .micros.add(1000);
        }
    }
    finding = checks::load_ladder.run(evidence, {});
    CHECK(finding.limits.empty());  // staging places no limit of production
    REQUIRE(finding.measures.size() == 2);
    const Estimate& multiple = finding.measures.at(1).value;
    CHECK(multiple.at > 12);  // 1383 / 100
    CHECK(multiple.at < 15);
    CHECK(multiple.low <= multiple.at);
    CHECK(finding.outcome == Outcome::absent);  // of the 10x that is asked
    CHECK(finding.says.find("times today's peak of 100") != std::string::npos);
}

TEST_CASE("too few steps, too low an end and failing steps give no point") {
    CHECK(checks::load_ladder.run(ladder({4, 8, 16, 24, 32}), {}).gaps.front().id == "load-ladder");
    CHECK(checks::load_ladder.run(ladder({4, 8, 16, 24, 32, 48, 64}, 100), {}).measures.empty());
    const Finding low = checks::load_ladder.run(ladder({1, 2, 3, 4, 5, 6, 7}), {});
    REQUIRE(low.measures.size() == 1);
    CHECK_FALSE(low.measures.front().value.has_point());
    CHECK(low.says.find("not near its limit") != std::string::npos);
    CHECK(checks::load_ladder.run({}, {}).outcome == Outcome::insufficient);
}
