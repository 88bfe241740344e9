#include "model/proportion.hpp"

#include "model/special.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::model {

ShareInterval wilson(std::uint64_t successes, std::uint64_t trials, double confidence) noexcept {
    if (trials == 0) {
        return {0, 1};
    }
    const std::uint64_t seen = std::min(successes, trials);
    const double n = static_cast<double>(trials);
    const double share = static_cast<double>(seen) / n;
    const double z = normal_quantile(0.5 + confidence / 2);
    const double scale = 1 + z * z / n;
    const double centre = (share + z * z / (2 * n)) / scale;
    const double half = z / scale * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // the ends are exactly 0 and 1 there; rounding must not say otherwise
    return {seen == 0 ? 0 : std::max(0.0, centre - half),
            seen == trials ? 1 : std::min(1.0, centre + half)};
}

double none_seen_upper(std::uint64_t trials, double confidence) noexcept {
    return 1 - all_seen_lower(trials, confidence);
}

double all_seen_lower(std::uint64_t trials, double confidence) noexcept {
    if (trials == 0) {
        return 0;
    }
    return std::pow(1 - confidence, 1 / static_cast<double>(trials));
}

}  // namespace plimsoll::model
