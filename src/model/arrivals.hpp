// Arrivals: how fast changes come when it matters: in working hours, and in their peaks.
//
// Working hours are the nine hours of the day (UTC) that hold most arrivals, on weekdays, and on
// weekends where every third weekend day has one: a daily mean over 24 hours would hide a load
// of 2.7 times as much. Peaks: counts in sliding windows. The 95th percentile of the counts of a
// steady (Poisson) stream lies above its mean by pure chance, and a queue's formula knows that
// chance already; so `peak` is the rate of the steady stream that would show the same 95th
// percentile, and `raw_peak` the percentile itself. Blind spots: teams on several continents have
// longer days than nine hours, so their rate is overstated where all are active; a holiday is a day
// without arrivals and lowers the mean.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll::model {

struct ArrivalRates {
    double mean = 0;          // per hour of working time
    double peak = 0;          // >= mean
    double raw_peak = 0;      // >= peak
    double window_hours = 0;  // of the counts
    int first_hour = 0;       // of the working day, UTC
    std::int64_t days = 0;
    std::uint64_t counted = 0;  // arrivals within working hours
};

// Microseconds since 1970, any order. `window_us`: what the lane is occupied by one change; the
// counts take at least that, and so long that four arrivals are to be expected. Nothing for fewer
// than ten arrivals.
[[nodiscard]] std::optional<ArrivalRates> arrival_rates(std::span<const std::int64_t> arrivals_us,
                                                        std::int64_t window_us);

// The mean of the Poisson distribution whose 95th percentile is `count`: the middle of those that
// have it.
[[nodiscard]] double steady_mean_of(double count);

}  // namespace plimsoll::model
