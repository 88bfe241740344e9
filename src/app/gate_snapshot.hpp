// What a gate remembers of a system: its audit's judgement and, for each thing that is measured
// again and again, the measurements themselves.
//
// Series: pipelines of successful runs by class of branch (from trigger to end, without people) and
// their jobs; latency of routes by the hour (median and p95); time of statement classes by the
// hour. Only what succeeded: a run that failed early is not fast. Stretches that are masked are
// left out. Blind spots: hours with few requests are left out (`least_requests`), so a quiet route
// has no series; matrix members are series of their own.
#pragma once

#include "core/gate.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll::app {

// A value and when it was measured.
struct Point {
    std::int64_t at = 0;  // seconds since 1970
    std::int64_t value = 1;
    friend auto operator<=>(const Point&, const Point&) = default;
};

[[nodiscard]] std::vector<Point> points_of(const Series& series);
// Points are sorted by time; values below 1 become 1.
void set_points(Series& series, std::vector<Point> points);

// Every series of the evidence, by id, with all its points.
[[nodiscard]] std::vector<Series> series_of(const Evidence& evidence, const Settings& settings);

// The audit's judgement and the series. `accepted` is empty.
[[nodiscard]] Snapshot snapshot_of(const Audit& audit,
                                   const Evidence& evidence,
                                   const Settings& settings);

}  // namespace plimsoll::app
