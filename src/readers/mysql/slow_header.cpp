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
[[nodiscard]] bool says_nothing(const char* begin, const char* end) {
    const Cursor at{begin, end};
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
// search for lines and keys. Takes whole lines as long as they are what is expected; what is not is
// left for head().
SlowParser::Usual SlowParser::usual(std::string_view records, Header& header) {
    const char* at = records.data();
    const char* const end = at + records.size();
    std::uint32_t lines = 0;
    const auto take = [&](const char* line_end) {
        at = line_end != nullptr ? line_end : at;
        lines += line_end != nullptr ? 1 : 0;
    };
    KnownSession* known = nullptr;
    take(usual_time(at, end, header));
    take(usual_user(at, end, header, known));
    take(usual_thread(at, end, header, known));
    take(usual_times(at, end, header));
    while (says_nothing(at, end)) {
        const char* const feed = scan::first_far(at, end, '\n');
        take(feed + (feed == end ? 0 : 1));
    }
    if (header.duration_us >= 0 && !header.timestamp) {
        take(usual_set(at, end, header));
    }
    return {.at = at, .lines = lines};
}

// "# Time: 2026-11-21T01:09:43.000700Z", as MySQL writes it since 5.7, each minute taken apart
// once.
const char* SlowParser::usual_time(const char* begin, const char* end, Header& header) {
    constexpr std::ptrdiff_t key = 8;          // behind "# Time: "
    constexpr std::ptrdiff_t to_seconds = 25;  // behind "# Time: 2026-11-21T01:09:"
    constexpr std::ptrdiff_t size = 36;        // with the line feed
    constexpr std::int64_t minute_us = 60'000'000;
    if (end - begin < size || begin[0] != '#' || begin[size - 1] != '\n' ||
        begin[size - 2] != 'Z' || begin[to_seconds + 2] != '.' ||
        !Cursor{begin, end}.is_at("# Time: ")) {
        return nullptr;
    }
    Cursor seconds{begin + to_seconds, begin + size - 2};
    const std::int64_t behind_us = seconds.micros();
    if (seconds.left() != 0 || behind_us >= minute_us) {
        return nullptr;
    }
    if (!minute_.text.begins(begin, end)) {
        const std::optional<Instant> at =
            parse_instant({begin + key, static_cast<std::size_t>(size - 1 - key)});
        if (!at) {
            return nullptr;
        }
        minute_.text.keep({begin, static_cast<std::size_t>(to_seconds)});
        minute_.at_us = micros(*at) - behind_us;
    }
    header.at_us = minute_.at_us + behind_us;
    header.exact = true;
    return begin + size;
}

// "# User@Host: app[app] @ localhost []", with or without "  Id: 8". `known` is the session that it
// names.
const char* SlowParser::usual_user(const char* begin,
                                   const char* end,
                                   Header& header,
                                   KnownSession*& known) {
    Cursor line{begin, end};
    if (!line.take("# User@Host: ") || line.left() == 0) {
        return nullptr;
    }
    const char* const user = line.at();
    KnownSession& session = sessions_[static_cast<unsigned char>(*user) % sessions_.size()];
    if (!session.user_line.begins(begin, end) && !learn_user(begin, end, session)) {
        return nullptr;
    }
    line.move_to(begin + session.user_line.size());
    std::uint64_t thread = 0;
    if (line.take("  Id: ")) {
        while (line.is_at(" ")) {
            line.move_to(line.at() + 1);
        }
        thread = line.number();
    }
    if (!line.take("\n")) {
        return nullptr;
    }
    header = {.user = {user, session.user_size},
              .thread = thread,
              .at_us = header.at_us,
              .exact = header.exact};
    known = &session;
    return line.at();
}

// Keeps the line at `begin` up to the last bracket.
bool SlowParser::learn_user(const char* begin, const char* end, KnownSession& session) {
    constexpr std::size_t user_at = 13;  // behind "# User@Host: "
    const char* const feed = scan::first_far(begin, end, '\n');
    const std::string_view line{begin, static_cast<std::size_t>(feed - begin)};
    const std::size_t bracket = line.find('[', user_at);
    const std::size_t address = line.rfind(']');
    if (feed == end || bracket == std::string_view::npos || address == std::string_view::npos ||
        address < bracket || address >= scan::Known::most) {
        return false;
    }
    session = {.user_size = static_cast<std::uint8_t>(bracket - user_at)};
    session.user_line.keep(line.substr(0, address + 1));
    return true;
}

// "# Thread_id: 256  Schema: shop  QC_hit: No"
const char* SlowParser::usual_thread(const char* begin,
                                     const char* end,
                                     Header& header,
                                     KnownSession* known) {
    Cursor line{begin, end};
    if (!line.take("# Thread_id: ")) {
        return nullptr;
    }
    const std::uint64_t thread = line.number();
    const char* const behind = line.at();
    if (known != nullptr && known->behind_thread.begins(behind, end)) {
        header.thread = thread;
        header.schema = {behind + known->schema_at, known->schema_size};
        header.session = known;
        return behind + known->behind_thread.size();
    }
    if (!line.take_apart("  Schema: ")) {
        return nullptr;
    }
    const char* const name = line.at();
    const char* const stop = scan::either(name, end, ' ', '\n');
    line.move_to(stop);
    if (!line.take("  QC_hit: No\n")) {
        return nullptr;
    }
    const auto size = static_cast<std::size_t>(line.at() - behind);
    header.thread = thread;
    header.schema = {name, static_cast<std::size_t>(stop - name)};
    if (known != nullptr && size <= scan::Known::most) {
        known->behind_thread.keep({behind, size});
        known->schema_at = static_cast<std::uint8_t>(name - behind);
        known->schema_size = static_cast<std::uint8_t>(stop - name);
        known->who = 0;
        header.session = known;
    }
    return line.at();
}

// "# Query_time: 1.000026  Lock_time: 0.000007  Rows_sent: 3  Rows_examined: 45"
const char* SlowParser::usual_times(const char* begin, const char* end, Header& header) {
    Cursor line{begin, end};
    if (!line.take("# Query_time: ")) {
        return nullptr;
    }
    const std::int64_t duration_us = line.micros();
    if (!line.take_apart("  Lock_time: ")) {
        return nullptr;
    }
    const std::int64_t lock_us = line.micros();
    if (!line.take_apart("  Rows_sent: ")) {
        return nullptr;
    }
    const std::uint64_t sent = line.number();
    if (!line.take_apart("  Rows_examined: ")) {
        return nullptr;
    }
    const std::uint64_t examined = line.number();
    if (!line.take("\n")) {
        return nullptr;
    }
    header.duration_us = duration_us;
    header.lock_us = lock_us;
    header.sent = sent;
    header.examined = examined;
    return line.at();
}

// "SET timestamp=1795223383;"
const char* SlowParser::usual_set(const char* begin, const char* end, Header& header) {
    if (set_.line.begins(begin, end)) {
        set_time(set_.seconds, header);
        return begin + set_.line.size();
    }
    Cursor line{begin, end};
    if (!line.take("SET timestamp=")) {
        return nullptr;
    }
    set_.seconds = line.number();
    if (!line.take(";\n")) {
        set_ = {};
        return nullptr;
    }
    set_.line.keep({begin, static_cast<std::size_t>(line.at() - begin)});
    set_time(set_.seconds, header);
    return line.at();
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
            if (key == "Schema") {
                header.schema = value;
                header.session = nullptr;
            }
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
