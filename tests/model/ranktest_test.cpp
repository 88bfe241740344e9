#include "model/ranktest.hpp"

#include "catch.hpp"
#include "model/multiplicity.hpp"
#include "model/random.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

std::vector<double> log_normal(Random& random, std::size_t n, double ratio, double sd) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) {
        values.push_back(1200 * ratio * std::exp(sd * random.normal()));
    }
    return values;
}

// Neighbours resemble each other, lag-1 autocorrelation `memory`.
std::vector<double> remembering(Random& random, std::size_t n, double memory) {
    std::vector<double> values;
    double noise = random.normal();
    for (std::size_t i = 0; i < n; ++i) {
        values.push_back(noise);
        noise = memory * noise + std::sqrt(1 - memory * memory) * random.normal();
    }
    return values;
}

}  // namespace

TEST_CASE("small samples without ties are exact") {
    const RankTest all_above =
        mann_whitney(std::vector<double>{4, 5, 6}, std::vector<double>{1, 2, 3});
    CHECK(all_above.exact);
    CHECK(all_above.u == 9);
    CHECK_THAT(all_above.p_greater, WithinRel(1.0 / 20, 1e-12));
    CHECK_THAT(all_above.p_less, WithinRel(1.0, 1e-12));
    CHECK_THAT(all_above.p_two_sided, WithinRel(2.0 / 20, 1e-12));
    // the tortoises and hares of the textbook: U = 11 of 36 for the one, 25 for the other
    const std::vector<double> tortoises{12, 6, 5, 4, 3, 2};  // order T H H H H H T T T T T H
    const std::vector<double> hares{11, 10, 9, 8, 7, 1};
    CHECK(mann_whitney(tortoises, hares).u == 11);
    CHECK(mann_whitney(hares, tortoises).u == 25);
    CHECK_THAT(mann_whitney(tortoises, hares).p_less,
               WithinRel(mann_whitney(hares, tortoises).p_greater, 1e-12));
}

TEST_CASE("ties: variance by hand") {
    // ranks of {2,3,3} in {1,2,2,3,3}: 2.5, 4.5, 4.5, so U = 11.5 - 6 = 5.5 of 6, mean 3;
    // variance 6/12 (6 - 12/20) = 2.7
    const RankTest test = mann_whitney(std::vector<double>{2, 3, 3}, std::vector<double>{1, 2});
    CHECK_FALSE(test.exact);
    CHECK(test.u == 5.5);
    CHECK_THAT(test.z, WithinRel(2.5 / std::sqrt(2.7), 1e-12));
    CHECK_THAT(test.p_greater,
               WithinRel(0.5 * std::erfc(2 / std::sqrt(2.7) / std::sqrt(2.0)), 1e-9));
}

TEST_CASE("nothing to compare gives p = 1") {
    const std::vector<double> some{1, 2, 3};
    CHECK(mann_whitney({}, some).p_greater == 1);
    CHECK(mann_whitney(some, {}).p_two_sided == 1);
    CHECK(mann_whitney(std::vector<double>{2, 2}, std::vector<double>{2, 2}).p_two_sided == 1);
    CHECK(mann_whitney_autocorrelated(some, {}).p_greater == 1);
    CHECK_FALSE(hodges_lehmann_shift({}, some).has_value());
    CHECK_FALSE(hodges_lehmann_ratio(some, std::vector<double>{0, 1}).has_value());
}

TEST_CASE("exact and normal agree where both may be used") {
    Random random(6);
    const std::vector<double> current = log_normal(random, 20, 1.1, 0.2);
    const std::vector<double> baseline = log_normal(random, 25, 1, 0.2);
    const RankTest exact = mann_whitney(current, baseline);
    CHECK(exact.exact);
    const double sd = std::sqrt(20.0 * 25 * 46 / 12);
    const double z = (exact.u - 250 - 0.5) / sd;
    CHECK_THAT(exact.p_greater, WithinRel(0.5 * std::erfc(z / std::sqrt(2.0)), 0.02));
    CHECK_THAT(exact.z, WithinRel((exact.u - 250) / sd, 1e-12));
    std::vector<double> more = baseline;  // one more: beyond 500 pairs, and the larger for it
    more.push_back(1e9);
    CHECK_FALSE(mann_whitney(current, more).exact);
    CHECK(mann_whitney(current, more).p_greater > exact.p_greater);
}

TEST_CASE("Hodges-Lehmann by hand and on shifted samples") {
    const std::vector<double> current{3, 5};
    const std::vector<double> baseline{1, 2};
    CHECK(hodges_lehmann_shift(current, baseline) == 2.5);   // of 2, 1, 4, 3
    CHECK(hodges_lehmann_ratio(current, baseline) == 2.75);  // of 3, 1.5, 5, 2.5
    Random random(1);
    const double ratio =
        *hodges_lehmann_ratio(log_normal(random, 100, 1.3, 0.18), log_normal(random, 100, 1, 0.18));
    CHECK_THAT(ratio, WithinAbs(1.3, 0.12));  // 3.5 standard errors
}

TEST_CASE("the gate of the research: p < .01 and ratio >= 1.10, 30 runs against 10") {
    // research/ci.md 3.2: 0.8 % on nothing, 99.6 % on +50 % (with outliers; here without)
    Random random(10);
    constexpr int runs = 200;
    int alarms = 0;
    int hits = 0;
    for (int run = 0; run < runs; ++run) {
        const std::vector<double> baseline = log_normal(random, 30, 1, 0.18);
        const std::vector<double> same = log_normal(random, 10, 1, 0.18);
        const std::vector<double> slower = log_normal(random, 10, 1.5, 0.18);
        const auto red = [&](const std::vector<double>& current) {
            return mann_whitney(current, baseline).p_greater < 0.01 &&
                   *hodges_lehmann_ratio(current, baseline) >= 1.10;
        };
        alarms += red(same) ? 1 : 0;
        hits += red(slower) ? 1 : 0;
    }
    CHECK(alarms <= runs * 25 / 1000);
    CHECK(hits >= runs * 98 / 100);
}

TEST_CASE("the detectable ratio is detected at the plan's power") {
    Random random(12);
    constexpr int runs = 500;
    const double ratio = *detectable_ratio(20, 50, 0.18, {0.01, 0.8, 1});
    int hits = 0;
    for (int run = 0; run < runs; ++run) {
        const std::vector<double> current = log_normal(random, 20, ratio, 0.18);
        const std::vector<double> baseline = log_normal(random, 50, 1, 0.18);
        hits += mann_whitney(current, baseline).p_greater < 0.01 ? 1 : 0;
    }
    // 4000 runs a cell by hand, 2026-11-21, planned 0.80: 0.89 at 10/30, 0.88 at 10/50, 0.84 at
    // 20/50, 0.82 at 40/100: the formula errs towards naming too large a ratio
    CHECK(hits >= runs * 78 / 100);
    CHECK(hits <= runs * 90 / 100);
    CHECK_FALSE(detectable_ratio(0, 5, 0.2).has_value());
    CHECK_FALSE(detectable_ratio(2, 3, 0.2).has_value());  // at best p = 1/10
    CHECK(detectable_ratio(8, 20, 0.2).has_value());
    CHECK(*detectable_ratio(20, 50, 0.18, {0.01, 0.8, 0.5}) > ratio);
}

TEST_CASE("effective share follows the memory, and the adjusted test keeps its size better") {
    Random random(14);
    const std::vector<double> nothing;
    CHECK(effective_share(std::vector<double>{1, 1, 1}, nothing) == 1);
    // lag-1 of normal noise 0.5 is 0.48 on ranks: about 0.35
    CHECK_THAT(effective_share(remembering(random, 4000, 0.5), nothing), WithinAbs(0.35, 0.05));
    CHECK(effective_share(remembering(random, 4000, 0.0), nothing) > 0.9);
    constexpr int runs = 400;
    int plain = 0;
    int adjusted = 0;
    for (int run = 0; run < runs; ++run) {
        const std::vector<double> current = remembering(random, 20, 0.5);
        const std::vector<double> baseline = remembering(random, 50, 0.5);
        plain += mann_whitney(current, baseline).p_greater < 0.01 ? 1 : 0;
        adjusted += mann_whitney_autocorrelated(current, baseline).p_greater < 0.01 ? 1 : 0;
    }
    CHECK(plain > runs * 4 / 100);
    CHECK(adjusted < runs * 4 / 100);
}
