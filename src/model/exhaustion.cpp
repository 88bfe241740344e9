#include "model/exhaustion.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

namespace plimsoll::model {

namespace {

constexpr std::size_t least_samples = 24;
constexpr std::size_t least_days = 7;
constexpr double observed_reach = 5;

// Sums for the line holding = a + q x, x = rate^2 in units of the peak's; one a day, added up.
struct Sums {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;

    void add(const Sums& other) {
        n += other.n;
        x += other.x;
        y += other.y;
        xx += other.xx;
        xy += other.xy;
    }
};

// A day's sums over all its samples and over those in the busiest tenth of the series.
struct DaySums {
    Sums whole;
    Sums busiest;

    void add(const DaySums& other) {
        whole.add(other.whole);
        busiest.add(other.busiest);
    }
};

// The multiple at which the mean holding time of the busiest samples, kept, fills the capacity.
std::optional<double> straight(const Sums& busiest, double peak, double capacity) {
    if (!(busiest.y > 0)) {
        return std::nullopt;
    }
    return capacity / (busiest.y / busiest.n) / peak;
}

// The multiple m of the peak rate with peak m (a + q m^2) = capacity.
std::optional<double> multiple(const Sums& sums, double peak, double capacity) {
    const double spread = sums.xx - sums.x * sums.x / sums.n;
    double q = spread > 0 ? (sums.xy - sums.x * sums.y / sums.n) / spread : 0;
    double a = (sums.y - q * sums.x) / sums.n;
    if (q < 0 || a < 0) {  // holding times that shrink with load, or none without: not believed
        q = 0;
        a = sums.y / sums.n;
    }
    if (!(a + q > 0)) {
        return std::nullopt;
    }
    const double target = capacity / peak;
    double high = 1;
    while (high * (a + q * high * high) < target) {
        high *= 2;
    }
    double low = 0;
    for (int step = 0; step < 60; ++step) {
        const double middle = low + (high - low) / 2;
        (middle * (a + q * middle * middle) < target ? low : high) = middle;
    }
    return high;
}

}  // namespace

std::optional<Exhaustion> exhaustion_multiple(std::span<const GaugeSample> samples,
                                              double capacity,
                                              const BootstrapPlan& plan) {
    std::vector<double> rates;
    std::vector<double> gauges;
    for (const GaugeSample& sample : samples) {
        if (sample.rate > 0) {
            rates.push_back(sample.rate);
            gauges.push_back(sample.busy);
        }
    }
    if (rates.size() < least_samples || !(capacity > 0)) {
        return std::nullopt;
    }
    std::sort(rates.begin(), rates.end());
    std::sort(gauges.begin(), gauges.end());
    Exhaustion result;
    result.peak_rate = *quantile_interpolated(rates, 0.99);
    result.peak_busy = *quantile_interpolated(gauges, 0.99);
    const double busy_tenth = *quantile_interpolated(rates, 0.9);

    std::map<std::int64_t, DaySums> by_day;
    DaySums all;
    for (const GaugeSample& sample : samples) {
        if (sample.rate > 0) {
            const double relative = sample.rate / result.peak_rate;
            const double x = relative * relative;
            const double y = sample.busy / sample.rate;
            const Sums one{1, x, y, x * x, x * y};
            const DaySums sums{one, sample.rate >= busy_tenth ? one : Sums{}};
            by_day[sample.day].add(sums);
            all.add(sums);
        }
    }
    const std::optional<double> at = multiple(all.whole, result.peak_rate, capacity);
    const std::optional<double> linear = straight(all.busiest, result.peak_rate, capacity);
    if (by_day.size() < least_days || !at || !linear) {
        return std::nullopt;
    }
    std::vector<DaySums> days;
    for (const auto& [day, sums] : by_day) {
        days.push_back(sums);
    }
    const auto drawn = [&](std::span<const std::size_t> chosen) {
        DaySums sums;
        for (const std::size_t day : chosen) {
            sums.add(days[day]);
        }
        return sums;
    };
    const std::optional<Interval> curved = bootstrap_interval(
        days.size(),
        [&](std::span<const std::size_t> chosen) {
            return multiple(drawn(chosen).whole, result.peak_rate, capacity);
        },
        plan);
    const std::optional<Interval> line = bootstrap_interval(
        days.size(),
        [&](std::span<const std::size_t> chosen) {
            return straight(drawn(chosen).busiest, result.peak_rate, capacity);
        },
        plan);
    if (!curved || !line) {
        return std::nullopt;
    }
    result.at = *at;
    result.linear = *linear;
    result.low = std::min(curved->low, result.at);
    result.high = std::max({curved->high, line->high, result.at});
    result.days = static_cast<std::uint32_t>(days.size());
    result.beyond_observation = result.low > observed_reach;
    return result;
}

}  // namespace plimsoll::model
