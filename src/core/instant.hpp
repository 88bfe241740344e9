// Instants and spans of time, whole microseconds of UTC: integers, so that sums do not depend on
// order.
//
// Law: proleptic Gregorian calendar without leap seconds, as every log we read uses.
// Blind spot: a zone name such as "CET" is not an offset; readers that meet one must be told it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll {

using Micros = std::chrono::microseconds;
using Instant = std::chrono::sys_time<Micros>;

[[nodiscard]] constexpr Instant instant(std::int64_t micros_since_1970) noexcept {
    return Instant{Micros{micros_since_1970}};
}
[[nodiscard]] constexpr std::int64_t micros(Instant at) noexcept {
    return at.time_since_epoch().count();
}

// 2026-11-20T08:15:00Z, with a fraction (3 or 6 digits) only where there is one.
[[nodiscard]] std::string to_text(Instant at);
// 2026-11-20
[[nodiscard]] std::string to_date(Instant at);

// Reads ISO 8601 as logs and payloads write it: "2026-11-20", "2026-11-20 08:15:00.123",
// "2026-11-20T08:15:00Z", "...+01:00", "...+0100", "... UTC"; up to 9 digits of fraction (beyond
// microseconds cut off). No zone: UTC. Nothing when it is anything else, or a year before 1970
// (payloads write 0001-01-01 for "never") or after 9999.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text) noexcept;

// Whole days since 1970-01-01, for windows by day and week.
[[nodiscard]] constexpr std::int64_t day_of(Instant at) noexcept {
    return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

// From the first to the last thing seen; nothing when nothing was.
struct Span {
    std::optional<Instant> from;
    std::optional<Instant> to;

    constexpr void cover(Instant at) noexcept {
        from = from && *from < at ? from : std::optional{at};
        to = to && *to > at ? to : std::optional{at};
    }
    constexpr void merge(const Span& other) noexcept {
        if (other.from) {
            cover(*other.from);
        }
        if (other.to) {
            cover(*other.to);
        }
    }
    [[nodiscard]] constexpr Micros length() const noexcept {
        return from && to ? *to - *from : Micros{0};
    }
    friend constexpr bool operator==(const Span&, const Span&) = default;
    static constexpr void fields(auto&& field) {
        field("from", &Span::from);
        field("to", &Span::to);
    }
};

}  // namespace plimsoll
