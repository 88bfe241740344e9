#include "model/multimodal.hpp"

#include "model/quantile.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace plimsoll::model {

namespace {

constexpr std::uint64_t least_for_p99 = 100;
constexpr std::uint64_t least_for_p999 = 20'000;
constexpr double bins_per_decade = 10;

std::uint64_t total(std::span<const Bar> bars) {
    std::uint64_t sum = 0;
    for (const Bar& bar : bars) {
        sum += bar.count;
    }
    return sum;
}

std::uint64_t between(std::span<const Bar> bars, double from, double below) {
    const auto less = [](const Bar& bar, double value) { return bar.value < value; };
    const auto first = std::lower_bound(bars.begin(), bars.end(), from, less);
    const auto last = std::lower_bound(first, bars.end(), below, less);
    return total({first, last});
}

// Counts in tenth-decade bins, two empty ones at either end.
struct LogBins {
    double lowest = 0;  // log10 of the first bin's lower edge
    std::vector<double> counts;

    [[nodiscard]] double centre(std::size_t bin) const {
        return std::pow(10, lowest + (static_cast<double>(bin) + 0.5) / bins_per_decade);
    }
};

LogBins log_bins(std::span<const Bar> bars) {
    LogBins bins;
    bins.lowest = std::log10(bars.front().value) - 2 / bins_per_decade;
    const double width = (std::log10(bars.back().value) - bins.lowest) * bins_per_decade;
    bins.counts.resize(static_cast<std::size_t>(width) + 3, 0.0);
    for (const Bar& bar : bars) {
        const double place = (std::log10(bar.value) - bins.lowest) * bins_per_decade;
        bins.counts[static_cast<std::size_t>(place)] += static_cast<double>(bar.count);
    }
    return bins;
}

std::vector<double> smooth(const std::vector<double>& counts) {
    std::vector<double> result(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double before = i > 0 ? counts[i - 1] : 0;
        const double after = i + 1 < counts.size() ? counts[i + 1] : 0;
        result[i] = (before + 2 * counts[i] + after) / 4;
    }
    return result;
}

}  // namespace

std::optional<double> bar_quantile(std::span<const Bar> bars, double q) {
    const std::uint64_t count = total(bars);
    if (count == 0) {
        return std::nullopt;
    }
    std::uint64_t left = nearest_rank(count, q);
    for (const Bar& bar : bars) {
        if (bar.count >= left) {
            return bar.value;
        }
        left -= bar.count;
    }
    return bars.back().value;
}

std::optional<Spread> spread(std::span<const Bar> bars) {
    Spread result;
    result.requests = total(bars);
    if (result.requests < least_for_p99) {
        return std::nullopt;
    }
    const double p50 = *bar_quantile(bars, 0.5);
    const double p99 = *bar_quantile(bars, 0.99);
    result.p99_to_p50 = p99 / p50;
    result.p99_to_p95 = p99 / *bar_quantile(bars, 0.95);
    if (result.requests >= least_for_p999) {
        const double p999 = *bar_quantile(bars, 0.999);
        result.p999_to_p50 = p999 / p50;
        result.p999_to_p99 = p999 / p99;
    }
    return result;
}

std::optional<Humps> two_humps(std::span<const Bar> bars) {
    const std::uint64_t requests = total(bars);
    if (requests == 0) {
        return std::nullopt;
    }
    const LogBins bins = log_bins(bars);
    const std::vector<double> smoothed = smooth(bins.counts);
    const auto top = std::max_element(smoothed.begin(), smoothed.end());
    const std::size_t main = static_cast<std::size_t>(top - smoothed.begin());
    const double enough = 0.002 * static_cast<double>(requests);
    std::vector<double> beyond(bins.counts.size() + 1, 0.0);  // requests in this bin and after
    for (std::size_t i = bins.counts.size(); i > 0; --i) {
        beyond[i - 1] = beyond[i] + bins.counts[i - 1];
    }
    std::optional<Humps> found;
    std::size_t valley = main;
    for (std::size_t peak = main + 2; peak < smoothed.size(); ++peak) {
        if (smoothed[peak - 1] < smoothed[valley]) {
            valley = peak - 1;
        }
        const bool counts = smoothed[peak] >= 9 && beyond[peak - 1] >= enough;
        const double depth = counts ? smoothed[valley] / smoothed[peak] : 1;
        if (depth < 0.5 && (!found || depth < found->depth)) {
            found = Humps{bins.centre(main),
                          bins.centre(valley),
                          bins.centre(peak),
                          depth,
                          beyond[valley] / static_cast<double>(requests)};
        }
    }
    return found;
}

std::vector<Spike> round_spikes(std::span<const Bar> bars) {
    static constexpr std::array<double, 14> seconds{
        1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 100, 120, 300};
    const double requests = static_cast<double>(total(bars));
    std::vector<Spike> spikes;
    for (const double second : seconds) {
        const double at = second * 1000;
        const double window = std::max(30.0, at / 100);
        const double from = at - 2;  // timers may fire a little early, or clocks round down
        const double to = at + window;
        const std::uint64_t hits = between(bars, from, to);
        const std::uint64_t left = between(bars, from - 3 * window, from);
        const std::uint64_t right = between(bars, to, to + 3 * window);
        const std::uint64_t neighbours = std::max(left, right);
        const double expected = static_cast<double>(neighbours) / 3 + 0.5;
        if (hits < 5 || static_cast<double>(hits) <= 3 * expected) {
            continue;
        }
        const double p = binomial_at_least(hits, hits + neighbours, 0.25);
        if (p < 1e-4) {
            spikes.push_back({at, hits, neighbours, p, static_cast<double>(hits) / requests});
        }
    }
    return spikes;
}

}  // namespace plimsoll::model
