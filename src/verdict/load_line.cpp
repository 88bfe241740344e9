#include "verdict/load_line.hpp"

#include "model/interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace plimsoll::verdict {
namespace {

[[nodiscard]] bool counts(const Limit& limit) {
    return limit.axis == Axis::load && limit.status != LimitStatus::not_applicable;
}

[[nodiscard]] bool placed(const Limit& limit) {
    return counts(limit) &&
           (limit.status == LimitStatus::measured || limit.status == LimitStatus::above_range);
}

}  // namespace

LoadLine load_line(std::span<const Limit> limits) {
    LoadLine out;
    std::vector<const Limit*> measured;
    std::vector<Estimate> intervals;
    for (const Limit& limit : limits) {
        out.known += counts(limit) ? 1 : 0;
        if (placed(limit)) {
            measured.push_back(&limit);
            intervals.push_back({.at = limit.at, .low = limit.low, .high = limit.high});
            out.bounded += model::one_sided(intervals.back()) ? 0 : 1;
        }
    }
    const std::optional<model::LoadLine> line = model::load_line(intervals);
    if (!line) {
        return out;
    }
    out.measured = static_cast<int>(measured.size());
    out.at = line->line.at;
    out.low = line->line.low;
    out.high = line->line.high;
    out.first_limit = measured[line->by_point.front()]->id;
    for (const std::size_t candidate : line->candidates) {
        out.first_limits.push_back(measured[candidate]->id);
    }
    return out;
}

LoadLine load_line(std::span<const Limit> limits, const std::map<std::string, double>& growth) {
    std::vector<Limit> mapped;
    for (Limit limit : limits) {
        const auto exponent = growth.find(std::string{to_text(limit.axis)});
        if (limit.axis != Axis::load && exponent != growth.end() && exponent->second > 0) {
            const double root = 1 / exponent->second;
            limit.axis = Axis::load;
            limit.at = std::pow(limit.at, root);
            limit.low = std::pow(limit.low, root);
            limit.high = std::pow(limit.high, root);
        }
        mapped.push_back(std::move(limit));
    }
    return load_line(mapped);
}

StageAnswer stage(const LoadLine& line, double multiple) {
    if (line.measured == 0) {
        return StageAnswer::unknown;
    }
    if (line.high < multiple) {
        return StageAnswer::breaks;
    }
    return line.low >= multiple && line.bounded == line.known ? StageAnswer::safe
                                                              : StageAnswer::undecided;
}

std::map<std::string, StageAnswer> stages(const LoadLine& line) {
    std::map<std::string, StageAnswer> out;
    for (const int multiple : std::array{10, 100, 1000}) {
        out.emplace(std::to_string(multiple) + "x", stage(line, multiple));
    }
    return out;
}

}  // namespace plimsoll::verdict
