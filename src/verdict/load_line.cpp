#include "verdict/load_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::verdict {
namespace {

[[nodiscard]] bool one_sided(const Limit& limit) {
    return std::isnan(limit.at) && limit.low == 0;
}

[[nodiscard]] bool counts(const Limit& limit) {
    return limit.axis == Axis::load && limit.status != LimitStatus::not_applicable;
}

[[nodiscard]] bool placed(const Limit& limit) {
    return counts(limit) &&
           (limit.status == LimitStatus::measured || limit.status == LimitStatus::above_range);
}

}  // namespace

LoadLine load_line(std::span<const Limit> limits) {
    LoadLine line;
    double low = std::numeric_limits<double>::infinity();
    for (const Limit& limit : limits) {
        line.known += counts(limit) ? 1 : 0;
        if (!placed(limit)) {
            continue;
        }
        ++line.measured;
        line.high = std::min(line.high, limit.high);
        if (!one_sided(limit)) {
            low = std::min(low, limit.low);
        }
        if (!std::isnan(limit.at) && (std::isnan(line.at) || limit.at < line.at)) {
            line.at = limit.at;
            line.first_limit = limit.id;
        }
    }
    line.low = std::isinf(low) ? 0 : std::min(low, line.high);
    if (!std::isnan(line.at)) {
        line.at = std::clamp(line.at, line.low, line.high);
    }
    for (const Limit& limit : limits) {
        if (placed(limit) && limit.low <= line.high) {
            line.first_limits.push_back(limit.id);
            if (line.first_limit.empty() && limit.high == line.high) {
                line.first_limit = limit.id;
            }
        }
    }
    return line;
}

StageAnswer stage(const LoadLine& line, double multiple) {
    if (line.measured == 0) {
        return StageAnswer::unknown;
    }
    if (line.high < multiple) {
        return StageAnswer::breaks;
    }
    return line.low >= multiple && line.measured == line.known ? StageAnswer::safe
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
