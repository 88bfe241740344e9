// Queueing: how full c servers may be before what they serve waits noticeably.
//
// Erlang B and C (1917) for Poisson arrivals and exponential service, M/M/c; the wait of other
// services scaled by Allen and Cunneen's (ca2+cs2)/2. Erlang C decides, not a fixed 80 %: ten
// servers are full at 69 %, a hundred at 96 %.
// Units: load in servers (erlang), utilisation rho = load/c as a share, times in mean service
// times. For one server and Poisson arrivals the factor is exact (Pollaczek-Khinchine). For several
// it is too high when service is uneven and the load low: cs2 = 4 simulated against it (3,000,000
// arrivals, 2026-11-21) has 0.80 of its mean wait at c = 4, rho 0.7, and 0.68 at c = 10, rho 0.7
// (0.93 and 0.86 at rho 0.9). That is the safe side.
// Blind spot: arrivals burstier than Poisson inside the measuring window; feed peak windows.
#pragma once

#include <cstdint>

namespace plimsoll::model {

// Squared coefficients of variation of the gaps between arrivals and of service; 1, 1 is M/M/c.
struct Variability {
    double arrivals = 1;
    double service = 1;

    // Allen and Cunneen's factor on every wait of M/M/c (Allen 1990, Probability, Statistics and
    // Queueing Theory, 5.3; Kingman 1961 for one server).
    [[nodiscard]] constexpr double wait_factor() const noexcept { return (arrivals + service) / 2; }
};

// Share of arrivals that find all `servers` busy when none may wait. Load <= 0 gives 0 (1 for no
// server). Linear time, stable to 10,000 servers and beyond.
[[nodiscard]] double erlang_b(std::uint32_t servers, double load) noexcept;

// Share of arrivals that have to wait; 1 when load >= servers.
[[nodiscard]] double erlang_c(std::uint32_t servers, double load) noexcept;

// P(wait > time), time in mean service times; 1 when rho >= 1.
[[nodiscard]] double wait_tail(std::uint32_t servers,
                               double rho,
                               double time,
                               Variability variability = {}) noexcept;

// Mean wait and the wait that a share q of arrivals does not exceed, in mean service times;
// infinite when rho >= 1.
[[nodiscard]] double mean_wait(std::uint32_t servers,
                               double rho,
                               Variability variability = {}) noexcept;
[[nodiscard]] double wait_quantile(std::uint32_t servers,
                                   double rho,
                                   double q,
                                   Variability variability = {}) noexcept;

// What makes a resource uncomfortable: the q-quantile of the wait exceeds `wait` service times.
struct WaitCriterion {
    double q = 0.99;
    double wait = 1;
};

// rho*(c): the largest utilisation that meets the criterion. 0.694 for 10 servers, 0.923 for 50,
// 0.959 for 100. 0 for no server.
[[nodiscard]] double safe_utilisation(std::uint32_t servers,
                                      Variability variability = {},
                                      WaitCriterion criterion = {}) noexcept;

// The utilisation at which a share `waiting` of arrivals has to wait, 0 < waiting < 1. The 5 %
// column is the first limit, rho = 1 the hard one. Variability hardly moves it.
[[nodiscard]] double utilisation_where_share_waits(std::uint32_t servers, double waiting) noexcept;

// Little's law (1961), L = X * W: mean number in use from a rate and a holding time in reciprocal
// units (per second and seconds).
[[nodiscard]] constexpr double in_use(double rate, double holding_time) noexcept {
    return rate * holding_time;
}

// The smallest number of servers whose safe utilisation carries `load` (erlang, in use on the
// mean of the window that matters); 0 for load <= 0, and `most` + 1 when even `most` do not do.
[[nodiscard]] std::uint32_t servers_needed(double load,
                                           Variability variability = {},
                                           WaitCriterion criterion = {},
                                           std::uint32_t most = 10'000) noexcept;

}  // namespace plimsoll::model
