// The merge lane as a queue: how long a change takes through the section that runs one batch at a
// time (merge queue, concurrency group, deploy job).
//
// The lane modelled: changes arrive at random (Poisson). A free lane takes whatever waits, at most
// `batch` changes, at once; it does not wait for a batch to fill. A change that arrives while all
// lanes run waits for one to finish. A run fails with probability `fail_share`, whatever the
// batch's size, and the whole batch runs again until it passes: time = sum of N runs, N geometric.
// So rho = lambda * S / (batch * lanes * (1 - fail_share)).
//
// One lane: the number left waiting after each run is a Markov chain L' = max(L - batch, 0) + A
// (A arrivals during a run of gamma-distributed time), solved exactly by Grassmann, Taksar and
// Heyman's elimination (1985); the mean follows by Little's law, p95 from a gamma law with the
// wait's two moments. Several lanes, or one beyond `exact_states`: the chain for exponential
// service, its wait scaled for other services (merge_lane.cpp says how). For batch 1 and cs2 1 that
// is Erlang C.
//
// Blind spots: lanes that throw a failing change out and go on without it fail less than modelled;
// arrivals bunch before releases; working hours only: give the rate of working hours.
#pragma once

#include <cstdint>
#include <optional>

namespace plimsoll::model {

// Any one unit of time throughout: rate per unit, service and answers in units.
struct MergeLane {
    double arrival_rate = 0;  // changes per unit of time, peak of the working day
    double mean_service = 0;  // one run of the lane, > 0
    double service_cv = 0;    // standard deviation / mean of a run
    double fail_share = 0;    // share of runs that fail, in [0, 1)
    std::uint32_t batch = 1;  // most changes in a run
    std::uint32_t lanes = 1;  // runs at the same time
};

// Offered load as a share of what the lane can carry, failures and batches taken into account.
// Nothing for values that describe no lane.
[[nodiscard]] std::optional<double> lane_utilisation(const MergeLane& lane);

// Time from a change's arrival to the end of the run that carries it.
struct LaneSojourn {
    double waits = 0;      // share of changes that find no free lane
    double mean_wait = 0;  // over all changes
    double mean = 0;
    double p95 = 0;
};

// Nothing when the lane is saturated (rho >= 1) or the values describe no lane.
[[nodiscard]] std::optional<LaneSojourn> lane_sojourn(const MergeLane& lane);

// How many times as many changes the lane could carry before the p95 of the sojourn exceeds
// `limit` (units of time). 0 when even an empty lane exceeds it; nothing without arrivals or lane.
[[nodiscard]] std::optional<double> lane_growth(const MergeLane& lane, double limit);

}  // namespace plimsoll::model
