// The graph of needs of a pipeline run, recovered from times where the payload has none.
//
// Law: a scheduler stamps a job ready when the last of what it needs is done. So the last to end
// before a job was ready is one of its needs (nearly always: something unrelated may end in the
// same second), and a job that is ready at the trigger needs nothing. From many runs of one
// pipeline the whole list follows: what a job needs ended before it was ready in every run, and in
// some run nothing else ended so shortly before. A need that never ended last is known by its
// order: had it been independent, it would have ended later in some run (chance below 1 in 10).
// Blind spot: what always ends long before another need is not seen, and does not matter to the
// time either; providers that stamp all jobs ready at the start (Jenkins stages) show no graph.
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

// For each job the jobs that it needs directly, as far as the runs show.
using NeedsGraph = std::map<std::string, std::set<std::string>>;

// `triggers` has the trigger of each run, in the unit of the tasks.
[[nodiscard]] NeedsGraph needs_graph(std::span<const NamedRun> runs,
                                     std::span<const std::int64_t> triggers);

}  // namespace plimsoll::model
