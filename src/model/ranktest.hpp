// Rank tests: are these runs slower than those, by how much, and what could have been seen?
//
// Mann-Whitney's test and Hodges-Lehmann's estimate: durations have outliers, means follow them.
// Measured against gates of other tools in research/ci.md 3.2. Many series at once:
// multiplicity.hpp. Blind spots: runs that follow one another are not independent (use the
// autocorrelated form); a shift of spread alone is not seen.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace plimsoll::model {

struct RankTest {
    double u = 0;  // pairs where current > baseline, ties count half
    double z = 0;  // normal score of U without continuity correction, > 0 when current is larger
    double p_greater = 1;  // one-sided: current is larger
    double p_less = 1;     // one-sided: current is smaller
    double p_two_sided = 1;
    bool exact = false;
};

// Mann and Whitney's U (1947). Exact when there are no ties and at most 500 pairs; else normal
// with tie and continuity corrections. All p are 1 when a sample is empty or all are equal.
[[nodiscard]] RankTest mann_whitney(std::span<const double> current,
                                    std::span<const double> baseline);

// The same with the normal score shrunk by the root of effective_share: for samples in order of
// time whose neighbours resemble each other. Never exact.
[[nodiscard]] RankTest mann_whitney_autocorrelated(std::span<const double> current,
                                                   std::span<const double> baseline);

// Share of the observations that count as independent, (1-r)/(1+r), in (0, 1]; r is the lag-1
// autocorrelation of ranks, each sample about its own mean, pooled, not below 0, at most 0.95.
[[nodiscard]] double effective_share(std::span<const double> current,
                                     std::span<const double> baseline);

// Hodges and Lehmann's estimates (1963): median of all differences current - baseline, in their
// unit, and of all ratios current / baseline (nothing unless all baseline values are > 0). Memory
// current * baseline. Nothing when a sample is empty.
[[nodiscard]] std::optional<double> hodges_lehmann_shift(std::span<const double> current,
                                                         std::span<const double> baseline);
[[nodiscard]] std::optional<double> hodges_lehmann_ratio(std::span<const double> current,
                                                         std::span<const double> baseline);

// What the test of two samples could have seen.
struct DetectionPlan {
    double alpha = 0.01;  // one-sided
    double power = 0.8;
    double effective_share = 1;  // of independent observations, as above
};

// The smallest ratio of medians that a one-sided test of log-normal values with standard deviation
// `log_sd` of the logarithm finds with the plan's power: Noether's (1987) P(current > baseline) =
// 1/2 + (z_alpha + z_power) / sqrt(12 m n share / (m + n + 1)), turned into a ratio under
// normality. On the large side: a planned power of 0.80 was 0.89 at 10/30 runs, 0.84 at 20/50 when
// simulated. Nothing for samples too small to reach alpha, or to reach the power at any ratio.
[[nodiscard]] std::optional<double> detectable_ratio(std::size_t current,
                                                     std::size_t baseline,
                                                     double log_sd,
                                                     const DetectionPlan& plan = {});

}  // namespace plimsoll::model
