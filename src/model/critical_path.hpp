// The critical path of a pipeline run: which work, waiting and gates its time from trigger to end
// was.
//
// Law: the last thing to end set the end; what it waited for before it was ready set its start; and
// so on back to the trigger. The path is a chain of segments that touch each other, so their sum is
// the wall time to the microsecond, whatever the payload's clocks did. (Kelley and Walker 1959,
// walked from the end.) Without a list of needs, what a job waited for is taken to be the job that
// ended last before it was ready: see needs_graph.hpp. Blind spots: two jobs that end together are
// told apart by chance; a job without an instant of readiness is taken to be ready when its
// predecessor ended, so a gate before it counts as queue.
#pragma once

#include "core/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// run: a machine works. queue: ready, but no machine yet. gate: nothing ran and nothing was ready:
// a person, a timer, or a run that waited to be started again. pause: a person, within a task.
enum class SegmentKind : std::uint8_t { run, queue, gate, pause };

struct Segment {
    SegmentKind kind = SegmentKind::run;
    std::int64_t from = 0;
    std::int64_t to = 0;  // >= from
    std::optional<std::size_t> task =
        {};  // whose run, queue or pause; of a gate, the task behind it
};

struct CriticalPath {
    std::int64_t from = 0;          // the trigger, or earlier when something began before it
    std::int64_t to = 0;            // the end of the last task
    std::vector<Segment> segments;  // in order of time; each begins where the one before ends

    [[nodiscard]] std::int64_t total(SegmentKind kind) const noexcept;
    [[nodiscard]] std::int64_t wall() const noexcept { return to - from; }
    // Waiting for people: gates and pauses.
    [[nodiscard]] std::int64_t human() const noexcept {
        return total(SegmentKind::gate) + total(SegmentKind::pause);
    }
};

// Clocks of providers are whole seconds of different machines.
inline constexpr std::int64_t clock_slack_us = 2'000'000;
// A shorter gap between the end of what a task needs and its readiness is the scheduler's, not a
// person's.
inline constexpr std::int64_t least_gate_us = 60'000'000;

// No tasks: no segments, from = to = trigger.
[[nodiscard]] CriticalPath critical_path(std::span<const Task> tasks, std::int64_t trigger);

// Sum of the times of tasks, without pauses and approvals: what the machines did.
[[nodiscard]] std::int64_t work_of(std::span<const Task> tasks) noexcept;

}  // namespace plimsoll::model
