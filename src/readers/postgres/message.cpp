#include "readers/postgres/message.hpp"

#include "readers/postgres/json_text.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll::readers::postgres {
namespace {

using workload::BlockEvents;
using workload::Event;
using workload::EventKind;
using workload::Note;

// A template, so that the comparison has a known size and needs no call.
template <std::size_t Size>
[[nodiscard]] bool take_word(std::string_view& rest, const char (&word)[Size]) {
    constexpr std::size_t length = Size - 1;
    if (rest.size() < length || std::memcmp(rest.data(), word, length) != 0) {
        return false;
    }
    rest.remove_prefix(length);
    return true;
}

[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Longer than a week is no statement but a broken number, and must not overflow a sum.
constexpr std::int64_t longest_us = 7LL * 86'400 * 1'000'000;

// "12.345": milliseconds as microseconds.
[[nodiscard]] bool take_millis(std::string_view& rest, std::int64_t& us) {
    const char* at = rest.data();
    const char* const end = at + rest.size();
    const char* const most = at + std::min<std::size_t>(rest.size(), 15);
    std::int64_t value = 0;
    while (at < most && is_digit(*at)) {
        value = value * 10 + (*at++ - '0');
    }
    if (at == rest.data()) {
        return false;
    }
    value *= 1000;
    if (end - at > 4 && *at == '.' && is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]) &&
        !is_digit(at[4])) {
        // As the server prints it, "%ld.%03d".
        value += (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
        at += 4;
    } else if (at < end && *at == '.') {
        std::int64_t unit = 100;
        for (++at; at < end && is_digit(*at); ++at) {
            value += (*at - '0') * unit;
            unit /= 10;
        }
    }
    rest.remove_prefix(static_cast<std::size_t>(at - rest.data()));
    us = std::min(value, longest_us);
    return true;
}

[[nodiscard]] std::uint64_t take_number(std::string_view& rest) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    return value;
}

void skip_blanks(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

[[nodiscard]] std::string_view between(std::string_view text,
                                       std::string_view from,
                                       std::string_view to) {
    const std::size_t begin = text.find(from);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(begin + from.size());
    return rest.substr(0, rest.find(to));
}

// "SQLSTATE: " before the message, with log_error_verbosity = verbose.
[[nodiscard]] std::string_view take_state(std::string_view& message) {
    constexpr std::size_t size = 5;
    if (message.size() < size + 2 || message[size] != ':' || message[size + 1] != ' ') {
        return {};
    }
    const std::string_view state = message.substr(0, size);
    const bool is_state =
        std::ranges::all_of(state, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }) &&
        (is_digit(state[0]) || is_digit(state[1]) || state.starts_with("XX") ||
         state.starts_with("HV"));
    if (!is_state) {
        return {};
    }
    message.remove_prefix(size + 2);
    return state;
}

// How a message tells its SQLSTATE where the format does not print it: the ones that checks ask
// for.
[[nodiscard]] std::string_view state_by_words(std::string_view message) {
    struct Wording {
        std::string_view part;
        std::string_view state;
    };
    static constexpr std::array<Wording, 22> wordings{{
        {"deadlock detected", "40P01"},
        {"could not serialize access", "40001"},
        {"sorry, too many clients already", "53300"},
        {"remaining connection slots are reserved", "53300"},
        {"too many connections for", "53300"},
        {"canceling statement due to statement timeout", "57014"},
        {"canceling statement due to user request", "57014"},
        {"canceling statement due to lock timeout", "55P03"},
        {"could not obtain lock on", "55P03"},
        {"terminating connection due to idle-in-transaction timeout", "25P03"},
        {"terminating connection due to transaction timeout", "25P04"},
        {"terminating connection due to idle-session timeout", "57P05"},
        {"terminating connection due to administrator command", "57P01"},
        {"terminating connection because of crash", "57P02"},
        {"the database system is", "57P03"},
        {"duplicate key value violates unique constraint", "23505"},
        {"violates foreign key constraint", "23503"},
        {"out of memory", "53200"},
        {"could not extend file", "53100"},
        {"division by zero", "22012"},
        {"syntax error at or near", "42601"},
        {"canceling statement due to conflict with recovery", "40001"},
    }};
    if (message.find(" does not exist") != std::string_view::npos) {
        return message.starts_with("relation ")   ? "42P01"
               : message.starts_with("column ")   ? "42703"
               : message.starts_with("function ") ? "42883"
                                                  : std::string_view{};
    }
    for (const Wording& wording : wordings) {
        if (message.find(wording.part) != std::string_view::npos) {
            return wording.state;
        }
    }
    return {};
}

[[nodiscard]] std::string_view word_of(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "ERROR";
        case Severity::fatal:
            return "FATAL";
        case Severity::panic:
            return "PANIC";
        default:
            return "LOG";
    }
}

// stderr writes a line feed of the message as line feed and tab. Into `scratch`, which keeps its
// memory.
[[nodiscard]] std::string_view untabbed_in(std::string& scratch, std::string_view text) {
    constexpr std::size_t room = 16;  // that scan::copy_to writes beyond
    if (scratch.size() < text.size() + room) {
        scratch.resize(text.size() + room);
    }
    char* out = scratch.data();
    const char* at = text.data();
    const char* const end = at + text.size();
    while ((at = scan::copy_to(at, end, '\n', out)) < end) {
        *out++ = *at++;
        at += at < end && *at == '\t' ? 1 : 0;
    }
    return {scratch.data(), static_cast<std::size_t>(out - scratch.data())};
}

[[nodiscard]] std::string untabbed(std::string_view text, bool tabbed) {
    std::string out;
    return tabbed ? std::string{untabbed_in(out, text)} : std::string{text};
}

[[nodiscard]] std::string_view without_end(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
        text.remove_suffix(1);
    }
    return text;
}

// Does the text hold "$1"? In a literal too: then the question is open as well.
[[nodiscard]] bool names_parameters(std::string_view text) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos && at + 1 < text.size();
         at = text.find('$', at + 1)) {
        if (is_digit(text[at + 1])) {
            return true;
        }
    }
    return false;
}

// A locked object without what differs from wait to wait: the numbers of transactions and tuples.
[[nodiscard]] std::string object_of(std::string_view object) {
    if (object.starts_with("transaction") || object.starts_with("virtual transaction")) {
        return "transaction";
    }
    if (object.starts_with("advisory lock")) {
        return "advisory lock";
    }
    const std::size_t relation = object.find("relation ");
    if (relation == std::string_view::npos) {
        return std::string{object.substr(0, object.find(' '))};
    }
    const std::string_view rest = object.substr(relation);
    const std::string name{rest.substr(0, rest.find(' ', 9))};
    return object.starts_with("tuple") ? "row of " + name : name;
}

// The statement's text in the body of auto_explain, in whichever of its four forms; empty when it
// names none. In JSON and YAML it is escaped, in text form it goes on to the first line of a plan.
[[nodiscard]] std::string_view query_text(std::string_view body, std::string& scratch) {
    for (const std::string_view key : {"\"Query Text\": \"", "Query Text: \""}) {
        if (const std::size_t at = body.find(key); at != std::string_view::npos) {
            bool escaped = false;
            const char* const begin = body.data() + at + key.size();
            const char* const end = body.data() + body.size();
            const char* const stop = closing_quote(begin, end, escaped);
            const std::string_view text{begin, static_cast<std::size_t>(stop - begin)};
            return stop == end ? std::string_view{} : escaped ? unescaped(text, scratch) : text;
        }
    }
    if (const std::string_view text = between(body, "<Query-Text>", "</Query-Text>");
        !text.empty()) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            const std::string_view rest = text.substr(at);
            const bool entity = text[at] == '&';
            const char plain = !entity                      ? text[at]
                               : rest.starts_with("&lt;")   ? '<'
                               : rest.starts_with("&gt;")   ? '>'
                               : rest.starts_with("&quot;") ? '"'
                               : rest.starts_with("&#x0D;") ? '\r'
                                                            : '&';
            scratch += plain;
            at += entity ? std::min(rest.find(';'), rest.size() - 1) : 0;
        }
        return scratch;
    }
    const std::string_view text = between(body, "Query Text: ", "(cost=");
    const std::size_t last = text.rfind('\n');
    return last == std::string_view::npos ? text.substr(0, text.find('\n')) : text.substr(0, last);
}

// "0:00:12.345", hours without limit.
[[nodiscard]] std::int64_t clock_time(std::string_view text) {
    std::int64_t us = 0;
    const std::uint64_t hours = std::min<std::uint64_t>(take_number(text), 100'000);
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    const std::uint64_t minutes = std::min<std::uint64_t>(take_number(text), 59);
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    (void)take_millis(text, us);  // seconds, so a thousand times too small
    return static_cast<std::int64_t>(hours * 3600 + minutes * 60) * 1'000'000 +
           std::min<std::int64_t>(us, 60'000) * 1000;
}

}  // namespace

std::uint64_t Messages::classify(std::string_view sql, std::uint64_t& raw, BlockEvents& out) {
    sql = without_end(sql);
    // Parse, bind and execute of a call bring the same text one after the other.
    if (sql.size() == last_text_.size() && !sql.empty() &&
        std::memcmp(sql.data(), last_text_.data(), sql.size()) == 0) {
        raw = last_raw_;
        return last_class_;
    }
    last_text_ = sql;
    // The text is what it was before it was written: the same in every format.
    if (tabbed_) {
        sql = untabbed_in(scratch_, sql);
    }
    raw = sql::hash_of(sql);
    const sql::Classes::Named named = classes_.of(sql, raw);
    if (!named.fresh.empty()) {
        out.fresh.push_back({.id = named.id,
                             .canonical = std::string{named.fresh},
                             .example = std::string{keep_literals_ ? sql : std::string_view{}}});
    }
    last_raw_ = raw;
    last_class_ = named.id;
    return named.id;
}

// The parameters of a call are in its detail. Where the server leaves them out (verbosity terse)
// or cuts them (log_parameter_max_length), nobody knows whether two calls asked the same.
void Messages::with_parameters(const Record& record, Event& event) {
    const bool executes = event.kind == EventKind::execute || event.kind == EventKind::text_execute;
    const bool call =
        executes || event.kind == EventKind::statement || event.kind == EventKind::text_statement;
    if (!call) {
        return;
    }
    if (!record.detail.empty()) {
        const std::string_view detail = without_end(record.detail);
        const bool cut = detail.find("...'") != std::string_view::npos;
        event.values = cut ? 0 : sql::mix(event.values, sql::hash_of(detail));
    } else if (executes && names_parameters(record.message)) {
        event.values = 0;
    }
}

// The messages of a call are often named by the very same bytes (StderrParser), which need no
// comparing.
std::uint32_t Messages::who_of(const Record& record, BlockEvents& out) {
    const bool same = last_user_.data() != nullptr && record.user.data() == last_user_.data() &&
                      record.user.size() == last_user_.size() &&
                      record.database.data() == last_database_.data() &&
                      record.database.size() == last_database_.size() &&
                      record.application.data() == last_application_.data() &&
                      record.application.size() == last_application_.size();
    if (!same) {
        last_user_ = record.user;
        last_database_ = record.database;
        last_application_ = record.application;
        last_who_ = who_.number(record.user, record.database, record.application, out.who);
    }
    return last_who_;
}

void Messages::take(const Record& record, BlockEvents& out) {
    // In its place, as a copy of what was just written waits for that to be done.
    Event& event = out.events.emplace_back();
    event.at_us = record.at_us;
    event.session = record.session;
    event.who = who_of(record, out);
    event.line = record.line;
    event.has_time = record.has_time;
    ++out.records;
    tabbed_ = record.tabbed;
    if (record.severity == Severity::log) {
        log(record, event, out);
        if (event.values != 0) {
            with_parameters(record, event);
        }
    } else if (record.severity >= Severity::error) {
        std::string_view message = record.message;
        std::string_view state = take_state(message);
        state = record.state.empty() || record.state == "00000" ? state : record.state;
        state = state.empty() ? state_by_words(message) : state;
        event.kind = state == "40P01" ? EventKind::deadlock : EventKind::error;
        event.note = out.add(
            {.text = std::string{state.empty() ? word_of(record.severity) : state},
             .more = std::string{state == "40P01" ? untabbed(record.detail, record.tabbed) : ""}});
    }
}

void Messages::log(const Record& record, Event& event, BlockEvents& out) {
    std::string_view message = record.message;
    if (message.empty()) {
        return;
    }
    if (message[0] == '0') {
        (void)take_state(message);
    }
    switch (message.empty() ? '\0' : message[0]) {
        case 'd':
            if (take_word(message, "duration: ")) {
                duration(message, record, event, out);
            } else if (message.starts_with("disconnection: ")) {
                event.kind = EventKind::disconnected;
                event.duration_us = clock_time(between(message, "session time: ", " "));
            }
            break;
        case 's':
        case 'e':
            if (take_word(message, "statement: ")) {
                event.kind = EventKind::text_statement;
                event.statement = classify(message, event.values, out);
            } else if (message.starts_with("execute ")) {
                with_text(message, record, event, out);
                event.kind = EventKind::text_execute;
            }
            break;
        case 'p':
            if (message.starts_with("process ")) {
                lock(record, event, out);
            } else if (take_word(message, "parameter \"")) {
                event.kind = EventKind::setting;
                Note note{.text = std::string{message.substr(0, message.find('"'))}};
                const std::string_view value = between(message, "changed to \"", "\n");
                note.more = value.substr(0, value.rfind('"'));
                if (note.text == "log_line_prefix") {
                    out.learnt.push_back(note.more);
                }
                event.note = out.add(std::move(note));
            }
            break;
        case 'c':
            if (message.starts_with("connection received:")) {
                event.kind = EventKind::received;
            } else if (message.starts_with("connection authorized:")) {
                event.kind = EventKind::authorized;
                const std::string_view to_end = between(message, "application_name=", "\n");
                event.note =
                    out.add({.text = std::string{to_end.substr(0, to_end.find(" SSL enabled"))}});
            } else if (message.starts_with("checkpoints are occurring too frequently")) {
                event.kind = EventKind::checkpoint_hurried;
            } else if (message.starts_with("checkpoint starting:")) {
                event.kind = EventKind::checkpoint_start;
                event.note = out.add(
                    {.text = std::string{without_end(between(message, "starting: ", "\n"))}});
            } else if (message.starts_with("checkpoint complete:")) {
                event.kind = EventKind::checkpoint_done;
                std::string_view distance = between(message, "distance=", " kB");
                event.note =
                    out.add({.amount = static_cast<std::int64_t>(take_number(distance)) * 1024});
            }
            break;
        case 't':
            if (message.starts_with("temporary file:")) {
                event.kind = EventKind::temporary_file;
                std::string_view size =
                    message.substr(std::min(message.size(), message.rfind(' ') + 1));
                event.note = out.add({.amount = static_cast<std::int64_t>(take_number(size))});
                std::uint64_t raw = 0;
                event.statement =
                    record.statement.empty() ? 0 : classify(record.statement, raw, out);
            }
            break;
        default:
            break;
    }
}

// After "duration: ".
void Messages::duration(std::string_view rest,
                        const Record& record,
                        Event& event,
                        BlockEvents& out) {
    if (!take_millis(rest, event.duration_us) || !take_word(rest, " ms")) {
        return;
    }
    skip_blanks(rest);
    if (take_word(rest, "statement: ")) {
        event.kind = EventKind::statement;
        event.statement = classify(rest, event.values, out);
    } else if (take_word(rest, "plan:")) {
        plan(rest, record, event, out);
        return;
    } else if (without_end(rest).empty()) {
        event.kind = EventKind::duration;
    } else {
        with_text(rest, record, event, out);
    }
}

// "execute NAME: SQL", "parse NAME: SQL", "execute fetch from NAME/PORTAL: SQL"; a name may hold a
// colon.
void Messages::with_text(std::string_view rest,
                         const Record& record,
                         Event& event,
                         BlockEvents& out) {
    (void)record;
    if (rest.starts_with("execute fetch from ")) {
        event.kind = EventKind::fetch;
    } else if (rest.starts_with("execute ")) {
        event.kind = EventKind::execute;
    } else if (rest.starts_with("parse ")) {
        event.kind = EventKind::parse;
    } else if (rest.starts_with("bind ")) {
        event.kind = EventKind::bind;
    } else if (rest.starts_with("fastpath function call: ")) {
        event.kind = EventKind::fastpath;
    } else {
        event.kind = EventKind::duration;
        return;
    }
    const char* const end = rest.data() + rest.size();
    const char* colon = scan::first(rest.data(), end, ':');
    while (end - colon > 1 && colon[1] != ' ') {
        colon = scan::first(colon + 1, end, ':');  // of a name such as "py:0x7f"
    }
    if (end - colon > 1) {
        rest.remove_prefix(static_cast<std::size_t>(colon - rest.data()) + 2);
        event.statement = classify(rest, event.values, out);
    }
}

// The body of auto_explain. Its text of the query names the class, so that plan and statement can
// be joined.
void Messages::plan(std::string_view body, const Record& record, Event& event, BlockEvents& out) {
    event.kind = EventKind::plan;
    std::string text = untabbed(body, record.tabbed);
    std::string query;
    if (const std::string_view sql = query_text(text, query); !sql.empty()) {
        tabbed_ = false;  // taken back already
        std::uint64_t raw = 0;
        event.statement = classify(sql, raw, out);
        last_text_ = {};  // it was ours
    }
    event.note = out.add({.text = std::move(text)});
}

// "process P still waiting for MODE on OBJECT after T ms" or "... acquired ...".
void Messages::lock(const Record& record, Event& event, BlockEvents& out) {
    std::string_view rest = record.message;
    (void)take_state(rest);
    (void)take_word(rest, "process ");
    Note note{.process = take_number(rest)};
    if (take_word(rest, " still waiting for ")) {
        event.kind = EventKind::waiting;
    } else if (take_word(rest, " acquired ")) {
        event.kind = EventKind::acquired;
    } else {
        return;
    }
    const std::size_t on = rest.find(" on ");
    const std::size_t after = rest.rfind(" after ");
    if (on == std::string_view::npos || after == std::string_view::npos || after < on) {
        event.kind = EventKind::other;
        return;
    }
    note.text = rest.substr(0, on);
    note.more = object_of(rest.substr(on + 4, after - on - 4));
    std::string_view waited = rest.substr(after + 7);
    (void)take_millis(waited, note.amount);
    std::string_view holders = between(record.detail, "holding the lock: ", ".");
    while (!holders.empty() && is_digit(holders[0])) {
        note.processes.push_back(take_number(holders));
        (void)take_word(holders, ", ");
    }
    // "while updating tuple (0,1) in relation "users"": the only place where the table has a name.
    if (const std::string_view relation = between(record.context, "in relation \"", "\"");
        !relation.empty()) {
        note.more = "row of " + std::string{relation};
    }
    if (!record.statement.empty()) {
        std::uint64_t raw = 0;
        event.statement = classify(record.statement, raw, out);
    }
    event.note = out.add(std::move(note));
}

}  // namespace plimsoll::readers::postgres
