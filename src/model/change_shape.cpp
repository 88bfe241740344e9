#include "model/change_shape.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace plimsoll::model {

namespace {

double median_between(std::span<const DayValue> days, std::size_t first, std::size_t last) {
    std::vector<double> values;
    for (std::size_t i = first; i < last; ++i) {
        values.push_back(days[i].value);
    }
    return *median(std::move(values));
}

// A series less its own straight line over the times.
struct Detrended {
    double slope = 0;
    std::vector<double> residuals;
};

Detrended detrend(const std::vector<double>& times, const std::vector<double>& values) {
    const double n = static_cast<double>(values.size());
    double t_mean = 0;
    double y_mean = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        t_mean += times[i] / n;
        y_mean += values[i] / n;
    }
    double tt = 0;
    double ty = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        tt += (times[i] - t_mean) * (times[i] - t_mean);
        ty += (times[i] - t_mean) * (values[i] - y_mean);
    }
    Detrended result;
    result.slope = ty / tt;
    for (std::size_t i = 0; i < values.size(); ++i) {
        result.residuals.push_back(values[i] - y_mean - result.slope * (times[i] - t_mean));
    }
    return result;
}

Shape shape_of(const std::optional<double>& share, const ShapeRules& rules) {
    if (!share) {
        return Shape::none;
    }
    if (*share >= rules.step_at_least) {
        return Shape::step;
    }
    return *share <= rules.climb_at_most ? Shape::climb : Shape::mixed;
}

}  // namespace

std::vector<DayValue> without_weekly_cycle(std::span<const DayValue> days) {
    std::array<std::vector<double>, 7> distances;
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::size_t first = i >= 3 ? i - 3 : 0;
        const std::size_t last = std::min(i + 4, days.size());
        const std::size_t weekday = static_cast<std::size_t>(weekday_of(days[i].day));
        distances.at(weekday).push_back(days[i].value - median_between(days, first, last));
    }
    std::vector<DayValue> result(days.begin(), days.end());
    for (DayValue& day : result) {
        day.value -= *median(distances.at(static_cast<std::size_t>(weekday_of(day.day))));
    }
    return result;
}

std::optional<StepFit> fit_step_and_climb(std::span<const DayValue> days, const ShapeRules& rules) {
    const std::size_t margin = std::max(rules.margin, 2U);
    if (days.size() < 3 * margin) {
        return std::nullopt;
    }
    const double span = static_cast<double>(days.back().day - days.front().day);
    std::vector<double> times;
    std::vector<double> values;
    for (const DayValue& day : days) {
        times.push_back(static_cast<double>(day.day - days.front().day) / span);
        values.push_back(day.value);
    }
    const Detrended y = detrend(times, values);
    // Frisch-Waugh-Lovell: regress what the line leaves of y on what it leaves of the step
    StepFit best;
    double explained = -1;
    for (std::size_t k = margin; k < days.size() - margin; ++k) {
        std::vector<double> indicator(days.size(), 0.0);
        std::fill(indicator.begin() + static_cast<std::ptrdiff_t>(k), indicator.end(), 1.0);
        const Detrended z = detrend(times, indicator);
        double zz = 0;
        double zy = 0;
        for (std::size_t i = 0; i < days.size(); ++i) {
            zz += z.residuals[i] * z.residuals[i];
            zy += z.residuals[i] * y.residuals[i];
        }
        if (zy * zy / zz > explained) {
            explained = zy * zy / zz;
            best.step = zy / zz;
            best.climb = y.slope - best.step * z.slope;
            best.step_day = days[k].day;
        }
    }
    const double rise = best.step + best.climb;
    if (rise > rules.least_rise) {
        best.share = best.step / rise;
    }
    best.shape = shape_of(best.share, rules);
    return best;
}

std::optional<Jump> largest_jump(std::span<const DayValue> days, const ShapeRules& rules) {
    const std::size_t window = std::max(rules.margin, 1U);
    if (days.size() < 3 * window) {
        return std::nullopt;
    }
    Jump largest;
    bool found = false;
    for (std::size_t k = window; k + window <= days.size(); ++k) {
        const double size =
            median_between(days, k, k + window) - median_between(days, k - window, k);
        if (!found || size > largest.size) {
            found = true;
            largest.size = size;
            largest.day = days[k].day;
        }
    }
    const std::size_t end = std::max(std::size_t{7}, days.size() / 8);
    const double rise =
        median_between(days, days.size() - std::min(end, days.size()), days.size()) -
        median_between(days, 0, std::min(end, days.size()));
    if (rise > rules.least_rise) {
        largest.share = largest.size / rise;
    }
    return largest;
}

}  // namespace plimsoll::model
