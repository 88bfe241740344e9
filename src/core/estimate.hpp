// Estimate: a figure with the interval it may lie in. No figure travels without one.
#pragma once

#include <cmath>
#include <limits>

namespace plimsoll {

// `at` is the best single value, NaN when only bounds are known. [low, high] is a 90 % interval
// unless the figure's maker says otherwise; high is infinite when the evidence gives no upper
// bound, low is 0 when it gives no lower one. An exact count has low = at = high.
struct Estimate {
    double at = std::numeric_limits<double>::quiet_NaN();
    double low = 0;
    double high = std::numeric_limits<double>::infinity();

    [[nodiscard]] static constexpr Estimate exactly(double value) noexcept {
        return {.at = value, .low = value, .high = value};
    }
    [[nodiscard]] static constexpr Estimate at_most(double bound) noexcept {
        return {.at = std::numeric_limits<double>::quiet_NaN(), .low = 0, .high = bound};
    }
    [[nodiscard]] bool has_point() const noexcept { return !std::isnan(at); }
    [[nodiscard]] bool known() const noexcept {
        return has_point() || low > 0 || std::isfinite(high);
    }
    [[nodiscard]] Estimate times(double factor) const noexcept {
        return {.at = at * factor, .low = low * factor, .high = high * factor};
    }
    static constexpr void fields(auto&& field) {
        field("at", &Estimate::at);
        field("low", &Estimate::low);
        field("high", &Estimate::high);
    }
};

}  // namespace plimsoll
