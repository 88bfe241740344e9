// Statements to be planned: from a file of the user's, or normalised ones of pg_stat_statements.
//
// A file holds statements that end in a semicolon. A line "-- name: recent orders" before one names
// it,
// "-- ms: 12.5" tells its time today, "-- planning: 0.3" of that for planning. :scale stands for
// the scale at which it is asked: `where id = 10000 * :scale` is the middle of a table at any size.
#pragma once

#include "evidence/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app::planner {

struct Asked {
    std::string name;
    std::string text;          // with :scale, or with $1 ... when it is generic
    bool generic = false;      // parameters are not known
    std::optional<double> ms;  // mean time of one execution today
    double planning_ms = 0;
    double calls = 0;
    double share = 0;      // of the time of all statements
    std::size_t line = 1;  // of the file, where the text begins
};

// Cut at semicolons outside quotes, comments and dollar quotes; empty ones left out.
[[nodiscard]] std::vector<Asked> statements_in(std::string_view file);

// The `most` statements with the most time. `LIMIT $n` becomes the mean number of rows, without
// which a planner takes a tenth; `timestamptz $n` becomes a cast, without which it is no SQL.
[[nodiscard]] std::vector<Asked> statements_of(const DatabaseCapture& capture, std::size_t most);

// The text at a scale.
[[nodiscard]] std::string at_scale(const std::string& text, double scale);

}  // namespace plimsoll::app::planner
