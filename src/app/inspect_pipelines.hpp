// What was read of pipelines, as JSON: runs with their true times and critical paths, the graph of
// needs, phases, deployments.
#pragma once

#include "evidence/pipelines.hpp"
#include "wire/json.hpp"

namespace plimsoll::app {

// {runs[] {id, name, wall_s, queue_s, human_wait_s, work_s, critical_path[], ...}, needs[], phases,
// ...}. The segments of a critical path sum to wall_s; wall_s = machine_s + queue_s + human_wait_s.
[[nodiscard]] wire::Json inspect_pipelines(const Pipelines& pipelines);

}  // namespace plimsoll::app
