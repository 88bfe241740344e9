// Unpredictability of latency: spread, cliff, two humps, and spikes at round time-outs.
//
// No single ratio says "some calls are instant, some time out" (research/latency.md 4): p99/p50
// goes to 593 at 2 % of time-outs and back to ordinary below 1 %. Each measure here sees what
// others miss. Input: a histogram as bars in ascending order of value, values > 0 in milliseconds,
// counts > 0. Blind spots: coarse buckets. Humps need at least ten bars a decade, spikes about one
// a millisecond near the time-out: give raw values, not Prometheus' default buckets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

struct Bar {
    double value = 0;  // milliseconds
    std::uint64_t count = 0;
};

// Nearest-rank quantile of a histogram; nothing when it is empty.
[[nodiscard]] std::optional<double> bar_quantile(std::span<const Bar> bars, double q);

// Ratios of quantiles; what the sample is too small for is empty (p99.9 needs 20,000).
struct Spread {
    std::uint64_t requests = 0;
    double p99_to_p50 = 0;              // <= 7 ordinary, 7-15 uneven, > 15 unpredictable
    double p99_to_p95 = 0;              // > 5: a cliff, a separate slow population
    std::optional<double> p999_to_p50;  // > 60: unpredictable
    std::optional<double> p999_to_p99;  // > 5: a cliff
};
// Nothing for fewer than 100 requests.
[[nodiscard]] std::optional<Spread> spread(std::span<const Bar> bars);

// Two humps in the logarithm: tenth-decade bins, smoothed 1-2-1; from the highest bin to the right,
// a valley below half of the next peak, which holds >= 0.2 % of requests beyond it and >= 9.
struct Humps {
    double first = 0;        // value of the main peak, milliseconds
    double valley = 0;       // of the lowest bin between
    double second = 0;       // of the peak beyond
    double depth = 1;        // valley / second peak, smoothed counts; small is deep
    double right_share = 0;  // of requests beyond the valley
};
// Nothing when there is one hump.
[[nodiscard]] std::optional<Humps> two_humps(std::span<const Bar> bars);

// More requests just above a round time than its neighbourhood explains.
struct Spike {
    double at = 0;  // milliseconds: 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 100, 120 or 300 s
    std::uint64_t hits = 0;        // within [at - 2 ms, at + max(30 ms, 1 %))
    std::uint64_t neighbours = 0;  // in the fuller of the two sides, each three windows wide
    double p = 1;                  // P(that many hits of hits + neighbours at share 1/4)
    double share = 0;              // hits of all requests
};
// Those with >= 5 hits, p < 1e-4 and more than three times the neighbours' density; ascending.
[[nodiscard]] std::vector<Spike> round_spikes(std::span<const Bar> bars);

}  // namespace plimsoll::model
