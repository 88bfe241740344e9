// Tables of code-maat's analyses, and the grouping that all of them begin with.
//
// Law: groups come in the order of incanter's $group-by, which is a Clojure map's
// (app/clojure_order.hpp): it decides ties, so it is part of the definition.
#pragma once

#include "app/code_maat_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app::code_maat {

using Table = std::vector<std::vector<std::string>>;  // the first row names the columns
using Numbers = std::vector<std::uint32_t>;

// Rows that agree in one column.
struct Groups {
    Numbers keys;
    std::vector<Numbers> rows;  // indexes, beside keys
};

// `names` holds the column's names, `key` is what code-maat calls it.
[[nodiscard]] Groups grouped(const std::vector<CodeMaatRow>& rows,
                             std::span<const std::uint32_t> chosen,
                             std::uint32_t CodeMaatRow::*column,
                             const Names& names,
                             std::string_view key);
[[nodiscard]] Groups by_rev(const CodeMaatRows& in);
[[nodiscard]] Groups by_date(const CodeMaatRows& in);
[[nodiscard]] Groups by_author(const CodeMaatRows& in);
[[nodiscard]] Groups by_entity(const CodeMaatRows& in);

[[nodiscard]] std::string text(const Names& names, std::uint32_t number);

// A share as Java prints 0.01 times a whole number: 0.29, 0.57 as 0.5700000000000001, 1.0.
[[nodiscard]] std::string centi(std::uint64_t part, std::uint64_t total);

// RFC 4180, quoted where it must be; at most `most` rows below the head, all when negative.
[[nodiscard]] std::string csv(const Table& table, std::int64_t most);

}  // namespace plimsoll::app::code_maat
