#include "readers/csv/cells.hpp"

#include "readers/csv/csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace plimsoll::readers::csv {
namespace {

[[nodiscard]] bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// Digits with at most one full stop among them, as most cells are. At most 15 digits and a power of
// ten are exact as double, so their quotient is the nearest double, as from_chars gives it.
[[nodiscard]] std::optional<double> short_number(std::string_view text) noexcept {
    static constexpr std::array<double, 16> powers{
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    if (text.size() > 16 || text.empty() || !is_digit(text.front()) || !is_digit(text.back())) {
        return std::nullopt;
    }
    std::int64_t digits = 0;
    std::size_t count = 0;
    std::size_t whole = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '.' && whole == text.size()) {
            whole = i;
        } else if (is_digit(text[i]) && ++count < powers.size()) {
            digits = digits * 10 + (text[i] - '0');
        } else {
            return std::nullopt;
        }
    }
    const std::size_t fraction = whole == text.size() ? 0 : text.size() - whole - 1;
    return static_cast<double>(digits) / powers[fraction];
}

[[nodiscard]] std::optional<double> plain_number(std::string_view text) noexcept {
    if (const std::optional<double> found = short_number(text)) {
        return found;
    }
    double value = 0;
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

// The length of a sign that separates groups of digits at the front of the text, 0 when it is none.
[[nodiscard]] std::size_t group_sign(std::string_view text, char decimal) noexcept {
    const char other = decimal == '.' ? ',' : '.';
    if (text.front() == other || text.front() == ' ' || text.front() == '\'' ||
        text.front() == '_') {
        return 1;
    }
    if (text.starts_with("\xC2\xA0")) {  // no-break space
        return 2;
    }
    // narrow no-break space, thin space, right single quotation mark
    return text.starts_with("\xE2\x80\xAF") || text.starts_with("\xE2\x80\x89") ||
                   text.starts_with("\xE2\x80\x99")
               ? 3
               : 0;
}

// Exactly three digits and then no digit.
[[nodiscard]] bool is_group(std::string_view text) noexcept {
    return text.size() >= 3 && std::all_of(text.begin(), text.begin() + 3, is_digit) &&
           (text.size() == 3 || !is_digit(text[3]));
}

// The number without its group signs and with a full stop as decimal sign; false when a group is
// none.
[[nodiscard]] bool without_groups(std::string_view cell, char decimal, std::string& out) noexcept {
    bool fraction = false;
    while (!cell.empty()) {
        const char c = cell.front();
        if (c == decimal && !fraction) {
            fraction = true;
            out += '.';
            cell.remove_prefix(1);
            continue;
        }
        const std::size_t sign = group_sign(cell, decimal);
        if (sign != 0) {
            cell.remove_prefix(sign);
            const bool groups = !out.empty() && is_digit(out.back()) && out != "0" && out != "-0";
            if (fraction || !groups || !is_group(cell)) {
                return false;
            }
            continue;
        }
        out += c;
        cell.remove_prefix(1);
    }
    return true;
}

struct UnitName {
    std::string_view name;
    double nanos = 0;
};
constexpr std::array<UnitName, 24> unit_names{{
    {"ns", 1},        {"nanos", 1},         {"nanosecond", 1},     {"nanoseconds", 1},
    {"us", 1e3},      {"\xC2\xB5s", 1e3},   {"\xCE\xBCs", 1e3},    {"usec", 1e3},
    {"micros", 1e3},  {"microsecond", 1e3}, {"microseconds", 1e3}, {"ms", 1e6},
    {"msec", 1e6},    {"millis", 1e6},      {"millisecond", 1e6},  {"milliseconds", 1e6},
    {"s", 1e9},       {"sec", 1e9},         {"secs", 1e9},         {"second", 1e9},
    {"seconds", 1e9}, {"min", 6e10},        {"minute", 6e10},      {"minutes", 6e10},
}};

struct SlashedDate {
    int first = 0;
    int second = 0;
    int year = 0;
    std::string_view rest;
};

[[nodiscard]] std::optional<int> take_number(std::string_view& text, std::size_t most) noexcept {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < most && is_digit(text[digits])) {
        value = value * 10 + (text[digits] - '0');
        ++digits;
    }
    text.remove_prefix(digits);
    return digits == 0 ? std::nullopt : std::optional{value};
}

// "20/11/2026", "20.11.2026", "11-20-2026": two small numbers and a year behind them.
[[nodiscard]] std::optional<SlashedDate> slashed(std::string_view cell) noexcept {
    const std::optional<int> first = take_number(cell, 2);
    if (!first || cell.empty() || (cell[0] != '/' && cell[0] != '.' && cell[0] != '-')) {
        return std::nullopt;
    }
    const char sign = cell[0];
    cell.remove_prefix(1);
    const std::optional<int> second = take_number(cell, 2);
    if (!second || cell.empty() || cell[0] != sign) {
        return std::nullopt;
    }
    cell.remove_prefix(1);
    const std::size_t before = cell.size();
    const std::optional<int> year = take_number(cell, 4);
    if (!year || before - cell.size() != 4 || *first < 1 || *second < 1) {
        return std::nullopt;
    }
    return SlashedDate{.first = *first, .second = *second, .year = *year, .rest = cell};
}

// "3:05:00 PM" as 15:05:00; the clock part of a slashed stamp.
[[nodiscard]] std::optional<std::string> clock_of(std::string_view rest) {
    while (!rest.empty() && (rest[0] == ',' || rest[0] == ' ' || rest[0] == 'T')) {
        rest.remove_prefix(1);
    }
    if (rest.empty()) {
        return std::string{"00:00"};
    }
    std::string_view after = rest;
    const std::optional<int> hour = take_number(after, 2);
    if (!hour) {
        return std::nullopt;
    }
    std::string tail = lower(after);
    int hour24 = *hour;
    for (const std::string_view half : {"am", "pm"}) {
        if (tail.ends_with(half)) {
            tail = trim(std::string_view{tail}.substr(0, tail.size() - 2));
            hour24 = *hour % 12 + (half == "pm" ? 12 : 0);
        }
    }
    if (hour24 > 24) {
        return std::nullopt;
    }
    return std::string{static_cast<char>('0' + hour24 / 10), static_cast<char>('0' + hour24 % 10)} +
           tail;
}

[[nodiscard]] std::string two(int value) {
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

[[nodiscard]] std::optional<Instant> slashed_time(std::string_view cell, DayOrder order) {
    const std::optional<SlashedDate> date = slashed(cell);
    if (!date || order == DayOrder::unknown) {
        return std::nullopt;
    }
    const int day = order == DayOrder::day_first ? date->first : date->second;
    const int month = order == DayOrder::day_first ? date->second : date->first;
    const std::optional<std::string> clock = clock_of(date->rest);
    if (!clock) {
        return std::nullopt;
    }
    return parse_instant(std::to_string(date->year) + "-" + two(month) + "-" + two(day) + " " +
                         *clock);
}

// Seconds, milli-, micro- or nanoseconds since 1970: the four do not overlap from 1973 to 5138.
[[nodiscard]] std::optional<Instant> since_1970(double value) noexcept {
    constexpr double first = 1e8;
    if (value < first || value >= 1e20) {
        return std::nullopt;
    }
    const double micros = value < 1e11   ? value * 1e6
                          : value < 1e14 ? value * 1e3
                          : value < 1e17 ? value
                                         : value / 1e3;
    return instant(std::llround(micros));
}

[[nodiscard]] bool names_zone(std::string_view stamp) noexcept {
    const std::size_t clock = stamp.find(':');
    return clock != std::string_view::npos &&
           stamp.find_first_of("Zz+-UG", clock) != std::string_view::npos;
}

}  // namespace

bool is_blank(std::string_view cell) noexcept {
    static constexpr std::array<std::string_view, 9> words{
        "", "-", "--", "null", "undefined", "nan", "n/a", "none", "no data"};
    if (!cell.empty() && is_digit(cell.front())) {
        return false;  // most cells, and worth the shortcut
    }
    return cell.size() <= 9 && std::ranges::find(words, lower(cell)) != words.end();
}

std::optional<double> number(std::string_view cell, char decimal) noexcept {
    cell = trim(cell);
    const bool plain = std::ranges::all_of(cell, [&](char c) {
        return is_digit(c) || c == '-' || c == '+' || c == 'e' || c == 'E' ||
               (c == '.' && decimal == '.');
    });
    if (plain) {
        return plain_number(cell);
    }
    if (cell.size() > 64) {
        return std::nullopt;
    }
    std::string text;
    return without_groups(cell, decimal, text) ? plain_number(text) : std::nullopt;
}

bool is_ambiguous(std::string_view cell) noexcept {
    const std::size_t sign = cell.find_first_of(",.");
    return sign != std::string_view::npos && sign >= 1 && sign <= 3 && cell.size() == sign + 4 &&
           cell[0] != '0' && is_group(cell.substr(sign + 1)) &&
           std::all_of(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(sign), is_digit);
}

std::optional<char> decimal_sign(std::span<const std::string_view> cells) noexcept {
    bool point = false;
    bool comma = false;
    for (const std::string_view cell : cells) {
        if (is_ambiguous(cell) || cell.find_first_of(",.") == std::string_view::npos) {
            continue;
        }
        const bool by_point = number(cell, '.').has_value();
        const bool by_comma = number(cell, ',').has_value();
        point = point || (by_point && !by_comma);
        comma = comma || (by_comma && !by_point);
    }
    if (point == comma) {
        return std::nullopt;
    }
    return point ? '.' : ',';
}

std::optional<double> nanos_in(std::string_view unit) noexcept {
    if (unit.size() > 12) {
        return std::nullopt;
    }
    const std::string name = lower(unit);
    const auto* const found = std::ranges::find(unit_names, name, &UnitName::name);
    return found == unit_names.end() ? std::nullopt : std::optional{found->nanos};
}

std::optional<Duration> duration(std::string_view cell, char decimal) noexcept {
    cell = trim(cell);
    std::size_t end = cell.size();
    while (end > 0 && !is_digit(cell[end - 1]) && cell[end - 1] != '.') {
        --end;
    }
    const std::optional<double> value = number(cell.substr(0, end), decimal);
    if (!value) {
        return std::nullopt;
    }
    const std::string_view unit = trim(cell.substr(end));
    if (unit.empty()) {
        return Duration{.value = *value, .nanos_per_unit = std::nullopt};
    }
    const std::optional<double> nanos = nanos_in(unit);
    return nanos ? std::optional{Duration{.value = *value, .nanos_per_unit = nanos}} : std::nullopt;
}

DayOrder day_order(std::string_view cell) noexcept {
    const std::optional<SlashedDate> date = slashed(cell);
    if (!date || (date->first > 12) == (date->second > 12)) {
        return DayOrder::unknown;
    }
    return date->first > 12 ? DayOrder::day_first : DayOrder::month_first;
}

bool is_slashed_date(std::string_view cell) noexcept {
    return slashed(cell).has_value();
}

std::optional<Micros> zone_offset(std::string_view zone) noexcept {
    if (zone.empty()) {
        return std::nullopt;
    }
    const std::optional<Instant> at = parse_instant("2000-01-01T00:00:00" + std::string{zone});
    const std::optional<Instant> utc = parse_instant("2000-01-01T00:00:00");
    return at ? std::optional{*utc - *at} : std::nullopt;
}

std::optional<Time> time_of(std::string_view cell, const TimeFormat& format) noexcept {
    cell = trim(cell);
    if (cell.empty() || cell.size() > 40) {
        return std::nullopt;
    }
    if (const std::optional<Instant> at = parse_instant(cell)) {
        return names_zone(cell) ? Time{.at = *at, .zoned = true} : Time{.at = *at - format.offset};
    }
    if (const std::optional<double> value = plain_number(cell)) {
        const std::optional<Instant> at = since_1970(*value);
        return at ? std::optional{Time{.at = *at, .zoned = true}} : std::nullopt;
    }
    if (const std::optional<Instant> at = slashed_time(cell, format.order)) {
        return Time{.at = *at - format.offset};
    }
    return std::nullopt;
}

}  // namespace plimsoll::readers::csv
