#include "model/trend.hpp"

#include "model/quantile.hpp"
#include "model/rank_law.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace plimsoll::model {

namespace {

constexpr std::size_t most_exact = 40;
constexpr std::size_t least_ewc_days = 21;

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

double exact_p(std::span<const double> values, std::int64_t score) {
    const std::vector<std::size_t> groups = tie_groups(values);
    const std::vector<double> law = inversions_law(groups);
    // S = untied pairs - 2 * inversions, and the law reaches just as far as there are such pairs
    const std::int64_t pairs = static_cast<std::int64_t>(law.size()) - 1;
    const std::int64_t most_inversions = (pairs - score) / 2;
    double p = 0;
    for (std::int64_t i = 0; i <= most_inversions; ++i) {
        p += law[static_cast<std::size_t>(i)];
    }
    return std::min(p, 1.0);
}

// Takes each weekday's mean out of the values.
std::vector<double> without_weekdays(std::span<const DayValue> days, std::vector<double> values) {
    std::array<double, 7> sum{};
    std::array<double, 7> count{};
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::size_t weekday = static_cast<std::size_t>(weekday_of(days[i].day));
        sum.at(weekday) += values[i];
        count.at(weekday) += 1;
    }
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::size_t weekday = static_cast<std::size_t>(weekday_of(days[i].day));
        values[i] -= sum.at(weekday) / count.at(weekday);
    }
    return values;
}

}  // namespace

std::int64_t kendall_score(std::span<const double> values) {
    std::int64_t score = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i + 1; j < values.size(); ++j) {
            score += (values[j] > values[i] ? 1 : 0) - (values[j] < values[i] ? 1 : 0);
        }
    }
    return score;
}

double kendall_variance(std::span<const double> values) {
    const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
    double sum = term(static_cast<double>(values.size()));
    for (const std::size_t group : tie_groups(values)) {
        sum -= term(static_cast<double>(group));
    }
    return sum / 18;
}

double mann_kendall_p(std::span<const double> values) {
    if (values.size() < 2) {
        return 1;
    }
    const std::int64_t score = kendall_score(values);
    if (values.size() <= most_exact) {
        return exact_p(values, score);
    }
    const double variance = kendall_variance(values);
    if (variance <= 0) {
        return 1;
    }
    return normal_sf((static_cast<double>(score) - 1) / std::sqrt(variance));
}

double lag1_autocorrelation(std::span<const double> values) {
    if (values.size() < 3) {
        return 0;
    }
    const double mean = mean_of(values);
    double square = 0;
    double product = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        square += (values[i] - mean) * (values[i] - mean);
        if (i > 0) {
            product += (values[i] - mean) * (values[i - 1] - mean);
        }
    }
    return square > 0 ? product / square : 0;
}

double autocorrelation_inflation(std::span<const double> residuals) {
    if (residuals.empty()) {
        return 1;
    }
    const double bias = 2 / static_cast<double>(residuals.size());
    const double r = std::clamp(lag1_autocorrelation(residuals) + bias, 0.0, 0.9);
    return (1 + r) / (1 - r);
}

std::optional<Slope> theil_sen(std::span<const double> times,
                               std::span<const double> values,
                               double confidence) {
    if (values.size() < 2 || times.size() != values.size()) {
        return std::nullopt;
    }
    std::vector<double> slopes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i + 1; j < values.size(); ++j) {
            slopes.push_back((values[j] - values[i]) / (times[j] - times[i]));
        }
    }
    std::sort(slopes.begin(), slopes.end());
    Slope slope;
    slope.at = *median(slopes);
    std::vector<double> residuals;
    for (std::size_t i = 0; i < values.size(); ++i) {
        residuals.push_back(values[i] - slope.at * times[i]);
    }
    slope.intercept = *median(residuals);
    const double z = normal_quantile(0.5 + confidence / 2);
    const double variance = kendall_variance(values) * autocorrelation_inflation(residuals);
    const double reach = z * std::sqrt(variance);
    const double pairs = static_cast<double>(slopes.size());
    const double low = std::max(std::floor((pairs - reach) / 2), 0.0);
    const double high = std::min(std::ceil((pairs + reach) / 2), pairs - 1);
    slope.low = slopes[static_cast<std::size_t>(low)];
    slope.high = slopes[static_cast<std::size_t>(high)];
    return slope;
}

std::optional<double> ewc_trend_p(std::span<const DayValue> days) {
    if (days.size() < least_ewc_days) {
        return std::nullopt;
    }
    const double n = static_cast<double>(days.size());
    std::vector<double> times;
    std::vector<double> values;
    for (const DayValue& day : days) {
        times.push_back(static_cast<double>(day.day - days.front().day));
        values.push_back(day.value);
    }
    const std::vector<double> t = without_weekdays(days, times);
    const std::vector<double> y = without_weekdays(days, values);
    double tt = 0;
    double ty = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        tt += t[i] * t[i];
        ty += t[i] * y[i];
    }
    const double slope = ty / tt;
    const int terms = std::max(static_cast<int>(0.4 * std::pow(n, 2.0 / 3)), 3);
    double long_run = 0;  // variance of the sum of t * residual
    for (int term = 1; term <= terms; ++term) {
        double projection = 0;
        for (std::size_t i = 0; i < t.size(); ++i) {
            const double angle = std::numbers::pi * term * (static_cast<double>(i) + 0.5) / n;
            projection += std::numbers::sqrt2 * std::cos(angle) * t[i] * (y[i] - slope * t[i]);
        }
        long_run += projection * projection / terms;
    }
    if (!(long_run > 0)) {  // no noise at all
        return slope > 0 ? 0 : 1;
    }
    return student_sf(slope * tt / std::sqrt(long_run), terms);
}

}  // namespace plimsoll::model
