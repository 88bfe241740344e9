#include "model/bootstrap.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinRel;

namespace {

std::optional<double> mean_of(const std::vector<double>& values,
                              std::span<const std::size_t> days) {
    double sum = 0;
    for (const std::size_t day : days) {
        sum += values[day];
    }
    return sum / static_cast<double>(days.size());
}

}  // namespace

TEST_CASE("the spread of a bootstrapped mean is its standard error") {
    Random random(5);
    std::vector<double> values;
    double sum = 0;
    double square = 0;
    for (int i = 0; i < 50; ++i) {
        values.push_back(random.normal());
        sum += values.back();
        square += values.back() * values.back();
    }
    const double variance = square / 50 - sum / 50 * (sum / 50);
    const Interval interval = *bootstrap_interval(
        50,
        [&](std::span<const std::size_t> days) { return mean_of(values, days); },
        {4000, 1, 0.9});
    CHECK_THAT(interval.high - interval.low, WithinRel(2 * 1.645 * std::sqrt(variance / 50), 0.08));
}

TEST_CASE("the same seed gives the same bits, another seed others") {
    const std::vector<double> values{1, 2, 3, 5, 8, 13, 21};
    const auto statistic = [&](std::span<const std::size_t> days) { return mean_of(values, days); };
    CHECK(bootstrap_days(7, statistic, {50, 3, 0.9}) == bootstrap_days(7, statistic, {50, 3, 0.9}));
    CHECK(bootstrap_days(7, statistic, {50, 3, 0.9}) != bootstrap_days(7, statistic, {50, 4, 0.9}));
}

TEST_CASE("no day and a statistic that is mostly undefined have no interval") {
    const auto undefined = [](std::span<const std::size_t>) -> std::optional<double> {
        return std::nullopt;
    };
    CHECK_FALSE(bootstrap_interval(5, undefined).has_value());
    const auto one = [](std::span<const std::size_t>) -> std::optional<double> { return 1; };
    CHECK_FALSE(bootstrap_interval(0, one).has_value());
    CHECK(bootstrap_interval(5, one)->low == 1);
}
