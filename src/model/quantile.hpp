// Quantiles of a finite sample, two kinds kept apart by name, and how sure one can be of them.
//
// The intervals are free of any distribution: the number of observations below the true quantile
// is binomial, so order statistics bracket it (David and Nagaraja, Order Statistics, 7.1).
// Blind spot: they assume independent observations; requests of one incident are not.
// Units: those of the sample throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// The rank of the q-quantile by nearest rank: the smallest r, 1-based, with r >= q*n, clamped to
// 1..n. This is the definition for histograms as well; n must be > 0.
[[nodiscard]] std::uint64_t nearest_rank(std::uint64_t n, double q) noexcept;

// The q-quantile that is itself an observation. `sorted` ascending; nothing for an empty sample.
[[nodiscard]] std::optional<double> quantile_nearest(std::span<const double> sorted, double q);

// The q-quantile interpolated between neighbours at (n-1)q (Hyndman and Fan 1996, type 7, the
// default of R and NumPy). `sorted` ascending; nothing for an empty sample.
[[nodiscard]] std::optional<double> quantile_interpolated(std::span<const double> sorted, double q);

// The middle value, or the mean of the two in the middle; any order; nothing for an empty sample.
[[nodiscard]] std::optional<double> median(std::vector<double> values);

// Ranks, 1-based, of the order statistics that bracket the q-quantile. `low` 0 and `high` n+1
// mean that the sample is too small to bound that side. `coverage` is the exact probability that
// a continuous distribution's quantile lies between, at least `confidence`.
struct RankInterval {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    double coverage = 0;
};

// Equal-tailed: each side is missed with probability <= (1-confidence)/2. 0 < q, confidence < 1.
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t n, double q, double confidence);

// The same as values; a side that the sample cannot bound is empty.
struct QuantileInterval {
    std::optional<double> low;
    std::optional<double> high;
    double coverage = 0;
};
[[nodiscard]] QuantileInterval quantile_interval(std::span<const double> sorted,
                                                 double q,
                                                 double confidence);

}  // namespace plimsoll::model
