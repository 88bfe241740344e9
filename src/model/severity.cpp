#include "model/severity.hpp"

#include "model/special.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::model {

std::optional<int> severity(double value, ControlPoints points) noexcept {
    const bool curve = points.ten > 0 && points.fifty > 0 && std::isfinite(points.ten) &&
                       std::isfinite(points.fifty) && points.ten != points.fifty;
    if (std::isnan(value) || !curve) {
        return std::nullopt;
    }
    const double sigma = std::log(points.fifty / points.ten) / normal_quantile(0.9);
    const double z = std::log(std::max(value, 0.0) / points.fifty) / sigma;  // -inf at value 0
    constexpr double rounding = 1e-9;  // floor(9.999999999999998) must be 10 at the control point
    return static_cast<int>(std::floor(100 * normal_cdf(z) + rounding));
}

}  // namespace plimsoll::model
