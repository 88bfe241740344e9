// Weeks of a daily series: whole local weeks, Monday to Sunday, and their medians.
//
// Days are integers, days since 1970-01-01 in the local time zone of the service: the caller has
// dealt with zones and daylight saving. A week at either end that the series does not span whole
// is dropped, for half a week of weekdays is not a week. Days that a mask removes (holidays) are
// left out by the caller; a week keeps its place while enough days remain.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace plimsoll::model {

struct DayValue {
    std::int64_t day = 0;        // local days since 1970-01-01, a Thursday
    double value = 0;            // any unit; for latency the logarithm of a p99
    std::uint64_t requests = 0;  // what the value stands on
};

struct WeekValue {
    std::int64_t week = 0;  // weeks since that of Monday 1969-12-29, local
    double value = 0;       // median of its days
    std::uint64_t requests = 0;
    std::uint32_t days = 0;
};

// What a week must hold to count. The defaults are latency.md 2.7.
struct WeekRules {
    std::uint32_t least_days = 5;
    std::uint64_t least_requests = 1000;
};

// The week of a day, and the day of the week from 0 (Monday) to 6; also for days before 1970.
[[nodiscard]] std::int64_t week_of(std::int64_t day) noexcept;
[[nodiscard]] int weekday_of(std::int64_t day) noexcept;

// One value a day from any number (hours, say): the median, with requests added up; by day.
[[nodiscard]] std::vector<DayValue> daily_medians(std::span<const DayValue> values);

// Medians of the whole weeks that meet the rules, by week; several values of a day are first
// reduced to their median. Weeks in between that fail the rules are missing, not interpolated.
[[nodiscard]] std::vector<WeekValue> weekly_medians(std::span<const DayValue> values,
                                                    WeekRules rules = {});

}  // namespace plimsoll::model
