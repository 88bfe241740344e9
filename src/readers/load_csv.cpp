// Load-test results as rows: JMeter's JTL (CSV), Locust's _stats_history.csv, hey -o csv.
//
// Law: JMeter's rows are single requests, `elapsed` in milliseconds (`Latency` is only the first
// byte): those with one number of threads at work (allThreads) are a step, so a ramp in one file is
// a ladder; transaction controllers, which count their requests again, are left out. Locust's rows
// are of the last ten seconds, percentiles rounded to two digits: a step is a number of users, its
// rate their mean and its percentiles those of the last row; only Aggregated counts, or routes
// count twice. hey has seconds and one step. All three wait for an answer before they ask again
// (coordinated omission). Blind spot: JTL without a header.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"
#include "readers/load/levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace plimsoll::readers {
namespace {

enum class Tool : std::uint8_t { none, jmeter, locust, hey };
using load::most_us;

// Locust's rows are of ten seconds and not of a request.
struct Window {
    std::uint64_t rows = 0;
    double rate_sum = 0;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    LoadStep last;
    std::uint64_t line = 0;
};
using Windows = std::map<std::int64_t, Window>;  // by users

[[nodiscard]] Tool tool_of(std::string_view header) noexcept {
    const auto has = [&](std::string_view name) {
        return header.find(name) != std::string_view::npos;
    };
    return has("timeStamp") && has("elapsed") && has("success")   ? Tool::jmeter
           : has("User Count") && has("Requests/s") && has("99%") ? Tool::locust
           : has("response-time") && has("status-code")           ? Tool::hey
                                                                  : Tool::none;
}

class Columns {
public:
    explicit Columns(const std::vector<std::string_view>& header) {
        for (std::size_t i = 0; i < header.size() && i < 100; ++i) {
            places_[std::string{csv::trim(header[i])}] = i;
        }
    }
    [[nodiscard]] std::string_view cell(const std::vector<std::string_view>& row,
                                        std::string_view name) const {
        const auto found = places_.find(name);
        return found == places_.end() || found->second >= row.size()
                   ? std::string_view{}
                   : csv::trim(row[found->second]);
    }
    [[nodiscard]] std::optional<double> number(const std::vector<std::string_view>& row,
                                               std::string_view name) const {
        const std::optional<double> value = csv::number(cell(row, name));
        return value && *value >= 0 && *value < most_us ? value : std::nullopt;
    }

private:
    std::map<std::string, std::size_t, std::less<>> places_;
};

// Each returns why the row cannot be used, or an empty text.
std::string_view take_jmeter(const Columns& columns,
                             const std::vector<std::string_view>& row,
                             std::uint64_t line,
                             load::Levels& levels) {
    if (columns.cell(row, "responseMessage").starts_with("Number of samples in transaction")) {
        return {};  // its requests are rows of their own
    }
    const std::optional<double> at = columns.number(row, "timeStamp");
    const std::optional<double> elapsed = columns.number(row, "elapsed");
    if (!at || !elapsed) {
        return "timeStamp or elapsed is no number of milliseconds";
    }
    const std::int64_t users = std::llround(columns.number(row, "allThreads").value_or(0));
    load::Level* level = load::level_at(levels, users, line);
    if (level == nullptr) {
        return "there are more than 10,000 numbers of threads";
    }
    if (*at * 1e3 > 9e18 || *elapsed * 1e3 > most_us) {
        return "a time is out of range";
    }
    load::add_request(*level, *at * 1e3, *elapsed * 1e3, columns.cell(row, "success") != "true");
    return {};
}

std::string_view take_hey(const Columns& columns,
                          const std::vector<std::string_view>& row,
                          std::uint64_t line,
                          load::Levels& levels) {
    const std::optional<double> length = columns.number(row, "response-time");
    const std::optional<double> offset = columns.number(row, "offset");
    if (!length || *length > 1e6 || (offset && *offset > 1e6)) {
        return "response-time is no number of seconds";
    }
    const std::string_view status = columns.cell(row, "status-code");
    load::add_request(*load::level_at(levels, 0, line),
                      offset.value_or(0) * 1e6,
                      *length * 1e6,
                      status.empty() || status.front() >= '5');
    return {};
}

std::string_view take_locust(const Columns& columns,
                             const std::vector<std::string_view>& row,
                             std::uint64_t line,
                             Windows& windows) {
    if (columns.cell(row, "Name") != "Aggregated") {
        return {};
    }
    const std::optional<double> users = columns.number(row, "User Count");
    const std::optional<double> rate = columns.number(row, "Requests/s");
    if (!users || *users < 1 || !rate || *rate <= 0) {
        return {};  // before the first user, or while nothing was answered
    }
    const std::int64_t at_once = std::llround(*users);
    if (windows.size() >= load::most_levels && !windows.contains(at_once)) {
        return "there are more than 10,000 numbers of users";
    }
    Window& window = windows[at_once];
    window.line = window.line == 0 ? line : window.line;
    const auto micros = [&](std::string_view name) -> std::optional<std::int64_t> {
        const std::optional<double> value = columns.number(row, name);  // N/A early on
        return value && *value < 1e9 ? std::optional{std::llround(*value * 1e3)} : std::nullopt;
    };
    ++window.rows;
    window.rate_sum += *rate;
    const double failures = columns.number(row, "Failures/s").value_or(0);
    window.last = {.p50_us = micros("50%"),
                   .p95_us = micros("95%"),
                   .p99_us = micros("99%"),
                   .max_us = micros("100%")};
    window.requests += static_cast<std::uint64_t>(std::llround(std::min(*rate, 1e9)));
    window.errors += static_cast<std::uint64_t>(std::llround(std::min(failures, 1e9)));
    return {};
}

[[nodiscard]] LoadStep step_of(std::int64_t users, const Window& window) {
    LoadStep step = window.last;
    step.tool = "locust";
    step.users = users;
    step.requests = window.requests;
    step.errors = window.errors;
    step.achieved_milli = std::llround(1000 * window.rate_sum / static_cast<double>(window.rows));
    return step;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    const std::string_view header = csv::header_line(stream.sample().head);
    const Tool tool = tool_of(header);
    csv::Records records{stream, csv::separator_of(header)};
    load::Levels levels;
    Windows windows;
    if (!records.next()) {
        return;
    }
    const Columns columns{records.fields()};
    while (records.next()) {
        const std::string_view why =
            records.broken()       ? "a quote is never closed"
            : tool == Tool::jmeter ? take_jmeter(columns, records.fields(), records.line(), levels)
            : tool == Tool::locust ? take_locust(columns, records.fields(), records.line(), windows)
                                   : take_hey(columns, records.fields(), records.line(), levels);
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(records.line(), records.bytes(), why);
        }
    }
    for (const auto& [users, level] : levels) {
        if (std::optional<LoadStep> step =
                load::step_of(users, level, tool == Tool::jmeter ? "jmeter" : "hey")) {
            step->origin = {.source = stream.name(), .line = level.line};
            evidence.load_tests.steps.insert(std::move(*step));
        }
    }
    for (const auto& [users, window] : windows) {
        LoadStep step = step_of(users, window);
        step.origin = {.source = stream.name(), .line = window.line};
        evidence.load_tests.steps.insert(std::move(step));
    }
    input.note =
        "the generator waits for answers, so its percentiles hide stalls (coordinated omission)";
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours =
        sample.kind == SourceKind::bytes && tool_of(csv::header_line(sample.head)) != Tool::none;
    return ours ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader load_csv{
    .id = "load-csv",
    .reads = "load-test rows: JMeter JTL (CSV with header), Locust _stats_history.csv, hey -o csv",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
