// Timed: runs of pipelines (evidence/runs.hpp) with their critical paths: what the checks of
// delivery ask.
#pragma once

#include "evidence/runs.hpp"
#include "model/critical_path.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::checks::ci {

struct RunTimes : RunJobs {
    model::CriticalPath path;
    std::int64_t work_us = 0;         // machine time of all jobs
    std::int64_t start_delay_us = 0;  // from the trigger to the first job's start

    [[nodiscard]] std::int64_t machine_us() const { return path.wall() - path.human(); }
};

struct Timed {
    std::vector<RunTimes> runs;  // by time of trigger
    Runs rest;                   // what was left out, and why; `timed` is empty
};

// The pipelines must outlive the result.
[[nodiscard]] Timed timed(const Pipelines& pipelines);

}  // namespace plimsoll::checks::ci
