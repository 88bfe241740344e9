// Durations of CI runs as research/ci.md 3.2 simulates them: log-normal, 5 % outliers (a cold
// cache, a slow runner) of 1.5 to 3 times, each run resembling the one before by `memory`.
// Simulated.
#pragma once

#include "model/random.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace plimsoll::model::testing {

inline std::vector<double> ci_durations(
    Random& random, std::size_t n, double ratio = 1, double memory = 0, double log_sd = 0.18) {
    std::vector<double> values;
    double noise = random.normal();
    for (std::size_t i = 0; i < n; ++i) {
        double value = 1200 * ratio * std::exp(log_sd * noise);
        if (random.uniform() < 0.05) {
            value *= 1.5 + 1.5 * random.uniform();
        }
        values.push_back(value);
        noise = memory * noise + std::sqrt(1 - memory * memory) * random.normal();
    }
    return values;
}

}  // namespace plimsoll::model::testing
