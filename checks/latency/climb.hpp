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

// What a rise comes from, by the series at equal load.
enum class Cause : std::uint8_t {
    unseparated,  // the weeks share no load, or requests are not counted
    undecided,    // what is left at equal load may be most of it and may be little
    load,         // hardly any of it is left at equal load
    work,         // it rises at equal load: data or payload
};
// `share`: where surely less of the rise (of its logarithm) is left at equal load, load is its
// cause.
[[nodiscard]] Cause cause_of(const std::optional<model::Matched>& matched,
                             const model::Drift& drift,
                             double share);

struct Climb {
    LatencySeries series;
    model::Drift drift;
    std::optional<model::Drift> median_drift;  // of p50
    std::optional<model::Matched> matched;     // at equal load; nothing when weeks share none
    Cause cause = Cause::unseparated;
    double adjusted_p = 1;  // after Benjamini and Hochberg over all routes
    bool rises = false;     // by the adjusted p
    std::vector<Change> changes;
    std::optional<Change> near_jump;   // the change within two days of the step or largest jump
    std::optional<double> jump_share;  // of the rise, of the largest jump
    double chance_near = 0;            // that a random day lies that near to one of the changes
    [[nodiscard]] model::Shape shape() const noexcept {
        return drift.shape ? drift.shape->shape : model::Shape::none;
    }
};

struct ClimbRules {
    model::DriftRules drift;
    double load_share = 0.5;
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
