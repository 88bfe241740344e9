#include "readers/csv/latency_points.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::readers::csv {
namespace {

constexpr double most_micros = 1e15;  // 31 years
constexpr std::size_t longest_name = 300;

[[nodiscard]] std::optional<std::int64_t>* slot_of(Percentiles& point, int permille) noexcept {
    switch (permille) {
        case 500:
            return &point.p50;
        case 950:
            return &point.p95;
        case 990:
            return &point.p99;
        default:
            return nullptr;
    }
}

[[nodiscard]] bool is_kept(int permille) noexcept {
    return permille == 500 || permille == 950 || permille == 990;
}

[[nodiscard]] bool rises(const Percentiles& point) noexcept {
    const std::int64_t p50 = point.p50.value_or(0);
    const std::int64_t p95 = point.p95.value_or(p50);
    return p50 <= p95 && p95 <= point.p99.value_or(p95);
}

}  // namespace

LatencyPoints::LatencyPoints(const TableFormat& format, std::string source)
    : format_{format}, source_{std::move(source)} {}

std::string_view LatencyPoints::cell_of(const std::vector<std::string_view>& cells,
                                        Role role) const {
    for (std::size_t i = 0; i < std::min(cells.size(), format_.columns.size()); ++i) {
        if (format_.columns[i].role == role) {
            return trim(cells[i]);
        }
    }
    return {};
}

LatencyPoints::Series* LatencyPoints::series_of(std::string_view service,
                                                const std::string& route) {
    key_.assign(service);
    key_ += '\n';
    key_ += route;
    const auto found = series_.find(key_);
    if (found != series_.end()) {
        return &found->second;
    }
    if (series_.size() >= most_routes) {
        return nullptr;
    }
    Series& series = series_[key_];
    series.id = {.service = std::string{service}, .route = route};
    return &series;
}

LatencyPoints::Series* LatencyPoints::find_or_note(const std::vector<std::string_view>& cells,
                                                   std::string_view route,
                                                   std::uint64_t line) {
    if (route.empty() && row_ != nullptr && row_line_ == line) {
        return row_;
    }
    const std::string_view named = cell_of(cells, Role::route);
    std::string whole{named.substr(0, longest_name)};
    if (!route.empty()) {
        whole += (whole.empty() ? "" : " ") + std::string{route};
    }
    Series* series = series_of(cell_of(cells, Role::service).substr(0, longest_name), whole);
    if (series != nullptr && series->first_seen.line == 0) {
        series->first_seen = {.source = source_, .line = line};
    }
    if (route.empty()) {
        row_ = series;
        row_line_ = line;
    }
    return series;
}

std::optional<std::int64_t> LatencyPoints::micros_of(std::string_view cell,
                                                     const LatencyColumn& column) {
    const std::optional<Duration> found = duration(cell, format_.decimal);
    if (!found) {
        return std::nullopt;
    }
    std::optional<double> nanos = found->nanos_per_unit;
    nanos = nanos ? nanos : column.nanos_per_unit;
    nanos = nanos ? nanos : format_.nanos_per_unit;
    if (!nanos) {
        refuse_table(format_.where,
                     "the unit of the latencies is not known",
                     "neither the column '" + column.name + "' nor its cells name one",
                     "give --unit ms (or ns, us, s), or name the column as in p99_ms");
    }
    const double value = found->value * *nanos / 1e3;
    return value < 0 || value > most_micros ? std::nullopt : std::optional{std::llround(value)};
}

std::string_view LatencyPoints::set(Series& series, Instant at, int permille, std::int64_t value) {
    const PointSeries::Place place = series.points.at(at);
    points_ += place.fresh ? 1 : 0;
    if (points_ > most_points) {
        throw Error{{.status = Status::untrusted,
                     .what = "the table has too many points",
                     .where = source_,
                     .why = "it holds more than 4,000,000",
                     .remedy = "export hourly values, or fewer routes at a time"}};
    }
    Percentiles& values = place.point->values;
    std::optional<std::int64_t>* slot = slot_of(values, permille);
    if (slot == nullptr) {
        return {};
    }
    if (slot->has_value()) {
        return "the point is there already, and percentiles are never merged";
    }
    *slot = value;
    if (!rises(values)) {
        values = {};
        place.point->rate.reset();
        return "a higher percentile is below a lower one: units may be mixed";
    }
    return {};
}

std::string_view LatencyPoints::take_cells(const std::vector<std::string_view>& cells,
                                           Instant at,
                                           std::uint64_t line) {
    Series* last = nullptr;
    bool any = false;
    for (std::size_t i = 0; i < std::min(cells.size(), format_.columns.size()); ++i) {
        const LatencyColumn& column = format_.columns[i];
        if (column.role != Role::percentile || is_blank(trim(cells[i]))) {
            continue;
        }
        const std::optional<std::int64_t> value = micros_of(cells[i], column);
        if (!value) {
            return "a percentile is not a duration from 0 up";
        }
        if (!is_kept(column.permille)) {
            other_percentiles_.insert(column.permille);
            continue;
        }
        last = find_or_note(cells, column.route, line);
        if (last == nullptr) {
            return "there are more than 10,000 routes";
        }
        if (const std::string_view why = set(*last, at, column.permille, *value); !why.empty()) {
            return why;
        }
        any = true;
    }
    if (!any) {
        return "no percentile in the row";
    }
    const std::optional<double> count = number(cell_of(cells, Role::count), format_.decimal);
    const std::optional<double> rate = number(cell_of(cells, Role::rate), format_.decimal);
    if (count && *count >= 0 && *count < 1e15) {
        last->points.at(at).point->values.count = std::llround(*count);
        counted_ = true;
    } else if (rate && *rate >= 0 && *rate < 1e9) {
        last->points.at(at).point->rate = *rate;
        counted_ = true;
    }
    return {};
}

std::string_view LatencyPoints::take_long(const std::vector<std::string_view>& cells,
                                          Instant at,
                                          std::uint64_t line) {
    LatencyColumn column = latency_column(cell_of(cells, Role::metric));
    const std::string_view cell = cell_of(cells, Role::value);
    if (column.role != Role::percentile) {
        return "the metric names no percentile";
    }
    if (is_blank(cell)) {
        return "no percentile in the row";
    }
    const std::optional<std::int64_t> value = micros_of(cell, column);
    if (!value) {
        return "the value is not a duration from 0 up";
    }
    Series* series = find_or_note(cells, column.route, line);
    return series == nullptr ? "there are more than 10,000 routes"
                             : set(*series, at, column.permille, *value);
}

std::string_view LatencyPoints::take(const std::vector<std::string_view>& cells,
                                     std::uint64_t line,
                                     Span& span) {
    if (cells.size() > format_.columns.size()) {
        return "the row has more cells than the header";
    }
    const std::string_view cell = cell_of(cells, Role::time);
    if (!time_ || cell != time_cell_) {
        time_ = time_of(cell, format_.time);
        time_cell_ = cell;
    }
    if (!time_) {
        return "the time is not one";
    }
    const std::optional<Time>& time = time_;
    unzoned_ = unzoned_ || !time->zoned;
    const bool wide = std::ranges::find(format_.columns, Role::percentile, &LatencyColumn::role) !=
                      format_.columns.end();
    const std::string_view why =
        wide ? take_cells(cells, time->at, line) : take_long(cells, time->at, line);
    if (why.empty()) {
        span.cover(time->at);
    }
    return why;
}

void LatencyPoints::finish(Latency& latency) {
    for (auto& [key, series] : series_) {
        RouteLatency& route = latency.routes[series.id];
        keep_first(route.first_seen, series.first_seen);
        if (route.percentiles.empty()) {
            route.percentiles = series.points.take();
            continue;
        }
        for (const auto& [at, point] : series.points.take()) {
            const auto [found, fresh] = route.percentiles.emplace(at, point);
            if (!fresh) {
                found->second = std::max(found->second, point);
            }
        }
    }
}

std::string LatencyPoints::note() const {
    std::string out = "percentiles as given, never merged";
    if (unzoned_) {
        out += format_.offset_given ? "; local times by --log-timezone"
                                    : "; times without a zone taken as UTC";
    }
    if (format_.decimal_assumed) {
        out += "; decimal comma assumed, as semicolons separate";
    }
    if (!counted_) {
        out += "; no counts of requests";
    }
    for (const LatencyColumn& column : format_.columns) {
        if (column.role == Role::ignored) {
            out += "; column '" + column.name.substr(0, 40) + "' not used";
        }
    }
    for (const int permille : other_percentiles_) {
        out += "; p" + std::to_string(permille / 10) + " not used";
    }
    return out.substr(0, 600);
}

}  // namespace plimsoll::readers::csv
