#include "readers/mysql/slow_parser.hpp"

#include "core/instant.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace plimsoll::readers::mysql {
namespace {

using workload::BlockEvents;
using workload::Event;
using workload::EventKind;

constexpr std::size_t most_headers_in_literal = 64;

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] std::size_t next_line(std::string_view text, std::size_t at) {
    const char* const end = text.data() + text.size();
    const char* const feed = scan::first(text.data() + at, end, '\n');
    return static_cast<std::size_t>(feed - text.data()) + (feed == end ? 0 : 1);
}

[[nodiscard]] std::size_t next_line(std::string_view text, std::size_t at, scan::Forward& feeds) {
    const auto feed = static_cast<std::size_t>(feeds.find(text.data() + at) - text.data());
    return feed + (feed == text.size() ? 0 : 1);
}

// A number of more than eighteen digits is broken, and counts as its first ones.
[[nodiscard]] std::uint64_t number_of(std::string_view text) {
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < text.size() && at < 18 && is_digit(text[at]); ++at) {
        value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
    return value;
}

[[nodiscard]] std::string_view trimmed_line(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
        line.remove_suffix(1);
    }
    return line;
}

// "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community). started with:"
[[nodiscard]] bool is_banner(std::string_view line) {
    return (line.find(", Version: ") != std::string_view::npos &&
            line.find("started with:") != std::string_view::npos) ||
           line.starts_with("Tcp port: ") || line.starts_with("TCP Port: ") ||
           line.starts_with("Time  ") || line.starts_with("Time\t");
}

// Half of a record's lines begin with one of these, and say nothing that is asked for.
[[nodiscard]] bool says_nothing(std::string_view line) {
    switch (line.size() > 2 && line[0] == '#' ? line[2] : '\0') {
        case 'P':
            return line.starts_with("# Pages_");
        case 'R':
            return line.starts_with("# Rows_affected");
        case 'F':
            return line.starts_with("# Full_scan") || line.starts_with("# Filesort");
        case 'T':
            return line.starts_with("# Tmp_tables");
        case 'e':
            return line.starts_with("# explain");
        default:
            return false;
    }
}

// The statement's time in "SET timestamp=N;" or "SET last_insert_id=1,insert_id=2,timestamp=N;", as
// the server writes it.
[[nodiscard]] bool is_server_set(std::string_view line) {
    return line.starts_with("SET timestamp=") || line.starts_with("SET last_insert_id=") ||
           line.starts_with("SET insert_id=");
}

}  // namespace

bool begins_slow_record(std::string_view line) noexcept {
    constexpr std::string_view time = "# Time: ";
    if (line.starts_with("# User@Host: ")) {
        return line.substr(0, 512).find(" @ ") != std::string_view::npos;
    }
    return line.starts_with(time) && line.size() > time.size() && is_digit(line[time.size()]);
}

SlowParser::Cut SlowParser::cut(std::string_view /*carried*/, std::string_view block) {
    // A record begins at the first header line: "# Time:" where there is one before "# User@Host:".
    const auto begins = [&](std::size_t at) {
        if (block[at] != '#' || !begins_slow_record(block.substr(at))) {
            return false;
        }
        const std::string_view before = block.substr(0, at);
        const std::size_t line =
            before.size() < 2 ? std::string_view::npos : before.rfind('\n', before.size() - 2);
        return !before.substr(line == std::string_view::npos ? 0 : line + 1)
                    .starts_with("# Time: ");
    };
    Cut cut{.first = 0, .last = block.size()};
    while (cut.first < block.size() && !begins(cut.first)) {
        cut.first = next_line(block, cut.first);
    }
    while (cut.last > cut.first) {
        const std::size_t feed =
            cut.last < 2 ? std::string_view::npos : block.rfind('\n', cut.last - 2);
        cut.last = feed == std::string_view::npos ? 0 : feed + 1;
        if (begins(cut.last)) {
            break;
        }
    }
    cut.last = std::max(cut.last, cut.first);
    return cut;
}

void SlowParser::add(const Header& header,
                     const sql::Classes::Named& named,
                     std::string_view text,
                     std::uint64_t raw,
                     std::uint32_t line,
                     BlockEvents& out) {
    if (!named.fresh.empty()) {
        out.fresh.push_back({.id = named.id,
                             .canonical = std::string{named.fresh},
                             .example = std::string{keep_literals_ ? text : std::string_view{}}});
    }
    ++out.records;
    Event event{
        .at_us = header.exact ? header.at_us : header.timestamp_s * 1'000'000 + header.duration_us,
        .duration_us = header.duration_us,
        .session = header.thread & 0xFFFF'FFFFU,
        .statement = named.id,
        .values = raw,
        .rows = header.sent,
        .examined = header.examined,
        .lock_us = header.lock_us,
        .who = who_.number(header.user, header.schema, {}, out.who),
        .line = line,
        .kind = EventKind::statement,
        .has_time = header.exact || header.timestamp,
        .by_client = !header.exact};
    out.events.push_back(event);
    if (header.error != 0) {
        event.kind = EventKind::error;
        event.note = out.add({.text = std::to_string(header.error)});
        out.events.push_back(event);
    }
    if (!header.rate.empty() && header.rate != "1") {
        event.kind = EventKind::setting;
        event.note = out.add({.text = "log_slow_rate_limit", .more = std::string{header.rate}});
        out.events.push_back(event);
    }
}

// The statement at the front of `rest`; how far it goes, with the line feed.
std::size_t SlowParser::statement(std::string_view rest,
                                  const Header& header,
                                  std::uint32_t line,
                                  scan::Forward& feeds,
                                  BlockEvents& out) {
    std::size_t end = 0;
    for (std::size_t tried = 0;; ++tried) {
        while (end < rest.size()) {
            end = next_line(rest, end, feeds);
            const std::string_view before = trimmed_line(rest.substr(0, end));
            const bool closed = before.ends_with(';');
            if (end == rest.size() || !closed) {
                continue;
            }
            if (rest[end] == '#' ? begins_slow_record(rest.substr(end))
                                 : is_banner(rest.substr(end, 256))) {
                break;
            }
        }
        std::string_view text = trimmed_line(rest.substr(0, end));
        while (text.ends_with(';') || text.ends_with(' ')) {
            text.remove_suffix(1);
        }
        const std::uint64_t raw = sql::hash_of(text);
        const sql::Classes::Named named = classes_.of(text, raw);
        if (named.whole || end == rest.size() || tried == most_headers_in_literal) {
            if (!text.empty()) {
                add(header, named, text, raw, line, out);
            }
            return end;
        }
    }
}

void SlowParser::parse(std::string_view records, BlockEvents& out) {
    Header header;
    scan::Forward feeds{records, '\n'};
    while (!records.empty()) {
        const std::size_t size = next_line(records, 0, feeds);
        if (says_nothing(records)) {
            ++out.lines;
            records.remove_prefix(size);
            continue;
        }
        const std::string_view line = trimmed_line(records.substr(0, size));
        const std::uint32_t number = out.lines + 1;
        std::size_t used = size;
        if (line.starts_with("# a") && line.starts_with("# administrator command: ")) {
            const std::string text = "administrator command " + std::string{line.substr(25)};
            const std::uint64_t raw = sql::hash_of(text);
            add(header, classes_.of(text, raw), text, raw, number, out);
            header = {};
        } else if (line.starts_with('#')) {
            if (line.starts_with("# User@Host: ")) {
                header = {.at_us = header.at_us, .exact = header.exact};
            }
            head(line, header);
        } else if (is_server_set(line) && header.duration_us >= 0 && !header.timestamp) {
            const std::size_t at = line[4] == 't' ? 4 : line.find("timestamp=");
            header.timestamp = at != std::string_view::npos;
            header.timestamp_s = header.timestamp
                                     ? static_cast<std::int64_t>(std::min<std::uint64_t>(
                                           number_of(line.substr(at + 10)), 253'402'300'799ULL))
                                     : 0;
        } else if (header.duration_us >= 0 && !(line.starts_with("use ") && !header.timestamp)) {
            used = statement(records, header, number, feeds, out);
            header = {};
        } else if (!line.empty() && !is_banner(line) && header.duration_us < 0) {
            out.skip(number,
                     records.substr(0, size),
                     "the line belongs to no record of a slow-query log");
        }
        out.lines += used == size
                         ? 1
                         : static_cast<std::uint32_t>(scan::count(records.substr(0, used), '\n'));
        records.remove_prefix(used);
    }
}

}  // namespace plimsoll::readers::mysql
