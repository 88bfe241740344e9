#include "readers/csv/csv.hpp"

#include <algorithm>
#include <optional>

namespace plimsoll::readers::csv {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[nodiscard]] bool passes_over(std::string_view line) noexcept {
    const std::string_view text = trim(line);
    return text.empty() || text.front() == '#';
}

// A quoted field from behind its opening quote; `rest` is left behind the closing one.
[[nodiscard]] bool take_quoted(std::string_view& rest, std::string& scratch) {
    while (true) {
        const std::size_t quote = rest.find('"');
        if (quote == std::string_view::npos) {
            scratch += rest;
            rest = {};
            return false;
        }
        scratch += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (rest.empty() || rest.front() != '"') {
            return true;
        }
        scratch += '"';
        rest.remove_prefix(1);
    }
}

void split_plain(std::string_view line, char separator, std::vector<std::string_view>& fields) {
    while (true) {
        const std::size_t end = line.find(separator);
        fields.push_back(trim(line.substr(0, end)));
        if (end == std::string_view::npos) {
            return;
        }
        line.remove_prefix(end + 1);
    }
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

bool split(std::string_view line,
           char separator,
           std::vector<std::string_view>& fields,
           std::string& scratch) {
    fields.clear();
    if (line.find('"') == std::string_view::npos) {
        split_plain(line, separator, fields);
        return true;
    }
    scratch.clear();
    scratch.reserve(line.size());  // so that views into it stay
    while (true) {
        const std::string_view ahead = trim(line.substr(0, line.find(separator)));
        if (ahead.starts_with('"')) {
            const std::size_t from = scratch.size();
            line.remove_prefix(line.find('"') + 1);
            const bool closed = take_quoted(line, scratch);
            fields.push_back(std::string_view{scratch}.substr(from));
            if (!closed) {
                return false;
            }
        } else {
            fields.push_back(ahead);
        }
        const std::size_t end = line.find(separator);
        if (end == std::string_view::npos) {
            return true;
        }
        line.remove_prefix(end + 1);
    }
}

std::string_view header_line(std::string_view head) noexcept {
    if (head.starts_with(byte_order_mark)) {
        head.remove_prefix(byte_order_mark.size());
    }
    while (!head.empty()) {
        const std::size_t end = head.find('\n');
        const std::string_view line = head.substr(0, end);
        if (!passes_over(line)) {
            return trim(line);
        }
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    }
    return {};
}

char separator_of(std::string_view line) noexcept {
    std::size_t commas = 0;
    std::size_t semicolons = 0;
    std::size_t tabs = 0;
    bool quoted = false;
    for (const char c : line) {
        quoted = quoted != (c == '"');
        if (!quoted) {
            commas += c == ',' ? 1U : 0U;
            semicolons += c == ';' ? 1U : 0U;
            tabs += c == '\t' ? 1U : 0U;
        }
    }
    if (tabs > commas && tabs >= semicolons) {
        return '\t';
    }
    return semicolons > commas ? ';' : ',';
}

bool Records::next() {
    while (std::optional<std::string_view> line = lines_.next()) {
        line_ = lines_.number();
        if (line_ == 1 && line->starts_with(byte_order_mark)) {
            line->remove_prefix(byte_order_mark.size());
        }
        if (passes_over(*line)) {
            continue;
        }
        bytes_ = line->size() + 1;
        broken_ = line->size() > longest_record;
        if (broken_) {
            fields_.clear();
            return true;
        }
        if (!split(*line, separator_, fields_, scratch_)) {
            broken_ = !join_open_quote(*line);
        }
        return true;
    }
    return false;
}

// The quoted field goes on in the next lines.
bool Records::join_open_quote(std::string_view line) {
    joined_ = line;
    while (joined_.size() <= longest_record) {
        const std::optional<std::string_view> more = lines_.next();
        if (!more) {
            break;
        }
        bytes_ += more->size() + 1;
        const bool closes = more->find('"') != std::string_view::npos;
        joined_ += '\n';
        joined_ += *more;
        if (closes && split(joined_, separator_, fields_, scratch_)) {
            return true;
        }
    }
    fields_.clear();
    return false;
}

}  // namespace plimsoll::readers::csv
