// DDL: the statements that make the captured schema again, empty; and those that write its
// statistics.
#pragma once

#include "app/planner/scaling.hpp"
#include "evidence/database.hpp"

#include <string>
#include <vector>

namespace plimsoll::app::planner {

struct Definition {
    std::string sql;
    std::string what;  // for the note when it cannot be made
};

// In an order in which each finds what it needs: schemas, extensions, types, tables, keys, indexes,
// checks, foreign keys, views. Defaults, triggers and rights are left out: no plan depends on them.
[[nodiscard]] std::vector<Definition> ddl_of(const DatabaseCapture& capture);

// INSERT INTO pg_statistic for rows of VALUES (schema, table, column, null_frac, width, n_distinct,
// frequencies, common, histogram, stretch_back, correlation, inherited).
[[nodiscard]] std::string statistics_insert(const std::string& values);
// One statement for each type of instants among the columns that are stretched backwards.
[[nodiscard]] std::vector<std::string> stretch_back_updates(const Scaled& now);

// Indexes that the capture does not know: oid, file, rows of the table, width of the keys, distinct
// values as a share of rows, predicate, schema and name of the table.
[[nodiscard]] std::string new_indexes_query(const DatabaseCapture& capture);

}  // namespace plimsoll::app::planner
