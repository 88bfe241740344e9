#include "readers/postgres/json_parser.hpp"

#include "readers/postgres/json_text.hpp"
#include "readers/postgres/session_key.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace plimsoll::readers::postgres {
namespace {

void skip_blanks(const char*& at, const char* end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        ++at;
    }
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
        at = scan::first(at, end, '"');
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
        at = quoted ? closing_quote(at, end, escaped) : scan::either(at, end, ',', '}');
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
        messages_.forget();  // the text may be in the scratch space
    }
}

}  // namespace plimsoll::readers::postgres
