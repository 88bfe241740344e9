#include "model/arrivals.hpp"

#include "model/quantile.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace plimsoll::model {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr int working_hours = 9;

[[nodiscard]] std::int64_t day_of(std::int64_t at) {
    return at >= 0 ? at / day_us : (at - day_us + 1) / day_us;
}

// 1970-01-01 was a Thursday; 0 is Monday.
[[nodiscard]] bool weekend(std::int64_t day) {
    return ((day + 3) % 7 + 7) % 7 >= 5;
}

// The hour at which the nine busiest in a row begin.
[[nodiscard]] int busiest_start(std::span<const std::int64_t> arrivals) {
    std::array<std::uint64_t, 24> by_hour{};
    for (const std::int64_t at : arrivals) {
        ++by_hour[static_cast<std::size_t>((at - day_of(at) * day_us) / hour_us)];
    }
    int best = 0;
    std::uint64_t most = 0;
    for (int start = 0; start < 24; ++start) {
        std::uint64_t sum = 0;
        for (int h = 0; h < working_hours; ++h) {
            sum += by_hour[static_cast<std::size_t>((start + h) % 24)];
        }
        if (sum > most) {
            most = sum;
            best = start;
        }
    }
    return best;
}

// The working days between the first and the last arrival.
[[nodiscard]] std::vector<std::int64_t> working_days(std::span<const std::int64_t> sorted,
                                                     std::int64_t shift) {
    std::set<std::int64_t> active;
    for (const std::int64_t at : sorted) {
        active.insert(day_of(at - shift));
    }
    const std::int64_t first = *active.begin();
    const std::int64_t last = *active.rbegin();
    const auto at_weekend = std::ranges::count_if(active, weekend);
    const std::int64_t weekends = (last - first + 1) * 2 / 7;
    const bool weekends_count = at_weekend > 0 && at_weekend * 3 >= weekends;
    std::vector<std::int64_t> days;
    for (std::int64_t day = first; day <= last && days.size() < 4'000; ++day) {
        if (!weekend(day) || weekends_count) {
            days.push_back(day);
        }
    }
    return days;
}

[[nodiscard]] std::int64_t count_between(std::span<const std::int64_t> sorted,
                                         std::int64_t from,
                                         std::int64_t to) {
    return std::ranges::lower_bound(sorted, to) - std::ranges::lower_bound(sorted, from);
}

}  // namespace

double steady_mean_of(double count) {
    const auto bound = [](double k) {  // the mean at which P(N <= k) is 0.95
        return k < 0 ? 0.0 : bisect(0, 10 * k + 20, [&](double mean) {
            return incomplete_gamma(k + 1, mean) - 0.05;
        });
    };
    return (bound(count - 1) + bound(count)) / 2;
}

std::optional<ArrivalRates> arrival_rates(std::span<const std::int64_t> arrivals_us,
                                          std::int64_t window_us) {
    if (arrivals_us.size() < 10) {
        return std::nullopt;
    }
    std::vector<std::int64_t> sorted{arrivals_us.begin(), arrivals_us.end()};
    std::ranges::sort(sorted);
    ArrivalRates out;
    out.first_hour = busiest_start(sorted);
    const std::int64_t shift = out.first_hour * hour_us;
    const std::vector<std::int64_t> days = working_days(sorted, shift);
    if (days.empty()) {
        return std::nullopt;
    }
    const std::int64_t day_length = working_hours * hour_us;
    for (const std::int64_t day : days) {
        const std::int64_t from = day * day_us + shift;
        out.counted += static_cast<std::uint64_t>(count_between(sorted, from, from + day_length));
    }
    out.days = static_cast<std::int64_t>(days.size());
    out.mean = static_cast<double>(out.counted) / (static_cast<double>(out.days) * working_hours);
    if (out.mean <= 0) {
        return std::nullopt;
    }
    const double wanted =
        std::max(static_cast<double>(window_us), 4 / out.mean * static_cast<double>(hour_us));
    const auto window =
        static_cast<std::int64_t>(std::min(wanted, static_cast<double>(day_length)));
    out.window_hours = static_cast<double>(window) / static_cast<double>(hour_us);
    std::vector<double> counts;
    for (const std::int64_t day : days) {
        const std::int64_t from = day * day_us + shift;
        for (std::int64_t at = from; at + window <= from + day_length;
             at += std::max<std::int64_t>(window / 4, 1)) {
            counts.push_back(static_cast<double>(count_between(sorted, at, at + window)));
        }
    }
    std::ranges::sort(counts);
    const double p95 = quantile_nearest(counts, 0.95).value_or(0);
    out.peak = std::max(out.mean, steady_mean_of(p95) / out.window_hours);
    out.raw_peak = std::max(out.peak, p95 / out.window_hours);
    return out;
}

}  // namespace plimsoll::model
