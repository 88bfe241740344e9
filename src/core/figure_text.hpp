// A figure inside a sentence or a cell that a check writes: three significant digits, thousands in
// groups, no exponent between a ten-thousandth and a million millions. Reports write their own
// figures by the same rule (reports/shared/figures.hpp).
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace plimsoll {

[[nodiscard]] inline std::string figure_text(double value) {
    if (!std::isfinite(value)) {
        return "not known";
    }
    char buffer[64];
    const double size = std::abs(value);
    if (size < 999.5 || size >= 1e15) {
        std::snprintf(buffer, sizeof buffer, "%.3g", value);
        return buffer;
    }
    const double step = std::pow(10, std::floor(std::log10(size)) - 2);
    std::snprintf(buffer, sizeof buffer, "%.0f", std::round(value / step) * step);
    std::string out = buffer;
    for (std::size_t at = out.size(); at > (value < 0 ? 4U : 3U);) {
        at -= 3;
        out.insert(at, "\u202f");  // a narrow blank that no line breaks at
    }
    return out;
}

}  // namespace plimsoll
