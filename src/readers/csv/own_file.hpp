// Files of our own: plain tables that a person writes in an editor, with columns that have names.
//
// Columns go by header, in any order. A column that is not known is an Error with a suggestion: a
// misspelt name must not silently drop what it holds. Rows that cannot be read are skipped and
// counted.
#pragma once

#include "core/input_record.hpp"
#include "core/reader.hpp"
#include "readers/csv/csv.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::csv {

struct OwnFile {
    std::string_view name;  // "events.csv"
    std::span<const std::string_view> columns;
    std::size_t required = 0;  // the first so many must be there
};

// Certain when all required columns are there; likely when a required one is misspelt and the rest
// leaves no doubt, so that the error can be given.
[[nodiscard]] Sureness recognises(const OwnFile& file, const Sample& sample) noexcept;

// One row: cells by the number of the column in OwnFile::columns, blank where the file has none.
class Row {
public:
    [[nodiscard]] std::string_view operator[](std::size_t column) const noexcept {
        return cells_[column];
    }
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

    std::vector<std::string_view> cells_;
    std::uint64_t line_ = 0;
};

// Calls `use` with each row; it returns why the row cannot be used, or an empty text. Counts
// records and skipped ones. Throws Error (usage) for a column that is unknown, missing or there
// twice.
using UseRow = std::function<std::string_view(const Row&)>;
void for_each_row(const OwnFile& file, input::Stream& stream, Input& input, const UseRow& use);

// A time in one of our own files: ISO 8601, UTC unless it says otherwise, or seconds since 1970.
[[nodiscard]] std::optional<Instant> own_time(std::string_view cell) noexcept;
// A number as whole thousandths; nothing when it is none or does not fit.
[[nodiscard]] std::optional<std::int64_t> thousandths(std::string_view cell) noexcept;
// yes, true, 1, sync ... as written in `yes`; nothing for another word.
[[nodiscard]] std::optional<bool> truth(std::string_view cell) noexcept;

// The word of `known` nearest to `word`, when it is near enough to be meant; else empty.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> known);

}  // namespace plimsoll::readers::csv
