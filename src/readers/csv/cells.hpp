// Cells of a table as people and dashboards write them: numbers, durations with a unit, times.
//
// Law: nothing is guessed where two readings differ by a factor. "1,234" is read by the file's
// decimal sign, a slashed date by the file's day order, and a duration without a unit has none.
#pragma once

#include "core/instant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace plimsoll::readers::csv {

// What stands for "no value" in exports: "", "-", "null", "undefined", "NaN", "N/A", "none".
[[nodiscard]] bool is_blank(std::string_view cell) noexcept;

// A finite number with the file's decimal sign ('.' or ','); the other sign, blanks, apostrophes
// and underscores may separate groups of three digits.
[[nodiscard]] std::optional<double> number(std::string_view cell, char decimal = '.') noexcept;

// The decimal sign that the numbers of a sample prove; nothing when none does or they disagree.
[[nodiscard]] std::optional<char> decimal_sign(std::span<const std::string_view> cells) noexcept;
// Can the cell be read as a whole number of thousands as well as with a decimal sign ("1,234")?
[[nodiscard]] bool is_ambiguous(std::string_view cell) noexcept;

// Nanoseconds in a unit of time by its name ("ms", "milliseconds", "µs", "s", "min"); nothing when
// it is none. One letter 'm' is minutes nowhere and milliseconds nowhere, so it is none.
[[nodiscard]] std::optional<double> nanos_in(std::string_view unit) noexcept;

// "80 ms", "1.2s", "350 µs", or a bare number.
struct Duration {
    double value = 0;
    std::optional<double> nanos_per_unit;
};
[[nodiscard]] std::optional<Duration> duration(std::string_view cell, char decimal = '.') noexcept;

enum class DayOrder : std::uint8_t { unknown, day_first, month_first };

struct TimeFormat {
    Micros offset{0};  // local time less UTC, for stamps that name no zone
    DayOrder order = DayOrder::unknown;
};
struct Time {
    Instant at;
    bool zoned = false;  // the stamp said its zone, or counts from 1970
};

// ISO 8601 with blank or 'T', "20/11/2026 08:15:00" and "20.11.2026 08:15" with a known order, and
// seconds, milli-, micro- or nanoseconds since 1970 by size (1973 to 5138).
[[nodiscard]] std::optional<Time> time_of(std::string_view cell, const TimeFormat& format) noexcept;
// The order that a slashed date proves by a part above 12.
[[nodiscard]] DayOrder day_order(std::string_view cell) noexcept;
[[nodiscard]] bool is_slashed_date(std::string_view cell) noexcept;

// "+01:00", "-0530", "UTC", "Z"; nothing for a name that is no offset.
[[nodiscard]] std::optional<Micros> zone_offset(std::string_view zone) noexcept;

}  // namespace plimsoll::readers::csv
