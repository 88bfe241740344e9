#include "checks/latency/climb.hpp"

#include "core/exhibit.hpp"
#include "model/change_shape.hpp"
#include "model/multiplicity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace plimsoll::checks {
namespace {

// As many as a drawing can show: leaving out the later ones would look like a quiet time.
constexpr std::size_t most_marks = 400;

[[nodiscard]] Span span_of(const LatencySeries& series) {
    Span span;
    for (const LatencyPoint& point : series.points) {
        span.cover(point.at);
    }
    return span;
}

[[nodiscard]] const Change* nearest_change(const std::vector<Change>& changes,
                                           std::int64_t day,
                                           double near_days,
                                           const Zone& zone) {
    const Change* nearest = nullptr;
    double least = near_days;
    for (const Change& change : changes) {
        const double apart = std::abs(static_cast<double>(zone.day_of(change.at) - day));
        if (apart <= least) {
            least = apart;
            nearest = &change;
        }
    }
    return nearest;
}

// P(a random day lies within near_days of one of `changes`); latency.md 2.5.
[[nodiscard]] double chance_near(std::size_t changes, double days, double near_days) {
    const double window = std::min(1.0, (2 * near_days + 1) / std::max(1.0, days));
    return 1 - std::pow(1 - window, static_cast<double>(changes));
}

void relate_to_changes(Climb& climb,
                       const Events& events,
                       const ClimbRules& rules,
                       const Zone& zone) {
    const Span span = span_of(climb.series);
    climb.changes = changes_for(climb.series.id, events, span);
    const std::vector<model::DayValue> days =
        model::without_weekly_cycle(model::daily_medians(climb.series.log_p99()));
    const std::optional<model::Jump> jump = model::largest_jump(days, rules.drift.shape);
    if (jump) {
        climb.jump_share = jump->share;
    }
    const bool step = climb.shape() == model::Shape::step;
    if (!step && !jump) {
        return;
    }
    const std::int64_t day = step ? climb.drift.shape->step_day : jump->day;
    if (const Change* change = nearest_change(climb.changes, day, rules.near_days, zone)) {
        climb.near_jump = *change;
    }
    const double length = static_cast<double>(span.length().count()) / 86.4e9;
    climb.chance_near = chance_near(climb.changes.size(), length, rules.near_days);
}

}  // namespace

Cause cause_of(const std::optional<model::Matched>& matched,
               const model::Drift& drift,
               double share) {
    if (!matched) {
        return Cause::unseparated;
    }
    if (matched->rises) {
        return Cause::work;
    }
    const double whole = std::log1p(drift.rise);
    return std::log1p(matched->rise_high) < share * whole ? Cause::load : Cause::undecided;
}

std::vector<Change> changes_for(const RouteId& id, const Events& events, const Span& span) {
    std::vector<Change> out;
    for (const Event& event : events.events) {
        const bool change = event.kind == EventKind::deploy || event.kind == EventKind::migration ||
                            event.kind == EventKind::config;
        const bool about =
            event.service.empty() || id.service.empty() || event.service == id.service;
        if (change && about && span.from && *span.from <= event.at && event.at <= *span.to) {
            out.push_back(
                {.at = event.at, .what = fmt::format("{} {}", to_text(event.kind), event.what)});
        }
    }
    return out;
}

std::vector<Climb> climbs_of(const Latency& latency,
                             const Events& events,
                             const Settings& settings,
                             const ClimbRules& rules) {
    const std::vector<MaskedSpan> masks = masks_of(settings, events);
    model::DriftRules drift = rules.drift;
    // A likelihood ratio of x is met by chance with exp(-x / 2): as sure over all routes as of one.
    drift.step_over_flat +=
        2 * std::log(static_cast<double>(std::max<std::size_t>(1, latency.routes.size())));
    std::vector<Climb> climbs;
    std::vector<double> p_values;
    std::vector<std::size_t> assessed;
    for (const auto& [id, route] : latency.routes) {
        Climb climb;
        climb.series = series_of(id, route, masks, settings.zone);
        climb.drift = model::assess_drift(climb.series.log_p99(), drift);
        if (climb.drift.level != model::DriftLevel::not_assessed) {
            assessed.push_back(climbs.size());
            p_values.push_back(climb.drift.p);
        }
        climbs.push_back(std::move(climb));
    }
    const std::vector<double> adjusted = model::benjamini_hochberg(p_values);
    for (std::size_t i = 0; i < assessed.size(); ++i) {
        Climb& climb = climbs[assessed[i]];
        climb.adjusted_p = adjusted[i];
        climb.rises = adjusted[i] < rules.drift.p && climb.drift.rise >= rules.drift.least_rise;
        if (climb.rises) {
            climb.median_drift = model::assess_drift(climb.series.log_p50(), rules.drift);
            climb.matched = model::traffic_matched(climb.series.load_points());
            climb.cause = cause_of(climb.matched, climb.drift, rules.load_share);
        }
        if (climb.rises || climb.drift.steps) {
            relate_to_changes(climb, events, rules, settings.zone);
        }
    }
    return climbs;
}

Exhibit exhibit_of(const Climb& climb, const Zone& zone) {
    struct Day {
        std::vector<double> at, low, high;
    };
    std::map<std::int64_t, Day> days;
    for (const LatencyPoint& point : climb.series.points) {
        Day& day = days[point.day];
        day.at.push_back(point.p99_ms.at);
        day.low.push_back(point.p99_ms.low);
        day.high.push_back(point.p99_ms.high);
    }
    const auto middle = [](std::vector<double>& values) {
        const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::ranges::nth_element(values, half);
        return *half;
    };
    Exhibit exhibit;
    exhibit.key = "p99-climbs." + name_of(climb.series.id);
    exhibit.form = Form::series;
    exhibit.title = "p99 of " + name_of(climb.series.id) + " by day";
    exhibit.caption = "Median of each day's p99 values, with every change that was listed. A "
                      "change next to a jump is "
                      "not its proof.";
    exhibit.unit = "ms";
    Line line;
    line.name = name_of(climb.series.id);
    for (auto& [day, values] : days) {
        line.points.push_back({.at = zone.start_of(day),
                               .value = middle(values.at),
                               .low = middle(values.low),
                               .high = middle(values.high)});
    }
    exhibit.lines.push_back(std::move(line));
    for (const Change& change : climb.changes) {
        if (exhibit.marks.size() == most_marks) {
            exhibit.left_out = fmt::format("{} more changes", climb.changes.size() - most_marks);
            break;
        }
        exhibit.marks.push_back({.at = change.at, .kind = "deploy", .text = change.what});
    }
    return exhibit;
}

}  // namespace plimsoll::checks
