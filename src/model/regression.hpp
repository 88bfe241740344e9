// Regression: which of many series of measurements became worse, and what could have been seen.
//
// The rule (research/ci.md 3.2, measured again in tests/model/regression_test.cpp): a series is
// worse when a rank test says so after Holm's correction over all series, at an effect (ratio of
// Hodges and Lehmann) of at least a floor, with enough runs on both sides. Runs that resemble the
// run before count for less (memory.hpp): the normal score of the test's p is divided by the root
// of the inflation. A series that follows the day (latency by the hour) is compared within the
// hours of the day (van Elteren 1960), and must show the effect in two windows one after the other.
// Too few runs is an answer, and every answer carries the smallest change that it could have shown.
// Blind spots: a change of spread alone; a change smaller than the floor, however sure; a slow
// climb that lies within the baseline itself (checks/p99_climbs.cpp looks for those).
#pragma once

#include "core/estimate.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// Values in order of time, > 0, more is worse. A stratum is what values are compared within, as the
// hour of the day; `strata` is empty, or has one for each value.
struct Measured {
    std::vector<double> values;
    std::vector<std::uint32_t> strata = {};
};

struct SeriesPair {
    Measured current;
    Measured baseline;
    bool tail = false;     // a high percentile: noisier, so with the larger floor
    bool windows = false;  // the effect must show in both halves of the current values
};

struct RegressionPlan {
    double alpha = 0.05;        // chance of any false alarm in all series together
    double effect = 0.10;       // floor of the relative change
    double tail_effect = 0.25;  // of a high percentile
    std::size_t least_current = 8;
    std::size_t least_baseline = 20;
    [[nodiscard]] double floor_of(const SeriesPair& pair) const noexcept {
        return pair.tail ? tail_effect : effect;
    }
};

// small: told from chance, but below the floor. passing: worse, but not in both windows.
enum class Shift : std::uint8_t { unchanged, worse, better, small, passing, too_few };

struct Regression {
    Shift shift = Shift::too_few;
    std::size_t current = 0;  // values that could be compared
    std::size_t baseline = 0;
    std::optional<double> current_median;
    std::optional<double> baseline_median;
    Estimate effect;          // current / baseline, 95 % interval of this series alone
    std::optional<double> p;  // one-sided, in the direction of the effect
    std::optional<double> p_adjusted;
    double memory = 0;  // lag-1 autocorrelation that was allowed for
    // The smallest ratio that this many values would have shown with probability 0.8, never below
    // the floor; nothing when none would have.
    std::optional<double> detectable;
};

// One answer for each series, in their order. Deterministic.
[[nodiscard]] std::vector<Regression> regressions(std::span<const SeriesPair> series,
                                                  const RegressionPlan& plan = {});

// after / before of two estimates with 90 % intervals, with an interval of `confidence`: both drawn
// from split log-normal distributions with those intervals (parametric bootstrap, seeded). Where a
// bound is missing, the ratio of opposite bounds.
[[nodiscard]] Estimate ratio_of(const Estimate& after, const Estimate& before, double confidence);

}  // namespace plimsoll::model
