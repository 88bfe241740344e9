#include "model/traffic_matched.hpp"

#include "model/quantile.hpp"
#include "model/trend.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace plimsoll::model {
namespace {

constexpr std::size_t thirds = 3;
constexpr std::size_t least_in_week = 100;  // points: four days of hours

using Weeks = std::map<std::int64_t, std::vector<LoadPoint>>;

struct Band {
    double low = 0;
    double high = 0;
};

[[nodiscard]] Weeks whole_weeks(std::span<const LoadPoint> points) {
    Weeks weeks;
    for (const LoadPoint& point : points) {
        if (point.load > 0 && std::isfinite(point.load) && std::isfinite(point.value)) {
            weeks[week_of(point.day)].push_back(point);
        }
    }
    std::erase_if(weeks, [](const auto& week) { return week.second.size() < least_in_week; });
    return weeks;
}

[[nodiscard]] Band common_band(const Weeks& weeks) {
    Band band{.low = 0, .high = INFINITY};
    for (const auto& [week, points] : weeks) {
        std::vector<double> loads;
        for (const LoadPoint& point : points) {
            loads.push_back(point.load);
        }
        std::ranges::sort(loads);
        band.low = std::max(band.low, *quantile_interpolated(loads, 0.05));
        band.high = std::min(band.high, *quantile_interpolated(loads, 0.95));
    }
    return band;
}

// The median of each third of the band in a week, where enough points are.
using Medians = std::array<std::optional<double>, thirds>;
[[nodiscard]] Medians medians_of(const std::vector<LoadPoint>& points,
                                 const Band& band,
                                 std::uint32_t least) {
    const double ratio = std::log(band.high / band.low) / static_cast<double>(thirds);
    std::array<std::vector<double>, thirds> values;
    for (const LoadPoint& point : points) {
        const double place = std::log(point.load / band.low) / ratio;
        if (place >= 0 && place < static_cast<double>(thirds)) {
            values[static_cast<std::size_t>(place)].push_back(point.value);
        }
    }
    Medians out;
    for (std::size_t i = 0; i < thirds; ++i) {
        if (values[i].size() >= least) {
            out[i] = median(values[i]);
        }
    }
    return out;
}

struct Series {
    std::vector<double> times;
    std::vector<double> values;
};

// Each third less its own mean over the weeks, then the mean of the thirds.
[[nodiscard]] Series centred(const std::map<std::int64_t, Medians>& weeks) {
    std::array<double, thirds> mean{};
    for (std::size_t i = 0; i < thirds; ++i) {
        double count = 0;
        for (const auto& [week, medians] : weeks) {
            mean[i] += medians[i].value_or(0);
            count += medians[i] ? 1 : 0;
        }
        mean[i] /= std::max(1.0, count);
    }
    Series series;
    for (const auto& [week, medians] : weeks) {
        double sum = 0;
        double count = 0;
        for (std::size_t i = 0; i < thirds; ++i) {
            if (medians[i]) {
                sum += *medians[i] - mean[i];
                count += 1;
            }
        }
        if (count > 0) {
            series.times.push_back(static_cast<double>(week));
            series.values.push_back(sum / count);
        }
    }
    return series;
}

}  // namespace

std::optional<Matched> traffic_matched(std::span<const LoadPoint> points,
                                       const MatchedRules& rules) {
    const Weeks weeks = whole_weeks(points);
    if (weeks.size() < std::max(rules.least_weeks, 2U)) {
        return std::nullopt;
    }
    const Band band = common_band(weeks);
    if (!(band.high > band.low * rules.least_band)) {
        return std::nullopt;
    }
    std::map<std::int64_t, Medians> medians;
    for (const auto& [week, of_week] : weeks) {
        medians[week] = medians_of(of_week, band, rules.least_points);
    }
    const Series series = centred(medians);
    if (series.values.size() < std::max(rules.least_weeks, 2U)) {
        return std::nullopt;
    }
    const Slope slope = *theil_sen(series.times, series.values);
    const double span = series.times.back() - series.times.front();
    Matched out{.band_low = band.low,
                .band_high = band.high,
                .weeks = static_cast<std::uint32_t>(series.values.size()),
                .p = mann_kendall_p(series.values),
                .rise = std::expm1(slope.at * span),
                .rise_low = std::expm1(slope.low * span),
                .rise_high = std::expm1(slope.high * span),
                .rises = false};
    out.rises = out.p < rules.p && out.rise >= rules.least_rise;
    return out;
}

}  // namespace plimsoll::model
