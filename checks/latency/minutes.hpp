// Latency of whole services by the minute, all over the same whole days.
#pragma once

#include "core/origin.hpp"
#include "core/zone.hpp"
#include "evidence/latency.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace plimsoll::checks {

struct MinuteSeries {
    std::string service;
    double requests = 0;
    std::vector<double>
        values;  // log of p95 (of counts) or p99 (as given), NaN where there is none
    Origin first_seen;
};

// The `most` services with most values, by name, over the days from the first to the last midnight
// of the wall (60 days at most); an hour that the wall counts twice is taken once, when it first
// comes. None when the windows are wider than a minute, or fewer than two days or two services are
// there.
[[nodiscard]] std::vector<MinuteSeries> minute_series(const Latency& latency,
                                                      std::size_t most,
                                                      const Zone& zone);

}  // namespace plimsoll::checks
