#include "core/zone.hpp"

#include <algorithm>

namespace plimsoll {

namespace {

// No zone was ever further from UTC than 15:56 hours (Manila before 1845).
constexpr Micros furthest = std::chrono::hours{16};

}  // namespace

std::chrono::seconds Zone::offset_at(Instant at) const noexcept {
    const auto after = std::ranges::upper_bound(changes, at, {}, &ZoneChange::at);
    return after == changes.begin() ? offset : (after - 1)->offset;
}

std::int64_t Zone::day_of(Instant at) const noexcept {
    return plimsoll::day_of(at + offset_at(at));
}

// By halves, for some clocks are put forward at midnight and that day begins at one o'clock.
Instant Zone::start_of(std::int64_t day) const noexcept {
    const Instant midnight{std::chrono::days{day}};
    Instant before = midnight - furthest - Micros{1};
    Instant within = midnight + furthest;
    while (within - before > Micros{1}) {
        const Instant middle = before + (within - before) / 2;
        (day_of(middle) < day ? before : within) = middle;
    }
    return within;
}

}  // namespace plimsoll
