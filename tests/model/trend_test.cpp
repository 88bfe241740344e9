// Tail probabilities of Kendall's S: Hollander and Wolfe, Nonparametric Statistical Methods,
// table A.30 (three digits). Size of the EWC test: simulation.
#include "model/trend.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("exact one-sided p equals the printed table") {
    CHECK_THAT(mann_kendall_p(std::vector<double>{1, 2, 3, 4, 5}), WithinRel(1.0 / 120, 1e-12));
    CHECK_THAT(mann_kendall_p(std::vector<double>{1, 2, 3, 4, 5, 6}), WithinRel(1.0 / 720, 1e-12));
    // n = 6, S = 9: 0.068; n = 8, S = 18: 0.016; n = 10, S = 25: 0.014
    const std::vector<double> six{2, 1, 4, 3, 6, 5};
    CHECK(kendall_score(six) == 9);
    CHECK_THAT(mann_kendall_p(six), WithinAbs(0.068, 0.0005));
    const std::vector<double> eight{3, 2, 1, 4, 6, 5, 8, 7};
    CHECK(kendall_score(eight) == 18);
    CHECK_THAT(mann_kendall_p(eight), WithinAbs(0.016, 0.0005));
    const std::vector<double> ten{4, 3, 2, 1, 5, 8, 7, 6, 10, 9};
    CHECK(kendall_score(ten) == 25);
    CHECK_THAT(mann_kendall_p(ten), WithinAbs(0.014, 0.0005));
}

TEST_CASE("with ties the p is the share of all orders that rise as much") {
    const std::vector<double> values{1, 2, 2, 1, 3, 3, 3};
    const auto score = kendall_score(values);
    std::vector<double> order = values;
    std::sort(order.begin(), order.end());
    double orders = 0;
    double as_much = 0;
    do {
        orders += 1;
        as_much += kendall_score(order) >= score ? 1 : 0;
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK_THAT(mann_kendall_p(values), WithinRel(as_much / orders, 1e-12));
    CHECK(mann_kendall_p(std::vector<double>{4, 4, 4, 4}) == 1);
    CHECK(mann_kendall_p(std::vector<double>{4}) == 1);
    CHECK(mann_kendall_p({}) == 1);
    CHECK_THAT(mann_kendall_p(std::vector<double>{3, 2, 1}), WithinRel(1.0, 1e-12));
}

TEST_CASE("the normal approximation joins the exact law at its border") {
    std::vector<double> values;
    Random random(5);
    for (int i = 0; i < 40; ++i) {
        values.push_back(random.normal() + 0.03 * i);
    }
    const double exact = mann_kendall_p(values);
    const double z =
        (static_cast<double>(kendall_score(values)) - 1) / std::sqrt(kendall_variance(values));
    CHECK_THAT(exact, WithinRel(0.5 * std::erfc(z / std::sqrt(2.0)), 0.03));
    std::vector<double> constant(50, 1.0);
    CHECK(mann_kendall_p(constant) == 1);
}

TEST_CASE("variance of S: n(n-1)(2n+5)/18, less for ties") {
    CHECK_THAT(kendall_variance(std::vector<double>{1, 2, 3, 4, 5}), WithinRel(50.0 / 3, 1e-12));
    CHECK_THAT(kendall_variance(std::vector<double>{1, 1, 3, 4, 5}), WithinRel(47.0 / 3, 1e-12));
}

TEST_CASE("lag-1 autocorrelation and the inflation that follows") {
    CHECK_THAT(lag1_autocorrelation(std::vector<double>{1, 2, 3, 4}), WithinAbs(0.25, 1e-12));
    CHECK_THAT(lag1_autocorrelation(std::vector<double>{1, -1, 1, -1}), WithinAbs(-0.75, 1e-12));
    CHECK(lag1_autocorrelation(std::vector<double>{2, 2, 2}) == 0);
    CHECK(autocorrelation_inflation({}) == 1);
    CHECK(autocorrelation_inflation(std::vector<double>{1, -1, 1, -1}) == 1);
    // 0.25 + 2/4 = 0.75: (1.75 / 0.25)
    CHECK_THAT(autocorrelation_inflation(std::vector<double>{1, 2, 3, 4}), WithinRel(7.0, 1e-12));
}

TEST_CASE("Theil-Sen: exact on a line, deaf to an outlier, aware of gaps") {
    const std::vector<double> times{0, 1, 2, 5, 6, 7};
    std::vector<double> values;
    for (const double time : times) {
        values.push_back(3 + 0.5 * time);
    }
    const Slope line = *theil_sen(times, values);
    CHECK_THAT(line.at, WithinRel(0.5, 1e-12));
    CHECK_THAT(line.low, WithinRel(0.5, 1e-12));
    CHECK_THAT(line.intercept, WithinRel(3.0, 1e-12));
    values[3] = 100;
    CHECK_THAT(theil_sen(times, values)->at, WithinRel(0.5, 1e-12));
    CHECK_FALSE(theil_sen(std::vector<double>{1}, std::vector<double>{1}).has_value());
    CHECK_FALSE(theil_sen(times, std::vector<double>{1, 2}).has_value());
}

TEST_CASE("the 90 % interval of the slope covers the truth on remembering noise") {
    Random random(9);
    constexpr int runs = 400;
    int covered = 0;
    std::vector<double> times;
    for (int i = 0; i < 13; ++i) {
        times.push_back(i);
    }
    for (int run = 0; run < runs; ++run) {
        std::vector<double> values;
        double noise = random.normal();
        for (const double time : times) {
            values.push_back(0.1 * time + noise);
            noise = 0.4 * noise + std::sqrt(1 - 0.16) * random.normal();
        }
        const Slope slope = *theil_sen(times, values);
        covered += slope.low <= 0.1 && 0.1 <= slope.high ? 1 : 0;
    }
    CHECK(covered >= runs * 86 / 100);
    CHECK(covered <= runs * 99 / 100);
}

TEST_CASE("EWC: size near its alpha on noise, sure of a clear rise, weekday effects removed") {
    Random random(13);
    constexpr int runs = 600;
    int alarms = 0;
    for (int run = 0; run < runs; ++run) {
        std::vector<DayValue> days;
        double noise = random.normal();
        for (int day = 0; day < 91; ++day) {
            days.push_back({day, noise + (weekday_of(day) >= 5 ? -3.0 : 0.0), 0});
            noise = 0.3 * noise + random.normal();
        }
        alarms += *ewc_trend_p(days) < 0.05 ? 1 : 0;
    }
    CHECK(alarms >= runs * 2 / 100);
    CHECK(alarms <= runs * 10 / 100);
    std::vector<DayValue> rising;
    std::vector<DayValue> exact;
    for (int day = 0; day < 60; ++day) {
        rising.push_back({day, 0.1 * day + random.normal(), 0});
        exact.push_back({day, 1.0 * day, 0});
    }
    CHECK(*ewc_trend_p(rising) < 1e-3);
    CHECK(*ewc_trend_p(exact) < 1e-6);
    CHECK_FALSE(ewc_trend_p(std::span<const DayValue>(rising).first(20)).has_value());
}
