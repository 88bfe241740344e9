#include "model/interval.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace plimsoll::model {
namespace {

[[nodiscard]] double height(const Estimate& limit) noexcept {
    return limit.has_point() ? limit.at : limit.high;
}

}  // namespace

bool one_sided(const Estimate& limit) noexcept {
    return !limit.has_point() && limit.low <= 0;
}

std::optional<LoadLine> load_line(std::span<const Estimate> limits) {
    if (limits.empty()) {
        return std::nullopt;
    }
    LoadLine out;
    double low = std::numeric_limits<double>::infinity();
    double at = low;
    for (const Estimate& limit : limits) {
        out.line.high = std::min(out.line.high, limit.high);
        if (one_sided(limit)) {
            out.one_sided = true;
            continue;
        }
        low = std::min(low, limit.low);
        at = limit.has_point() ? std::min(at, limit.at) : at;
    }
    if (low <= out.line.high) {
        out.line.low = low;
        if (at < std::numeric_limits<double>::infinity()) {
            out.line.at = std::clamp(at, low, out.line.high);
        }
    }
    out.by_point.resize(limits.size());
    std::iota(out.by_point.begin(), out.by_point.end(), std::size_t{0});
    std::stable_sort(out.by_point.begin(), out.by_point.end(), [&](std::size_t a, std::size_t b) {
        return height(limits[a]) < height(limits[b]);
    });
    for (std::size_t i = 0; i < limits.size(); ++i) {
        if (limits[i].low <= out.line.high) {
            out.candidates.push_back(i);
        }
    }
    return out;
}

}  // namespace plimsoll::model
