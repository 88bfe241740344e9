// `plimsoll shard plan|status`, and the index of a task that an engine puts in the environment.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace plimsoll::cli {

struct ShardFlags {
    std::string list;
    std::string manifest;
    std::string folder;  // of the digests; beside the manifest when empty
    std::size_t count = 1;
};

// Reads a list of sources, writes the manifest.
[[nodiscard]] Status run_shard_plan(const ShardFlags& flags);
// Prints the indices that are missing, 7,12-14; untrusted when there are any.
[[nodiscard]] Status run_shard_status(const ShardFlags& flags);

// The index given, or Slurm's or Kubernetes' for this task. Throws Error (usage) when there is none
// or it is no number.
[[nodiscard]] std::size_t task_index(const std::string& given);

// The sources and the output of one shard, or all digests of a manifest. Throw Error (usage) for an
// index out of range, (untrusted) when a digest is missing.
struct ShardWork {
    std::vector<std::string> sources;
    std::string output;
};
[[nodiscard]] ShardWork work_of_shard(const std::string& manifest, const std::string& index);
[[nodiscard]] std::vector<std::string> digests_of(const std::string& manifest);

}  // namespace plimsoll::cli
