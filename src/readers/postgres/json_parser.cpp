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

JsonParser::Field JsonParser::field_of(std::string_view key) noexcept {
    struct Name {
        std::string_view key;
        Field field;
    };
    static constexpr std::array<Name, 12> names{{{"pid", Field::process},
                                                 {"user", Field::user},
                                                 {"dbname", Field::database},
                                                 {"message", Field::message},
                                                 {"detail", Field::detail},
                                                 {"context", Field::context},
                                                 {"statement", Field::statement},
                                                 {"timestamp", Field::time},
                                                 {"session_id", Field::session},
                                                 {"state_code", Field::state},
                                                 {"error_severity", Field::severity},
                                                 {"application_name", Field::application}}};
    const auto* const found = std::ranges::find(names, key, &Name::key);
    return found == names.end() ? Field::other : found->field;
}

void JsonParser::set(Field field, std::string_view value, bool escaped, Record& record) {
    const auto text = [&](std::size_t slot) {
        return escaped ? unescaped(value, scratch_[slot]) : value;
    };
    switch (field) {
        case Field::other:
            break;
        case Field::process:
            std::from_chars(value.data(), value.data() + value.size(), record.process);
            break;
        case Field::user:
            record.user = text(4);
            break;
        case Field::database:
            record.database = text(5);
            break;
        case Field::message:
            record.message = text(0);
            break;
        case Field::detail:
            record.detail = text(1);
            break;
        case Field::context:
            record.context = text(2);
            break;
        case Field::statement:
            record.statement = text(3);
            break;
        case Field::time:
            record.has_time = clock_.take(value, record.at_us);
            break;
        case Field::session:
            record.session = session_key(value);
            break;
        case Field::state:
            record.state = value;
            break;
        case Field::severity:
            record.severity = severity_of(value);
            break;
        case Field::application:
            record.application = text(6);
            break;
    }
}

// The number of the key that stands at `at`, if it has followed key `last` before; else 0.
inline std::size_t JsonParser::known_behind(std::size_t last,
                                            const char* at,
                                            const char* end) const noexcept {
    for (const std::uint8_t number : keys_[last].next) {
        const KnownKey& known = keys_[number];
        if (number != 0 && known.text.begins(at, end)) {
            const char* const value = at + known.text.size();
            const bool bare = value != end && *value > ' ' && *value != '"';
            return known.key.quoted || bare ? number : 0;
        }
    }
    return 0;
}

// Keeps a key that followed `last` and returns its number; 0 when there is no room.
std::size_t JsonParser::learn(std::size_t last, std::string_view text, Key key) {
    constexpr std::size_t most = 64;
    const auto same = [&](const KnownKey& known) {
        return known.text.size() == text.size() &&
               known.text.begins(text.data(), text.data() + text.size());
    };
    auto number = static_cast<std::size_t>(std::ranges::find_if(keys_, same) - keys_.begin());
    if (number == keys_.size()) {
        if (number == most || text.size() > decltype(KnownKey::text)::most) {
            return 0;
        }
        keys_.emplace_back().key = key;
        keys_.back().text.keep(text);
    }
    for (std::uint8_t& next : keys_[last].next) {
        if (next == 0) {
            next = static_cast<std::uint8_t>(number);
            break;
        }
    }
    return number;
}

// From the opening brace, or the end of a value, to the next value. False, and `at` where a key
// should stand, when there is none.
bool JsonParser::read_key(const char*& at, const char* end, Key& key) {
    const bool first = *at == '{';
    at += first || *at == '"' ? 1 : 0;
    skip_blanks(at, end);
    if (!first && at < end && *at == ',') {
        ++at;
        skip_blanks(at, end);
    }
    if (at == end || *at != '"') {
        return false;
    }
    const char* const name = at + 1;
    const char* const quote = scan::first(name, end, '"');
    const char* behind = quote == end ? end : quote + 1;
    skip_blanks(behind, end);
    if (behind == end || *behind != ':') {
        return false;
    }
    ++behind;
    skip_blanks(behind, end);
    key.field = field_of({name, static_cast<std::size_t>(quote - name)});
    key.quoted = behind < end && *behind == '"';
    at = behind + (key.quoted ? 1 : 0);
    return true;
}

bool JsonParser::understand(std::string_view line, Record& record) {
    const char* at = line.data();
    const char* const end = at + line.size();
    skip_blanks(at, end);
    if (at == end || *at != '{') {
        return false;
    }
    std::size_t last = 0;
    while (true) {
        Key key;
        if (const std::size_t known = known_behind(last, at, end); known != 0) {
            key = keys_[known].key;
            at += keys_[known].text.size();
            last = known;
        } else {
            const char* const from = at;
            if (!read_key(at, end, key)) {
                return at < end && *at == '}' && record.has_time &&
                       record.severity != Severity::none;
            }
            last = learn(last, {from, static_cast<std::size_t>(at - from)}, key);
        }
        bool escaped = false;
        const char* const value = at;
        at = key.quoted ? closing_quote(at, end, escaped) : scan::either(at, end, ',', '}');
        if (at == end || (!key.quoted && (*value == '{' || *value == '['))) {
            return false;
        }
        set(key.field, {value, static_cast<std::size_t>(at - value)}, escaped, record);
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
