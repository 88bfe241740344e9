#include "evidence/periods.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace plimsoll {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::array<std::int64_t, 5> widths{
    hour_us, 6 * hour_us, 24 * hour_us, 7 * 24 * hour_us, 4 * 7 * 24 * hour_us};
constexpr std::uint8_t widest = widths.size() - 1;

}  // namespace

std::int64_t Periods::width_us() const noexcept {
    return widths[std::min(width_, widest)];
}

Instant Periods::begin_of(Instant when) const noexcept {
    // A digest may say any time; the first period that can be told is a whole one.
    constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min() + widths.back();
    const std::int64_t us = std::max(micros(when), earliest);
    const std::int64_t width = width_us();
    const std::int64_t behind = us % width;
    return instant(us - (behind < 0 ? behind + width : behind));
}

Histogram& Periods::at(Instant when) {
    if (const auto found = periods_.find(begin_of(when)); found != periods_.end()) {
        return found->second;
    }
    periods_[begin_of(when)];
    widen_while_too_many();
    return periods_[begin_of(when)];
}

void Periods::merge(const Periods& other) {
    widen_to(std::max(width_, other.width_));
    for (const auto& [begin, histogram] : other.periods_) {
        periods_[begin_of(begin)].merge(histogram);
    }
    widen_while_too_many();
}

void Periods::widen_while_too_many() {
    while (periods_.size() > most && width_ < widest) {
        widen_to(static_cast<std::uint8_t>(width_ + 1));
    }
}

void Periods::widen_to(std::uint8_t width) {
    if (width == width_) {
        return;
    }
    width_ = width;
    for (const auto& [begin, histogram] : std::exchange(periods_, {})) {
        periods_[begin_of(begin)].merge(histogram);
    }
}

Histogram Periods::whole() const {
    Histogram all;
    for (const auto& [begin, histogram] : periods_) {
        all.merge(histogram);
    }
    return all;
}

}  // namespace plimsoll
