// Facts: what a statement class does, and to which tables. Asked once per class, not per call.
//
// Law: PostgreSQL's own grammar (libpg_query) decides; where it does not accept the text (MySQL, a
// newer grammar, a cut text), tables are the names after FROM, JOIN, INTO, UPDATE, TABLE and the
// commas behind them, and the kind is that of the first verb. Blind spots: what a function or a
// view does inside is not seen; the name of a table carries its schema only where the statement
// wrote one.
#pragma once

#include "evidence/workload.hpp"
#include "readers/sql/lexer.hpp"

#include <set>
#include <string>
#include <string_view>

namespace plimsoll::readers::sql {

struct Facts {
    StatementKind kind = StatementKind::other;
    std::set<std::string> tables;   // all of them
    std::set<std::string> written;  // those that are changed
};

// `canonical` as Normaliser makes it.
[[nodiscard]] Facts facts_of(std::string_view canonical, Dialect dialect);
// The second way alone, for texts that the grammar does not take.
[[nodiscard]] Facts facts_by_words(std::string_view canonical);

}  // namespace plimsoll::readers::sql
