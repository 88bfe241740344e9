#include "core/instant.hpp"
#include "readers/mysql/cursor.hpp"
#include "readers/mysql/slow_parser.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace plimsoll::readers::mysql {
namespace {

// Lines that many records have, and that say nothing of what is asked for.
[[nodiscard]] bool says_nothing(const Cursor& at) {
    return at.is_at("# Rows_a") || at.is_at("# Pages_") || at.is_at("# Tmp_ta") ||
           at.is_at("# Full_s") || at.is_at("# Fileso") || at.is_at("# explai");
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
        after_address(line, header);
        return;
    }
    pairs(line, header);
}

// The header that nearly every record has, line after line as MariaDB and MySQL write it, without a
// search for lines and keys. Takes whole lines as long as they are what is expected, and says how
// many; what is not is left for head().
std::uint32_t SlowParser::usual(Cursor& records, Header& header) {
    Cursor at = records;
    std::uint32_t lines = 0;
    lines += usual_user(at, header) ? 1 : 0;
    lines += usual_thread(at, header) ? 1 : 0;
    lines += usual_times(at, header) ? 1 : 0;
    for (; says_nothing(at); ++lines) {
        const char* const feed = scan::first_far(at.at(), at.end(), '\n');
        at.move_to(feed + (feed == at.end() ? 0 : 1));
    }
    if (header.duration_us >= 0 && !header.timestamp) {
        lines += usual_set(at, header) ? 1 : 0;
    }
    records = at;
    return lines;
}

// "# User@Host: app[app] @ localhost []", with or without "  Id: 8".
bool SlowParser::usual_user(Cursor& at, Header& header) {
    Cursor line = at;
    if (!line.take("# User@Host: ")) {
        return false;
    }
    const char* const feed = scan::first_far(line.at(), line.end(), '\n');
    const char* const bracket = scan::first(line.at(), feed, '[');
    if (feed == at.end() || bracket == feed) {
        return false;
    }
    header = {.user = {line.at(), static_cast<std::size_t>(bracket - line.at())},
              .at_us = header.at_us,
              .exact = header.exact};
    if (feed[-1] != ']') {
        after_address({bracket, static_cast<std::size_t>(feed - bracket)}, header);
    }
    at.move_to(feed + 1);
    return true;
}

// "# Thread_id: 256  Schema: shop  QC_hit: No"
bool SlowParser::usual_thread(Cursor& at, Header& header) {
    Cursor line = at;
    if (!line.take("# Thread_id: ")) {
        return false;
    }
    const std::uint64_t thread = line.number();
    if (!line.take_blanks() || !line.take("Schema: ")) {
        return false;
    }
    const char* const name = line.at();
    line.move_to(scan::either(name, line.end(), ' ', '\n'));
    const char* const stop = line.at();
    if (!line.take("  QC_hit: No\n")) {
        return false;
    }
    header.thread = thread;
    header.schema = {name, static_cast<std::size_t>(stop - name)};
    at = line;
    return true;
}

// "# Query_time: 1.000026  Lock_time: 0.000007  Rows_sent: 3  Rows_examined: 45"
bool SlowParser::usual_times(Cursor& at, Header& header) {
    Cursor line = at;
    if (!line.take("# Query_time: ")) {
        return false;
    }
    const std::int64_t duration_us = line.micros();
    if (!line.take_blanks() || !line.take("Lock_time: ")) {
        return false;
    }
    const std::int64_t lock_us = line.micros();
    if (!line.take_blanks() || !line.take("Rows_sent: ")) {
        return false;
    }
    const std::uint64_t sent = line.number();
    if (!line.take_blanks() || !line.take("Rows_examined: ")) {
        return false;
    }
    const std::uint64_t examined = line.number();
    if (!line.take("\n")) {
        return false;
    }
    header.duration_us = duration_us;
    header.lock_us = lock_us;
    header.sent = sent;
    header.examined = examined;
    at = line;
    return true;
}

// "SET timestamp=1795223383;"
bool SlowParser::usual_set(Cursor& at, Header& header) {
    Cursor line = at;
    if (!line.take("SET timestamp=")) {
        return false;
    }
    const std::uint64_t seconds = line.number();
    if (!line.take(";\n")) {
        return false;
    }
    set_time(seconds, header);
    at = line;
    return true;
}

void SlowParser::set_time(std::uint64_t seconds, Header& header) {
    constexpr std::uint64_t year_9999 = 253'402'300'799ULL;
    header.timestamp = true;
    header.timestamp_s = static_cast<std::int64_t>(std::min(seconds, year_9999));
}

// "u[u] @ host [ip]  Id: 8": nothing else stands behind the address.
void SlowParser::after_address(std::string_view line, Header& header) {
    const std::size_t address = line.rfind(']');
    line.remove_prefix(address == std::string_view::npos ? line.size() - 1 : address);
    pairs(line, header);
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
            header.thread = key == "Id" ? Cursor{value}.number() : header.thread;
            break;
        case 5:
            header.error = key == "Errno" ? Cursor{value}.number() : header.error;
            break;
        case 6:
            header.schema = key == "Schema" ? value : header.schema;
            break;
        case 9:
            if (key == "Lock_time") {
                header.lock_us = Cursor{value}.micros();
            } else if (key == "Rows_sent") {
                header.sent = Cursor{value}.number();
            } else if (key == "Thread_id") {
                header.thread = Cursor{value}.number();
            }
            break;
        case 10:
            if (key == "Query_time") {
                header.duration_us = Cursor{value}.micros();
            } else if (key == "Last_errno") {
                header.error = Cursor{value}.number();
            }
            break;
        case 13:
            header.examined = key == "Rows_examined" ? Cursor{value}.number() : header.examined;
            break;
        case 19:
            header.rate = key == "Log_slow_rate_limit" ? value : header.rate;
            break;
        default:
            break;
    }
}

}  // namespace plimsoll::readers::mysql
