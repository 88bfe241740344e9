// Incidents as PagerDuty's incidents report is downloaded: a table with a row an incident.
//
// Law: as in pager_json.cpp: when it began and ended, its title, the service that was paged for,
// which counts as down; what failed first is not in it. Columns go by header: `created_on`,
// `resolved_on`, `seconds_to_resolve`, `service_name`, `description`, and the names that the
// analytics pages use for the same (`created_at`, `resolved_at`, `title`). Blind spots: those of
// pager_json.cpp; times without a zone are those of the account and are taken as UTC, or as
// --log-timezone says.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

namespace plimsoll::readers {
namespace {

constexpr std::size_t most_incidents = 200'000;
constexpr std::size_t longest_text = 500;
constexpr double longest_seconds = 31'536'000;  // a year

using Names = std::span<const std::string_view>;
constexpr std::array<std::string_view, 2> began_names{"created_on", "created_at"};
constexpr std::array<std::string_view, 2> ended_names{"resolved_on", "resolved_at"};
constexpr std::array<std::string_view, 1> lasted_names{"seconds_to_resolve"};
constexpr std::array<std::string_view, 1> service_names{"service_name"};
constexpr std::array<std::string_view, 3> title_names{"description", "title", "summary"};
constexpr std::array<std::string_view, 3> number_names{"incident_number", "incident_id", "id"};

// "Seconds to Resolve" is seconds_to_resolve.
[[nodiscard]] std::string plain(std::string_view cell) {
    std::string out = csv::lower(csv::trim(cell));
    std::ranges::replace(out, ' ', '_');
    return out;
}

struct Columns {
    std::optional<std::size_t> began, ended, lasted, service, title, number;
};

[[nodiscard]] Columns columns_of(const std::vector<std::string_view>& header) {
    const auto find = [&](Names names) -> std::optional<std::size_t> {
        for (const std::string_view name : names) {
            for (std::size_t i = 0; i < header.size(); ++i) {
                if (header[i].size() <= 40 && plain(header[i]) == name) {
                    return i;
                }
            }
        }
        return std::nullopt;
    };
    return {.began = find(began_names),
            .ended = find(ended_names),
            .lasted = find(lasted_names),
            .service = find(service_names),
            .title = find(title_names),
            .number = find(number_names)};
}

class Table {
public:
    Table(const Columns& columns, const csv::TimeFormat& format, std::string source)
        : columns_{columns}, format_{format}, source_{std::move(source)} {}

    // Returns why the row cannot be used, or an empty text.
    std::string_view take(const std::vector<std::string_view>& cells,
                          std::uint64_t line,
                          Incidents& incidents,
                          Span& span) {
        const std::optional<csv::Time> began = csv::time_of(cell(cells, columns_.began), format_);
        if (!began) {
            return "an incident without the time it began";
        }
        if (incidents.incidents.size() >= most_incidents) {
            return "there are more than 200,000 incidents";
        }
        Incident incident{.started = began->at,
                          .what = std::string{cell(cells, columns_.title).substr(0, longest_text)},
                          .origin = {.source = source_, .line = line}};
        incident.ended = ended(cells, began->at);
        if (const std::string_view service = cell(cells, columns_.service); !service.empty()) {
            incident.features_down.emplace(service.substr(0, longest_text));
        }
        unzoned_ = unzoned_ || !began->zoned;
        span.cover(began->at);
        incidents.incidents.insert(std::move(incident));
        return {};
    }
    [[nodiscard]] bool unzoned() const noexcept { return unzoned_; }

private:
    [[nodiscard]] static std::string_view cell(const std::vector<std::string_view>& cells,
                                               const std::optional<std::size_t>& column) {
        return column && *column < cells.size() ? csv::trim(cells[*column]) : std::string_view{};
    }
    [[nodiscard]] std::optional<Instant> ended(const std::vector<std::string_view>& cells,
                                               Instant began) const {
        if (const auto told = csv::time_of(cell(cells, columns_.ended), format_)) {
            return told->at < began ? std::nullopt : std::optional{told->at};
        }
        const std::optional<double> seconds = csv::number(cell(cells, columns_.lasted));
        if (!seconds || *seconds <= 0 || *seconds > longest_seconds) {
            return std::nullopt;  // nobody closed it
        }
        return began + std::chrono::microseconds{std::llround(*seconds * 1e6)};
    }

    Columns columns_;
    csv::TimeFormat format_;
    std::string source_;
    bool unzoned_ = false;
};

[[nodiscard]] csv::TimeFormat time_format(const ReadOptions& options) {
    csv::TimeFormat format;
    if (!options.log_timezone.empty()) {
        const std::optional<Micros> offset = csv::zone_offset(options.log_timezone);
        if (!offset) {
            throw Error{{.status = Status::usage,
                         .what = "the time zone is not an offset",
                         .where = "--log-timezone",
                         .why = "'" + options.log_timezone + "' is not of the form +01:00",
                         .remedy = "give --log-timezone +01:00"}};
        }
        format.offset = *offset;
    }
    return format;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    csv::Records records{stream, csv::separator_of(csv::header_line(stream.sample().head))};
    evidence.incidents.listed = true;
    if (!records.next()) {
        return;
    }
    Table table{columns_of(records.fields()), time_format(options), stream.name()};
    while (records.next()) {
        const std::string_view why =
            records.broken()
                ? "a quote is not closed, or the line is too long"
                : table.take(records.fields(), records.line(), evidence.incidents, input.span);
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(records.line(), records.bytes(), why);
        }
    }
    input.note =
        "services that were paged for count as down; what failed first is not in the export";
    if (table.unzoned() && options.log_timezone.empty()) {
        input.note += "; times without a zone taken as UTC";
    }
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view line = csv::header_line(sample.head);
    if (line.empty() || line.size() > 4'000) {
        return Sureness::no;
    }
    std::vector<std::string_view> cells;
    std::string scratch;
    if (!csv::split(line, csv::separator_of(line), cells, scratch)) {
        return Sureness::no;
    }
    const Columns columns = columns_of(cells);
    const bool ends = columns.ended || columns.lasted;
    return columns.began && ends && columns.service && columns.number ? Sureness::certain
                                                                      : Sureness::no;
}

}  // namespace

extern constinit const Reader pager_csv{
    .id = "pager-csv",
    .reads = "incidents report of PagerDuty, downloaded as a table (created_on,service_name,...)",
    .yields = {Kind::incidents},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
