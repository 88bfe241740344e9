#include "readers/csv/own_file.hpp"

#include "core/error.hpp"
#include "readers/csv/cells.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plimsoll::readers::csv {
namespace {

// Edit distance of Levenshtein (1966).
[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

struct Header {
    std::vector<std::string> names;
    std::size_t known = 0;
    std::size_t required = 0;
    bool misspelt = false;
};

[[nodiscard]] Header header_of(const OwnFile& file, std::string_view line) {
    std::vector<std::string_view> fields;
    std::string scratch;
    Header header;
    split(line, separator_of(line), fields, scratch);
    for (const std::string_view field : fields) {
        const std::string name = lower(trim(field));
        const auto found = std::ranges::find(file.columns, name);
        if (found != file.columns.end()) {
            ++header.known;
            const auto index = static_cast<std::size_t>(found - file.columns.begin());
            header.required += index < file.required ? 1U : 0U;
        } else if (name.size() <= 40 && !nearest(name, file.columns).empty()) {
            header.misspelt = true;
        }
        header.names.push_back(name);
    }
    return header;
}

[[nodiscard]] std::string listed(const OwnFile& file) {
    std::string out;
    for (const std::string_view column : file.columns) {
        out += out.empty() ? "" : ",";
        out += column;
    }
    return out;
}

[[noreturn]] void refuse(const OwnFile& file,
                         const std::string& where,
                         std::string why,
                         std::string remedy) {
    throw Error{{.status = Status::usage,
                 .what = "the header of " + std::string{file.name} + " is not as it should be",
                 .where = where,
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

// For each field of the file its column.
[[nodiscard]] std::vector<std::size_t> columns_of(const OwnFile& file,
                                                  const std::vector<std::string_view>& fields,
                                                  const std::string& where) {
    std::vector<std::size_t> columns;
    for (const std::string_view field : fields) {
        const std::string name = lower(trim(field));
        const auto found = std::ranges::find(file.columns, name);
        if (found == file.columns.end()) {
            const std::string shown = name.substr(0, 40);
            const std::string_view meant = nearest(shown, file.columns);
            refuse(file,
                   where,
                   "the column '" + shown + "' is not known",
                   meant.empty() ? "use the columns " + listed(file) + ", in any order"
                                 : "did you mean '" + std::string{meant} + "'?");
        }
        const auto column = static_cast<std::size_t>(found - file.columns.begin());
        if (std::ranges::find(columns, column) != columns.end()) {
            refuse(
                file, where, "the column '" + name + "' is there twice", "leave one of them out");
        }
        columns.push_back(column);
    }
    for (std::size_t column = 0; column < file.required; ++column) {
        if (std::ranges::find(columns, column) == columns.end()) {
            refuse(file,
                   where,
                   "the column '" + std::string{file.columns[column]} + "' is missing",
                   "use the columns " + listed(file) + ", in any order");
        }
    }
    return columns;
}

[[nodiscard]] std::string_view fill(Row& row,
                                    const Records& records,
                                    const std::vector<std::size_t>& columns) {
    std::ranges::fill(row.cells_, std::string_view{});
    row.line_ = records.line();
    if (records.broken()) {
        return "a quote is not closed, or the line is too long";
    }
    if (records.fields().size() > columns.size()) {
        return "the row has more cells than the header";
    }
    for (std::size_t i = 0; i < records.fields().size(); ++i) {
        row.cells_[columns[i]] = trim(records.fields()[i]);
    }
    return {};
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    std::string_view best;
    // two slips, or a third of a long word; one in a word of three letters
    std::size_t least = word.size() <= 3 ? 2 : std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t apart = distance(word, candidate);
        if (apart < least) {
            least = apart;
            best = candidate;
        }
    }
    return best;
}

Sureness recognises(const OwnFile& file, const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view line = header_line(sample.head);
    if (line.empty() || line.size() > 1000 || line.front() == '{' || line.front() == '[') {
        return Sureness::no;  // JSON has names between commas as well
    }
    const Header header = header_of(file, line);
    if (header.required == file.required && header.known >= 2) {
        return Sureness::certain;
    }
    const bool nearly =
        header.misspelt && header.known >= 2 && header.known + 2 > header.names.size();
    return nearly ? Sureness::likely : Sureness::no;
}

void for_each_row(const OwnFile& file, input::Stream& stream, Input& input, const UseRow& use) {
    const std::string_view head = stream.sample().head;
    Records records{stream, separator_of(header_line(head))};
    if (!records.next()) {
        return;
    }
    const std::string where = stream.name() + ":" + std::to_string(records.line());
    if (records.broken()) {
        refuse(file, where, "a quote is not closed", "use the columns " + listed(file));
    }
    const std::vector<std::size_t> columns = columns_of(file, records.fields(), where);
    Row row;
    row.cells_.resize(file.columns.size());
    while (records.next()) {
        std::string_view why = fill(row, records, columns);
        if (why.empty()) {
            why = use(row);
        }
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(records.line(), records.bytes(), why);
        }
    }
}

std::optional<Instant> own_time(std::string_view cell) noexcept {
    const std::optional<Time> time = time_of(cell, {});
    return time ? std::optional{time->at} : std::nullopt;
}

std::optional<std::int64_t> thousandths(std::string_view cell) noexcept {
    const std::optional<double> value = number(cell);
    if (!value || std::abs(*value) >= 9e15) {
        return std::nullopt;
    }
    return std::llround(*value * 1000);
}

std::optional<bool> truth(std::string_view cell) noexcept {
    if (cell.size() > 5) {
        return std::nullopt;
    }
    const std::string word = lower(cell);
    if (word == "yes" || word == "true" || word == "1" || word == "y") {
        return true;
    }
    if (word == "no" || word == "false" || word == "0" || word == "n") {
        return false;
    }
    return std::nullopt;
}

}  // namespace plimsoll::readers::csv
