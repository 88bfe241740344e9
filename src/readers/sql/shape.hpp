// The shape of a statement's text: a hash that is the same for texts that differ only in their
// literals, their comments and the length of a plain IN list.
//
// Law: two texts of one shape have the same canonical text (sql/lexer.hpp), because everything but
// what the lexer takes for a literal or a comment is in the hash as it stands. The reverse does not
// hold: spacing and letter case make shapes of their own. So a table from shape to class saves the
// lexer, which costs five times as much, for all but the first text of a shape. Blind spot: texts
// with prefixed or dollar-quoted literals, or cut within one, have no shape (0) and are lexed.
#pragma once

#include "readers/sql/lexer.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace plimsoll::readers::sql {

// A literal, a comment or a list of literals, by its place in the text.
struct DroppedPart {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool list = false;  // what began it stands in "in (" or "["
};
using Dropped = std::vector<DroppedPart>;

// 0 when the text has to be lexed. What is not in the hash goes to `dropped`, which keeps its
// memory.
[[nodiscard]] std::uint64_t shape_of(std::string_view sql, Dialect dialect, Dropped& dropped);
[[nodiscard]] std::uint64_t shape_of(std::string_view sql, Dialect dialect);

}  // namespace plimsoll::readers::sql
