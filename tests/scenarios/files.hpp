// What the writers of bundles share: a file that is written as it grows, and the texts of times.
#pragma once

#include "core/instant.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace plimsoll::scenarios {

inline void save(const std::string& path, const std::string& text) {
    std::ofstream out{path, std::ios::binary};
    out << text;
}

// 2026-06-15T08:00:00Z
[[nodiscard]] inline std::string time_text(double seconds) {
    return to_text(instant(static_cast<std::int64_t>(seconds) * 1'000'000));
}

// Log-normal with this median and sigma.
[[nodiscard]] inline double lognormal(model::Random& random, double median, double sigma) {
    return median * std::exp(sigma * random.normal());
}

[[nodiscard]] inline bool chance(model::Random& random, double share) {
    return random.uniform() < share;
}

// Exact number of marked ones: `share` of `all`, in random order, so that a dose is what it says.
[[nodiscard]] inline std::vector<bool> marked(model::Random& random,
                                              std::size_t all,
                                              double share) {
    std::vector<bool> out(all);
    const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(all)));
    for (std::size_t i = 0; i < std::min(wanted, all); ++i) {
        std::size_t at = random.below(all);
        while (out[at]) {
            at = (at + 1) % all;
        }
        out[at] = true;
    }
    return out;
}

}  // namespace plimsoll::scenarios
