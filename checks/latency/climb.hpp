// Climb: what the series of one route says about sign 1, with the changes that were made meanwhile.
#pragma once

#include "checks/latency/series.hpp"
#include "model/drift.hpp"
#include "model/traffic_matched.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks {

// A deploy, migration or change of configuration that a route could feel.
struct Change {
    Instant at;
    std::string what;
};
[[nodiscard]] std::vector<Change> changes_for(const RouteId& id,
                                              const Events& events,
                                              const Span& span);

struct Climb {
    LatencySeries series;
    model::Drift drift;
    std::optional<model::Drift> median_drift;  // of p50
    std::optional<model::Matched> matched;     // at equal load; nothing when weeks share none
    double adjusted_p = 1;                     // after Benjamini and Hochberg over all routes
    bool rises = false;                        // by the adjusted p
    std::vector<Change> changes;
    std::optional<Change> near_jump;   // the change within two days of the step or largest jump
    std::optional<double> jump_share;  // of the rise, of the largest jump
    double chance_near = 0;            // that a random day lies that near to one of the changes
    [[nodiscard]] model::Shape shape() const noexcept {
        return drift.shape ? drift.shape->shape : model::Shape::none;
    }
    // Does the rise go away at equal load: is less than this share of it (of its logarithm) left?
    [[nodiscard]] bool by_load(double share) const noexcept {
        return matched && !matched->rises &&
               std::log1p(matched->rise) < share * std::log1p(drift.rise);
    }
};

struct ClimbRules {
    model::DriftRules drift;
    double near_days = 2;
};

// One for each route that has a p99 at all, in order of route; p adjusted over those assessed.
[[nodiscard]] std::vector<Climb> climbs_of(const Latency& latency,
                                           const Events& events,
                                           const Settings& settings,
                                           const ClimbRules& rules);

// The daily p99 with the changes as marks.
[[nodiscard]] Exhibit exhibit_of(const Climb& climb, const Zone& zone);

}  // namespace plimsoll::checks
