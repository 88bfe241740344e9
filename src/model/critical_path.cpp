#include "model/critical_path.hpp"

#include "model/needs_graph.hpp"

#include <algorithm>

namespace plimsoll::model {
namespace {

// Walks back from the end; `cursor` is where the segments so far begin.
class Walk {
public:
    Walk(std::span<const Task> tasks, std::int64_t trigger)
        : tasks_{tasks}, trigger_{trigger}, seen_(tasks.size(), false) {}

    [[nodiscard]] CriticalPath from(std::size_t last) {
        cursor_ = tasks_[last].completed;
        out_.to = cursor_;
        std::optional<std::size_t> at = last;
        while (at) {
            seen_[*at] = true;
            at = before(*at);
        }
        out_.from = cursor_;
        std::ranges::reverse(out_.segments);
        return std::move(out_);
    }

private:
    // The segments of a task and of what lies between it and its predecessor.
    [[nodiscard]] std::optional<std::size_t> before(std::size_t index) {
        const Task& task = tasks_[index];
        if (task.human) {
            back_to(task.started, SegmentKind::pause, index);
        } else {
            // Where in the task a pause lay is not known: its end is as good as any.
            const std::int64_t length = std::max<std::int64_t>(cursor_ - task.started, 0);
            back_to(cursor_ - std::clamp<std::int64_t>(task.paused, 0, length),
                    SegmentKind::pause,
                    index);
            back_to(task.started, SegmentKind::run, index);
        }
        const std::optional<std::size_t> previous = last_needed(tasks_, index, seen_);
        const std::int64_t start = previous ? tasks_[*previous].completed : trigger_;
        // An approval is asked for at once, whenever it is given.
        if (task.human) {
            back_to(start, SegmentKind::pause, index);
        }
        // Without readiness all the wait is queue; so is the wait of the first tasks, which a busy
        // lane keeps from being ready.
        const std::int64_t ready = task.ready && previous ? *task.ready : start;
        back_to(std::max(ready, start), SegmentKind::queue, index);
        const bool person = cursor_ - start >= least_gate_us;
        back_to(start, person ? SegmentKind::gate : SegmentKind::queue, index);
        return previous;
    }

    void back_to(std::int64_t from, SegmentKind kind, std::size_t task) {
        if (from >= cursor_) {
            return;
        }
        if (!out_.segments.empty() && out_.segments.back().kind == kind &&
            out_.segments.back().task == task) {
            out_.segments.back().from = from;
        } else {
            out_.segments.push_back({.kind = kind, .from = from, .to = cursor_, .task = task});
        }
        cursor_ = from;
    }

    std::span<const Task> tasks_;
    std::int64_t trigger_;
    std::vector<bool> seen_;
    std::int64_t cursor_ = 0;
    CriticalPath out_;
};

}  // namespace

std::int64_t CriticalPath::total(SegmentKind kind) const noexcept {
    std::int64_t sum = 0;
    for (const Segment& segment : segments) {
        sum += segment.kind == kind ? segment.to - segment.from : 0;
    }
    return sum;
}

CriticalPath critical_path(std::span<const Task> tasks, std::int64_t trigger) {
    if (tasks.empty()) {
        return {.from = trigger, .to = trigger, .segments = {}};
    }
    const auto last = std::ranges::max_element(tasks, {}, &Task::completed);
    return Walk{tasks, trigger}.from(static_cast<std::size_t>(last - tasks.begin()));
}

std::int64_t work_of(std::span<const Task> tasks) noexcept {
    std::int64_t sum = 0;
    for (const Task& task : tasks) {
        const std::int64_t length = task.completed - task.started;
        sum += task.human ? 0 : length - std::clamp<std::int64_t>(task.paused, 0, length);
    }
    return sum;
}

}  // namespace plimsoll::model
