// What a table of latencies leaves open, settled once from its header and first rows: separator,
// decimal sign, order of day and month, units. Each is proven by a cell that can be read in one way
// only, and refused where none proves it; a guess would be wrong by a thousand. Blind spot: the
// first 500 rows.
#include "readers/csv/table_format.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace plimsoll::readers::csv {
namespace {

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
        refuse_table(format.where,
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
        refuse_table(format.where,
                     "the order of day and month is not clear",
                     "'" + dates.front() + "' may be read both ways",
                     "export the times as 2026-11-20 08:15:00 or as seconds since 1970");
    }
}

void take_options(TableFormat& format, const ReadOptions& options) {
    if (!options.latency_unit.empty()) {
        format.nanos_per_unit = nanos_in(options.latency_unit);
        if (!format.nanos_per_unit) {
            refuse_table("--unit",
                         "the unit is not known",
                         "'" + options.latency_unit + "' is none of ns, us, ms, s",
                         "give --unit ms, or one of the others");
        }
    }
    if (!options.log_timezone.empty()) {
        const std::optional<Micros> offset = zone_offset(options.log_timezone);
        if (!offset) {
            refuse_table("--log-timezone",
                         "the time zone is not an offset",
                         "'" + options.log_timezone + "' is not of the form +01:00",
                         "give --log-timezone +01:00");
        }
        format.time.offset = *offset;
        format.offset_given = true;
    }
}

}  // namespace

void refuse_table(const std::string& where, std::string what, std::string why, std::string remedy) {
    throw Error{{.status = Status::usage,
                 .what = std::move(what),
                 .where = where,
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

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

}  // namespace plimsoll::readers::csv
