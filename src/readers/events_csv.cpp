// events.csv: what was changed or happened when, `at,until,kind,service,what`; design.md section 5.
//
// Law: a list with a deploy, a migration or a change of configuration in it, or with nothing at all
// in it, is a list of changes, so "nothing was changed" can be said from it; a list of holidays is
// not. Blind spot: a list that is not complete looks as one that is.

#include "evidence/evidence.hpp"
#include "readers/csv/own_file.hpp"

namespace plimsoll::readers {
namespace {

constexpr std::array<std::string_view, 5> columns{"at", "kind", "until", "service", "what"};
constexpr csv::OwnFile file{.name = "events.csv", .columns = columns, .required = 2};
constexpr std::size_t longest_text = 500;
constexpr std::size_t most_events = 1'000'000;

[[nodiscard]] bool is_change(EventKind kind) noexcept {
    return kind == EventKind::deploy || kind == EventKind::migration || kind == EventKind::config;
}

std::string_view use(const csv::Row& row, const std::string& source, Events& events) {
    const std::optional<Instant> at = csv::own_time(row[0]);
    if (!at) {
        return "the time is not one";
    }
    const std::optional<EventKind> kind = from_text<EventKind>(csv::lower(row[1]));
    if (!kind) {
        return "the kind is none of deploy, migration, config, backfill, batch, incident, outage, "
               "holiday";
    }
    Event event{.at = *at,
                .until = std::nullopt,
                .kind = *kind,
                .service = std::string{row[3].substr(0, longest_text)},
                .what = std::string{row[4].substr(0, longest_text)},
                .origin = {.source = source, .line = row.line()}};
    if (!row[2].empty()) {
        event.until = csv::own_time(row[2]);
        if (!event.until || *event.until < *at) {
            return "the end is no time, or before the start";
        }
    }
    if (events.events.size() >= most_events) {
        return "there are more than a million events";
    }
    events.deploys_listed = events.deploys_listed || is_change(*kind);
    events.events.insert(std::move(event));
    return {};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    csv::for_each_row(file, stream, input, [&](const csv::Row& row) {
        const std::string_view why = use(row, stream.name(), evidence.events);
        if (why.empty()) {
            input.span.cover(*csv::own_time(row[0]));
        }
        return why;
    });
    evidence.events.deploys_listed =
        evidence.events.deploys_listed || (input.records == 0 && input.skipped == 0);
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return csv::recognises(file, sample);
}

}  // namespace

extern constinit const Reader events_csv{
    .id = "events-csv",
    .reads = "events.csv: at,until,kind,service,what; deploys, migrations, back-fills, holidays",
    .yields = {Kind::events},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
