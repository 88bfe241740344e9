// Conditions of a plan, taken apart as far as growth laws need: which column is compared how with
// what.
//
// Reads conditions as PostgreSQL and MySQL print them, with literals taken out ("(id = ?)"). What
// it does not understand becomes a comparison of the kind `other`, which the laws take as a
// constant share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::model {

enum class Compare : std::uint8_t { equal, below, above, between, other };

struct Comparison {
    Compare how = Compare::other;
    std::string qualifier;  // alias or table before the dot; empty when there is none
    std::string column;     // empty for an expression
    bool constant = false;  // compared with a value, not with a column
    bool temporal = false;  // a point in time
    std::string other_qualifier;
    std::string other_column;
};

// One alternative is a list of comparisons that must all hold; the condition holds when one
// alternative does. Two bounds on one column become one `between`.
using Alternative = std::vector<Comparison>;
[[nodiscard]] std::vector<Alternative> comparisons(std::string_view condition);

// "o.customer_id" to {"o", "customer_id"}; both empty when it is no plain column.
struct ColumnName {
    std::string qualifier;
    std::string column;
};
[[nodiscard]] ColumnName column_name(std::string_view text);

// A list as of Group Key or Sort Key, cut at commas outside parentheses.
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view list);

}  // namespace plimsoll::model
