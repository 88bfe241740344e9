#include "shared/limits.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::shared {
namespace {

[[nodiscard]] int rank(LimitStatus status) noexcept {
    switch (status) {
        case LimitStatus::measured:
            return 0;
        case LimitStatus::above_range:
            return 1;
        default:
            return 2;
    }
}

}  // namespace

double standing(const Limit& limit) noexcept {
    if (std::isfinite(limit.at)) {
        return limit.at;
    }
    if (std::isfinite(limit.high)) {
        return limit.high;
    }
    return std::isfinite(limit.low) ? limit.low : 0;
}

std::vector<std::size_t> limits_in_order(const Audit& audit, Axis axis) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < audit.limits.size(); ++i) {
        const Limit& limit = audit.limits[i];
        if (limit.axis == axis && limit.status != LimitStatus::not_applicable) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const Limit& left = audit.limits[a];
        const Limit& right = audit.limits[b];
        if (rank(left.status) != rank(right.status)) {
            return rank(left.status) < rank(right.status);
        }
        return left.status != LimitStatus::missing && standing(left) < standing(right);
    });
    return order;
}

std::vector<std::size_t> not_applicable(const Audit& audit) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < audit.limits.size(); ++i) {
        if (audit.limits[i].status == LimitStatus::not_applicable) {
            order.push_back(i);
        }
    }
    return order;
}

double on_axis(double multiple, double last) noexcept {
    if (std::isnan(multiple) || multiple <= 1) {
        return 0;
    }
    return multiple >= last ? 1 : std::log10(multiple) / std::log10(last);
}

bool is_known(const LoadLine& line) noexcept {
    return std::isfinite(line.at) || std::isfinite(line.high) ||
           (std::isfinite(line.low) && line.low > 0);
}

}  // namespace plimsoll::reports::shared
