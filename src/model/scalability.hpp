// Scalability: the universal law X(N) = l N / (1 + s (N-1) + k N (N-1)) fitted to the steps of a
// load test (Gunther 1993, Guerrilla Capacity Planning, 2007): l alone, s contention, k coherence.
//
// Only for ladders. On production points it is wrong both ways: 7x for a true 2x with 20 servers,
// "already past its maximum" for a true 1.2x with four; and a ladder that ends below 0.85 of the
// maximum does not say where that is: its 90 % interval covers the truth in 50-72 %
// (research/latency.md 3.1, 3.2, simulated). Then there is no point, only a lower bound. Interval:
// residuals drawn again, seeded. Blind spot: a limit that no step reached.
#pragma once

#include "core/estimate.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll::model {

struct LoadPointN {
    double n = 0;  // at once: users, or by Little's law throughput x response time; > 0
    double x = 0;  // throughput, > 0
};

struct ScalabilityRules {
    std::size_t least_steps = 6;  // of different n
    double least_reach = 0.85;    // of the maximum, by the best step
    std::size_t draws = 400;
    std::uint64_t seed = 20'261'121;
};

struct Scalability {
    double alone = 0;       // l
    double contention = 0;  // s
    double coherence = 0;   // k
    double best_seen = 0;   // largest x of a step
    double n_at_most = 0;   // where the maximum lies; infinite without coherence
    Estimate most;  // throughput; without a point when the ladder ends too low: `low` is best_seen
};

// Nothing for fewer steps than the rules ask for, or steps that no such law fits.
[[nodiscard]] std::optional<Scalability> scalability(std::span<const LoadPointN> steps,
                                                     const ScalabilityRules& rules = {});

}  // namespace plimsoll::model
