// MySQL's and MariaDB's plans: FORMAT=TREE and EXPLAIN ANALYZE, FORMAT=JSON versions 1 and 2,
// MariaDB's ANALYZE FORMAT=JSON, and the table.
//
// Law: in a tree, times and rows are averages over the loops, as in PostgreSQL. MariaDB's
// r_table_time_ms and r_other_time_ms are exclusive and sums over the loops; r_total_time_ms is
// inclusive. Joins are printed as lists; they are made into left-deep nested loops, which is how
// they run. Blind spots: JSON version 1 and the table hold estimates only; the table's tree is
// implied by the order of its ids.
#pragma once

#include "evidence/plans.hpp"
#include "readers/plans/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {

[[nodiscard]] bool is_mysql_plan(const Value& value) noexcept;
[[nodiscard]] bool is_mysql_tree_line(std::string_view line);
[[nodiscard]] bool is_mysql_tree_root(std::string_view line);
[[nodiscard]] bool is_mysql_table_header(std::string_view line);
[[nodiscard]] bool is_mysql_table_row(std::string_view line);
// "*** 1. row ***", which the client prints with \G.
[[nodiscard]] bool is_mysql_row_banner(std::string_view line);

// All throw Refused (postgres_tree.hpp).
[[nodiscard]] Plan mysql_json_plan(const Value& document, bool keep_literals);
[[nodiscard]] Plan mysql_tree_plan(const std::vector<std::string>& lines, bool keep_literals);
[[nodiscard]] Plan mysql_table_plan(const std::vector<std::string>& lines, bool keep_literals);

// "Index lookup on o using idx (customer_id=c.id)": type, relation, index and condition of a node.
void describe_operation(std::string_view text, bool keep_literals, PlanNode& node);
// Fills what MySQL does not say: totals of nodes without a time, rows that filters removed,
// relationships.
void complete(Plan& plan);

}  // namespace plimsoll::readers::plans
