// Recognition: which common value of a column a literal of a statement is, in a capture that holds
// stand-ins for values (readers/live/redaction.hpp).
//
// Law: a literal has the same stand-in as the value that it is, under the same key, so what a user
// writes in his own question is recognised and nothing else is. A text that is not among the common
// ones is then known not to be, and is planned as one of the rest; without the key nobody can tell,
// and it is planned as the average of all. Blind spots: a literal written in another way than
// PostgreSQL prints the value (1e3, '2026-1-1'), computed from others, or a parameter.
#pragma once

#include "evidence/database.hpp"

#include <set>
#include <string>
#include <string_view>

namespace plimsoll::app::planner {

// Strings and numbers, as they would be printed: 'it''s' is it's. Casts do not matter.
[[nodiscard]] std::set<std::string> literals_in(std::string_view sql);

// The capture with those values in it that the texts ask for. As it is when it was made with
// another key, or keeps its values.
[[nodiscard]] DatabaseCapture recognised(DatabaseCapture capture,
                                         const std::set<std::string>& literals,
                                         std::string_view key);

}  // namespace plimsoll::app::planner
