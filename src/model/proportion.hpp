// Shares of a count: intervals and bounds for "k of n".
//
// Blind spot: all assume independent trials; ten failing requests of one outage are one trial.
#pragma once

#include <cstdint>

namespace plimsoll::model {

struct ShareInterval {
    double low = 0;
    double high = 1;
};

// Wilson's score interval (1927) for `successes` of `trials`, both tails together 1-confidence.
// No trials: [0, 1]. `successes` above `trials` counts as `trials`.
[[nodiscard]] ShareInterval wilson(std::uint64_t successes,
                                   std::uint64_t trials,
                                   double confidence) noexcept;

// Upper bound of a share of which none was seen in `trials`: 1-(1-confidence)^(1/trials), which
// at 95 % is close to 3/trials, the "rule of three". 1 for no trials.
[[nodiscard]] double none_seen_upper(std::uint64_t trials, double confidence) noexcept;

// Lower bound of a share when every one of `trials` succeeded: (1-confidence)^(1/trials).
[[nodiscard]] double all_seen_lower(std::uint64_t trials, double confidence) noexcept;

}  // namespace plimsoll::model
