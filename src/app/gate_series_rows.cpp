#include "app/gate.hpp"
#include "app/gate_snapshot.hpp"
#include "model/regression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

constexpr std::int64_t hour_s = 3600;

// What the baseline does not hold yet. When the same point is in both, they are one stream that
// went on: what is later counts. Else they are two measurements, and all of it counts.
[[nodiscard]] std::vector<Point> new_points(const Series& now, const Series& before) {
    std::vector<Point> points = points_of(now);
    const std::vector<Point> known = points_of(before);
    const auto is_known = [&](const Point& point) {
        return std::ranges::binary_search(known, point);
    };
    if (!known.empty() && std::ranges::any_of(points, is_known)) {
        const std::int64_t last = known.back().at;
        std::erase_if(points, [&](const Point& point) { return point.at <= last; });
    }
    return points;
}

[[nodiscard]] model::Measured measured(const std::vector<Point>& points, bool follows_day) {
    model::Measured out;
    for (const Point& point : points) {
        out.values.push_back(static_cast<double>(point.value));
        if (follows_day) {
            out.strata.push_back(static_cast<std::uint32_t>(point.at / hour_s % 24));
        }
    }
    return out;
}

[[nodiscard]] Change change_of(model::Shift shift) {
    switch (shift) {
        case model::Shift::worse:
            return Change::worse;
        case model::Shift::better:
            return Change::better;
        case model::Shift::small:
            return Change::small;
        case model::Shift::passing:
            return Change::passing;
        case model::Shift::too_few:
            return Change::too_few;
        case model::Shift::unchanged:
            break;
    }
    return Change::unchanged;
}

[[nodiscard]] Alarm alarm_of(Change change) {
    switch (change) {
        case Change::worse:
            return Alarm::red;
        case Change::too_few:
        case Change::gone:
        case Change::passing:
            return Alarm::amber;
        default:
            return Alarm::none;
    }
}

[[nodiscard]] std::string could_have_seen(const GateRow& row) {
    return row.detectable
               ? fmt::format("{} or more would have shown", shown_change(*row.detectable))
               : std::string{"no change could have shown"};
}

[[nodiscard]] std::string sentence(const GateRow& row,
                                   const model::Regression& answer,
                                   const GateOptions& options,
                                   std::size_t judged) {
    if (row.change == Change::too_few) {
        return answer.current == 0 ? "no new runs that the baseline can be compared with"
                                   : fmt::format("{} new runs against {} (asked are {} and {}): {}",
                                                 answer.current,
                                                 answer.baseline,
                                                 options.min_runs,
                                                 options.min_baseline_runs,
                                                 could_have_seen(row));
    }
    std::string out =
        fmt::format("{}, was {}: {} ({} to {}), p {:.2g} after Holm over {}, {} runs against {}",
                    shown(*row.measured, row.unit),
                    shown(*row.baseline, row.unit),
                    shown_change(row.effect.at),
                    shown_change(row.effect.low),
                    shown_change(row.effect.high),
                    row.p_adjusted.value_or(1),
                    judged,
                    answer.current,
                    answer.baseline);
    if (row.change == Change::passing) {
        out += "; not in both halves of the new time";
    }
    return row.change == Change::unchanged ? out + "; " + could_have_seen(row) : out;
}

[[nodiscard]] std::vector<std::string> checks_of(const std::string& kind) {
    if (kind == "pipelines") {
        return {"deploys-drag", "test-share", "merge-lane", "deploy-monolith"};
    }
    if (kind == "latency") {
        return {"p99-climbs", "unpredictable-latency"};
    }
    return {"database-bound", "n-plus-one", "missing-index", "plan-growth"};
}

[[nodiscard]] GateRow row_of(const Series& series, const model::Regression& answer) {
    GateRow row{.id = series.id, .kind = "series", .name = series.name, .unit = series.unit};
    row.change = change_of(answer.shift);
    row.alarm = alarm_of(row.change);
    row.measured = answer.current_median;
    row.baseline = answer.baseline_median;
    row.effect = answer.effect;
    row.p = answer.p;
    row.p_adjusted = answer.p_adjusted;
    row.samples = answer.current;
    row.baseline_samples = answer.baseline;
    row.memory = answer.memory;
    row.detectable = answer.detectable;
    row.place = {.source = series.file, .line = 0};
    return row;
}

[[nodiscard]] GateRow gone(const Series& series) {
    GateRow row{.id = series.id, .kind = "series", .name = series.name};
    row.change = Change::gone;
    row.alarm = Alarm::amber;
    row.says = fmt::format("the baseline has {} values of it, the evidence none: removed, renamed, "
                           "or no longer measured",
                           series.values.size());
    row.baseline_samples = series.values.size();
    row.place = {.source = series.file, .line = 0};
    return row;
}

[[nodiscard]] std::map<std::string_view, const Series*> by_id(const std::vector<Series>& all) {
    std::map<std::string_view, const Series*> out;
    for (const Series& one : all) {
        out.emplace(one.id, &one);
    }
    return out;
}

// A row that nobody asked about must not cost the others power.
[[nodiscard]] bool asked(const Series& series, const GateOptions& options) {
    const auto any = [&](const std::vector<std::string>& patterns) {
        return std::ranges::any_of(patterns, [&](const std::string& pattern) {
            return matches(pattern, series.id) || matches(pattern, "series");
        });
    };
    return (options.only.empty() || any(options.only)) && !any(options.skip);
}

}  // namespace

void series_rows(const Present& present,
                 const Snapshot& before,
                 const GateOptions& options,
                 GateResult& out) {
    const std::map<std::string_view, const Series*> now = by_id(present.snapshot.series);
    std::vector<model::SeriesPair> pairs;
    std::vector<const Series*> compared;
    for (const Series& known : before.series) {
        const auto found = now.find(known.id);
        if (!asked(known, options)) {
            continue;
        }
        if (found == now.end()) {
            if (known.values.size() >= options.min_baseline_runs) {
                out.rows.push_back(gone(known));
            }
            continue;
        }
        pairs.push_back({.current = measured(new_points(*found->second, known), known.follows_day),
                         .baseline = measured(points_of(known), known.follows_day),
                         .tail = known.tail,
                         .windows = known.follows_day});
        compared.push_back(found->second);
    }
    const std::vector<model::Regression> answers =
        model::regressions(pairs,
                           {.alpha = options.alpha,
                            .effect = options.effect,
                            .tail_effect = options.tail_effect,
                            .least_current = options.min_runs,
                            .least_baseline = options.min_baseline_runs});
    const auto few = [](const model::Regression& one) {
        return one.shift == model::Shift::too_few;
    };
    const std::size_t judged =
        answers.size() - static_cast<std::size_t>(std::ranges::count_if(answers, few));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        GateRow row = row_of(*compared[i], answers[i]);
        row.says = sentence(row, answers[i], options, judged);
        const std::vector<std::string> checks = checks_of(compared[i]->kind);
        row.fix = row.alarm == Alarm::red ? fix_for(present.audit, checks) : "";
        row.explain = "plimsoll explain " + checks.front();
        out.rows.push_back(std::move(row));
    }
    out.series_judged = judged;
}

}  // namespace plimsoll::app
