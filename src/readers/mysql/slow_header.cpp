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
    KnownSession* const known = usual_user(at, header);
    lines += known != nullptr ? 1 : 0;
    lines += usual_thread(at, header, known) ? 1 : 0;
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

// "# User@Host: app[app] @ localhost []", with or without "  Id: 8". The session that it names, or
// none when the line is left as it is.
SlowParser::KnownSession* SlowParser::usual_user(Cursor& at, Header& header) {
    Cursor line = at;
    if (!line.take("# User@Host: ") || line.left() == 0) {
        return nullptr;
    }
    const char* const user = line.at();
    KnownSession& session = sessions_[static_cast<unsigned char>(*user) % sessions_.size()];
    if (!session.user_line.begins(at.at(), at.end()) && !learn_user(at, session)) {
        return nullptr;
    }
    line.move_to(at.at() + session.user_line.size());
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
    at = line;
    return &session;
}

// Keeps the line at `at` up to the last bracket.
bool SlowParser::learn_user(const Cursor& at, KnownSession& session) {
    constexpr std::size_t begin = 13;  // behind "# User@Host: "
    const char* const feed = scan::first_far(at.at(), at.end(), '\n');
    const std::string_view line{at.at(), static_cast<std::size_t>(feed - at.at())};
    const std::size_t bracket = line.find('[', begin);
    const std::size_t address = line.rfind(']');
    if (feed == at.end() || bracket == std::string_view::npos ||
        address == std::string_view::npos || address < bracket || address >= scan::Known::most) {
        return false;
    }
    session = {.user_size = static_cast<std::uint8_t>(bracket - begin)};
    session.user_line.keep(line.substr(0, address + 1));
    return true;
}

// "# Thread_id: 256  Schema: shop  QC_hit: No"
bool SlowParser::usual_thread(Cursor& at, Header& header, KnownSession* known) {
    Cursor line = at;
    if (!line.take("# Thread_id: ")) {
        return false;
    }
    const std::uint64_t thread = line.number();
    const char* const behind = line.at();
    if (known == nullptr || !known->behind_thread.begins(behind, line.end())) {
        if (!line.take_blanks() || !line.take("Schema: ")) {
            return false;
        }
        const char* const name = line.at();
        const char* const stop = scan::either(name, line.end(), ' ', '\n');
        line.move_to(stop);
        if (!line.take("  QC_hit: No\n")) {
            return false;
        }
        const auto size = static_cast<std::size_t>(line.at() - behind);
        header.thread = thread;
        header.schema = {name, static_cast<std::size_t>(stop - name)};
        at = line;
        if (known != nullptr && size <= scan::Known::most) {
            known->behind_thread.keep({behind, size});
            known->schema_at = static_cast<std::uint8_t>(name - behind);
            known->schema_size = static_cast<std::uint8_t>(stop - name);
            known->who = 0;
            header.session = known;
        }
        return true;
    }
    header.thread = thread;
    header.schema = {behind + known->schema_at, known->schema_size};
    header.session = known;
    at.move_to(behind + known->behind_thread.size());
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
    if (set_.line.begins(at.at(), at.end())) {
        line.move_to(at.at() + set_.line.size());
    } else {
        if (!line.take("SET timestamp=")) {
            return false;
        }
        set_.seconds = line.number();
        if (!line.take(";\n")) {
            set_ = {};
            return false;
        }
        set_.line.keep({at.at(), static_cast<std::size_t>(line.at() - at.at())});
    }
    set_time(set_.seconds, header);
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
