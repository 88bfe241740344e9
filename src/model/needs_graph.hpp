// The graph of needs of a pipeline run, recovered from times and failures where the payload has
// none.
//
// Law: a scheduler stamps a job ready when the last of what it needs is done. So the last to end
// before a job was ready is one of its needs (nearly always: something unrelated may end in the
// same second), and a job that is ready at the trigger needs nothing. From many runs of one
// pipeline the whole list follows: what a job needs ended before it was ready in every run, and in
// some run nothing else ended so shortly before. A need that never ended last shows in three ways:
// its failure stopped the job (needs_failures.hpp); it is one leg of a matrix, or one job of a
// stage, of which another is a need; or by its order alone: had it been independent, it would have
// ended later in some run (chance below 1 in 10). What a need already waits for is left out. Blind
// spot: what always ends long before another need, and never failed, cannot be told from a job that
// is none; it is left out (precision before recall), does not matter to the time, and is named by
// undecided_needs().
// tests/model/needs_graph_test.cpp says how many runs find how much. Providers that stamp all jobs
// ready at the start (Jenkins stages) show no graph.
#pragma once

#include "model/critical_path.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::model {

// The need of tasks[index] that ended last; of those not in `seen` (empty: all). With a list of
// needs from that list; else the last to end before it was ready (or started, where readiness is
// not known).
[[nodiscard]] std::optional<std::size_t> last_needed(std::span<const Task> tasks,
                                                     std::size_t index,
                                                     const std::vector<bool>& seen);

// One run, by name of job. Jobs that did not run are left out.
using NamedRun = std::map<std::string, Task>;

// One run as its record shows it.
struct SeenRun {
    std::int64_t trigger = 0;  // in the unit of the tasks
    NamedRun ran;
    std::set<std::string> failed;   // of those that ran: with a failure that counts
    std::set<std::string> stopped;  // in the record, but never begun
};

// For each job the jobs that it needs directly, as far as the runs show.
using NeedsGraph = std::map<std::string, std::set<std::string>>;
// By name of job, the name of the set that it belongs to: its matrix or its stage. What is not in
// it is a job of its own.
using JobSets = std::map<std::string, std::string>;

// As far as their clocks say: had `before` ended when `task` was ready?
[[nodiscard]] bool may_precede(const Task& before, const Task& task) noexcept;
// `needs` and all that they wait for, directly or not, as far as the graph knows.
[[nodiscard]] std::set<std::string> ancestors_of(const std::set<std::string>& needs,
                                                 const NeedsGraph& graph);

[[nodiscard]] NeedsGraph needs_graph(std::span<const SeenRun> runs, const JobSets& sets = {});

// For each job, what the runs cannot tell: jobs that ended before it was ready in every run, are no
// known need, directly or not, and never failed while it ran. Each of them is a need or is none,
// and it makes no difference to any run's time. Jobs of which nothing is open are left out.
[[nodiscard]] NeedsGraph undecided_needs(std::span<const SeenRun> runs, const NeedsGraph& graph);

}  // namespace plimsoll::model
