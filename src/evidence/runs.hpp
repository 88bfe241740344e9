// Runs: the times of every CI run, as the checks and `inspect` use them: what the trigger set off,
// when it ended, and which part of that was machines, queue and people.
//
// Law: a run ends when its last job does, never when the provider last touched its record. Jobs of
// every attempt count; the hours between a failure and somebody's pressing "re-run" are a gate (a
// person's), and a job that an attempt merely carried over from the one before counts once. A job
// that ends before it begins, or before the second it was ready in, is taken as of no length:
// clocks of providers are not those of runners. How often is counted and shown. Blind spot: a run
// of which no job is in the evidence has no times; it is counted in `without_jobs`.
#pragma once

#include "core/task.hpp"
#include "evidence/pipelines.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

struct RunJobs {
    std::string id;
    const Run* run = nullptr;  // nothing when only jobs are known
    std::string pipeline;      // project and name: two repositories may both have a "CI"
    Trigger trigger = Trigger::unknown;
    RunResult result = RunResult::unfinished;
    std::vector<const Job*> jobs;  // those that ran, of all attempts: the path's tasks
    std::vector<Task> tasks;       // one for each of them
    std::int64_t trigger_us =
        0;  // of the first attempt that is in the evidence; never after a task's start
    std::uint32_t attempts = 1;
};

struct Runs {
    std::vector<RunJobs> timed;    // finished and with jobs; by time of trigger
    std::size_t unfinished = 0;    // still going when exported
    std::size_t without_jobs = 0;  // in a list of runs, without its jobs
    std::size_t idle = 0;          // every job skipped or cancelled before it ran
    std::size_t set_right = 0;     // jobs whose clocks contradicted each other
};

// The pipelines must outlive the result.
[[nodiscard]] Runs runs_of(const Pipelines& pipelines);

// "test (ubuntu, 3.11)", "rspec 2/5", "lint: [a, b]": the job without its place in a matrix.
[[nodiscard]] std::string job_group(std::string_view name);

}  // namespace plimsoll
