// Conditions: the texts of a plan's filters without the values in them.
//
// A literal may be a name, an address or a secret, so it never reaches the evidence unasked. What
// the growth laws need stays: columns, operators, casts, parameters ($1), and the names of
// sub-plans.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::readers::plans {

// How a product quotes: in PostgreSQL "x" is a name, in MySQL it may be a text.
enum class Quoting : unsigned char { postgres, mysql };

// '(id = 10007)' gives '(id = ?)'; a list of literals gives one '?'.
[[nodiscard]] std::string without_literals(std::string_view condition,
                                           Quoting quoting = Quoting::postgres);

}  // namespace plimsoll::readers::plans
