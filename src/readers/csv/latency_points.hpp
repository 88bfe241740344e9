// Rows of a table of time and percentiles, gathered into points of Latency.
#pragma once

#include "evidence/latency.hpp"
#include "readers/csv/point_series.hpp"
#include "readers/csv/table_format.hpp"

#include <set>
#include <unordered_map>

namespace plimsoll::readers::csv {

class LatencyPoints {
public:
    static constexpr std::size_t most_points = 4'000'000;
    static constexpr std::size_t most_routes = 10'000;

    LatencyPoints(const TableFormat& format, std::string source);

    // Takes a row; returns why it cannot be used, or an empty text. Throws Error (usage) for a
    // duration without a unit, Error (untrusted) for more points than fit in memory.
    std::string_view take(const std::vector<std::string_view>& cells,
                          std::uint64_t line,
                          Span& span);
    // Hands the points on; rates are counts by then, from the distance of the points.
    void finish(Latency& latency);
    [[nodiscard]] std::string note() const;

private:
    struct Series {
        PointSeries points;
        Origin first_seen;
        RouteId id;
    };

    [[nodiscard]] Series* series_of(std::string_view service, const std::string& route);
    [[nodiscard]] std::optional<std::int64_t> micros_of(std::string_view cell,
                                                        const LatencyColumn& column);
    std::string_view set(Series& series, Instant at, int permille, std::int64_t value);
    std::string_view take_cells(const std::vector<std::string_view>& cells,
                                Instant at,
                                std::uint64_t line);
    std::string_view take_long(const std::vector<std::string_view>& cells,
                               Instant at,
                               std::uint64_t line);
    [[nodiscard]] Series* find_or_note(const std::vector<std::string_view>& cells,
                                       std::string_view route,
                                       std::uint64_t line);
    [[nodiscard]] std::string_view cell_of(const std::vector<std::string_view>& cells,
                                           Role role) const;

    const TableFormat& format_;
    std::string source_;
    std::unordered_map<std::string, Series> series_;  // by service, line feed, route
    std::size_t points_ = 0;
    std::string key_;        // of the row's series, reused
    Series* row_ = nullptr;  // the series of row_line_ without a route of its own column
    std::uint64_t row_line_ = 0;
    std::string time_cell_;  // the last time as text, and what it is
    std::optional<Time> time_;
    bool unzoned_ = false;
    bool counted_ = false;
    std::set<int> other_percentiles_;
};

}  // namespace plimsoll::readers::csv
