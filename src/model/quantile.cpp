#include "model/quantile.hpp"

#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plimsoll::model {

std::uint64_t nearest_rank(std::uint64_t n, double q) noexcept {
    // 0.07 * 100 is 7.000000000000001 in binary: the excess must not cost a rank
    const double position = q * static_cast<double>(n) * (1 - 1e-14);
    const double last = static_cast<double>(n);
    return static_cast<std::uint64_t>(std::clamp(std::ceil(position), 1.0, last));
}

std::optional<double> quantile_nearest(std::span<const double> sorted, double q) {
    if (sorted.empty()) {
        return std::nullopt;
    }
    return sorted[nearest_rank(sorted.size(), q) - 1];
}

std::optional<double> quantile_interpolated(std::span<const double> sorted, double q) {
    if (sorted.empty()) {
        return std::nullopt;
    }
    const double position = static_cast<double>(sorted.size() - 1) * std::clamp(q, 0.0, 1.0);
    const std::size_t below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) {
        return std::nullopt;
    }
    const std::ptrdiff_t middle = static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), values.begin() + middle, values.end());
    const double upper = values[values.size() / 2];
    if (values.size() % 2 == 1) {
        return upper;
    }
    const double lower = *std::max_element(values.begin(), values.begin() + middle);
    return lower + (upper - lower) / 2;
}

RankInterval quantile_ranks(std::uint64_t n, double q, double confidence) {
    const double side = (1 - confidence) / 2;
    // B ~ binomial(n, q) observations lie below the quantile; x_(r) exceeds it when B < r.
    std::uint64_t low = 0;  // largest rank with P(B <= low - 1) <= side
    std::uint64_t over = n + 1;
    while (over - low > 1) {
        const std::uint64_t rank = low + (over - low) / 2;
        (binomial_at_most(rank - 1, n, q) <= side ? low : over) = rank;
    }
    std::uint64_t under = 0;
    std::uint64_t high = n + 1;  // smallest rank with P(B >= high) <= side
    while (high - under > 1) {
        const std::uint64_t rank = under + (high - under) / 2;
        (binomial_at_least(rank, n, q) <= side ? high : under) = rank;
    }
    const double missed_low = low == 0 ? 0 : binomial_at_most(low - 1, n, q);
    const double missed_high = high > n ? 0 : binomial_at_least(high, n, q);
    return {low, high, 1 - missed_low - missed_high};
}

QuantileInterval quantile_interval(std::span<const double> sorted, double q, double confidence) {
    const RankInterval ranks = quantile_ranks(sorted.size(), q, confidence);
    QuantileInterval result{std::nullopt, std::nullopt, ranks.coverage};
    if (ranks.low >= 1) {
        result.low = sorted[ranks.low - 1];
    }
    if (ranks.high <= sorted.size()) {
        result.high = sorted[ranks.high - 1];
    }
    return result;
}

}  // namespace plimsoll::model
