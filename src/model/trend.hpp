// Trend: does a series rise, how fast, and how sure is that when its noise has a memory?
//
// Chosen by simulation on autocorrelated p99 series (research/latency.md 2.2): Mann-Kendall on
// weekly medians has the fewest false alarms of the tests that still see a 50 % climb; on daily or
// hourly values it fires on nothing. `drift.hpp` makes a decision of these parts.
// Blind spots: a near random walk looks like drift to every test; a step is a trend to all of them
// (see change_shape.hpp).
#pragma once

#include "model/weeks.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll::model {

// Kendall's S: pairs that rise less pairs that fall, in the order given (Mann 1945). O(n^2).
[[nodiscard]] std::int64_t kendall_score(std::span<const double> values);

// Variance of S when nothing is going on, ties taken into account (Kendall 1975, 4.9).
[[nodiscard]] double kendall_variance(std::span<const double> values);

// P(S >= observed) for exchangeable values: the one-sided p of a rise. Exact, ties included, for
// up to 40 values; normal with continuity correction above. 1 for less than two values.
[[nodiscard]] double mann_kendall_p(std::span<const double> values);

// Lag-1 autocorrelation about the mean, in [-1, 1]; 0 for less than three values or constant ones.
[[nodiscard]] double lag1_autocorrelation(std::span<const double> values);

// By how much a memory of one step (AR(1)) inflates the variance of a trend: (1+r)/(1-r) with
// r = lag-1 autocorrelation of the residuals + 2/n (its bias), within [0, 0.9].
[[nodiscard]] double autocorrelation_inflation(std::span<const double> residuals);

// Slope per unit of time with its interval.
struct Slope {
    double at = 0;
    double low = 0;
    double high = 0;
    double intercept = 0;  // median of value - slope * time
};

// Theil and Sen's slope: the median over pairs (Sen 1968), its interval from the variance of S
// inflated by autocorrelation_inflation of the residuals. `times` strictly ascending, of the size
// of `values`; nothing for less than two. Coverage of the 90 % interval without drift is 89-95 %
// (AR 0.3 and 0.7), 81-85 % on a near random walk.
[[nodiscard]] std::optional<Slope> theil_sen(std::span<const double> times,
                                             std::span<const double> values,
                                             double confidence = 0.9);

// One-sided p of a rise by least squares on daily values with weekday effects, variance by the
// equal-weighted cosine estimator with B = 0.4 n^(2/3) terms, fixed-b Student t with B degrees
// (Lazarus, Lewis, Stock and Watson 2018). Days ascending and distinct. Nothing for less than 21.
[[nodiscard]] std::optional<double> ewc_trend_p(std::span<const DayValue> days);

}  // namespace plimsoll::model
