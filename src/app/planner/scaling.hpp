// Scaling: what the catalogue of a database would say at N times today's data.
//
// Law (research: plans 3.3, measured): pages and rows of a growing table times N. Keys of growing
// tables have their histogram stretched by N; a foreign key's number of values grows as the table
// it refers to, and of its common values only whales (20 times the mean) keep their frequency. In a
// table whose history gets longer, instants are stretched backwards, the last one stays. Everything
// else keeps its distribution. Without this, one query in ten is off by a hundred times; copied
// statistics are worse than none. Blind spots: a distribution that changes as the business grows;
// statistics on expressions and on groups of columns.
#pragma once

#include "core/settings.hpp"
#include "evidence/array_literal.hpp"
#include "evidence/database.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::app::planner {

// How a table grows, and whether somebody said so.
struct Growth {
    TableGrowth how = TableGrowth::denser;
    bool told = false;
    [[nodiscard]] bool grows() const noexcept { return how != TableGrowth::static_; }
};

// By "schema.table"; `told` by the table's name or with its schema. Untold: denser, which is said.
[[nodiscard]] std::map<std::string, Growth> growth_of(
    const DatabaseCapture& capture, const std::map<std::string, TableGrowth>& told);

// The table that a column refers to: by a foreign key, else by name (customer_id: customer,
// customers ...); empty when it refers to none. "id" and a table's single whole-number primary key
// refer to their own table.
[[nodiscard]] std::string refers_to(const DatabaseCapture& capture,
                                    const std::string& table,
                                    const std::string& column);

struct ScaledColumn {
    std::string table;  // key
    std::string name;
    double null_frac = 0;
    double n_distinct = 0;
    std::int64_t avg_width = 0;
    std::optional<double> correlation;
    std::string common;  // array literals, empty when there is none
    std::string frequencies;
    std::string histogram;
    double stretch_back =
        1;                   // of a histogram of instants: done by the server, which knows the type
    bool inherited = false;  // statistics of a partitioned table
};

struct ScaledRelation {
    std::string schema;
    std::string name;
    double rows = 0;
    std::int64_t pages = 0;
    std::int64_t pages_visible = 0;
};

struct Scaled {
    std::vector<ScaledRelation> relations;  // tables and indexes with a file of their own
    std::vector<ScaledColumn> columns;
};

[[nodiscard]] Scaled scaled(const DatabaseCapture& capture,
                            const std::map<std::string, Growth>& growth,
                            double scale);

// Pages of a b-tree on these columns, by their widths and by how often values repeat (from 13 on,
// equal keys are stored once and their rows cost six bytes each).
[[nodiscard]] std::int64_t index_pages(double rows, double key_width, double rows_per_value);

}  // namespace plimsoll::app::planner
