// Task: a piece of work with its times, as CI runs, builds and traces are made of: what evidence
// hands to arithmetic (model/critical_path.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plimsoll {

// Microseconds on any one clock. started <= completed.
struct Task {
    std::optional<std::int64_t> ready = {};
    std::int64_t started = 0;
    std::int64_t completed = 0;
    std::int64_t paused = 0;   // of its time, waiting for a person; <= completed - started
    bool human = false;        // all of it is waiting for a person: an approval
    bool needs_known = false;  // `needs` is all it waits for
    std::vector<std::size_t> needs = {};  // indexes
};

}  // namespace plimsoll
