// Headroom: the multiple of today's load at which a resource with c servers becomes uncomfortable,
// and the one at which it is full, from its load per window of time.
//
// Law (research: limits 2.2, simulated): a mean overstates the headroom of a bursty system two- to
// threefold, so the peak decides at the low end: rho*(c) x servers / the 99th percentile of
// windows, rho*(c) being the utilisation at which the 99th percentile of waiting reaches one
// service time. In all eight systems tried the truth lay at 1.05 to 1.44 times that; of windows as
// long as a hundred service times the point is therefore 1.19 times it (the geometric mean). The
// high end is 1.5 times it or the same on the mean, whichever is more: a load that varies by chance
// alone is no burst, and the fewer servers are in use the more chance there is. On the mean,
// rho*(c) is taken for equal service times (Allen and Cunneen with cs2 = 0): how uneven they are no
// gauge of use tells, and the exponential's is the truth only for the exponential. Whole numbers
// are counts at an instant; from their scatter what chance explains (variance = mean) is taken out
// for the point. Blind spots: a peak that the evidence does not cover; load inside a window that is
// burstier than Poisson.
#pragma once

#include "core/estimate.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace plimsoll::model {

struct HeadroomRules {
    double peak_quantile = 0.99;
    double point_factor = 1.19;
    double high_factor = 1.5;
    double confidence = 0.90;
    // Alike and apart, each with servers / units of its own and its share of the load: who waits,
    // waits in one of them. 60 slots in six pools of ten are full at 69 %, in one pool at 93 %.
    double units = 1;
};

struct Headroom {
    Estimate peak;    // servers in use, the peak quantile of windows
    double mean = 0;  // servers in use
    std::size_t windows = 0;
    double safe_utilisation = 0;  // rho*(c)
    Estimate comfortable;         // multiple of load
    Estimate knee;                // multiple of load at which the mean wait is one service time
    Estimate full;  // multiple of load at which all servers are in use: at the peak; at the latest,
                    // on the mean
    bool saturated = false;  // the peak already reaches the capacity, so demand is hidden behind it
};

// `in_use`: mean number of servers in use in each window, any order. `servers` above 0. Nothing
// when there is no window, or nothing was ever in use.
[[nodiscard]] std::optional<Headroom> headroom(std::span<const double> in_use,
                                               double servers,
                                               const HeadroomRules& rules = {});

}  // namespace plimsoll::model
