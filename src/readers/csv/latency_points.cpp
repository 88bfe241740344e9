#include "readers/csv/latency_points.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::readers::csv {
namespace {

constexpr double most_micros = 1e15;  // 31 years
constexpr std::size_t longest_name = 300;
constexpr std::size_t sampled_rows = 500;

// The cell's number without a unit behind it.
[[nodiscard]] std::string_view bare(std::string_view cell) noexcept {
    cell = trim(cell);
    const std::size_t end = cell.find_last_of("0123456789");
    return end == std::string_view::npos ? std::string_view{} : cell.substr(0, end + 1);
}

struct Sampled {
    std::vector<std::string> numbers;
    std::vector<std::string> dates;
};

// The numbers and the slashed dates of the first rows; a line that the sample's end cuts is left
// out.
[[nodiscard]] Sampled sampled(std::string_view head,
                              bool whole,
                              char separator,
                              const std::vector<LatencyColumn>& columns) {
    Sampled out;
    std::vector<std::string_view> cells;
    std::string scratch;
    std::size_t rows = 0;
    while (!head.empty() && rows++ < sampled_rows) {
        const std::size_t end = head.find('\n');
        if (end == std::string_view::npos && !whole) {
            break;
        }
        split(head.substr(0, end), separator, cells, scratch);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); ++i) {
            const Role role = columns[i].role;
            if (role == Role::time && is_slashed_date(cells[i])) {
                out.dates.emplace_back(cells[i]);
            } else if (role == Role::percentile || role == Role::value || role == Role::rate ||
                       role == Role::count) {
                out.numbers.emplace_back(bare(cells[i]));
            }
        }
    }
    return out;
}

[[noreturn]] void refuse(const std::string& where,
                         std::string what,
                         std::string why,
                         std::string remedy) {
    throw Error{{.status = Status::usage,
                 .what = std::move(what),
                 .where = where,
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

void decide_decimal(TableFormat& format, const std::vector<std::string>& numbers) {
    const std::vector<std::string_view> cells{numbers.begin(), numbers.end()};
    if (const std::optional<char> proven = decimal_sign(cells)) {
        format.decimal = *proven;
        return;
    }
    if (format.separator == ',') {
        return;
    }
    for (const std::string_view cell : cells) {
        if (!is_ambiguous(cell)) {
            continue;
        }
        if (format.separator == ';' && cell.find(',') != std::string_view::npos) {
            format.decimal = ',';  // the reason why semicolons separate
            format.decimal_assumed = true;
            return;
        }
        refuse(format.where,
               "the decimal sign of the table is not clear",
               "'" + std::string{cell} + "' may be thousands or a fraction",
               "export it with commas between the columns and a full stop as decimal sign");
    }
}

void decide_day_order(TableFormat& format, const std::vector<std::string>& dates) {
    for (const std::string& date : dates) {
        const DayOrder order = day_order(date);
        if (order != DayOrder::unknown) {
            format.time.order = order;
            return;
        }
    }
    if (!dates.empty()) {
        refuse(format.where,
               "the order of day and month is not clear",
               "'" + dates.front() + "' may be read both ways",
               "export the times as 2026-11-20 08:15:00 or as seconds since 1970");
    }
}

void take_options(TableFormat& format, const ReadOptions& options) {
    if (!options.latency_unit.empty()) {
        format.nanos_per_unit = nanos_in(options.latency_unit);
        if (!format.nanos_per_unit) {
            refuse("--unit",
                   "the unit is not known",
                   "'" + options.latency_unit + "' is none of ns, us, ms, s",
                   "give --unit ms, or one of the others");
        }
    }
    if (!options.log_timezone.empty()) {
        const std::optional<Micros> offset = zone_offset(options.log_timezone);
        if (!offset) {
            refuse("--log-timezone",
                   "the time zone is not an offset",
                   "'" + options.log_timezone + "' is not of the form +01:00",
                   "give --log-timezone +01:00");
        }
        format.time.offset = *offset;
        format.offset_given = true;
    }
}

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

// The least distance of two points: what one of them stands for.
[[nodiscard]] double step_seconds(const std::map<Instant, Percentiles>& points) {
    std::int64_t least = 0;
    std::optional<Instant> before;
    for (const auto& [at, point] : points) {
        if (before && (least == 0 || micros(at) - micros(*before) < least)) {
            least = micros(at) - micros(*before);
        }
        before = at;
    }
    return static_cast<double>(least) / 1e6;
}

}  // namespace

TableFormat table_format(input::Stream& stream, const ReadOptions& options) {
    const Sample sample = stream.sample();
    TableFormat format;
    const std::string_view header = header_line(sample.head);
    format.separator = separator_of(header);
    format.columns = latency_columns(header);
    format.where = stream.name() + ":1";
    take_options(format, options);
    if (header.empty()) {
        return format;
    }
    const auto behind =
        static_cast<std::size_t>(header.data() + header.size() - sample.head.data());
    const Sampled rows =
        sampled(sample.head.substr(behind), sample.whole, format.separator, format.columns);
    decide_decimal(format, rows.numbers);
    decide_day_order(format, rows.dates);
    return format;
}

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
        refuse(format_.where,
               "the unit of the latencies is not known",
               "neither the column '" + column.name + "' nor its cells name one",
               "give --unit ms (or ns, us, s), or name the column as in p99_ms");
    }
    const double value = found->value * *nanos / 1e3;
    return value < 0 || value > most_micros ? std::nullopt : std::optional{std::llround(value)};
}

std::string_view LatencyPoints::set(Series& series, Instant at, int permille, std::int64_t value) {
    const std::size_t had = series.points.size();
    const auto found = series.points.try_emplace(series.points.end(), at);  // most come in order
    const bool fresh = series.points.size() != had;
    points_ += fresh ? 1 : 0;
    if (points_ > most_points) {
        throw Error{{.status = Status::untrusted,
                     .what = "the table has too many points",
                     .where = source_,
                     .why = "it holds more than 4,000,000",
                     .remedy = "export hourly values, or fewer routes at a time"}};
    }
    std::optional<std::int64_t>* slot = slot_of(found->second, permille);
    if (slot == nullptr) {
        return {};
    }
    if (slot->has_value()) {
        return "the point is there already, and percentiles are never merged";
    }
    *slot = value;
    if (!rises(found->second)) {
        series.points.erase(found);
        --points_;
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
        last->points[at].count = std::llround(*count);
        counted_ = true;
    } else if (rate && *rate >= 0 && *rate < 1e9) {
        last->rates[at] = *rate;
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
        const double step = step_seconds(series.points);
        for (const auto& [at, rate] : series.rates) {
            const auto found = series.points.find(at);
            if (found != series.points.end() && step > 0) {
                found->second.count = std::llround(rate * step);
            }
        }
        RouteLatency& route = latency.routes[series.id];
        keep_first(route.first_seen, series.first_seen);
        if (route.percentiles.empty()) {
            route.percentiles = std::move(series.points);
            continue;
        }
        for (const auto& [at, point] : series.points) {
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
