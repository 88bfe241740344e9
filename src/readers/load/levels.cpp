#include "readers/load/levels.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace plimsoll::readers::load {

Level* level_at(Levels& levels, std::int64_t users, std::uint64_t line) {
    if (levels.size() >= most_levels && !levels.contains(users)) {
        return nullptr;
    }
    Level& level = levels[users];
    level.line = level.line == 0 ? line : level.line;
    return &level;
}

void add_request(Level& level, double start_us, double length_us, bool failed) {
    const std::int64_t length = std::llround(length_us);
    const std::int64_t start = std::llround(start_us);
    level.micros.add(length);
    ++level.requests;
    level.errors += failed ? 1 : 0;
    level.sum_us += length;
    level.from_us = std::min(level.from_us, start);
    level.to_us = std::max(level.to_us, start + length);
}

std::optional<LoadStep> step_of(std::int64_t users, const Level& level, std::string tool) {
    const double seconds = static_cast<double>(level.to_us - level.from_us) / 1e6;
    if (level.requests < 2 || !(seconds > 0)) {
        return std::nullopt;
    }
    const auto quantile = [&](double q) { return std::llround(level.micros.quantile(q).at); };
    LoadStep step;
    step.tool = std::move(tool);
    step.users = users > 0 ? std::optional{users} : std::nullopt;
    step.requests = level.requests;
    step.errors = level.errors;
    step.achieved_milli = std::llround(1000 * static_cast<double>(level.requests) / seconds);
    step.mean_us = level.sum_us / static_cast<std::int64_t>(level.requests);
    step.p50_us = quantile(0.5);
    step.p95_us = quantile(0.95);
    step.p99_us = quantile(0.99);
    step.max_us = quantile(1);
    return step;
}

}  // namespace plimsoll::readers::load
