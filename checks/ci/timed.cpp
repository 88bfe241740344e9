#include "checks/ci/timed.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::checks::ci {

Timed timed(const Pipelines& pipelines) {
    Timed out{.runs = {}, .rest = runs_of(pipelines)};
    out.runs.reserve(out.rest.timed.size());
    for (RunJobs& jobs : out.rest.timed) {
        RunTimes times{std::move(jobs), {}, 0, 0};
        times.path = model::critical_path(times.tasks, times.trigger_us);
        times.work_us = model::work_of(times.tasks);
        const auto first = std::ranges::min_element(times.tasks, {}, &Task::started);
        times.start_delay_us = std::max<std::int64_t>(first->started - times.path.from, 0);
        out.runs.push_back(std::move(times));
    }
    out.rest.timed.clear();
    return out;
}

}  // namespace plimsoll::checks::ci
