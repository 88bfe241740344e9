// Series of p99 by route, as the checks of latency look at them: bins of an hour or more, masks
// taken out.
//
// Law: counts are merged into bins that hold a thousand requests or more where the route has them
// (sd of log p99 is 0.2 at 100 requests, 0.08 at 1,000); ready percentiles are taken as they are. A
// p99 above the last bucket of a histogram is a bound and not a value: such points are left out and
// counted. Days are those of the system's zone, so a bin of a day has 23 to 25 hours. Blind spot:
// windows of evidence that were widened beyond the hour may lie across a local midnight.
#pragma once

#include "core/exhibit.hpp"
#include "core/origin.hpp"
#include "core/settings.hpp"
#include "core/zone.hpp"
#include "evidence/events.hpp"
#include "evidence/latency.hpp"
#include "model/traffic_matched.hpp"
#include "model/weeks.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks {

struct LatencyPoint {
    Instant at;
    std::int64_t day = 0;  // local, since 1970-01-01
    Estimate p99_ms;
    std::optional<Estimate> p50_ms;
    std::optional<double> requests;
};

struct LatencySeries {
    RouteId id;
    std::vector<LatencyPoint> points;  // by time
    std::size_t bounds_only = 0;       // points whose p99 is above the last bucket
    std::size_t masked = 0;
    double requests = 0;
    Origin first_seen;

    [[nodiscard]] bool counted() const noexcept { return requests > 0; }
    // Natural logarithms of p99 or p50; requests that nobody counted as enough for any rule.
    [[nodiscard]] std::vector<model::DayValue> log_p99() const;
    [[nodiscard]] std::vector<model::DayValue> log_p50() const;
    // Requests of a bin against the logarithm of its p99; none where nobody counted.
    [[nodiscard]] std::vector<model::LoadPoint> load_points() const;
};

// A stretch of time that does not count, and the service it is about (empty: all).
struct MaskedSpan {
    Instant from;
    Instant until;
    std::string service;
    std::string why;
};
// Of the settings, and holidays, back-fills, batches, outages and incidents with an end of the
// calendar.
[[nodiscard]] std::vector<MaskedSpan> masks_of(const Settings& settings, const Events& events);

[[nodiscard]] LatencySeries series_of(const RouteId& id,
                                      const RouteLatency& route,
                                      const std::vector<MaskedSpan>& masks,
                                      const Zone& zone);

// "checkout /pay", "/pay", "checkout", or "all requests".
[[nodiscard]] std::string name_of(const RouteId& id);

}  // namespace plimsoll::checks
