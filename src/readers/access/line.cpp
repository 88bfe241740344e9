#include "readers/access/line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace plimsoll::readers::access {
namespace {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr double most_micros = 1e13;  // 115 days

// "12.345": what nginx writes; -1 for anything else. A general parser takes five times as long.
[[nodiscard]] std::int64_t thousandths_of(std::string_view text) noexcept {
    if (text.size() < 5 || text.size() > 11 || text[text.size() - 4] != '.') {
        return -1;
    }
    std::int64_t value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i + 4 == text.size()) {
            continue;
        }
        if (!is_digit(text[i])) {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

// Seconds, milliseconds or microseconds as whole microseconds; -1 when it is no duration from 0 up.
[[nodiscard]] std::int64_t micros_of(std::string_view text, double per_unit) noexcept {
    if (per_unit == 1e6) {
        if (const std::int64_t millis = thousandths_of(text); millis >= 0) {
            return millis * 1000;
        }
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = error == std::errc{} && end == text.data() + text.size();
    value *= per_unit;
    return number && value >= 0 && value < most_micros ? std::llround(value) : -1;
}

[[nodiscard]] std::string_view take_token(std::string_view& rest) noexcept {
    const std::size_t from = std::min(rest.find_first_not_of(' '), rest.size());
    rest.remove_prefix(from);
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view token = rest.substr(0, end);
    rest.remove_prefix(end);
    return token;
}

// What stands between the next two quotes, without care for escapes but for \" itself.
[[nodiscard]] std::string_view take_quoted(std::string_view& rest) noexcept {
    const std::size_t open = rest.find('"');
    if (open == std::string_view::npos) {
        return {};
    }
    rest.remove_prefix(open + 1);
    std::size_t close = rest.find('"');
    while (close != std::string_view::npos && close != 0 && rest[close - 1] == '\\') {
        close = rest.find('"', close + 1);
    }
    const std::string_view text = rest.substr(0, close);
    rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
    return text;
}

[[nodiscard]] int status_of(std::string_view token) noexcept {
    const bool three = token.size() == 3 && std::ranges::all_of(token, is_digit);
    return three ? (token[0] - '0') * 100 + (token[1] - '0') * 10 + (token[2] - '0') : 0;
}

// "GET /path HTTP/1.1" in its parts.
void split_request(std::string_view request, Request& out) noexcept {
    const std::size_t blank = request.find(' ');
    out.method = request.substr(0, blank);
    if (blank == std::string_view::npos) {
        out.path = {};
        return;
    }
    request.remove_prefix(blank + 1);
    out.path = request.substr(0, request.find(' '));
}

[[nodiscard]] int month_of(std::string_view name) noexcept {
    static constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::size_t at = names.find(name);
    return name.size() == 3 && at != std::string_view::npos && at % 3 == 0
               ? static_cast<int>(at / 3) + 1
               : 0;
}

// "20/Nov/2026:08:15" and what follows the seconds (a fraction, a zone), the slow way.
[[nodiscard]] std::optional<Instant> minute_of(std::string_view minute, std::string_view zone) {
    if (minute.size() != 17 || minute[2] != '/' || minute[6] != '/' || minute[11] != ':') {
        return std::nullopt;
    }
    const int month = month_of(minute.substr(3, 3));
    if (month == 0) {
        return std::nullopt;
    }
    std::string iso{minute.substr(7, 4)};
    iso += month < 10 ? "-0" : "-1";
    iso += static_cast<char>('0' + month % 10);
    iso += '-';
    iso += minute.substr(0, 2);
    iso += ' ';
    iso += minute.substr(12, 5);
    iso += ":00";
    iso += zone;
    return parse_instant(iso);
}

}  // namespace

std::optional<Instant> ClockCache::parse(std::string_view stamp) noexcept {
    if (stamp.size() < 20 || stamp.size() > 34 || stamp[17] != ':' || !is_digit(stamp[18]) ||
        !is_digit(stamp[19])) {
        return std::nullopt;
    }
    // all but the seconds: "20/Nov/2026:08:15" and " +0000" behind them
    const std::size_t zone_at = std::min(stamp.find(' ', 20), stamp.size());
    const std::string_view minute = stamp.substr(0, 17);
    const std::string_view zone = stamp.substr(zone_at);
    const bool known = size_ == minute.size() + zone.size() &&
                       std::memcmp(minute_, minute.data(), minute.size()) == 0 &&
                       std::memcmp(minute_ + minute.size(), zone.data(), zone.size()) == 0;
    if (!known) {
        const std::optional<Instant> at = minute_of(minute, zone);
        if (!at || minute.size() + zone.size() > sizeof minute_) {
            return std::nullopt;
        }
        at_ = *at;
        size_ = minute.size() + zone.size();
        std::memcpy(minute_, minute.data(), minute.size());
        std::memcpy(minute_ + minute.size(), zone.data(), zone.size());
    }
    Instant at = at_ + std::chrono::seconds{(stamp[18] - '0') * 10 + (stamp[19] - '0')};
    if (stamp.size() > 23 && stamp[20] == '.') {  // HAProxy: milliseconds
        const std::int64_t micros = micros_of(stamp.substr(20, 4), 1e6);
        at += Micros{std::max<std::int64_t>(0, micros)};
    }
    return at;
}

bool is_nginx_seconds(std::string_view token) noexcept {
    const std::size_t point = token.find('.');
    return point != std::string_view::npos && point >= 1 && token.size() == point + 4 &&
           std::ranges::all_of(token, [](char c) { return is_digit(c) || c == '.'; });
}

std::string_view named_seconds(std::string_view tail) noexcept {
    static constexpr std::array<std::string_view, 4> names{
        "request_time", "rt", "req_time", "duration"};
    for (const std::string_view name : names) {
        std::size_t at = tail.find(name);
        while (at != std::string_view::npos) {
            const bool starts = at == 0 || tail[at - 1] == ' ' || tail[at - 1] == '"';
            std::string_view value = tail.substr(at + name.size());
            if (starts && (value.starts_with('=') || value.starts_with(':'))) {
                value.remove_prefix(value.starts_with("=\"") ? 2 : 1);
                value = value.substr(0, value.find_first_of(" \",;"));
                return value.ends_with('s') ? value.substr(0, value.size() - 1) : value;
            }
            at = tail.find(name, at + 1);
        }
    }
    return {};
}

std::string_view last_token(std::string_view tail) noexcept {
    while (tail.ends_with(' ') || tail.ends_with('"')) {
        tail.remove_suffix(1);
    }
    std::size_t from = tail.size();
    while (from > 0 && tail[from - 1] != ' ' && tail[from - 1] != '"') {
        --from;
    }
    return tail.substr(from);
}

std::string_view parse_combined(std::string_view line,
                                const Layout& layout,
                                ClockCache& clock,
                                Request& out) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
        return "no time in brackets";
    }
    const std::optional<Instant> ended = clock.parse(line.substr(open + 1, close - open - 1));
    if (!ended) {
        return "the time is not one";
    }
    out.ended = *ended;
    std::string_view rest = line.substr(close + 1);
    split_request(take_quoted(rest), out);
    out.status = status_of(take_token(rest));
    if (out.status == 0) {
        return "no status behind the request";
    }
    const std::string_view value = layout.last_token ? last_token(rest) : named_seconds(rest);
    out.micros = micros_of(value, layout.micros_per_unit);
    out.timed_out = out.status == 504 || out.status == 499;
    return out.micros < 0 ? "no duration in the line" : "";
}

// [2026-11-20T08:15:00.123Z] "GET /x HTTP/1.1" 200 UT 0 12 34 33 "-" "agent" "id" "host" "upstream"
std::string_view parse_envoy(std::string_view line, Request& out) {
    const std::size_t close = line.find(']');
    if (!line.starts_with('[') || close == std::string_view::npos) {
        return "no time in brackets";
    }
    const std::optional<Instant> started = parse_instant(line.substr(1, close - 1));
    if (!started) {
        return "the time is not one";
    }
    std::string_view rest = line.substr(close + 1);
    split_request(take_quoted(rest), out);
    const std::string_view code = take_token(rest);
    out.status = code == "0" ? 499 : status_of(code);  // the client was gone
    std::string_view flags = take_token(rest);
    if (out.status == 0) {
        return "no status behind the request";
    }
    // newer defaults put details in words between flags and sizes: the first number ends them
    std::array<std::string_view, 3> numbers{};
    std::size_t found = 0;
    for (int i = 0; i < 8 && found < numbers.size() && !rest.empty(); ++i) {
        const std::string_view token = take_token(rest);
        const bool number = !token.empty() && std::ranges::all_of(token, is_digit);
        found = number ? found : 0;
        if (number) {
            numbers[found++] = token;
        }
    }
    out.micros = found == 3 ? micros_of(numbers[2], 1e3) : -1;
    out.ended = *started + Micros{std::max<std::int64_t>(0, out.micros)};
    out.timed_out = flags.find("UT") != std::string_view::npos || out.status == 504;
    return out.micros < 0 ? "no duration in the line" : "";
}

// ... haproxy[1]: ip:port [20/Nov/2026:08:15:00.123] front back/server 0/0/1/12/13 200 ... "GET /
// HTTP/1.1"
std::string_view parse_haproxy(std::string_view line, ClockCache& clock, Request& out) {
    std::size_t open = line.find('[');
    std::optional<Instant> started;
    while (open != std::string_view::npos &&
           !started) {  // the process id stands in brackets as well
        const std::size_t close = line.find(']', open);
        started = clock.parse(
            line.substr(open + 1, close == std::string_view::npos ? 0 : close - open - 1));
        if (!started) {
            open = line.find('[', open + 1);
        }
    }
    if (!started) {
        return "the time is not one";
    }
    std::string_view rest = line.substr(line.find(']', open) + 1);
    (void)take_token(rest);  // frontend
    const std::string_view backend = take_token(rest);
    out.service = backend.substr(0, backend.find('/'));
    std::string_view times = take_token(rest);
    const std::size_t last = times.rfind('/');
    if (last == std::string_view::npos || std::ranges::count(times, '/') != 4) {
        return "no five times in the line";
    }
    const bool phase_missing =
        times.starts_with("-1/") || times.find("/-1") != std::string_view::npos;
    times.remove_prefix(last + 1);
    times.remove_prefix(times.starts_with('+') ? 1 : 0);
    out.micros = micros_of(times, 1e3);
    out.status = status_of(take_token(rest));
    split_request(take_quoted(rest), out);
    out.ended = *started + Micros{std::max<std::int64_t>(0, out.micros)};
    out.timed_out = out.status == 504 || (phase_missing && out.status >= 500);
    return out.micros < 0 || out.status == 0 ? "no duration or no status in the line" : "";
}

// https 2026-11-20T08:15:00.123Z elb client target 0.001 0.012 0.000 200 200 34 366 "GET
// https://h:443/x HTTP/1.1"
std::string_view parse_alb(std::string_view line, Request& out) {
    (void)take_token(line);
    const std::optional<Instant> ended = parse_instant(take_token(line));
    if (!ended) {
        return "the time is not one";
    }
    (void)take_token(line);
    (void)take_token(line);
    (void)take_token(line);
    std::int64_t sum = 0;
    for (int i = 0; i < 3; ++i) {
        const std::int64_t part = micros_of(take_token(line), 1e6);
        sum = part < 0 || sum < 0 ? -1 : sum + part;  // -1: that part never came, and so no sum
    }
    out.ended = *ended;
    out.micros = sum;
    out.status = status_of(take_token(line));
    split_request(take_quoted(line), out);
    const std::size_t scheme = out.path.find("://");
    if (scheme != std::string_view::npos) {
        out.path.remove_prefix(scheme + 3);
        out.path.remove_prefix(std::min(out.path.find('/'), out.path.size()));
    }
    out.timed_out = out.status == 504;
    return out.micros < 0 || out.status == 0 ? "no duration or no status in the line" : "";
}

Form form_of(std::string_view line) noexcept {
    if (line.starts_with('{')) {
        return Form::json;
    }
    Request request;
    ClockCache clock;
    if (parse_envoy(line, request).empty()) {
        return Form::envoy;
    }
    if (parse_alb(line, request).empty()) {
        return Form::alb;
    }
    if (line.find("/") != std::string_view::npos && parse_haproxy(line, clock, request).empty()) {
        return Form::haproxy;
    }
    const std::string_view why = parse_combined(line, {}, clock, request);
    return why.empty() || why == "no duration in the line" ? Form::combined : Form::none;
}

}  // namespace plimsoll::readers::access
