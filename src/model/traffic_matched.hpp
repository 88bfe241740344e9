// Traffic-matched trend: does latency rise at equal load, or only because load rises?
//
// The band of load that all weeks share (from the largest 5th percentile of a week to the smallest
// 95th) is cut into three by equal ratios; the weekly median of log latency in each, centred,
// averaged over the three, is a series in which load stands still (research/latency.md 2.6). If it
// rises, the data or the payload grows; if only the raw series does, a resource fills up.
// Simulated: the two are confused in at most 5 %. Blind spots: at equal load another time of day is
// met as traffic grows; a nightly batch looks like growth.
#pragma once

#include "model/weeks.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// An hour or so: what was served, and the logarithm of a latency.
struct LoadPoint {
    std::int64_t day = 0;
    double load = 0;
    double value = 0;
};

struct MatchedRules {
    std::uint32_t least_weeks = 6;
    std::uint32_t least_points = 5;  // of a week in a third of the band
    double least_band = 1.02;        // high / low of the common band
    double p = 0.01;
    double least_rise = 0.10;
};

struct Matched {
    double band_low = 0;  // load, as given
    double band_high = 0;
    std::uint32_t weeks = 0;
    double p = 1;
    double rise = 0;      // relative, over the weeks
    double rise_low = 0;  // 90 %, by Theil and Sen's slope
    double rise_high = 0;
    bool rises = false;
};

// Nothing when fewer weeks than the rules need share a band of load: it cannot be separated.
[[nodiscard]] std::optional<Matched> traffic_matched(std::span<const LoadPoint> points,
                                                     const MatchedRules& rules = {});

}  // namespace plimsoll::model
