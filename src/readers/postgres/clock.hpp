// Clock: the time stamps of PostgreSQL's logs, "2026-11-21 01:06:54.844 CET", as microseconds of
// UTC.
//
// Law: local time minus the offset of its zone. A zone is written as UTC, as +03 or -03:30, or as
// an abbreviation; abbreviations are not unique (IST is used in three zones), so an offset that the
// user gives
// (--log-timezone) overrides them, and one that is not known counts as UTC and is reported.
// Blind spot: in the hour that is repeated when summer time ends, an abbreviation is all that tells
// them apart.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::postgres {

class Clock {
public:
    // `given` as in ReadOptions::log_timezone: "+01:00", empty when not given.
    explicit Clock(std::string_view given);

    // Reads a time stamp with its zone at the front of `rest` and takes it off.
    [[nodiscard]] bool take(std::string_view& rest, std::int64_t& at_us);
    // Zones that were met and are not known.
    [[nodiscard]] const std::string& unknown_zone() const noexcept { return unknown_; }

private:
    [[nodiscard]] bool take_zone(std::string_view& rest, std::int64_t& offset_us);

    std::optional<std::int64_t> given_us_;
    std::array<char, 16> minute_{};  // "2026-11-21 01:06" of the last stamp
    std::int64_t minute_us_ = 0;
    std::array<char, 8> zone_{};  // the last zone
    std::uint8_t zone_size_ = 0;
    std::int64_t zone_us_ = 0;
    std::string unknown_;
};

// "+01:00", "-0330", "+3": microseconds east of UTC.
[[nodiscard]] std::optional<std::int64_t> parse_offset(std::string_view text) noexcept;

}  // namespace plimsoll::readers::postgres
