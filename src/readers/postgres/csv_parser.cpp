#include "readers/postgres/csv_parser.hpp"

#include "readers/postgres/session_key.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace plimsoll::readers::postgres {
namespace {

enum Column : std::size_t {
    log_time,
    user_name,
    database_name,
    process_id,
    connection_from,
    session_id,
    session_line,
    command_tag,
    session_start,
    virtual_id,
    transaction_id,
    error_severity,
    sql_state,
    message,
    detail,
    hint,
    internal_query,
    internal_position,
    context,
    query,
    query_position,
    location,
    application_name
};
constexpr std::size_t fewest_columns = 22;

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] bool odd_quotes(std::string_view text) {
    return (scan::count(text, '"') & 1U) != 0;
}

// The end of the first line feed outside quotes, npos when there is none.
[[nodiscard]] std::size_t first_end(std::string_view text, bool quoted) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == '\n' && !quoted) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

// How far it is to the next line that looks like a record.
[[nodiscard]] std::size_t to_next_record(std::string_view records) {
    std::size_t at = 0;
    do {
        const std::size_t feed = records.find('\n', at);
        at = feed == std::string_view::npos ? records.size() : feed + 1;
    } while (at < records.size() && !begins_csv_record(records.substr(at)));
    return at;
}

}  // namespace

bool begins_csv_record(std::string_view line) noexcept {
    constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
    if (line.size() < shape.size() + 4) {
        return false;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 'd' ? !is_digit(line[i]) : line[i] != shape[i]) {
            return false;
        }
    }
    const std::size_t comma = line.find(',', shape.size());
    return comma != std::string_view::npos && comma < 40;
}

CsvParser::Cut CsvParser::cut(std::string_view carried, std::string_view block) {
    Cut cut{.first = 0, .last = block.size()};
    bool quoted = odd_quotes(carried);
    if (!carried.empty()) {
        std::size_t end = first_end(block, quoted);
        if (end != std::string_view::npos && end < block.size() &&
            !begins_csv_record(block.substr(end))) {
            // The quotes are out of step: something was cut off. Take the first line that looks
            // like a record.
            for (end = 0; end < block.size() && !begins_csv_record(block.substr(end));) {
                end = static_cast<std::size_t>(
                          scan::first(block.data() + end, block.data() + block.size(), '\n') -
                          block.data()) +
                      1;
            }
        }
        cut.first = std::min(end, block.size());
    }
    quoted = odd_quotes(block.substr(cut.first));
    // Go back over the lines that are within quotes as seen from the end.
    while (quoted && cut.last > cut.first) {
        const std::size_t feed =
            cut.last < 2 ? std::string_view::npos : block.rfind('\n', cut.last - 2);
        const std::size_t start =
            feed == std::string_view::npos || feed < cut.first ? cut.first : feed + 1;
        quoted = quoted != odd_quotes(block.substr(start, cut.last - start));
        cut.last = start;
    }
    return cut;
}

std::size_t CsvParser::split(std::string_view records) {
    const char* at = records.data();
    const char* const end = at + records.size();
    count_ = 0;
    while (true) {
        Field field;
        if (at < end && *at == '"') {
            const char* const begin = ++at;
            for (at = scan::first(at, end, '"'); at + 1 < end && at[1] == '"';
                 at = scan::first(at + 2, end, '"')) {
                field.doubled = true;
            }
            if (at == end) {
                return 0;
            }
            field.text = {begin, static_cast<std::size_t>(at - begin)};
            ++at;
        } else {
            const char* const begin = at;
            // Every second of them is empty.
            at = at < end && *at == ',' ? at : scan::either(at, end, ',', '\n');
            field.text = {begin, static_cast<std::size_t>(at - begin)};
        }
        if (count_ < columns) {
            fields_[count_] = field;
        }
        ++count_;
        if (at < end && *at == '\r' && at + 1 < end && at[1] == '\n') {
            ++at;
        }
        if (at >= end || *at == '\n') {
            return static_cast<std::size_t>(at - records.data()) + (at < end ? 1 : 0);
        }
        if (*at++ != ',') {
            return 0;
        }
    }
}

std::string_view CsvParser::plain(const Field& field, std::string& scratch) const {
    if (!field.doubled) {
        return field.text;
    }
    if (scratch.size() < field.text.size() + 16) {
        scratch.resize(field.text.size() + 16);
    }
    char* out = scratch.data();
    const char* at = field.text.data();
    const char* const end = at + field.text.size();
    while (true) {
        at = scan::copy_to(at, end, '"', out);
        if (at == end) {
            return {scratch.data(), static_cast<std::size_t>(out - scratch.data())};
        }
        *out++ = *at;
        at += end - at > 1 ? 2 : 1;  // the quote and its double
    }
}

bool CsvParser::understand(Record& record) {
    if (count_ < fewest_columns || count_ > columns + 4) {
        return false;
    }
    std::string_view time = fields_[log_time].text;
    record.severity = severity_of(fields_[error_severity].text);
    if (!clock_.take(time, record.at_us) || !time.empty() || record.severity == Severity::none) {
        return false;
    }
    record.has_time = true;
    const std::string_view process = fields_[process_id].text;
    std::from_chars(process.data(), process.data() + process.size(), record.process);
    record.session = fields_[session_id].text.empty() ? session_key(record.process)
                                                      : session_key(fields_[session_id].text);
    record.user = fields_[user_name].text;
    record.database = fields_[database_name].text;
    record.application =
        count_ > application_name ? fields_[application_name].text : std::string_view{};
    record.state = fields_[sql_state].text;
    record.message = plain(fields_[message], scratch_[0]);
    record.detail = plain(fields_[detail], scratch_[1]);
    record.context = plain(fields_[context], scratch_[2]);
    record.statement = plain(fields_[query], scratch_[3]);
    return true;
}

void CsvParser::parse(std::string_view records, workload::BlockEvents& out) {
    while (!records.empty()) {
        const std::uint32_t line = out.lines + 1;
        std::size_t size = split(records);
        Record record;
        const bool understood = size != 0 && understand(record);
        if (understood) {
            record.line = line;
            messages_.take(record, out);
            messages_.forget();  // the text may be in the scratch space
        } else {
            size = to_next_record(records);
            out.skip(line, records.substr(0, size), "the record has not the columns of a csvlog");
        }
        out.lines += static_cast<std::uint32_t>(scan::count(records.substr(0, size), '\n'));
        records.remove_prefix(size);
    }
}

}  // namespace plimsoll::readers::postgres
