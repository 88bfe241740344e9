#include "model/interval.hpp"

#include <algorithm>
#include <numeric>

namespace plimsoll::model {

std::optional<LoadLine> load_line(std::span<const LimitInterval> limits) {
    if (limits.empty()) {
        return std::nullopt;
    }
    LoadLine line;
    line.at = limits.front().at;
    line.high = limits.front().high;
    for (const LimitInterval& limit : limits) {
        line.at = std::min(line.at, limit.at);
        line.high = std::min(line.high, limit.high);
        line.one_sided = line.one_sided || !limit.low;
        if (limit.low) {
            line.low = std::min(*limit.low, line.low.value_or(*limit.low));
        }
    }
    if (line.low) {
        line.low = std::min(*line.low, line.high);  // a one-sided limit may lie below all lows
    }
    line.by_point.resize(limits.size());
    std::iota(line.by_point.begin(), line.by_point.end(), std::size_t{0});
    std::stable_sort(line.by_point.begin(), line.by_point.end(), [&](std::size_t a, std::size_t b) {
        return limits[a].at < limits[b].at;
    });
    for (std::size_t i = 0; i < limits.size(); ++i) {
        if (limits[i].low.value_or(0) <= line.high) {
            line.candidates.push_back(i);
        }
    }
    return line;
}

Stage stage_verdict(const LoadLine& line, double stage) noexcept {
    if (line.high < stage) {
        return Stage::breaks;
    }
    const bool bounded = line.low && !line.one_sided;
    return bounded && *line.low >= stage ? Stage::safe : Stage::undecided;
}

}  // namespace plimsoll::model
