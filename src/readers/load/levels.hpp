// Levels: single requests of a load test, gathered by how many users were at work.
//
// Law: a level becomes a step: requests over the time from its first start to its last end, and the
// percentiles of its own histogram. A level of one request, or of no time, is no step.
#pragma once

#include "core/histogram.hpp"
#include "evidence/load_tests.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace plimsoll::readers::load {

inline constexpr std::size_t most_levels = 10'000;
inline constexpr double most_us = 1e13;

struct Level {
    Histogram micros;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::int64_t sum_us = 0;
    std::int64_t from_us = std::numeric_limits<std::int64_t>::max();
    std::int64_t to_us = 0;
    std::uint64_t line = 0;  // of the first
};
using Levels = std::map<std::int64_t, Level>;  // by users; 0: not told

// The level of that many users, or nothing when there are too many.
[[nodiscard]] Level* level_at(Levels& levels, std::int64_t users, std::uint64_t line);

// `start_us` and `length_us` from 0 up, the length below most_us.
void add_request(Level& level, double start_us, double length_us, bool failed);

[[nodiscard]] std::optional<LoadStep> step_of(std::int64_t users,
                                              const Level& level,
                                              std::string tool);

}  // namespace plimsoll::readers::load
