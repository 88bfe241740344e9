#include "readers/postgres/unwrap.hpp"

#include "readers/postgres/infer_prefix.hpp"
#include "readers/postgres/json_text.hpp"

#include <algorithm>
#include <array>

namespace plimsoll::readers::postgres {
namespace {

constexpr std::array all_wrappings{Wrapping::cloud_native,
                                   Wrapping::azure,
                                   Wrapping::cloud_sql,
                                   Wrapping::docker_json,
                                   Wrapping::heroku,
                                   Wrapping::container_runtime,
                                   Wrapping::syslog,
                                   Wrapping::compose,
                                   Wrapping::cloudwatch};

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] bool has_shape(std::string_view text, std::string_view shape) {
    if (text.size() < shape.size()) {
        return false;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

// "2020-09-08T04:00:24.000Z", "...+00:00": its size, 0 when there is none.
[[nodiscard]] std::size_t iso_time(std::string_view text) {
    if (!has_shape(text, "dddd-dd-ddTdd:dd:dd")) {
        return 0;
    }
    const std::size_t size = std::min(text.find(' '), text.size());
    return size <= 40 ? size : 0;
}

// As PostgreSQL writes it: "2020-09-08 04:00:24.000 UTC". More digits than milliseconds are cut.
[[nodiscard]] std::string server_time(std::string_view iso) {
    std::string out{iso.substr(0, 10)};
    out += ' ';
    out += iso.substr(11, 8);
    std::string_view rest = iso.substr(19);
    if (rest.starts_with('.') || rest.starts_with(',')) {
        const std::size_t size = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        out += '.';
        out += rest.substr(1, std::min<std::size_t>(size - 1, 6));
        rest.remove_prefix(size);
    }
    out += ' ';
    out += rest.empty() || rest == "Z" ? std::string_view{"UTC"} : rest;
    return out;
}

// The text behind the first `"key":`, without its escapes; nothing when it is not there.
[[nodiscard]] std::optional<std::string> text_of(std::string_view json, std::string_view key) {
    for (std::size_t at = json.find(key); at != std::string_view::npos;
         at = json.find(key, at + 1)) {
        std::string_view rest = json.substr(at + key.size());
        if (at == 0 || json[at - 1] != '"' || !rest.starts_with('"')) {
            continue;
        }
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" :"), rest.size()));
        if (!rest.starts_with('"')) {
            continue;
        }
        bool escaped = false;
        const char* const begin = rest.data() + 1;
        const char* const end = rest.data() + rest.size();
        const char* const stop = closing_quote(begin, end, escaped);
        std::string scratch;
        return stop == end ? std::nullopt
                           : std::optional{std::string{unescaped(
                                 {begin, static_cast<std::size_t>(stop - begin)}, scratch)}};
    }
    return std::nullopt;
}

// Without the blanks between its texts, which some relays put there.
[[nodiscard]] std::string compact(std::string_view json) {
    std::string out;
    bool in_text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (in_text && json[i] == '\\' && i + 1 < json.size()) {
            out += json[i++];
        } else if (json[i] == '"') {
            in_text = !in_text;
        } else if (!in_text && (json[i] == ' ' || json[i] == '\t')) {
            continue;
        }
        out += json[i];
    }
    return out;
}

// CloudNativePG's record has the names of csvlog's columns; jsonlog has others for some.
[[nodiscard]] std::string as_jsonlog(std::string_view record) {
    struct Renamed {
        std::string_view from;
        std::string_view to;
    };
    static constexpr std::array<Renamed, 8> names{{{"\"log_time\":", "\"timestamp\":"},
                                                   {"\"user_name\":", "\"user\":"},
                                                   {"\"database_name\":", "\"dbname\":"},
                                                   {"\"process_id\":", "\"pid\":"},
                                                   {"\"sql_state_code\":", "\"state_code\":"},
                                                   {"\"query\":", "\"statement\":"},
                                                   {"\"query_pos\":", "\"cursor_position\":"},
                                                   {"\"location\":", "\"func_name\":"}}};
    std::string out;
    bool in_text = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const std::string_view rest = record.substr(i);
        const bool key = !in_text && (i == 0 || record[i - 1] == '{' || record[i - 1] == ',');
        const auto* const renamed =
            key ? std::ranges::find_if(
                      names, [&](const Renamed& name) { return rest.starts_with(name.from); })
                : names.end();
        if (renamed != names.end()) {
            out += renamed->to;
            i += renamed->from.size() - 1;
            continue;
        }
        if (in_text && record[i] == '\\' && i + 1 < record.size()) {
            out += record[i++];
        } else if (record[i] == '"') {
            in_text = !in_text;
        }
        out += record[i];
        if (!in_text && record[i] == '}') {
            break;  // a record is flat
        }
    }
    return out;
}

// Does the line begin with a time of its own, or is it jsonlog?
[[nodiscard]] bool has_own_time(std::string_view line) {
    return has_shape(line, "dddd-dd-dd dd:dd:dd") || has_shape(line, "dddddddddd.ddd") ||
           line.starts_with("{\"timestamp\"");
}

struct Tagged {
    std::string_view time;  // ISO; empty in the form without a year
    std::string_view process;
    std::string_view rest;
};

// "TIME host tag[pid]: rest", "TIME app[postgres.pid]: rest".
[[nodiscard]] std::optional<Tagged> tagged(std::string_view line) {
    Tagged out;
    if (line.starts_with('<') && line.find('>') < 6) {
        line.remove_prefix(line.find('>') + 1);  // the priority
    }
    if (const std::size_t size = iso_time(line); size != 0) {
        out.time = line.substr(0, size);
        line.remove_prefix(size);
    } else if (line.size() > 16 && line[3] == ' ' && has_shape(line.substr(7), "dd:dd:dd ")) {
        line.remove_prefix(15);
    } else {
        return std::nullopt;
    }
    const std::size_t close = line.find("]: ");
    const std::size_t open = line.rfind('[', close);
    if (close == std::string_view::npos || open == std::string_view::npos || close > 200) {
        return std::nullopt;
    }
    out.process = line.substr(open + 1, close - open - 1);
    if (const std::size_t dot = out.process.rfind('.'); dot != std::string_view::npos) {
        out.process.remove_prefix(dot + 1);  // Heroku's "postgres.4882"
    }
    out.rest = line.substr(close + 3);
    const bool number = !out.process.empty() && std::ranges::all_of(out.process, is_digit);
    return number ? std::optional{out} : std::nullopt;
}

// "[12-1] " at the front: the number of the chunk, 1 when there is none.
[[nodiscard]] std::size_t take_chunk_number(std::string_view& rest) {
    const std::size_t close = rest.find("] ");
    if (!rest.starts_with('[') || close == std::string_view::npos || close > 24) {
        return 1;
    }
    const std::string_view inner = rest.substr(1, close - 1);
    const std::size_t dash = inner.rfind('-');
    const std::string_view digits =
        dash == std::string_view::npos ? std::string_view{} : inner.substr(dash + 1);
    if (digits.empty() || digits.size() > 6 || !std::ranges::all_of(digits, is_digit) ||
        !is_digit(inner[0])) {
        return 1;
    }
    rest.remove_prefix(close + 2);
    std::size_t number = 0;
    for (const char c : digits) {
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return std::max<std::size_t>(number, 1);
}

// syslog writes control characters as "#011".
[[nodiscard]] std::string without_octal(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("#011")) {
            out += '\t';
            i += 3;
        } else if (text.substr(i).starts_with("#012")) {
            out += "\n\t";
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

std::string_view name_of(Wrapping wrapping) noexcept {
    static constexpr std::array<std::string_view, 10> names{"none",
                                                            "Docker json-file",
                                                            "docker compose",
                                                            "container runtime",
                                                            "syslog",
                                                            "Heroku",
                                                            "CloudWatch",
                                                            "Cloud SQL",
                                                            "Azure Database",
                                                            "CloudNativePG"};
    return names[static_cast<std::size_t>(wrapping)];
}

Wrapping wrapping_of(std::string_view head) {
    constexpr int most_lines = 60;
    for (const Wrapping wrapping : all_wrappings) {
        Unwrapper unwrapper{wrapping};
        std::string_view rest = head;
        int lines = 0;
        int unwrapped = 0;
        int entries = 0;
        bool logs = false;  // other programs have errors and warnings too
        while (!rest.empty() && lines < most_lines) {
            const std::size_t feed = rest.find('\n');
            if (feed == std::string_view::npos && lines > 0) {
                break;  // cut by the end of the head
            }
            const std::string_view line = rest.substr(0, feed);
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            std::string inner;
            ++lines;
            unwrapped += unwrapper.take(line, inner) ? 1 : 0;
            entries += find_severity(inner.substr(0, 400)) != std::string_view::npos ||
                               inner.find("\"error_severity\":") != std::string::npos
                           ? 1
                           : 0;
            logs = logs || inner.find("LOG: ") != std::string::npos ||
                   inner.find("\"LOG\"") != std::string::npos;
        }
        if (logs && unwrapped * 10 >= lines * 9 && entries > 0 && entries * 4 >= lines) {
            return wrapping;
        }
    }
    return Wrapping::none;
}

// A whole message; its line feeds become those of the plain log.
void Unwrapper::whole(std::string_view text, std::string& out) {
    end(out);
    while (text.ends_with('\n') || text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '\n' && (i + 1 == text.size() || text[i + 1] != '\t')) {
            out += '\t';
        }
    }
    out += '\n';
}

// A line as it is, or a part of one that is continued.
void Unwrapper::piece(std::string_view text, bool more, std::string& out) {
    out += text;
    if (!more && !text.ends_with('\n')) {
        out += '\n';
    }
    open_ = more;
}

void Unwrapper::end(std::string& out) {
    if (open_) {
        out += '\n';
        open_ = false;
    }
}

bool Unwrapper::chunk(std::string_view line, std::string& out) {
    std::optional<Tagged> parts = tagged(line);
    if (!parts) {
        return false;
    }
    std::string_view rest = parts->rest;
    if (wrapping_ == Wrapping::heroku) {
        // "[GREEN] [15-1]  sql_error_code = ...": the colour of the database.
        const std::size_t color = rest.find("] ");
        if (!rest.starts_with('[') || color == std::string_view::npos || is_digit(rest[1])) {
            return false;
        }
        rest.remove_prefix(color + 2);
    }
    const std::size_t number = take_chunk_number(rest);
    if (number > 1) {
        if (!open_ || open_process_ != parts->process) {
            return false;
        }
        const std::string text = without_octal(rest);
        out += text.starts_with('\t') ? "\n" : "";
        out += text;
        return true;
    }
    end(out);
    const std::string text = without_octal(rest);
    if (!has_own_time(text)) {
        out += parts->time.empty() ? std::string{} : server_time(parts->time) + ' ';
        out += '[';
        out += parts->process;
        out += "] ";
    }
    out += text;
    open_ = true;
    open_process_ = parts->process;
    return true;
}

// The whole line in "message", or, as the single server wrote it, the line in its parts: "prefix",
// "errorLevel", "message" and "detail".
bool Unwrapper::azure(std::string_view line, std::string& out) {
    const std::size_t at = line.find("\"properties\"");
    if (at == std::string_view::npos) {
        return false;
    }
    const std::string_view properties = line.substr(at);
    const std::optional<std::string> message = text_of(properties, "message");
    if (!message) {
        return false;
    }
    const std::optional<std::string> prefix = text_of(properties, "prefix");
    const std::optional<std::string> severity = text_of(properties, "errorLevel");
    const std::string_view first_line = std::string_view{*message}.substr(0, message->find('\n'));
    if (!prefix || !severity || first_line.find(*severity + ":  ") != std::string_view::npos) {
        whole(*message, out);
        return true;
    }
    whole(*prefix + *severity + ":  " + *message, out);
    if (const std::optional<std::string> detail = text_of(properties, "detail");
        detail && !detail->empty()) {
        whole(*prefix + "DETAIL:  " + *detail, out);
    }
    return true;
}

bool Unwrapper::take(std::string_view line, std::string& out) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    switch (wrapping_) {
        case Wrapping::none:
            return false;
        case Wrapping::docker_json: {
            const std::optional<std::string> text =
                line.starts_with("{\"log\":") ? text_of(line, "log") : std::nullopt;
            if (text) {
                piece(*text, !text->ends_with('\n'), out);
            }
            return text.has_value();
        }
        case Wrapping::compose: {
            // "db-1  | line": the name of a container, and blanks to align it.
            const std::size_t name = line.find_first_of(" |");
            const std::size_t bar = line.find_first_not_of(' ', name);
            if (bar == std::string_view::npos || bar == name || bar > 80 || line[bar] != '|' ||
                is_digit(line[0])) {
                return false;
            }
            line.remove_prefix(std::min(bar + 2, line.size()));
            piece(line, false, out);
            return true;
        }
        case Wrapping::container_runtime: {
            std::string_view rest = line.substr(iso_time(line));
            if (!rest.starts_with(" stderr ") && !rest.starts_with(" stdout ")) {
                return false;
            }
            const bool more = rest.substr(8).starts_with("P ");
            if (!more && !rest.substr(8).starts_with("F ")) {
                return false;
            }
            piece(rest.substr(10), more, out);
            return true;
        }
        case Wrapping::syslog:
        case Wrapping::heroku:
            return chunk(line, out);
        case Wrapping::cloudwatch: {
            const std::size_t size = iso_time(line);
            if (size == 0 || line.size() < size + 2) {
                return false;
            }
            piece(line.substr(size + 1), false, out);
            return true;
        }
        case Wrapping::cloud_sql: {
            const std::optional<std::string> text = text_of(line, "textPayload");
            const std::optional<std::string> time = text_of(line, "timestamp");
            if (!text || !time || iso_time(*time) == 0) {
                return false;
            }
            whole(has_own_time(*text) ? *text : server_time(*time) + ' ' + *text, out);
            return true;
        }
        case Wrapping::azure:
            return azure(line, out);
        case Wrapping::cloud_native: {
            const std::string flat = compact(line);
            const std::size_t record = flat.find("\"record\":{");
            if (!flat.starts_with('{') || record == std::string::npos) {
                return false;
            }
            out += as_jsonlog(std::string_view{flat}.substr(record + 9)) + '\n';
            return true;
        }
    }
    return false;
}

}  // namespace plimsoll::readers::postgres
