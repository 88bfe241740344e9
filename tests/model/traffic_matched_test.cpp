// Traffic against data, on simulated weeks: a queue of eight servers whose load or whose work
// grows. The noise is that of research/latency.md 2.1; 60 series a cell, seeded.
//
// By hand, 2026-11-21, 400 series a cell, seeds 11 to 16, share said to be data, at 8 / 13 / 26
// weeks: nothing grows 0.7 / 0.7 / 1.0 %; traffic twice, utilisation from 0.2: 2.0 / 1.8 / 1.5 %,
// from 0.45: 1.3 / 1.0 / 1.5 %; traffic half as much again from 0.62: 1.8 / 1.3 / 1.8 %; data by 60
// %: 95.5 / 100 / 100 %; both: 87 / 99 / 100 %.
#include "model/traffic_matched.hpp"

#include "catch.hpp"
#include "model/noise_model.hpp"

#include <cmath>
#include <numbers>

using namespace plimsoll::model;

namespace {

struct Truth {
    double load_growth = 0;  // relative, over the whole time
    double work_growth = 0;
    double utilisation = 0.45;  // at the first week's peak
};

std::vector<LoadPoint> simulated(std::size_t weeks, const Truth& truth, Random& random) {
    const std::size_t n = weeks * 168;
    const std::vector<double> by_day = testing::memory_noise(weeks * 7, 0.7, 0.08, random);
    const std::vector<double> by_hour = testing::memory_noise(n, 0.7, 0.10, random);
    std::vector<LoadPoint> out;
    for (std::size_t h = 0; h < n; ++h) {
        const double share = static_cast<double>(h) / static_cast<double>(n);
        const double hour = static_cast<double>(h % 24);
        double load = 0.70 + 0.30 * std::sin(2 * std::numbers::pi * (hour - 9) / 24);
        load *= (h / 24 % 7 >= 5 ? 0.75 : 1.0) * std::exp(0.05 * random.normal()) *
                (1 + truth.load_growth * share);
        const double work = 1 + truth.work_growth * share;
        const double rho = std::min(truth.utilisation * load * work, 0.97);
        const double p99 =
            60 * work * (1 + 2 * std::pow(rho, std::sqrt(18.0) - 1) / (1 - rho) / 2.3);
        double value = std::log(p99) + by_day[h / 24] + by_hour[h] + 0.08 * random.normal();
        value += random.uniform() < 0.01 ? 0.7 * random.exponential() : 0;
        out.push_back({.day = 20'409 + static_cast<std::int64_t>(h / 24),
                       .load = load * 1000,
                       .value = value});
    }
    return out;
}

double share_rising(std::size_t weeks, const Truth& truth, std::uint64_t seed) {
    Random random{seed};
    constexpr int runs = 60;
    int rising = 0;
    int separated = 0;
    for (int run = 0; run < runs; ++run) {
        if (const auto matched = traffic_matched(simulated(weeks, truth, random))) {
            ++separated;
            rising += matched->rises ? 1 : 0;
        }
    }
    REQUIRE(separated > runs / 2);
    return static_cast<double>(rising) / separated;
}

}  // namespace

TEST_CASE("growing traffic is not taken for growing data") {
    const std::size_t weeks = GENERATE(std::size_t{8}, std::size_t{13});
    CAPTURE(weeks);
    CHECK(share_rising(weeks, {}, 1) <= 0.05);
    CHECK(share_rising(weeks, {.load_growth = 1, .work_growth = 0, .utilisation = 0.2}, 2) <= 0.05);
    CHECK(share_rising(weeks, {.load_growth = 1, .work_growth = 0, .utilisation = 0.45}, 3) <=
          0.05);
    CHECK(share_rising(weeks, {.load_growth = 0.5, .work_growth = 0, .utilisation = 0.62}, 4) <=
          0.05);
}

TEST_CASE("growing data is seen through steady and through growing traffic") {
    const std::size_t weeks = GENERATE(std::size_t{8}, std::size_t{13});
    CAPTURE(weeks);
    CHECK(share_rising(weeks, {.load_growth = 0, .work_growth = 0.6, .utilisation = 0.3}, 5) >=
          0.9);
    CHECK(share_rising(weeks, {.load_growth = 0.6, .work_growth = 0.4, .utilisation = 0.4}, 6) >=
          0.75);
}

TEST_CASE("weeks that share no load cannot be separated") {
    Random random{7};
    CHECK_FALSE(traffic_matched(
        simulated(8, {.load_growth = 9, .work_growth = 0, .utilisation = 0.1}, random)));
    CHECK_FALSE(traffic_matched(simulated(5, {}, random)));
    CHECK_FALSE(traffic_matched({}));
    std::vector<LoadPoint> bad(2000, {.day = 20'409, .load = 0, .value = 1});
    CHECK_FALSE(traffic_matched(bad));
    for (std::size_t i = 0; i < bad.size(); ++i) {
        bad[i] = {.day = 20'409 + static_cast<std::int64_t>(i / 24), .load = 5, .value = NAN};
    }
    CHECK_FALSE(traffic_matched(bad));
}
