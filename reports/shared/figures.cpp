#include "shared/figures.hpp"

#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::reports::shared {
namespace {

// "1234567.5" -> "1 234 567.5"
[[nodiscard]] std::string grouped(std::string digits, std::string_view gap) {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::size_t start = digits.starts_with('-') ? 1 : 0;
    for (std::size_t at = point; at > start + 3;) {
        at -= 3;
        digits.insert(at, gap);
    }
    return digits;
}

[[nodiscard]] std::string without_trailing_zeros(std::string digits) {
    if (digits.find('.') != std::string::npos) {
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.ends_with('.')) {
            digits.pop_back();
        }
    }
    return digits;
}

// `value` with `significant` digits, never with an exponent.
[[nodiscard]] std::string significant(double value, int digits) {
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    return without_trailing_zeros(
        fmt::format("{:.{}f}", value, std::max(0, digits - 1 - magnitude)));
}

// What has no room as a row of digits: 1.2e+18.
[[nodiscard]] bool is_extreme(double value) noexcept {
    const double size = std::abs(value);
    return size >= 1e15 || (size > 0 && size < 1e-4);
}

}  // namespace

std::string_view name_of(As as) noexcept {
    static constexpr std::array<std::string_view, 10> names{"number",
                                                            "multiple",
                                                            "bytes",
                                                            "day",
                                                            "hash",
                                                            "text",
                                                            "percent",
                                                            "places",
                                                            "file",
                                                            "estimate"};
    return names[static_cast<std::size_t>(as)];
}

std::string number(double value, std::string_view gap) {
    if (!std::isfinite(value)) {
        return std::string{not_known};
    }
    if (value == 0) {
        return "0";
    }
    if (is_extreme(value)) {
        return fmt::format("{:.2e}", value);
    }
    if (std::abs(value) >= 1000 || value == std::round(value)) {
        return grouped(fmt::format("{:.0f}", value), gap);
    }
    return significant(value, 3);
}

std::string multiple(double value, std::string_view gap) {
    if (!std::isfinite(value)) {
        return std::string{not_known};
    }
    if (value == 0) {
        return "0";
    }
    if (is_extreme(value)) {
        return fmt::format("{:.1e}", value);
    }
    if (std::abs(value) >= 9.95) {
        return grouped(fmt::format("{:.0f}", value), gap);
    }
    return std::abs(value) >= 0.995 ? fmt::format("{:.1f}", value) : significant(value, 2);
}

std::string bytes(double value) {
    if (!std::isfinite(value)) {
        return std::string{not_known};
    }
    static constexpr std::array<std::string_view, 6> units{"B", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f} B", value)
                     : fmt::format("{} {}", value == 0 ? "0" : significant(value, 3), units[unit]);
}

std::string percent(double share) {
    const double hundredths = share * 100;
    return hundredths > 0 && hundredths < 0.5 ? "<1" : number(std::round(hundredths));
}

std::string estimate(const Estimate& value) {
    const bool to = std::isfinite(value.high);
    const bool from = std::isfinite(value.low) && (value.low > 0 || to);
    std::string range;
    if (from && to && value.low > 0) {
        range = number(value.low) + " to " + number(value.high);
    } else if (to) {
        range = number(value.high) + " or less";
    } else if (from) {
        range = number(value.low) + " or more";
    } else {
        range = "no interval";
    }
    if (!std::isfinite(value.at)) {
        return range;
    }
    const bool exact = value.low == value.at && value.high == value.at;
    return exact ? number(value.at) : number(value.at) + " (" + range + ")";
}

std::string shown(double value, As as) {
    switch (as) {
        case As::multiple:
            return multiple(value);
        case As::bytes:
            return bytes(value);
        case As::percent:
            return percent(value);
        default:
            return number(value);
    }
}

std::string shown(std::string_view value, As as) {
    if (as == As::hash) {
        return std::string{whole_prefix(value, 12)};
    }
    if (as == As::day) {
        return std::string{whole_prefix(value, 10)};
    }
    if (value.size() <= longest_text) {
        return std::string{value};
    }
    const std::string_view start = whole_prefix(value, longest_text);
    return fmt::format("{}… ({} bytes more, all in the JSON)", start, value.size() - start.size());
}

}  // namespace plimsoll::reports::shared
