#include "model/quantile.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

TEST_CASE("nearest rank counts without binary surprises") {
    CHECK(nearest_rank(100, 0.07) == 7);  // 0.07 * 100 > 7 in binary
    CHECK(nearest_rank(100, 0.99) == 99);
    CHECK(nearest_rank(1000, 0.999) == 999);
    CHECK(nearest_rank(10, 0.91) == 10);
    CHECK(nearest_rank(5, 0) == 1);
    CHECK(nearest_rank(5, 1) == 5);
    CHECK(nearest_rank(3'000'000'000U, 0.99) == 2'970'000'000U);
}

TEST_CASE("the two kinds of quantile differ as they should") {
    const std::vector<double> sample{15, 20, 35, 40, 50};  // the textbook's example of both
    CHECK(quantile_nearest(sample, 0.3) == 20.0);
    CHECK(quantile_nearest(sample, 0.4) == 20.0);
    CHECK(quantile_nearest(sample, 0.5) == 35.0);
    CHECK(quantile_nearest(sample, 1.0) == 50.0);
    CHECK_THAT(quantile_interpolated(sample, 0.4).value(), WithinAbs(29, 1e-12));
    CHECK_THAT(quantile_interpolated(sample, 0.0).value(), WithinAbs(15, 1e-12));
    CHECK_THAT(quantile_interpolated(sample, 1.0).value(), WithinAbs(50, 1e-12));
    CHECK_FALSE(quantile_nearest({}, 0.5).has_value());
    CHECK_FALSE(quantile_interpolated({}, 0.5).has_value());
}

TEST_CASE("median of odd, even and empty samples in any order") {
    CHECK(median({3, 1, 2}) == 2.0);
    CHECK(median({4, 1, 3, 2}) == 2.5);
    CHECK(median({7}) == 7.0);
    CHECK_FALSE(median({}).has_value());
}

TEST_CASE("ranks around the median of ten are 2 and 9 with coverage 97.85 %") {
    const RankInterval ranks = quantile_ranks(10, 0.5, 0.95);
    CHECK(ranks.low == 2);
    CHECK(ranks.high == 9);
    CHECK_THAT(ranks.coverage, WithinAbs(0.978515625, 1e-12));
}

TEST_CASE("a p99 has no upper bound below 368 observations and one from there on") {
    // 0.99^367 = 0.02502, 0.99^368 = 0.02477
    CHECK(quantile_ranks(367, 0.99, 0.95).high == 368);
    CHECK(quantile_ranks(368, 0.99, 0.95).high == 368);
    const std::vector<double> few{1, 2, 3};
    const QuantileInterval interval = quantile_interval(few, 0.99, 0.95);
    CHECK_FALSE(interval.high.has_value());
    CHECK(interval.low == 2.0);  // P(B <= 1) = 0.0003, P(B <= 2) = 0.0297 > 0.025
    CHECK_FALSE(quantile_interval({}, 0.99, 0.95).low.has_value());
}

TEST_CASE("the interval covers the true p95 as often as it says") {
    Random random(11);
    constexpr int runs = 2000;
    constexpr std::size_t size = 200;
    const double truth = -std::log(0.05);  // of the exponential distribution
    const double promised = quantile_ranks(size, 0.95, 0.9).coverage;
    int covered = 0;
    for (int run = 0; run < runs; ++run) {
        std::vector<double> sample;
        for (std::size_t i = 0; i < size; ++i) {
            sample.push_back(random.exponential());
        }
        std::sort(sample.begin(), sample.end());
        const QuantileInterval interval = quantile_interval(sample, 0.95, 0.9);
        covered += *interval.low <= truth && truth <= *interval.high ? 1 : 0;
    }
    CHECK(promised >= 0.9);
    CHECK_THAT(covered / static_cast<double>(runs), WithinAbs(promised, 0.024));  // 4 sd
}
