// Population: all requests of a route as one distribution, and by days of the zone.
#pragma once

#include "core/zone.hpp"
#include "evidence/latency.hpp"
#include "model/multimodal.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace plimsoll::checks {

struct Population {
    RouteId id;
    double requests = 0;
    double failing_share = 0;  // errors or time-outs, whichever are more
    std::optional<model::Spread> whole;
    Estimate p50_ms;  // of all requests, with the bucket as interval
    Estimate p95_ms;
    Estimate p99_ms;
    std::vector<model::Spread> days;  // of days with a thousand requests or more
    std::optional<model::Humps> humps;
    std::vector<model::Spike> spikes;  // only where buckets are fine enough for them
    Origin first_seen;
};

[[nodiscard]] Population population_of(const RouteId& id,
                                       const RouteLatency& route,
                                       std::int64_t width_us,
                                       const Zone& zone);

// "checkout /pay"; as in series.hpp.
[[nodiscard]] std::string name_of(const RouteId& id);

}  // namespace plimsoll::checks
