// The noise model of research/latency.md 2.1: hourly log p99 of a service as they are met, with a
// memory from day to day and hour to hour, a daily and weekly cycle, spikes and incidents.
// Simulated.
#pragma once

#include "model/random.hpp"
#include "model/weeks.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace plimsoll::model::testing {

struct Noise {
    double day_memory = 0;
    double day_sd = 0;
    double hour_memory = 0;
    double hour_sd = 0;
    double measurement_sd = 0.08;
};
inline constexpr Noise mild{0.3, 0.06, 0.6, 0.08};
inline constexpr Noise sticky{0.7, 0.08, 0.7, 0.10};
inline constexpr Noise wander{0.93, 0.12, 0.8, 0.10};

enum class Story : std::uint8_t {
    nothing,
    seed_climb,   // 80 to 140 to 210 ms: by two thirds of the time 1.75-fold, at its end 2.6-fold
    linear_half,  // evenly to 1.5-fold
    half_step,    // to 1.5-fold in one step somewhere in the middle 40 %
};

struct Series {
    std::vector<DayValue> hours;
    std::int64_t step_day = 0;
};

inline std::vector<double> memory_noise(std::size_t n, double memory, double sd, Random& random) {
    std::vector<double> values;
    double value = random.normal() * sd;
    for (std::size_t i = 0; i < n; ++i) {
        values.push_back(value);
        value = memory * value + random.normal() * sd * std::sqrt(1 - memory * memory);
    }
    return values;
}

inline double seed_climb(double week, double weeks) {
    const double middle = weeks * 8 / 12;
    const double value =
        week < middle ? 80 + 60 * week / middle : 140 + 70 * (week - middle) / (weeks - middle);
    return std::log(value / 80);
}

inline Series simulate(std::size_t weeks, Story story, const Noise& noise, Random& random) {
    const std::size_t n = weeks * 168;
    const std::vector<double> by_day =
        memory_noise(weeks * 7, noise.day_memory, noise.day_sd, random);
    const std::vector<double> by_hour = memory_noise(n, noise.hour_memory, noise.hour_sd, random);
    Series series;
    const double when = 0.3 + 0.4 * random.uniform();
    const std::size_t step_at =
        static_cast<std::size_t>(when * static_cast<double>(n)) / 24 * 24 + 14;
    constexpr std::int64_t day = 20'412;  // some day of 2025, moved back to its Monday
    const std::int64_t first = day - weekday_of(day);
    series.step_day = first + static_cast<std::int64_t>(step_at / 24);
    for (std::size_t h = 0; h < n; ++h) {
        const double hour = static_cast<double>(h % 24);
        const double cycle = 1 + 0.6 * std::sin(2 * std::numbers::pi * (hour - 9) / 24);
        const double weekend = h / 24 % 7 >= 5 ? 0.35 : 0.0;
        const double traffic = std::log(cycle) - weekend + 0.05 * random.normal();
        double value = std::log(80.0) + by_day[h / 24] + by_hour[h] +
                       noise.measurement_sd * random.normal() + 0.2 * traffic;
        if (random.uniform() < 0.01) {
            value += 0.7 * random.exponential();
        }
        const double share = static_cast<double>(h) / static_cast<double>(n);
        if (story == Story::seed_climb) {
            value += seed_climb(share * static_cast<double>(weeks), static_cast<double>(weeks));
        } else if (story == Story::linear_half) {
            value += std::log1p(0.5 * share);
        } else if (story == Story::half_step && h >= step_at) {
            value += std::log(1.5);
        }
        series.hours.push_back({first + static_cast<std::int64_t>(h / 24), value, 10'000});
    }
    // one incident of 2 to 25 hours per six weeks, on the mean
    for (double at = 6 * random.exponential(); at < static_cast<double>(weeks);
         at += 6 * random.exponential()) {
        const std::size_t start = static_cast<std::size_t>(at * 168);
        const std::size_t length = 2 + random.below(23);
        const double height = 0.8 * random.exponential();
        for (std::size_t h = start; h < start + length && h < n; ++h) {
            series.hours[h].value += height;
        }
    }
    return series;
}

}  // namespace plimsoll::model::testing
