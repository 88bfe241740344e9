#include "readers/postgres/clock.hpp"

#include "core/instant.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <cstring>

namespace plimsoll::readers::postgres {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_size_us = 60 * second_us;

struct Zone {
    std::string_view name;
    int minutes;  // east of UTC
};

// PostgreSQL's own default set of abbreviations, as far as servers are run under them.
constexpr std::array<Zone, 44> zones{{
    {"UTC", 0},    {"GMT", 0},     {"Z", 0},      {"WET", 0},    {"WEST", 60},  {"CET", 60},
    {"CEST", 120}, {"MET", 60},    {"MEST", 120}, {"BST", 60},   {"EET", 120},  {"EEST", 180},
    {"MSK", 180},  {"SAST", 120},  {"EAT", 180},  {"CAT", 120},  {"WAT", 60},   {"IDT", 180},
    {"IST", 330},  {"PKT", 300},   {"WIB", 420},  {"HKT", 480},  {"SGT", 480},  {"AWST", 480},
    {"JST", 540},  {"KST", 540},   {"ACST", 570}, {"ACDT", 630}, {"AEST", 600}, {"AEDT", 660},
    {"NZST", 720}, {"NZDT", 780},  {"AST", -240}, {"ADT", -180}, {"EST", -300}, {"EDT", -240},
    {"CST", -360}, {"CDT", -300},  {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
    {"HST", -600}, {"AKST", -540},
}};

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}

[[nodiscard]] std::size_t upper_run(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && is_upper(text[size])) {
        ++size;
    }
    return size;
}

// "+03", "+0330" or "+03:30". In "+03:10.0.0.1" the colon belongs to the prefix.
[[nodiscard]] std::string_view numeric_zone(std::string_view text) noexcept {
    std::size_t size = 1;
    while (size < text.size() && is_digit(text[size])) {
        ++size;
    }
    const std::string_view rest = text.substr(size);
    const bool minutes =
        rest.size() > 2 && rest[0] == ':' && is_digit(rest[1]) && is_digit(rest[2]);
    if (minutes && (rest.size() == 3 || (!is_digit(rest[3]) && rest[3] != '.'))) {
        size += 3;
    }
    return text.substr(0, size);
}

}  // namespace

std::optional<std::int64_t> parse_offset(std::string_view text) noexcept {
    if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    std::array<std::int64_t, 4> digits{};
    std::size_t count = 0;
    for (const char c : text.substr(1)) {
        if (is_digit(c) && count < digits.size()) {
            digits[count++] = c - '0';
        } else if (c != ':' || count == 0) {
            return std::nullopt;
        }
    }
    std::int64_t minutes = 0;
    switch (count) {
        case 1:
            minutes = digits[0] * 60;
            break;
        case 2:
            minutes = (digits[0] * 10 + digits[1]) * 60;
            break;
        case 4:
            minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
            break;
        default:
            return std::nullopt;
    }
    return (text[0] == '-' ? -minutes : minutes) * minute_size_us;
}

Clock::Clock(std::string_view given) : given_us_{parse_offset(given)} {}

bool Clock::take_zone(std::string_view& rest, std::int64_t& offset_us) {
    // Nearly always the zone of the line before.
    const bool same = zone_size_ != 0 && rest.size() > zone_size_ &&
                      scan::equal({zone_.data(), zone_size_}, rest.substr(0, zone_size_));
    if (same && !is_upper(rest[zone_size_]) && !is_digit(rest[zone_size_])) {
        rest.remove_prefix(zone_size_);
        offset_us = zone_us_;
        return true;
    }
    const bool number = !rest.empty() && (rest[0] == '+' || rest[0] == '-');
    const std::string_view zone = number ? numeric_zone(rest) : rest.substr(0, upper_run(rest));
    if (zone.empty() || zone.size() > 8) {
        return false;
    }
    const auto* const known = std::ranges::find(zones, zone, &Zone::name);
    if (number) {
        const std::optional<std::int64_t> offset = parse_offset(zone);
        if (!offset) {
            return false;
        }
        zone_us_ = *offset;
    } else if (given_us_ && zone != "UTC" && zone != "GMT") {
        zone_us_ = *given_us_;
    } else if (known != zones.end()) {
        zone_us_ = known->minutes * minute_size_us;
    } else {
        zone_us_ = 0;
        unknown_ = zone;
    }
    zone_size_ = static_cast<std::uint8_t>(zone.copy(zone_.data(), zone_.size()));
    rest.remove_prefix(zone.size());
    offset_us = zone_us_;
    return true;
}

bool Clock::take(std::string_view& rest, std::int64_t& at_us) {
    constexpr std::size_t shortest = 19;  // "2026-11-21 01:06:54"
    if (rest.size() < shortest || rest[16] != ':' || !is_digit(rest[17]) || !is_digit(rest[18])) {
        return false;
    }
    if (std::memcmp(rest.data(), minute_.data(), minute_.size()) != 0) {
        const std::optional<Instant> minute = parse_instant(rest.substr(0, minute_.size()));
        if (!minute) {
            return false;
        }
        minute_us_ = micros(*minute);
        rest.copy(minute_.data(), minute_.size());
    }
    at_us = minute_us_ + ((rest[17] - '0') * 10 + rest[18] - '0') * second_us;
    rest.remove_prefix(shortest);
    if (rest.size() > 4 && rest[0] == '.' && is_digit(rest[1]) && is_digit(rest[2]) &&
        is_digit(rest[3]) && !is_digit(rest[4])) {
        // As the server prints it: %m.
        const int millis = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + rest[3] - '0';
        at_us += millis * std::int64_t{1'000};
        rest.remove_prefix(4);
    } else if (rest.size() > 1 && (rest[0] == '.' || rest[0] == ',') && is_digit(rest[1])) {
        std::int64_t unit = second_us / 10;
        std::size_t used = 1;
        for (; used < rest.size() && is_digit(rest[used]); ++used) {
            at_us += (rest[used] - '0') * unit;
            unit /= 10;
        }
        rest.remove_prefix(used);
    }
    if (rest.size() > 1 && rest[0] == ' ') {
        std::string_view zone = rest.substr(1);
        std::int64_t offset = 0;
        if (take_zone(zone, offset)) {
            rest.remove_prefix(rest.size() - zone.size());
            at_us -= offset;
            return true;
        }
    }
    at_us -= given_us_.value_or(0);
    return true;
}

}  // namespace plimsoll::readers::postgres
