// Which column of a dashboard's table holds what: read from the header's words.
//
// A header says percentile, unit and, in wide tables, the route: "p99 /checkout (ms)". What is
// left when percentile, unit and words such as "latency" are taken away is the route.
// Blind spot: two percentile columns whose names differ only in words that mean nothing to us.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::csv {

enum class Role : std::uint8_t {
    ignored,
    time,
    service,
    route,
    count,
    rate,
    percentile,
    metric,
    value
};

struct LatencyColumn {
    Role role = Role::ignored;
    int permille = 0;   // 500, 950, 990 of a percentile
    std::string route;  // of a percentile in a wide table
    std::optional<double> nanos_per_unit;
    std::string name;
};

// The percentile that a text names, in thousandths: "p99", "99th percentile", "0.95", "median",
// "P99.9"; nothing when it names none or two.
[[nodiscard]] std::optional<int> percentile_in(std::string_view text);

[[nodiscard]] LatencyColumn latency_column(std::string_view header);
[[nodiscard]] std::vector<LatencyColumn> latency_columns(std::string_view header_line);

// A time, and at least one percentile, or metric and value in the long form.
[[nodiscard]] bool is_latency_table(const std::vector<LatencyColumn>& columns) noexcept;

}  // namespace plimsoll::readers::csv
