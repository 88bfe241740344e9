#include "core/instant.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace plimsoll {
namespace {

using namespace std::chrono;

// Takes exactly `digits` decimal digits off the front.
[[nodiscard]] std::optional<int> take_digits(std::string_view& rest, std::size_t digits) noexcept {
    if (rest.size() < digits) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = rest[i];
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = (value * 10) + (c - '0');
    }
    rest.remove_prefix(digits);
    return value;
}

[[nodiscard]] bool take(std::string_view& rest, char wanted) noexcept {
    if (rest.empty() || rest.front() != wanted) {
        return false;
    }
    rest.remove_prefix(1);
    return true;
}

[[nodiscard]] std::optional<sys_days> take_date(std::string_view& rest) noexcept {
    const std::optional<int> y = take_digits(rest, 4);
    if (!y || !take(rest, '-')) {
        return std::nullopt;
    }
    const std::optional<int> m = take_digits(rest, 2);
    if (!m || !take(rest, '-')) {
        return std::nullopt;
    }
    const std::optional<int> d = take_digits(rest, 2);
    if (!d) {
        return std::nullopt;
    }
    const year_month_day date{
        year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    return date.ok() && *y >= 1970 ? std::optional{sys_days{date}} : std::nullopt;
}

[[nodiscard]] Micros take_fraction(std::string_view& rest) noexcept {
    std::int64_t value = 0;
    std::int64_t unit = 100'000;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        value += (rest.front() - '0') * unit;
        unit /= 10;
        rest.remove_prefix(1);
    }
    return Micros{value};
}

// hh:mm[:ss[.fraction]]; a leap second is folded into the last one.
[[nodiscard]] std::optional<Micros> take_clock(std::string_view& rest) noexcept {
    const std::optional<int> h = take_digits(rest, 2);
    if (!h || *h > 24 || !take(rest, ':')) {
        return std::nullopt;
    }
    const std::optional<int> m = take_digits(rest, 2);
    if (!m || *m > 59) {
        return std::nullopt;
    }
    Micros clock = hours{*h} + minutes{*m};
    if (take(rest, ':')) {
        const std::optional<int> s = take_digits(rest, 2);
        if (!s || *s > 60) {
            return std::nullopt;
        }
        clock += seconds{*s == 60 ? 59 : *s};
        if (take(rest, '.') || take(rest, ',')) {
            clock += take_fraction(rest);
        }
    }
    return clock;
}

// "", Z, " UTC", " GMT", +hh, +hhmm, +hh:mm; what to add to local time to get UTC.
[[nodiscard]] std::optional<Micros> take_zone(std::string_view& rest) noexcept {
    while (take(rest, ' ')) {
    }
    if (rest.empty() || rest == "Z" || rest == "z" || rest == "UTC" || rest == "GMT") {
        rest = {};
        return Micros{0};
    }
    const bool east = rest.front() == '+';
    if (!take(rest, '+') && !take(rest, '-')) {
        return std::nullopt;
    }
    const std::optional<int> h = take_digits(rest, 2);
    if (!h || *h > 15) {
        return std::nullopt;
    }
    (void)take(rest, ':');
    const std::optional<int> m = rest.empty() ? std::optional{0} : take_digits(rest, 2);
    if (!m || *m > 59) {
        return std::nullopt;
    }
    const Micros offset = hours{*h} + minutes{*m};
    return east ? -offset : offset;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) noexcept {
    const std::optional<sys_days> date = take_date(text);
    if (!date) {
        return std::nullopt;
    }
    if (text.empty()) {
        return Instant{*date};
    }
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) {
        return std::nullopt;
    }
    const std::optional<Micros> clock = take_clock(text);
    if (!clock) {
        return std::nullopt;
    }
    const std::optional<Micros> zone = take_zone(text);
    if (!zone || !text.empty()) {
        return std::nullopt;
    }
    return Instant{*date} + *clock + *zone;
}

std::string to_date(Instant at) {
    const year_month_day date{floor<days>(at)};
    std::array<char, 32> out{};
    const int length = std::snprintf(out.data(),
                                     out.size(),
                                     "%04d-%02u-%02u",
                                     static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()),
                                     static_cast<unsigned>(date.day()));
    return {out.data(), static_cast<std::size_t>(length)};
}

std::string to_text(Instant at) {
    const sys_days date = floor<days>(at);
    const hh_mm_ss<Micros> clock{at - date};
    std::array<char, 32> out{};
    int length = std::snprintf(out.data(),
                               out.size(),
                               "T%02d:%02d:%02d",
                               static_cast<int>(clock.hours().count()),
                               static_cast<int>(clock.minutes().count()),
                               static_cast<int>(clock.seconds().count()));
    std::string text = to_date(at);
    text.append(out.data(), static_cast<std::size_t>(length));
    const std::int64_t fraction = clock.subseconds().count();
    if (fraction != 0) {
        const bool whole_millis = fraction % 1000 == 0;
        length = std::snprintf(out.data(),
                               out.size(),
                               whole_millis ? ".%03lld" : ".%06lld",
                               static_cast<long long>(whole_millis ? fraction / 1000 : fraction));
        text.append(out.data(), static_cast<std::size_t>(length));
    }
    text += 'Z';
    return text;
}

}  // namespace plimsoll
