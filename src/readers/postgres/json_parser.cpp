#include "readers/postgres/json_parser.hpp"

#include "readers/postgres/session_key.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace plimsoll::readers::postgres {
namespace {

[[nodiscard]] const char* find(const char* at, const char* end, char c) {
    const void* found = std::memchr(at, c, static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<const char*>(found);
}

void skip_blanks(const char*& at, const char* end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        ++at;
    }
}

// The closing quote of a text that begins at `at`; `end` when there is none.
[[nodiscard]] const char* closing_quote(const char* at, const char* end, bool& escaped) {
    const char* const begin = at;
    for (at = find(at, end, '"'); at < end; at = find(at + 1, end, '"')) {
        const char* slash = at;
        while (slash > begin && slash[-1] == '\\') {
            --slash;
        }
        if (((at - slash) & 1) == 0) {
            break;
        }
    }
    escaped = find(begin, at, '\\') != at;
    return at;
}

void put_code_point(std::uint32_t code, std::string& out) {
    const auto put = [&](std::uint32_t byte) {
        out += static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (code < 0x80U) {
        put(code);
    } else if (code < 0x800U) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

// The server escapes control characters, quotes and backslashes; nothing above U+001F.
[[nodiscard]] std::string_view unescaped(std::string_view text, std::string& out) {
    out.clear();
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t slash = std::min(text.find('\\'), text.size());
        out.append(text.substr(0, slash));
        text.remove_prefix(slash);
        if (text.size() < 2) {
            break;
        }
        const char c = text[1];
        text.remove_prefix(2);
        switch (c) {
            case 'n':
                out += '\n';
                break;
            case 't':
                out += '\t';
                break;
            case 'r':
                out += '\r';
                break;
            case 'b':
                out += '\b';
                break;
            case 'f':
                out += '\f';
                break;
            case 'u': {
                std::uint32_t code = 0;
                const std::size_t size = std::min<std::size_t>(4, text.size());
                std::from_chars(text.data(), text.data() + size, code, 16);
                put_code_point(code, out);
                text.remove_prefix(size);
                break;
            }
            default:
                out += c;
                break;
        }
    }
    return out;
}

}  // namespace

void JsonParser::set(std::string_view key, std::string_view value, bool escaped, Record& record) {
    const auto text = [&](std::size_t slot) {
        return escaped ? unescaped(value, scratch_[slot]) : value;
    };
    switch (key.size()) {
        case 3:
            if (key == "pid") {
                std::from_chars(value.data(), value.data() + value.size(), record.process);
            }
            break;
        case 4:
            if (key == "user") {
                record.user = text(4);
            }
            break;
        case 6:
            if (key == "dbname") {
                record.database = text(5);
            } else if (key == "detail") {
                record.detail = text(1);
            }
            break;
        case 7:
            if (key == "message") {
                record.message = text(0);
            } else if (key == "context") {
                record.context = text(2);
            }
            break;
        case 9:
            if (key == "timestamp") {
                record.has_time = clock_.take(value, record.at_us);
            } else if (key == "statement") {
                record.statement = text(3);
            }
            break;
        case 10:
            if (key == "session_id") {
                record.session = session_key(value);
            } else if (key == "state_code") {
                record.state = value;
            }
            break;
        case 14:
            if (key == "error_severity") {
                record.severity = severity_of(value);
            }
            break;
        case 16:
            if (key == "application_name") {
                record.application = text(6);
            }
            break;
        default:
            break;
    }
}

bool JsonParser::understand(std::string_view line, Record& record) {
    const char* at = line.data();
    const char* const end = at + line.size();
    skip_blanks(at, end);
    if (at == end || *at++ != '{') {
        return false;
    }
    while (true) {
        skip_blanks(at, end);
        if (at == end || *at != '"') {
            return at < end && *at == '}' && record.has_time && record.severity != Severity::none;
        }
        const char* const key = ++at;
        at = find(at, end, '"');
        const std::string_view name{key, static_cast<std::size_t>(at - key)};
        at = std::min(at + 1, end);
        skip_blanks(at, end);
        if (at == end || *at++ != ':') {
            return false;
        }
        skip_blanks(at, end);
        bool escaped = false;
        const bool quoted = at < end && *at == '"';
        const char* const value = quoted ? ++at : at;
        at = quoted ? closing_quote(at, end, escaped)
                    : std::find_if(at, end, [](char c) { return c == ',' || c == '}'; });
        if (at == end || (!quoted && (*value == '{' || *value == '['))) {
            return false;
        }
        set(name, {value, static_cast<std::size_t>(at - value)}, escaped, record);
        at += quoted ? 1 : 0;
        skip_blanks(at, end);
        if (at < end && *at == ',') {
            ++at;
        }
    }
}

void JsonParser::parse(std::string_view records, workload::BlockEvents& out) {
    while (!records.empty()) {
        const std::size_t feed = records.find('\n');
        const std::size_t size = feed == std::string_view::npos ? records.size() : feed + 1;
        const std::string_view line = records.substr(0, size);
        records.remove_prefix(size);
        ++out.lines;
        Record record;
        if (!understand(line, record)) {
            out.skip(out.lines, line, "the line is not an object of a jsonlog");
            continue;
        }
        record.session = record.session == 0 ? session_key(record.process) : record.session;
        record.line = out.lines;
        messages_.take(record, out);
    }
}

}  // namespace plimsoll::readers::postgres
