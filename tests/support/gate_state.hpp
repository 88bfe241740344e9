// Snapshots and rows of gates made by hand for tests. Every name and figure in them is invented.
#pragma once

#include "app/gate.hpp"
#include "app/gate_snapshot.hpp"
#include "model/ci_durations.hpp"

#include <string>
#include <vector>

namespace plimsoll::test {

// Runs an hour apart from `from` (seconds since 1970), in milliseconds.
inline Series series_with(const std::string& id,
                          const std::vector<double>& values,
                          std::int64_t from = 1'790'000'000) {
    Series out{.id = id,
               .name = id,
               .kind = "pipelines",
               .unit = "ms",
               .file = ".github/workflows/ci.yml"};
    std::vector<app::Point> points;
    for (std::size_t i = 0; i < values.size(); ++i) {
        points.push_back({.at = from + static_cast<std::int64_t>(i) * 3600,
                          .value = static_cast<std::int64_t>(values[i])});
    }
    app::set_points(out, std::move(points));
    return out;
}

inline KnownLimit limit_with(const std::string& id, double at, double low, double high) {
    return {.id = id,
            .name = id,
            .status = LimitStatus::measured,
            .at = at,
            .low = low,
            .high = high,
            .check = id.substr(0, id.find('.'))};
}

inline KnownFinding finding_with(const std::string& id,
                                 Outcome outcome,
                                 Confidence confidence = Confidence::high) {
    return {.id = id,
            .check = id.substr(0, id.find('/')),
            .outcome = outcome,
            .confidence = confidence,
            .trouble = true};
}

// A system with one pipeline of 50 runs, one limit and one finding that is absent.
inline Snapshot some_state(std::size_t runs = 50,
                           double ratio = 1,
                           std::int64_t from = 1'790'000'000) {
    model::Random random(runs + static_cast<std::size_t>(ratio * 100));
    Snapshot out{.tool_version = "0.1.0", .rules_version = "r1", .system = "shop"};
    out.kinds_supplied = {"pipelines", "gauges"};
    out.limits = {limit_with("connection-pool.web", 4, 3.6, 4.4)};
    out.load_line = {.at = 4,
                     .low = 3.6,
                     .high = 4.4,
                     .first_limit = "connection-pool.web",
                     .measured = 1,
                     .known = 1};
    out.findings = {finding_with("n-plus-one", Outcome::absent)};
    std::vector<double> values;
    for (const double value : model::testing::ci_durations(random, runs, ratio)) {
        values.push_back(value * 1000);
    }
    out.series = {series_with("ci/CI/main/wall", values, from)};
    return out;
}

}  // namespace plimsoll::test
