// Bootstrap by whole days: how far a statistic would move on other days like these.
//
// Hours of a day share their day's mood, so days are drawn, not hours (Kunsch 1989 with blocks of a
// day). Percentile intervals (Efron 1979). The generator is seeded: same input, same interval.
// Blind spots: weeks that differ from one another; fewer than about ten days.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// How often and from which seed to draw, and the confidence of the interval.
struct BootstrapPlan {
    std::size_t draws = 400;
    std::uint64_t seed = 20'261'121;
    double confidence = 0.9;
};

struct Interval {
    double low = 0;
    double high = 0;
};

// A statistic of the days whose indices are given, drawn with repetition; nothing if undefined.
using DayStatistic = std::function<std::optional<double>(std::span<const std::size_t> days)>;

// The statistic over plan.draws draws of `days` days out of `days`, in ascending order, undefined
// ones left out.
[[nodiscard]] std::vector<double> bootstrap_days(std::size_t days,
                                                 const DayStatistic& statistic,
                                                 const BootstrapPlan& plan = {});

// Percentile interval of it; nothing for no day or when more than half the draws are undefined.
[[nodiscard]] std::optional<Interval> bootstrap_interval(std::size_t days,
                                                         const DayStatistic& statistic,
                                                         const BootstrapPlan& plan = {});

}  // namespace plimsoll::model
