// What is decided once for a whole table of times and percentiles.
#pragma once

#include "core/settings.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"
#include "readers/csv/latency_columns.hpp"

#include <optional>
#include <string>
#include <vector>

namespace plimsoll::readers::csv {

struct TableFormat {
    char separator = ',';
    char decimal = '.';
    bool decimal_assumed = false;
    TimeFormat time;
    bool offset_given = false;
    std::optional<double> nanos_per_unit;  // by option
    std::vector<LatencyColumn> columns;
    std::string where;  // of the header, for messages
};

// Throws Error (usage) when the decimal sign or the order of day and month cannot be told.
[[nodiscard]] TableFormat table_format(input::Stream& stream, const ReadOptions& options);

// Throws Error (usage).
[[noreturn]] void refuse_table(const std::string& where,
                               std::string what,
                               std::string why,
                               std::string remedy);

}  // namespace plimsoll::readers::csv
