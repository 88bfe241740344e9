// Rates of arrivals in working hours: a steady stream has no peak beyond chance, bursts have.
#include "model/arrivals.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <cmath>
#include <vector>

using namespace plimsoll::model;

namespace {

constexpr std::int64_t hour = 3'600'000'000;
constexpr std::int64_t monday = 1'772'409'600'000'000;  // 2026-03-02

// Poisson on weekdays from 08:00 for nine hours; `rate` an hour, as a function of the hour.
template <class Rate>
[[nodiscard]] std::vector<std::int64_t> stream(int days, const Rate& rate) {
    Random random{5};
    std::vector<std::int64_t> out;
    for (int day = 0; day < days; ++day) {
        for (int h = 0; day % 7 < 5 && h < 9; ++h) {
            const double mean = rate(h);
            for (double t = random.exponential() / mean; t < 1; t += random.exponential() / mean) {
                out.push_back(monday + (day * 24 + 8 + h) * hour +
                              static_cast<std::int64_t>(t * static_cast<double>(hour)));
            }
        }
    }
    return out;
}

}  // namespace

TEST_CASE("a steady stream: mean and peak are its rate, the raw percentile lies above") {
    for (const double rate : {0.5, 1.0, 3.0, 10.0}) {
        const std::vector<std::int64_t> arrivals = stream(140, [&](int) { return rate; });
        const auto got = arrival_rates(arrivals, hour / 3);
        REQUIRE(got);
        CAPTURE(rate, got->mean, got->peak, got->raw_peak);
        CHECK(got->first_hour == 8);
        CHECK(got->days == 100);
        CHECK(std::abs(got->mean / rate - 1) < 0.1);
        CHECK(std::abs(got->peak / rate - 1) < 0.2);
        CHECK(got->raw_peak >= got->peak);
    }
}

TEST_CASE("a rush hour shows as a peak") {
    const std::vector<std::int64_t> arrivals =
        stream(140, [](int h) { return h == 4 ? 20.0 : 2.0; });
    const auto got = arrival_rates(arrivals, hour);
    REQUIRE(got);
    CHECK(std::abs(got->mean - 4) < 0.4);
    CHECK(got->peak > 2.5 * got->mean);  // one window in nine is in the rush
    CHECK(got->peak <= 24);
}

TEST_CASE("few arrivals give no rate; times before 1970 and all in one instant do no harm") {
    CHECK_FALSE(arrival_rates({}, hour));
    CHECK_FALSE(arrival_rates(std::vector<std::int64_t>(9, monday), hour));
    CHECK(arrival_rates(std::vector<std::int64_t>(50, monday), hour));
    std::vector<std::int64_t> odd(20, -1);
    odd.push_back(-400 * 24 * hour);
    const auto got = arrival_rates(odd, hour);
    CHECK((!got || std::isfinite(got->peak)));
}

TEST_CASE("the steady mean behind a 95th percentile") {
    CHECK(std::abs(steady_mean_of(8) - 4.3) < 0.1);  // P95 of Poisson(4.3) is 8
    CHECK(steady_mean_of(0) < 0.06);
    CHECK(std::abs(steady_mean_of(117) / 100 - 1) < 0.01);
}
