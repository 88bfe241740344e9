// Delivery: how long a change takes from its merge to production, and how long a person worked on
// it.
//
// Deploy time of a change: from the trigger of the first run on its commit to the end of the first
// run that deployed it; what people were waited for is taken out. Without any deploy phase in the
// evidence, the time of the pipeline that a change waits for. Develop time, from git alone: the
// time between a commit and the same author's commit before it, where the two lie within one
// session (two hours). It contains pauses, so it is an upper bound of the work, and a ratio that
// rests on it errs on the pipeline's side. The first commit of a session has no beginning that git
// knows; it is left out and counted. Blind spots: somebody who commits once a day has no sessions;
// a rebase keeps author dates, a squash loses all but the last.
#pragma once

#include "checks/ci/timed.hpp"
#include "core/estimate.hpp"
#include "evidence/history.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace plimsoll::checks::ci {

struct DeployTime {
    Instant at;          // of the trigger
    double minutes = 0;  // machines and queues
    double human_minutes = 0;
    const RunTimes* run = nullptr;  // the one that ended it
};

struct Delivery {
    std::string branch;
    std::string pipeline;
    bool to_production = false;       // up to a deploy, not only to the end of a pipeline
    std::vector<DeployTime> changes;  // that were delivered, by time
    std::size_t runs = 0;             // decided runs of main-branch changes
    std::size_t failed = 0;           // of them
    std::size_t cancelled = 0;
    std::size_t with_gate = 0;  // of `changes`: a person was waited for, a minute or longer
    double days = 0;            // from the first run to the last
};
[[nodiscard]] Delivery delivery_of(const Timed& timed, const Pipelines& pipelines);

struct DevelopTime {
    std::vector<double> minutes;  // of small changes; sorted
    std::size_t session_starts = 0;
};
inline constexpr std::uint32_t small_change_files = 3;
inline constexpr std::int64_t session_gap_us = 7'200'000'000;
[[nodiscard]] DevelopTime develop_time_of(const History& history);

// The median with the interval that order statistics give it; unbounded where the sample is too
// small.
[[nodiscard]] Estimate median_of(std::vector<double> values);

}  // namespace plimsoll::checks::ci
