#include "readers/csv/point_series.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace plimsoll::readers::csv {
namespace {

[[nodiscard]] bool is_empty(const Percentiles& point) noexcept {
    return !point.p50 && !point.p95 && !point.p99;
}

[[nodiscard]] double step_seconds(const std::map<Instant, Percentiles>& points) {
    std::int64_t least = 0;
    std::optional<Instant> before;
    for (const auto& [at, point] : points) {
        if (before && (least == 0 || micros(at) - micros(*before) < least)) {
            least = micros(at) - micros(*before);
        }
        before = at;
    }
    return static_cast<double>(least) / 1e6;
}

}  // namespace

PointSeries::Place PointSeries::at(Instant at) {
    if (ordered_.empty() || ordered_.back().at < at) {
        ordered_.push_back({.at = at, .values = {}, .rate = {}});
        return {.point = &ordered_.back(), .fresh = true};
    }
    if (ordered_.back().at == at) {
        return {.point = &ordered_.back(), .fresh = false};
    }
    const auto found = std::ranges::lower_bound(ordered_, at, {}, &TimedPoint::at);
    if (found->at == at) {
        return {.point = &*found, .fresh = false};
    }
    const auto [late, fresh] =
        late_.try_emplace(at, TimedPoint{.at = at, .values = {}, .rate = {}});
    return {.point = &late->second, .fresh = fresh};
}

std::map<Instant, Percentiles> PointSeries::take() {
    std::map<Instant, Percentiles> points;
    std::vector<std::pair<Instant, double>> rates;
    const auto append = [&](const TimedPoint& point) {
        if (!is_empty(point.values)) {
            points.emplace_hint(points.end(), point.at, point.values);
            if (point.rate) {
                rates.emplace_back(point.at, *point.rate);
            }
        }
    };
    while (!ordered_.empty() || !late_.empty()) {
        if (late_.empty() || (!ordered_.empty() && ordered_.front().at < late_.begin()->first)) {
            append(ordered_.front());
            ordered_.pop_front();
        } else {
            append(late_.begin()->second);
            late_.erase(late_.begin());
        }
    }
    const double step = step_seconds(points);
    for (const auto& [at, rate] : rates) {
        if (step > 0) {
            points[at].count = std::llround(rate * step);
        }
    }
    return points;
}

}  // namespace plimsoll::readers::csv
