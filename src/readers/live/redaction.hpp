// Redaction: what a capture holds of the values in the statistics, unless the user keeps them.
//
// Law: a planner needs of a value where it lies among the others, and of a common value whether it
// is the one that a statement asks for; neither needs the value. So
//  - a number or an instant is rounded down to a decimal step of at most a quarter of the way to
//    its nearest neighbour in the statistics: it keeps its place (a bound moves by a quarter of its
//    bucket at most, a four-hundredth of the rows where there are a hundred buckets), and what
//    stands alone, as what identifies somebody does, loses the most. Dense whole numbers, such as
//    1 to 5, stay: they are their own places.
//  - any other common value is replaced by a stand-in, a keyed hash (HMAC-SHA-256, 64 bits). The
//    key is the collecting user's and is not in the capture: there a literal of a statement is
//    recognised as the common value it is; elsewhere nothing can be guessed from it, not even by
//    trying. Rounded common values carry their stand-in as well. Without a key there is none.
//  - other bounds are left out: texts, documents, arrays, addresses.
// Truth values stay. Blind spots: texts of the schema (names, labels of enumerations, predicates of
// indexes, definitions of views, bounds of partitions) are kept as pg_dump --schema-only prints
// them; the frequencies stay, and a rare pattern of them may tell a column that somebody knows.
#pragma once

#include "evidence/database.hpp"

#include <string>
#include <string_view>

namespace plimsoll::readers::live {

// "#" and 16 hexadecimal digits; empty without a key.
[[nodiscard]] std::string stand_in(std::string_view key, std::string_view value);
// Names a key without telling it: what a capture says about the key it was made with.
[[nodiscard]] std::string key_mark(std::string_view key);
inline constexpr const char* key_setting = "plimsoll.values_key";

// Takes the values out of a column that holds them all. `category` is PostgreSQL's typcategory of
// the type, or of what a domain is made of.
void redact(DbColumn& column, char category, std::string_view key);

}  // namespace plimsoll::readers::live
