// What was read of latency, gauges, events, incidents and calls, as `inspect --format json` shows
// it.
#pragma once

#include "evidence/evidence.hpp"
#include "wire/json.hpp"

namespace plimsoll::app {

// An array of routes: {service, route, unit, mergeable, window_s, overall, points[]}. A quantile
// from counts carries its bucket as _low and _high; above the last bound of a histogram there is
// only _low. `overall` is there only where counts merge; HdrHistogram's own convention is its
// _high.
[[nodiscard]] wire::Json inspect_latency(const Latency& latency);

// Arrays, in order of name or time.
[[nodiscard]] wire::Json inspect_gauges(const Gauges& gauges);
[[nodiscard]] wire::Json inspect_events(const Events& events);
[[nodiscard]] wire::Json inspect_incidents(const Incidents& incidents);
[[nodiscard]] wire::Json inspect_calls(const Calls& calls);

}  // namespace plimsoll::app
