#include "app/config.hpp"
#include "app/gate.hpp"
#include "app/gate_snapshot.hpp"
#include "core/error.hpp"
#include "model/quantile.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

struct Unit {
    std::string_view name;
    double seconds;
};
constexpr std::array<Unit, 6> units{
    {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}}};

[[nodiscard]] std::optional<double> seconds_in(std::string_view unit) {
    for (const Unit& one : units) {
        if (one.name == unit) {
            return one.seconds;
        }
    }
    return std::nullopt;
}

// "600", "10min", "3.5 x", "80%" in `unit` of what is measured.
[[nodiscard]] double value_of(const std::string& id,
                              const std::string& text,
                              std::string_view unit) {
    const auto refuse = [&](std::string why) {
        return Error{{.status = Status::usage,
                      .what = "a budget's value cannot be used",
                      .where = fmt::format("--max {}={}", id, text),
                      .why = std::move(why),
                      .remedy = "write a number, or a time as 10min, 600s, 250ms"}};
    };
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    std::string given{end};
    std::erase(given, ' ');
    if (end == text.c_str() || !std::isfinite(value)) {
        throw refuse("it is no number");
    }
    if (given.empty() || given == unit) {
        return value;
    }
    if (given == "%") {
        return value / 100;
    }
    const std::optional<double> from = seconds_in(given);
    const std::optional<double> to = seconds_in(unit);
    if (!from || !to) {
        throw refuse(fmt::format("{} is measured in {}", id, unit.empty() ? "pure numbers" : unit));
    }
    return value * *from / *to;
}

// What a budget may be set on: the median of a series, or a measure of a finding ("check.measure").
struct Subject {
    std::string id;
    std::string name;
    double value = 0;
    std::string unit;
    std::size_t samples = 0;
    Origin place;
    std::string check;
};

[[nodiscard]] std::vector<Subject> subjects_of(const Present& present) {
    std::vector<Subject> out;
    for (const Series& series : present.snapshot.series) {
        std::vector<double> values(series.values.begin(), series.values.end());
        if (const std::optional<double> middle = model::median(std::move(values))) {
            out.push_back({.id = series.id,
                           .name = series.name,
                           .value = *middle,
                           .unit = series.unit,
                           .samples = series.values.size(),
                           .place = {.source = series.file, .line = 0},
                           .check = {}});
        }
    }
    for (const Finding& finding : present.audit.findings) {
        for (const Measure& measure : finding.measures) {
            if (measure.value.has_point()) {
                out.push_back({.id = finding.check + "." + measure.id,
                               .name = measure.name,
                               .value = measure.value.at,
                               .unit = measure.unit,
                               .samples = static_cast<std::size_t>(std::max(measure.samples, 0.0)),
                               .place = place_of(present.audit, finding.check),
                               .check = finding.check});
            }
        }
    }
    return out;
}

[[nodiscard]] GateRow unknown(const std::string& id, const std::vector<Subject>& subjects) {
    std::vector<std::string_view> known;
    for (const Subject& subject : subjects) {
        known.push_back(subject.id);
    }
    const std::string near = nearest(id, known);
    GateRow row{.id = id, .kind = "budget", .name = id};
    row.change = Change::missing;
    row.alarm = Alarm::red;
    row.says = "a budget is set on it, and the evidence does not measure it" +
               (near.empty() ? std::string{} : "; did you mean " + near + "?");
    row.fix = "";
    return row;
}

[[nodiscard]] GateRow budget_row(const Present& present,
                                 const Subject& subject,
                                 const std::string& most) {
    const double budget = value_of(subject.id, most, subject.unit);
    GateRow row{.id = subject.id, .kind = "budget", .name = subject.name, .unit = subject.unit};
    row.measured = subject.value;
    row.samples = subject.samples;
    row.place = subject.place;
    row.change = subject.value > budget ? Change::over_budget : Change::within_budget;
    row.alarm = subject.value > budget ? Alarm::red : Alarm::none;
    row.says = fmt::format(
        "{}, the budget is {}", shown(subject.value, subject.unit), shown(budget, subject.unit));
    if (!subject.check.empty()) {
        row.explain = "plimsoll explain " + subject.check;
        row.fix = row.alarm == Alarm::red ? fix_for(present.audit, {subject.check}) : "";
    }
    return row;
}

[[nodiscard]] GateRow line_budget(const Present& present, double least) {
    const LoadLine& line = present.snapshot.load_line;
    GateRow row{.id = "load-line", .kind = "budget", .name = "load line", .unit = "x"};
    row.explain = "plimsoll explain load_line";
    const std::string asked = fmt::format("asked is {:.3g}x or more", least);
    const bool point = line.measured > 0 && std::isfinite(line.at);
    row.measured = point ? std::optional{line.at} : std::nullopt;
    if (point ? line.at < least : line.measured > 0 && line.high < least) {
        row.change = Change::over_budget;
        row.alarm = Alarm::red;
        row.says = fmt::format("{} ({:.2g} to {:.2g}), {}; first limit: {}",
                               point ? shown(line.at, "x") : "a bound only",
                               line.low,
                               line.high,
                               asked,
                               line.first_limit);
        row.fix = fix_for(present.audit, {line.first_limit});
    } else if (!point) {
        row.change = Change::missing;
        row.alarm = Alarm::red;
        row.says = "no load line can be drawn from this evidence, and " + asked;
        row.explain = "plimsoll doctor";
    } else {
        row.change = Change::within_budget;
        row.alarm = line.low < least ? Alarm::amber : Alarm::none;
        row.says = fmt::format(
            "{} ({:.2g} to {:.2g}), {}", shown(line.at, "x"), line.low, line.high, asked);
    }
    return row;
}

}  // namespace

void budget_rows(const Present& present, const GateOptions& options, GateResult& out) {
    if (options.min_load_line) {
        out.rows.push_back(line_budget(present, *options.min_load_line));
    }
    if (options.most.empty()) {
        return;
    }
    const std::vector<Subject> subjects = subjects_of(present);
    for (const auto& [id, most] : options.most) {
        const auto found = std::ranges::find(subjects, id, &Subject::id);
        out.rows.push_back(found == subjects.end() ? unknown(id, subjects)
                                                   : budget_row(present, *found, most));
    }
}

}  // namespace plimsoll::app
