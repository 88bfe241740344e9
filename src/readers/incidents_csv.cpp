// incidents.csv: what was down, `started,ended,trigger,features_down,what`; design.md section 5.
//
// Law: `trigger` is the component that failed first, empty when nobody knows; `features_down` a
// list with semicolons, or a number. Both are a person's word and are kept as such. Blind spot:
// incidents that nobody wrote down. A list of the memorable ones overstates the damage.

#include "evidence/evidence.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/own_file.hpp"

#include <cmath>

namespace plimsoll::readers {
namespace {

constexpr std::array<std::string_view, 5> columns{
    "started", "trigger", "features_down", "ended", "what"};
constexpr csv::OwnFile file{.name = "incidents.csv", .columns = columns, .required = 2};
constexpr std::size_t longest_text = 500;
constexpr std::size_t most_features = 10'000;
constexpr std::size_t most_incidents = 100'000;

// "unknown" and "?" are what people write when they do not know.
[[nodiscard]] std::string trigger_of(std::string_view cell) {
    const std::string word = csv::lower(cell.substr(0, longest_text));
    const bool unknown = csv::is_blank(cell) || word == "unknown" || word == "?";
    return unknown ? std::string{} : std::string{cell.substr(0, longest_text)};
}

// Fills names or count; false when the cell is neither.
[[nodiscard]] bool take_features(std::string_view cell, Incident& incident) {
    if (cell.empty()) {
        return true;
    }
    if (const std::optional<double> count = csv::number(cell)) {
        if (*count < 0 || *count > 1e6 || *count != std::floor(*count)) {
            return false;
        }
        incident.features_down_count = std::llround(*count);
        return true;
    }
    while (!cell.empty() && incident.features_down.size() < most_features) {
        const std::size_t end = cell.find(';');
        const std::string_view name = csv::trim(cell.substr(0, end));
        if (!name.empty()) {
            incident.features_down.emplace(name.substr(0, longest_text));
        }
        cell.remove_prefix(end == std::string_view::npos ? cell.size() : end + 1);
    }
    return true;
}

std::string_view use(const csv::Row& row, const std::string& source, Incidents& incidents) {
    const std::optional<Instant> started = csv::own_time(row[0]);
    if (!started) {
        return "the start is not a time";
    }
    Incident incident{.started = *started,
                      .ended = std::nullopt,
                      .trigger = trigger_of(row[1]),
                      .features_down = {},
                      .features_down_count = std::nullopt,
                      .what = std::string{row[4].substr(0, longest_text)},
                      .origin = {.source = source, .line = row.line()}};
    if (!row[3].empty()) {
        incident.ended = csv::own_time(row[3]);
        if (!incident.ended || *incident.ended < *started) {
            return "the end is no time, or before the start";
        }
    }
    if (!take_features(row[2], incident)) {
        return "features_down is neither a list with ';' nor a whole number";
    }
    if (incidents.incidents.size() >= most_incidents) {
        return "there are more than 100,000 incidents";
    }
    incidents.incidents.insert(std::move(incident));
    return {};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    csv::for_each_row(file, stream, input, [&](const csv::Row& row) {
        const std::string_view why = use(row, stream.name(), evidence.incidents);
        if (why.empty()) {
            input.span.cover(*csv::own_time(row[0]));
        }
        return why;
    });
    evidence.incidents.listed = true;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return csv::recognises(file, sample);
}

}  // namespace

extern constinit const Reader incidents_csv{
    .id = "incidents-csv",
    .reads = "incidents.csv: started,ended,trigger,features_down,what",
    .yields = {Kind::incidents},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
