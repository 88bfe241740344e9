#include "model/headroom.hpp"

#include "model/quantile.hpp"
#include "model/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace plimsoll::model {
namespace {

constexpr double full_share = 0.99;  // a gauge that is read within a hundredth of its limit is full

// The peak with the interval that the number of windows allows; a side that it cannot bound is the
// extreme seen.
[[nodiscard]] Estimate peak_of(const std::vector<double>& sorted, const HeadroomRules& rules) {
    const double at = quantile_nearest(sorted, rules.peak_quantile).value_or(0);
    const QuantileInterval interval =
        quantile_interval(sorted, rules.peak_quantile, rules.confidence);
    return {.at = at,
            .low = std::min(at, interval.low.value_or(sorted.front())),
            .high = std::max(at, interval.high.value_or(sorted.back()))};
}

[[nodiscard]] double over(double capacity, double used) {
    return used > 0 ? capacity / used : std::numeric_limits<double>::infinity();
}

// The lower end of the mean, 90 %: what the high ends rest on is itself sampled.
[[nodiscard]] double mean_low(const std::vector<double>& values, double mean) {
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    const auto n = static_cast<double>(values.size());
    const double error = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
    return std::max(mean / 2, mean - 1.645 * error);
}

// The peak of the load behind instantaneous counts. A count of what is busy at an instant scatters
// around the load as Poisson does (variance = mean, M/G/infinity) even when the load is steady, and
// the more so the less is busy; only the variance beyond that is the load's own.
[[nodiscard]] double peak_load(const std::vector<double>& sorted, double mean, double peak) {
    const bool counts =
        std::ranges::all_of(sorted, [](double value) { return value == std::floor(value); });
    if (!counts || peak <= mean) {
        return peak;
    }
    double variance = 0;
    for (const double value : sorted) {
        variance += (value - mean) * (value - mean) / static_cast<double>(sorted.size());
    }
    const double own = std::max(0.0, variance - mean);
    return mean + (peak - mean) * std::sqrt(own / std::max(variance, 1e-12));
}

// The utilisation at which the mean wait reaches one service time: where a resource that is shared
// by time slices, as cores are, makes everything take twice as long.
[[nodiscard]] double knee_utilisation(std::uint32_t servers) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (mean_wait(servers, middle) > 1 ? high : low) = middle;
    }
    return low;
}

}  // namespace

std::optional<Headroom> headroom(std::span<const double> in_use,
                                 double servers,
                                 const HeadroomRules& rules) {
    std::vector<double> sorted{in_use.begin(), in_use.end()};
    std::ranges::sort(sorted);
    if (sorted.empty() || sorted.back() <= 0 || !(servers > 0)) {
        return std::nullopt;
    }
    Headroom out;
    out.windows = sorted.size();
    out.mean =
        std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
    out.peak = peak_of(sorted, rules);
    const auto whole = static_cast<std::uint32_t>(
        std::clamp(std::floor(servers / std::max(1.0, rules.units)), 1.0, 10'000.0));
    out.safe_utilisation = safe_utilisation(whole);
    const double usable = out.safe_utilisation * servers;
    out.saturated = out.peak.at >= full_share * servers;
    const double least_mean = mean_low(sorted, out.mean);
    const double most_usable = safe_utilisation(whole, {.arrivals = 1, .service = 0}) * servers;
    const double steady = peak_load(sorted, out.mean, out.peak.at);
    out.comfortable = {.at = steady < out.peak.at ? over(usable, steady)
                                                  : rules.point_factor * over(usable, out.peak.at),
                       .low = over(usable, out.peak.high),
                       .high = std::max(rules.high_factor * over(usable, out.peak.low),
                                        over(most_usable, least_mean))};
    const double knee = knee_utilisation(whole) * servers;
    out.knee = {.at = over(knee, out.peak.at),
                .low = over(knee, out.peak.high),
                .high = over(knee, out.peak.low)};
    out.full = {.at = over(servers, steady),
                .low = over(servers, out.peak.high),
                .high = over(servers, least_mean)};
    if (out.saturated) {
        // What waits in front of a full resource is not seen: the multiple is at most this, and may
        // be far lower.
        out.comfortable = {.at = std::min(1.0, out.comfortable.at), .low = 0, .high = 1};
        out.knee = {.at = std::min(1.0, out.knee.at), .low = 0, .high = 1};
        out.full = {.at = 1, .low = 0, .high = 1};
    }
    out.comfortable.at = std::min(out.comfortable.at, out.full.at);
    out.comfortable.high =
        std::max(out.comfortable.at, std::min(out.comfortable.high, out.full.high));
    out.comfortable.low = std::min(out.comfortable.low, out.comfortable.at);
    return out;
}

}  // namespace plimsoll::model
