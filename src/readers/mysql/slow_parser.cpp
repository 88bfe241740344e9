#include "readers/mysql/slow_parser.hpp"

#include "input/stream.hpp"
#include "readers/mysql/cursor.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers::mysql {
namespace {

using workload::BlockEvents;
using workload::Event;
using workload::EventKind;
using workload::Note;

constexpr std::size_t most_headers_in_literal = 64;

[[nodiscard]] std::size_t next_line(std::string_view text, std::size_t at) {
    const char* const end = text.data() + text.size();
    const char* const feed = scan::first_far(text.data() + at, end, '\n');
    return static_cast<std::size_t>(feed - text.data()) + (feed == end ? 0 : 1);
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

// What may stand between the header and the statement, as the server writes it: "use shop;", "SET
// timestamp=N;" or "SET last_insert_id=1,insert_id=2,timestamp=N;".
[[nodiscard]] bool stands_before_statement(std::string_view line) {
    return line.starts_with("use ") || line.starts_with("SET timestamp=") ||
           line.starts_with("SET last_insert_id=") || line.starts_with("SET insert_id=");
}

// The last event once more, as one of another kind.
void again(EventKind kind, Note note, BlockEvents& out) {
    Event event = out.events.back();
    event.kind = kind;
    event.note = out.add(std::move(note));
    out.events.push_back(event);
}

}  // namespace

bool begins_slow_record(std::string_view line) noexcept {
    constexpr std::string_view time = "# Time: ";
    constexpr std::string_view user = "# User@Host: ";
    if (!line.starts_with(user)) {
        return line.starts_with(time) && line.size() > time.size() && is_digit(line[time.size()]);
    }
    const std::string_view names = line.substr(user.size(), 512);
    const char* const end = names.data() + names.size();
    for (const char* at = scan::first(names.data(), end, '@'); at < end;
         at = scan::first(at + 1, end, '@')) {
        if (at > names.data() && at[-1] == ' ' && end - at > 1 && at[1] == ' ') {
            return true;
        }
    }
    return false;
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

std::uint32_t SlowParser::who_of(const Header& header, BlockEvents& out) {
    if (header.session != nullptr && header.session->who != 0) {
        return header.session->who - 1;
    }
    const std::uint32_t who = who_.number(header.user, header.schema, {}, out.who);
    if (header.session != nullptr) {
        header.session->who = who + 1;
    }
    return who;
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
    // In its place, as a copy of what was just written waits for that to be done.
    Event& event = out.events.emplace_back();
    event.at_us = header.exact ? header.at_us : header.timestamp_s * 1'000'000 + header.duration_us;
    event.duration_us = header.duration_us;
    event.session = header.thread & 0xFFFF'FFFFU;
    event.statement = named.id;
    event.values = raw;
    event.rows = header.sent;
    event.examined = header.examined;
    event.lock_us = header.lock_us;
    event.who = who_of(header, out);
    event.line = line;
    event.kind = EventKind::statement;
    event.has_time = header.exact || header.timestamp;
    event.by_client = !header.exact;
    if (header.error != 0) {
        again(EventKind::error, {.text = std::to_string(header.error)}, out);
    }
    if (!header.rate.empty() && header.rate != "1") {
        again(EventKind::setting,
              {.text = "log_slow_rate_limit", .more = std::string{header.rate}},
              out);
    }
}

// The statement at the front of `rest`; how far it goes, with the line feed. Counts its lines.
std::size_t SlowParser::statement(std::string_view rest,
                                  const Header& header,
                                  std::uint32_t line,
                                  BlockEvents& out) {
    std::size_t end = 0;
    for (std::size_t tried = 0;; ++tried) {
        std::string_view text;
        bool cut = false;
        while (end < rest.size()) {
            const std::size_t line_at = end;
            end = next_line(rest, end);
            ++out.lines;
            text = trimmed_line(rest.substr(0, end));
            // A line that was too long to be kept has lost its semicolon.
            cut = end - line_at >= input::Stream::longest_line;
            if (end == rest.size() || (!text.ends_with(';') && !cut)) {
                continue;
            }
            if (rest[end] == '#' ? begins_slow_record(rest.substr(end))
                                 : is_banner(rest.substr(end, 256))) {
                break;
            }
        }
        while (text.ends_with(';') || text.ends_with(' ')) {
            text.remove_suffix(1);
        }
        const std::uint64_t raw = sql::hash_of(text);
        const sql::Classes::Named named = classes_.of(text, raw);
        if (named.whole || cut || end == rest.size() || tried == most_headers_in_literal) {
            if (!text.empty()) {
                add(header, named, text, raw, line, out);
            }
            return end;
        }
    }
}

void SlowParser::parse(std::string_view records, BlockEvents& out) {
    Header header;
    scan::Ahead ahead{records};
    while (!records.empty()) {
        ahead.reach(records.data());
        const Usual behind = usual(records, header);
        out.lines += behind.lines;
        records.remove_prefix(static_cast<std::size_t>(behind.at - records.data()));
        if (records.empty()) {
            break;
        }
        const std::uint32_t number = out.lines + 1;
        const bool timed = header.duration_us >= 0;
        const bool comment = records.front() == '#';
        if (timed && !comment && (header.timestamp || !stands_before_statement(records))) {
            records.remove_prefix(statement(records, header, number, out));
            header = {};
            continue;
        }
        const std::size_t size = next_line(records, 0);
        const std::string_view line = trimmed_line(records.substr(0, size));
        if (comment && line.starts_with("# administrator command: ")) {
            const std::string text = "administrator command " + std::string{line.substr(25)};
            const std::uint64_t raw = sql::hash_of(text);
            add(header, classes_.of(text, raw), text, raw, number, out);
            header = {};
        } else if (comment) {
            if (line.starts_with("# User@Host: ")) {
                header = {.at_us = header.at_us, .exact = header.exact};
            }
            head(line, header);
        } else if (const std::size_t at = line.find("timestamp=");
                   timed && line.starts_with('S') && at != std::string_view::npos) {
            set_time(Cursor{line.substr(at + 10)}.number(), header);
        } else if (!timed && !line.empty() && !is_banner(line)) {
            out.skip(number,
                     records.substr(0, size),
                     "the line belongs to no record of a slow-query log");
        }
        ++out.lines;
        records.remove_prefix(size);
    }
}

}  // namespace plimsoll::readers::mysql
