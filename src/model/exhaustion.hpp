// Exhaustion: by how much may load grow until a gauge of something finite (a pool, sessions, cores)
// stands at its capacity?
//
// busy(lambda) = lambda (a + q lambda^2), q >= 0: Little's law with a holding time that grows with
// load. The resource is extrapolated, never latency (research/latency.md 3.3: latency is silent
// until 0.85 of capacity). Lower end: 5 % of a bootstrap by days; upper end: the larger of its 95 %
// and that of a straight line through the busiest tenth, for growth of holding times may not go on.
// Blind spots: gauges averaged over an hour hide the peak minute; a rate that counts other work
// than the gauge; everything beyond five times the observed load.
#pragma once

#include "model/bootstrap.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll::model {

struct GaugeSample {
    std::int64_t day = 0;  // local days since 1970-01-01: the block of the bootstrap
    double rate = 0;       // arrivals per unit of time, > 0, else the sample is left out
    double busy = 0;       // mean number in use, >= 0
};

struct Exhaustion {
    double at = 0;  // multiple of the peak rate (99th percentile of the samples)
    double low = 0;
    double high = 0;
    double linear = 0;     // the straight line's multiple
    double peak_rate = 0;  // what the multiples multiply
    double peak_busy = 0;  // 99th percentile of the gauge
    std::uint32_t days = 0;
    bool beyond_observation = false;  // low > 5: print "more than 5x", not a prediction
};

// `capacity` > 0 in units of `busy`: all of it, or the safe share of it (queueing.hpp). Nothing for
// fewer than 24 samples or 7 days, or a gauge that is always zero.
[[nodiscard]] std::optional<Exhaustion> exhaustion_multiple(std::span<const GaugeSample> samples,
                                                            double capacity,
                                                            const BootstrapPlan& plan = {});

}  // namespace plimsoll::model
