#include "checks/latency/climb_words.hpp"

#include "core/figure_text.hpp"
#include "model/quantile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::checks::words {
namespace {

[[nodiscard]] double percent(double ratio) {
    return 100 * ratio;
}

// Milliseconds at the first and the last week of Theil and Sen's line.
struct Ends {
    double first = 0;
    double last = 0;
};
[[nodiscard]] Ends ends_of(const model::Drift& drift) {
    const double span = drift.slope.at == 0 ? 0 : std::log1p(drift.rise);
    return {.first = std::exp(drift.slope.intercept),
            .last = std::exp(drift.slope.intercept + span)};
}

[[nodiscard]] std::string rise_of(const Climb& climb) {
    const Ends ends = ends_of(climb.drift);
    return fmt::format("p99 of {} went from {} to {} ms in {} weeks ({:+.1f} % a week)",
                       name_of(climb.series.id),
                       figure_text(ends.first),
                       figure_text(ends.last),
                       climb.drift.weeks,
                       percent(std::expm1(climb.drift.slope.at)));
}

[[nodiscard]] std::string changes_of(const Climb& climb, bool deploys_listed) {
    if (!deploys_listed) {
        return "without a list of deploys nobody can say whether a change explains it";
    }
    if (climb.changes.empty()) {
        return "no change is listed in that time";
    }
    const std::string count = fmt::format(
        "{} change{} listed", climb.changes.size(), climb.changes.size() == 1 ? " is" : "s are");
    if (!climb.near_jump) {
        return fmt::format("no change in the list explains it ({}, none near the largest jump)",
                           count);
    }
    return fmt::format(
        "no change in the list explains it ({}; the largest jump, near '{}', is {:.0f} % of "
        "the rise, and a random day lies that near to one with {:.0f} % chance)",
        count,
        climb.near_jump->what,
        percent(climb.jump_share.value_or(0)),
        percent(climb.chance_near));
}

[[nodiscard]] std::string tail_of(const Climb& climb) {
    if (!climb.median_drift || climb.median_drift->level == model::DriftLevel::not_assessed) {
        return "";
    }
    return climb.median_drift->rises ? "; p50 rises too" : "; p50 does not rise, so it is the tail";
}

// Traffic or data: what the series at equal load says.
[[nodiscard]] std::string load_of(const Climb& climb) {
    if (climb.cause == Cause::unseparated) {
        return climb.series.counted()
                   ? "; the weeks share too little load to tell traffic from data"
                   : "";
    }
    const std::string left = fmt::format("{:.0f} % ({:.0f} to {:.0f})",
                                         percent(climb.matched->rise),
                                         percent(climb.matched->rise_low),
                                         percent(climb.matched->rise_high));
    switch (climb.cause) {
        case Cause::work:
            return "; at equal load it rises by " + left +
                   " too, so data or payload grows, not only traffic";
        case Cause::load:
            return "; at equal load it rises by " + left +
                   " only, so it is traffic that fills something up: the load line says what";
        default:
            return "; at equal load it rises by " + left + ", which cannot tell traffic from data";
    }
}

// A step that the trend test does not see: the levels before and after it say more than a slope.
[[nodiscard]] std::string jump_of(const Climb& climb, const std::string& when) {
    std::vector<double> before;
    std::vector<double> after;
    for (const model::DayValue& value : climb.series.log_p99()) {
        (value.day < climb.drift.shape->step_day ? before : after).push_back(value.value);
    }
    return fmt::format("p99 of {} went from {} to {} ms in one step on {}",
                       name_of(climb.series.id),
                       figure_text(std::exp(model::median(before).value_or(0))),
                       figure_text(std::exp(model::median(after).value_or(0))),
                       when);
}

[[nodiscard]] std::string step_of(const Climb& climb, bool deploys_listed) {
    const model::StepFit& fit = *climb.drift.shape;
    const std::string when = to_date(instant(fit.step_day * 86'400'000'000));
    const std::string head =
        (climb.rises ? fmt::format("{}, {:.0f} % of it in one step on {}",
                                   rise_of(climb),
                                   percent(std::min(1.0, fit.share.value_or(0))),
                                   when)
                     : jump_of(climb, when)) +
        (climb.drift.weeks < 13 ? " (probably: under 13 weeks)" : "");
    if (climb.near_jump) {
        return fmt::format(
            "{}, within two days of '{}' (a random day lies that near to a change with "
            "{:.0f} % chance): a regression, not a climb.",
            head,
            climb.near_jump->what,
            percent(climb.chance_near));
    }
    return head + (deploys_listed ? ", and no listed change is near: a step, not a climb."
                                  : ": a step, not a climb; a list of deploys could name it.");
}

[[nodiscard]] std::string flat(const Climb& shown, const std::vector<Climb>& climbs) {
    const auto assessed = std::ranges::count_if(climbs, [](const Climb& climb) {
        return climb.drift.level != model::DriftLevel::not_assessed;
    });
    return fmt::format(
        "p99 of none of {} route{} climbs; the steepest, {}, moved by {:+.0f} % in {} weeks "
        "(p = {:.2g}).",
        assessed,
        assessed == 1 ? "" : "s",
        name_of(shown.series.id),
        percent(shown.drift.rise),
        shown.drift.weeks,
        shown.adjusted_p);
}

void add(Finding& finding, Measure measure) {
    finding.measures.push_back(std::move(measure));
}

// The quantiles themselves over the last seven days: the median of each side of their intervals.
void put_last_week(Finding& finding, const LatencySeries& series) {
    if (series.points.empty()) {
        return;
    }
    const std::int64_t last = series.points.back().day;
    for (const bool tail : {true, false}) {
        std::array<std::vector<double>, 3> sides;
        for (const LatencyPoint& point : series.points) {
            if (point.day > last - 7 && (tail || point.p50_ms)) {
                const Estimate& value = tail ? point.p99_ms : *point.p50_ms;
                sides[0].push_back(value.at);
                sides[1].push_back(value.low);
                sides[2].push_back(value.high);
            }
        }
        if (sides[0].empty()) {
            continue;
        }
        const auto samples = static_cast<double>(sides[0].size());
        const std::string name = tail ? "p99" : "p50";
        add(finding,
            {.id = name + "-last-week",
             .name = name + " over the last seven days, " + name_of(series.id),
             .value = {.at = *model::median(std::move(sides[0])),
                       .low = *model::median(std::move(sides[1])),
                       .high = *model::median(std::move(sides[2]))},
             .unit = "ms",
             .samples = samples,
             .formula = "median of the points; interval: that of their buckets' ends",
             .origins = {series.first_seen}});
    }
}

}  // namespace

std::string too_short(std::uint32_t weeks, std::size_t bounds_only) {
    std::string out = fmt::format(
        "Not assessed: {} whole week{} of p99, and six are needed", weeks, weeks == 1 ? "" : "s");
    if (bounds_only != 0) {
        out += fmt::format("; at {} points p99 lies above the last bucket of the histogram",
                           bounds_only);
    }
    return out + ".";
}

std::string verdict(const Climb& shown, const std::vector<Climb>& climbs, bool deploys_listed) {
    if (!shown.rises && shown.drift.steps) {
        return step_of(shown, deploys_listed);
    }
    if (!shown.rises) {
        return flat(shown, climbs);
    }
    switch (shown.shape()) {
        case model::Shape::climb:
            if (!shown.drift.stands_out) {
                return rise_of(shown) +
                       ", no more than noise with a long memory does by itself: whether it climbs "
                       "cannot be told yet.";
            }
            return rise_of(shown) + "; " + changes_of(shown, deploys_listed) + load_of(shown) +
                   tail_of(shown) + ".";
        case model::Shape::step:
            return step_of(shown, deploys_listed);
        case model::Shape::untold:
            return rise_of(shown) + ": whether in one step or in a climb cannot be told yet.";
        default:
            return rise_of(shown) + ", partly in a step: neither step nor climb can be told yet.";
    }
}

void put_measures(Finding& finding, const Climb& shown, const std::vector<Climb>& climbs) {
    const model::Drift& drift = shown.drift;
    const auto samples = static_cast<double>(drift.weeks);
    add(finding,
        {.id = "slope",
         .name = "growth of p99 a week, " + name_of(shown.series.id),
         .value = {.at = percent(std::expm1(drift.slope.at)),
                   .low = percent(std::expm1(drift.slope.low)),
                   .high = percent(std::expm1(drift.slope.high))},
         .unit = "%/week",
         .samples = samples,
         .formula = "Theil-Sen on weekly medians of log p99, 90 % interval widened by lag-1 memory",
         .origins = {shown.series.first_seen}});
    const double weeks = drift.slope.at == 0 ? 0 : std::log1p(drift.rise) / drift.slope.at;
    add(finding,
        {.id = "rise",
         .name = "rise of p99 over the weeks",
         .value = {.at = percent(drift.rise),
                   .low = percent(std::expm1(drift.slope.low * weeks)),
                   .high = percent(std::expm1(drift.slope.high * weeks))},
         .unit = "%",
         .samples = samples,
         .formula = "exp(slope * weeks) - 1",
         .origins = {shown.series.first_seen}});
    if (const std::optional<double> doubling = model::doubling_weeks(drift.slope.at);
        doubling && shown.rises) {
        add(finding,
            {.id = "doubling",
             .name = "time in which p99 doubles",
             .value = {.at = *doubling,
                       .low = model::doubling_weeks(drift.slope.high).value_or(0),
                       .high = model::doubling_weeks(drift.slope.low)
                                   .value_or(std::numeric_limits<double>::infinity())},
             .unit = "weeks",
             .samples = samples,
             .formula = "ln 2 / slope",
             .origins = {}});
    }
    if (shown.matched && shown.cause != Cause::unseparated) {
        add(finding,
            {.id = "rise-at-equal-load",
             .name = "rise of p99 at equal load",
             .value = {.at = percent(shown.matched->rise),
                       .low = percent(shown.matched->rise_low),
                       .high = percent(shown.matched->rise_high)},
             .unit = "%",
             .samples = static_cast<double>(shown.matched->weeks),
             .formula = "Theil-Sen on weekly medians in three thirds of the load that all weeks "
                        "share, 90 % interval widened by lag-1 memory",
             .origins = {shown.series.first_seen}});
    }
    if (drift.shape && drift.shape->share && (shown.rises || drift.steps)) {
        add(finding,
            {.id = "step-share",
             .name = "share of the rise in one step",
             .value = Estimate::exactly(std::clamp(*drift.shape->share, 0.0, 1.0)),
             .unit = "1",
             .samples = samples * 7,
             .formula = "y = a + b t + s 1(t >= k) on daily values; s / (s + b T)",
             .origins = {}});
    }
    put_last_week(finding, shown.series);
    const auto rising = std::ranges::count_if(climbs, [](const Climb& climb) {
        return climb.rises && climb.shape() == model::Shape::climb;
    });
    add(finding,
        {.id = "routes-climbing",
         .name = "routes whose p99 climbs",
         .value = Estimate::exactly(static_cast<double>(rising)),
         .unit = "routes",
         .samples = static_cast<double>(climbs.size()),
         .formula = "Benjamini-Hochberg adjusted p < 0.01, rise >= 15 %, step share <= 0.5",
         .origins = {}});
}

void put_confidence(Finding& finding, const Climb& shown, bool deploys_listed, const Zone& zone) {
    const model::DriftLevel level = shown.drift.level;
    const bool strong = finding.outcome == Outcome::absent ? shown.drift.weeks >= 13
                                                           : level == model::DriftLevel::strong;
    finding.confidence = level == model::DriftLevel::early ? Confidence::low
                         : strong                          ? Confidence::high
                                                           : Confidence::medium;
    finding.confidence_why = fmt::format("{} whole weeks of {}", shown.drift.weeks, zone.name);
    if (shown.rises && !deploys_listed) {
        finding.confidence = std::min(finding.confidence, Confidence::medium);
        finding.confidence_why += ", no list of deploys";
    }
    if (finding.outcome == Outcome::present && shown.cause == Cause::undecided) {
        finding.confidence = std::min(finding.confidence, Confidence::medium);
        finding.confidence_why += ", traffic and data not told apart";
    }
    if (!shown.series.counted()) {
        finding.confidence = std::min(finding.confidence, Confidence::medium);
        finding.confidence_why += ", requests not counted";
    }
    if (shown.series.masked != 0) {
        finding.confidence_why += fmt::format(", {} points masked", shown.series.masked);
    }
    if (shown.series.bounds_only != 0) {
        finding.confidence_why +=
            fmt::format(", {} points above the last bucket left out", shown.series.bounds_only);
    }
    if (finding.outcome == Outcome::insufficient) {
        finding.confidence = Confidence::none;
    }
}

Remedy remedy(const Climb& climb) {
    const std::string name = name_of(climb.series.id);
    return {
        .id = "p99-climbs." + name + ".find-growth",
        .rung = Rung::measure,
        .title = "Find what grows under " + name,
        .action =
            "log its statements (log_min_duration_statement = 100ms for a day), and audit that log "
            "with these latencies: the statement whose rows grow is the cause",
        .effort = "1 day",
        .reach = "the database's log",
        .undo = "set log_min_duration_statement back",
        .effects = {},
        .clears = {},
        .verify = "plimsoll audit the same paths after four weeks: the slope's interval includes 0",
        .model = "no effect is predicted from latency alone"};
}

}  // namespace plimsoll::checks::words
