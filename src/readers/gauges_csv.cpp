// gauges.csv: levels of resources at instants, `at,name,value,limit`; design.md section 5.
//
// Law: a value is kept as whole thousandths with the instant it was read at. A limit may be empty.
// A name that is not one of ours is kept and listed in the note, for it may be a misspelt one.
// Blind spot: whether `db.cpu` is a share or a percentage is not in the file; above 1 without a
// limit it is listed in the note.

#include "evidence/evidence.hpp"
#include "readers/csv/own_file.hpp"

#include <set>

namespace plimsoll::readers {
namespace {

constexpr std::array<std::string_view, 4> columns{"at", "name", "value", "limit"};
constexpr csv::OwnFile file{.name = "gauges.csv", .columns = columns, .required = 3};
constexpr std::size_t longest_name = 200;
constexpr std::size_t most_names = 10'000;

struct Family {
    std::string_view prefix;
    std::string_view suffix;
};
constexpr std::array<Family, 15> families{{{"pool.", ".busy"},
                                           {"pool.", ".instances"},
                                           {"workers.", ".busy"},
                                           {"workers.", ".instances"},
                                           {"db.active", ""},
                                           {"db.connections", ""},
                                           {"db.cpu", ""},
                                           {"host.", ".cpu"},
                                           {"memory.", ""},
                                           {"queue.", ".depth"},
                                           {"queue.", ".age_s"},
                                           {"cost.", ".per_day"},
                                           {"quota.", ".per_second"},
                                           {"replica.lag_s", ""},
                                           {"wal.bytes_per_second", ""}}};

[[nodiscard]] bool is_known(std::string_view name) noexcept {
    for (const Family& family : families) {
        const bool whole = family.suffix.empty() && !family.prefix.ends_with('.');
        if (whole ? name == family.prefix
                  : name.starts_with(family.prefix) && name.ends_with(family.suffix) &&
                        name.size() > family.prefix.size() + family.suffix.size()) {
            return true;
        }
    }
    return false;
}

struct Notes {
    std::set<std::string> unknown;
    bool cpu_above_one = false;

    [[nodiscard]] std::string text() const {
        std::string out;
        std::size_t shown = 0;
        for (const std::string& name : unknown) {
            out += out.empty() ? "names that no check knows: " : ", ";
            out += ++shown > 5 ? "..." : name;
            if (shown > 5) {
                break;
            }
        }
        if (cpu_above_one) {
            out += out.empty() ? "" : "; ";
            out += "a CPU gauge without a limit goes above 1: give the limit (100 for percent)";
        }
        return out;
    }
};

std::string_view use(const csv::Row& row, const std::string& source, Gauges& gauges, Notes& notes) {
    const std::optional<Instant> at = csv::own_time(row[0]);
    if (!at) {
        return "the time is not one";
    }
    const std::string_view name = row[1];
    if (name.empty() || name.size() > longest_name) {
        return "the name is empty or too long";
    }
    const std::optional<std::int64_t> value = csv::thousandths(row[2]);
    if (!value || *value < 0) {
        return "the value is not a number from 0 up";
    }
    GaugeSample sample{.value_milli = *value, .limit_milli = std::nullopt};
    if (!row[3].empty()) {
        sample.limit_milli = csv::thousandths(row[3]);
        if (!sample.limit_milli || *sample.limit_milli <= 0) {
            return "the limit is not a number above 0";
        }
    }
    const std::string key{name};
    if (gauges.series.size() >= most_names && !gauges.series.contains(key)) {
        return "there are more than 10,000 names";
    }
    if (!is_known(name) && notes.unknown.size() < 6) {
        notes.unknown.insert(key);
    }
    notes.cpu_above_one = notes.cpu_above_one || (name.ends_with("cpu") && !sample.limit_milli &&
                                                  sample.value_milli > 1000);
    GaugeSeries& series = gauges.series[key];
    series.add(*at, sample);
    keep_first(series.first_seen, {.source = source, .line = row.line()});
    return {};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    Notes notes;
    csv::for_each_row(file, stream, input, [&](const csv::Row& row) {
        const std::string_view why = use(row, stream.name(), evidence.gauges, notes);
        if (why.empty()) {
            input.span.cover(*csv::own_time(row[0]));
        }
        return why;
    });
    input.note = notes.text();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return csv::recognises(file, sample);
}

}  // namespace

extern constinit const Reader gauges_csv{
    .id = "gauges-csv",
    .reads = "gauges.csv: at,name,value,limit; levels of pools, workers, sessions, CPU, queues",
    .yields = {Kind::gauges},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
