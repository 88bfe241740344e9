// Lane: the section of delivery that takes changes one after the other: a merge queue, the deploy
// jobs of the main branch, or, failing both, the main branch's pipeline as a whole.
//
// The lane's occupation is measured, the number of its lanes is the most that ever ran at the same
// time. Runs of a whole pipeline usually may run side by side; that they never did proves a lane
// only when chance would have let them meet (expected_meetings): else the lane is an assumption and
// says so. Blind spots: a concurrency group that cancels what waits hides its queue; several
// environments deployed to in turn are one section.
#pragma once

#include "checks/ci/timed.hpp"
#include "core/estimate.hpp"
#include "model/arrivals.hpp"
#include "model/merge_lane.hpp"

#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks::ci {

enum class LaneKind : std::uint8_t { merge_queue, deploy, pipeline };

struct Lane {
    LaneKind kind = LaneKind::pipeline;
    std::string name;  // the pipeline it belongs to
    std::size_t runs = 0;
    double days = 0;
    model::MergeLane model;  // hours; arrival_rate is the peak
    model::ArrivalRates arrivals;
    Estimate
        utilisation;  // [mean arrivals, raw peak], with the uncertainty of service and failures
    std::uint64_t failed = 0;
    std::uint64_t decided = 0;  // succeeded or failed
    double expected_meetings = 0;
    // The most that ran together bounds the capacity from below only: chance may not have tested
    // it.
    bool capacity_is_assumed = false;
    bool proven = false;          // runs waited for each other when chance would have let them meet
    std::vector<Origin> origins;  // of the first and last run
};

// The branch that most pushes go to; main, master and trunk first.
[[nodiscard]] std::string main_branch(const Pipelines& pipelines);
// Was the run set off by a change on its way into, or in, the main branch?
[[nodiscard]] bool on_main(const RunTimes& times, std::string_view branch);
// The pipeline that a change waits for: of those that run on at least half as many changes as the
// most frequent one, one with a deploy phase, else the longest.
[[nodiscard]] std::string main_pipeline(const Timed& timed,
                                        const Pipelines& pipelines,
                                        std::string_view branch);
// Has the run a job of the deploy phase that succeeded?
[[nodiscard]] bool deploys(const RunTimes& times, const Pipelines& pipelines);

// Nothing when fewer than ten runs went through any such section.
[[nodiscard]] std::optional<Lane> lane_of(const Timed& timed, const Pipelines& pipelines);

}  // namespace plimsoll::checks::ci
