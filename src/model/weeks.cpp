#include "model/weeks.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

namespace plimsoll::model {

namespace {

struct Bin {
    std::vector<double> values;
    std::uint64_t requests = 0;
};

constexpr std::int64_t monday_offset = 3;  // day 0 is a Thursday

std::int64_t floor_divide(std::int64_t value, std::int64_t by) noexcept {
    return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

std::int64_t week_of(std::int64_t day) noexcept {
    return floor_divide(day + monday_offset, 7);
}

int weekday_of(std::int64_t day) noexcept {
    return static_cast<int>(day + monday_offset - 7 * week_of(day));
}

std::vector<DayValue> daily_medians(std::span<const DayValue> values) {
    std::vector<DayValue> sorted;
    if (!std::ranges::is_sorted(values, {}, &DayValue::day)) {  // series come in order
        sorted.assign(values.begin(), values.end());
        std::ranges::stable_sort(sorted, {}, &DayValue::day);
        values = sorted;
    }
    std::vector<DayValue> result;
    std::vector<double> of_day;
    for (std::size_t i = 0; i < values.size();) {
        const std::int64_t day = values[i].day;
        std::uint64_t requests = 0;
        of_day.clear();
        for (; i < values.size() && values[i].day == day; ++i) {
            of_day.push_back(values[i].value);
            requests += values[i].requests;
        }
        result.push_back({day, *median(of_day), requests});
    }
    return result;
}

std::vector<WeekValue> weekly_medians(std::span<const DayValue> values, WeekRules rules) {
    const std::vector<DayValue> days = daily_medians(values);
    std::map<std::int64_t, Bin> weeks;
    for (const DayValue& day : days) {
        const std::int64_t week = week_of(day.day);
        const bool cut = week == week_of(days.front().day - 1) ||  // began before the series
                         week == week_of(days.back().day + 1);     // ends after it
        if (!cut) {
            Bin& bin = weeks[week];
            bin.values.push_back(day.value);
            bin.requests += day.requests;
        }
    }
    std::vector<WeekValue> result;
    for (const auto& [week, bin] : weeks) {
        const std::uint32_t count = static_cast<std::uint32_t>(bin.values.size());
        if (count >= rules.least_days && bin.requests >= rules.least_requests) {
            result.push_back({week, *median(bin.values), bin.requests, count});
        }
    }
    return result;
}

}  // namespace plimsoll::model
