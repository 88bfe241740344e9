#include "core/instant.hpp"
#include "readers/mysql/slow_parser.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace plimsoll::readers::mysql {
namespace {

// Longer than a week is a broken number, and must not overflow a sum.
constexpr std::int64_t longest_us = 7LL * 86'400 * 1'000'000;

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A template, so that the comparison has a known size and needs no call.
template <std::size_t Size>
[[nodiscard]] bool take(std::string_view& rest, const char (&word)[Size]) {
    constexpr std::size_t length = Size - 1;
    if (rest.size() < length || std::memcmp(rest.data(), word, length) != 0) {
        return false;
    }
    rest.remove_prefix(length);
    return true;
}

// One or two blanks, as versions differ.
[[nodiscard]] bool take_blanks(std::string_view& rest) {
    const std::size_t blanks = !rest.starts_with(' ')              ? 0
                               : rest.size() > 1 && rest[1] == ' ' ? 2
                                                                   : 1;
    rest.remove_prefix(blanks);
    return blanks != 0;
}

// The first digits of a number, at most eighteen; all of them are taken.
[[nodiscard]] std::uint64_t take_number(std::string_view& rest) {
    const char* at = rest.data();
    const char* const end = at + rest.size();
    std::uint64_t value = 0;
    for (const char* const most = end - at > 18 ? at + 18 : end; at < most && is_digit(*at); ++at) {
        value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    while (at < end && is_digit(*at)) {
        ++at;
    }
    rest.remove_prefix(static_cast<std::size_t>(at - rest.data()));
    return value;
}

// Seconds with up to six digits behind the dot, as microseconds.
[[nodiscard]] std::int64_t take_micros(std::string_view& rest) {
    constexpr std::array<std::int64_t, 7> units{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    const auto seconds = static_cast<std::int64_t>(
        std::min<std::uint64_t>(take_number(rest), static_cast<std::uint64_t>(longest_us)));
    std::int64_t fraction = 0;
    std::size_t digits = 0;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        while (digits < 6 && digits < rest.size() && is_digit(rest[digits])) {
            fraction = fraction * 10 + (rest[digits++] - '0');
        }
        rest.remove_prefix(digits);
    }
    return std::min(
        std::min(seconds, longest_us / 1'000'000) * 1'000'000 + fraction * units[digits],
        longest_us);
}

}  // namespace

void SlowParser::head(std::string_view line, Header& header) {
    constexpr std::string_view time = "# Time: ";
    constexpr std::string_view user = "# User@Host: ";
    if (line.starts_with(time)) {
        const std::string_view text = line.substr(time.size());
        // The short form of before 5.7 and of MariaDB is local time of no known zone: SET timestamp
        // serves instead.
        if (const std::optional<Instant> at = parse_instant(text)) {
            header.at_us = micros(*at);
            header.exact = true;
        }
        return;
    }
    if (line.starts_with(user)) {
        header.user = line.substr(user.size(), line.find('[', user.size()) - user.size());
        // "u[u] @ host [ip]  Id: 8": nothing else stands behind the address.
        const std::size_t address = line.rfind(']');
        line.remove_prefix(address == std::string_view::npos ? line.size() - 1 : address);
    }
    if (!usual(line, header)) {
        pairs(line, header);
    }
}

// The two lines that nearly every record of MariaDB has, without a search for keys; false when it
// is neither, and then nothing was taken.
bool SlowParser::usual(std::string_view line, Header& header) {
    std::string_view rest = line;
    if (take(rest, "# Query_time: ")) {
        const std::int64_t duration_us = take_micros(rest);
        const bool lock = take_blanks(rest) && take(rest, "Lock_time: ");
        const std::int64_t lock_us = take_micros(rest);
        const bool sent = lock && take_blanks(rest) && take(rest, "Rows_sent: ");
        const std::uint64_t rows = take_number(rest);
        if (!sent || !take_blanks(rest) || !take(rest, "Rows_examined: ")) {
            return false;
        }
        const std::uint64_t examined = take_number(rest);
        if (!rest.empty() && rest[0] != ' ') {
            return false;
        }
        header.duration_us = duration_us;
        header.lock_us = lock_us;
        header.sent = rows;
        header.examined = examined;
    } else if (take(rest, "# Thread_id: ")) {
        const std::uint64_t thread = take_number(rest);
        if (!take_blanks(rest) || !take(rest, "Schema: ")) {
            return false;
        }
        const char* const end = rest.data() + rest.size();
        const char* const stop = scan::first(rest.data(), end, ' ');
        header.thread = thread;
        header.schema = rest.substr(0, static_cast<std::size_t>(stop - rest.data()));
        rest.remove_prefix(header.schema.size());
        rest = rest == "  QC_hit: No" ? std::string_view{} : rest;
    } else {
        return false;
    }
    if (!rest.empty()) {
        pairs(rest, header);  // begins with a blank, as a line does with its mark
    }
    return true;
}

// "Key: value" pairs, one or two blanks apart, in any order.
void SlowParser::pairs(std::string_view line, Header& header) {
    const char* const end = line.data() + line.size();
    const char* at = line.data() + 1;
    while (at < end) {
        at += *at == ' ' ? 1 : 0;
        const char* const key = at;
        const char* const stop = scan::either(at, end, ':', ' ');
        if (end - stop < 2 || *stop != ':' || stop[1] != ' ') {
            at = stop + (stop < end ? 1 : 0);  // a word that is no key
            continue;
        }
        // Numbers may be padded; a name that is empty is followed by the blanks before the next
        // key.
        at = stop + 2;
        const bool name = stop - key == 6 && std::memcmp(key, "Schema", 6) == 0;
        while (!name && at < end && *at == ' ') {
            ++at;
        }
        const char* const value = at;
        at = scan::first(at, end, ' ');
        pair({key, static_cast<std::size_t>(stop - key)},
             {value, static_cast<std::size_t>(at - value)},
             header);
    }
}

void SlowParser::pair(std::string_view key, std::string_view value, Header& header) {
    switch (key.size()) {
        case 2:
            header.thread = key == "Id" ? take_number(value) : header.thread;
            break;
        case 5:
            header.error = key == "Errno" ? take_number(value) : header.error;
            break;
        case 6:
            header.schema = key == "Schema" ? value : header.schema;
            break;
        case 9:
            if (key == "Lock_time") {
                header.lock_us = take_micros(value);
            } else if (key == "Rows_sent") {
                header.sent = take_number(value);
            } else if (key == "Thread_id") {
                header.thread = take_number(value);
            }
            break;
        case 10:
            if (key == "Query_time") {
                header.duration_us = take_micros(value);
            } else if (key == "Last_errno") {
                header.error = take_number(value);
            }
            break;
        case 13:
            header.examined = key == "Rows_examined" ? take_number(value) : header.examined;
            break;
        case 19:
            header.rate = key == "Log_slow_rate_limit" ? value : header.rate;
            break;
        default:
            break;
    }
}

}  // namespace plimsoll::readers::mysql
