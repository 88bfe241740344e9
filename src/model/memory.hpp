// Memory: how much each run of many series resembles the run before it, and what that takes from a
// test.
//
// Lag-1 autocorrelation of ranks within each sample about its own mean, its bias of -(1 + 3r)/n set
// right (Marriott and Pope 1954). One series of sixty runs knows its own memory only to +-0.13, and
// taking that estimate as it stands either fires on noise or costs a third of the power. A gate
// watches many series of one system, so each estimate is drawn towards the mean of all as far as
// their spread is no more than chance (empirical Bayes; Morris 1983), and one standard error is
// added, so that what is not known makes the gate slower to fire. A series whose own estimate lies
// clearly above what is left of it keeps the lower end of its own interval.
// Blind spots: memory beyond one step; a drift within a sample reads as memory, which errs on the
// side of not firing.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll::model {

// A series as two samples in order of time.
struct TwoSamples {
    std::span<const double> current;
    std::span<const double> baseline;
};

// Lag-1 autocorrelation of each, as described, in [0, 0.95].
[[nodiscard]] std::vector<double> memories(std::span<const TwoSamples> series);

// By how much a memory r of one step inflates the variance of the mean of n values:
// 1 + 2 sum over k < n of (1 - k/n) r^k. 1 for r = 0.
[[nodiscard]] double mean_inflation(double memory, std::size_t n) noexcept;

// The same for the difference between the means of two samples.
[[nodiscard]] double difference_inflation(double memory,
                                          std::size_t current,
                                          std::size_t baseline) noexcept;

}  // namespace plimsoll::model
