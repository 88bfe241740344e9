// Change of shape: a rise that came in one step, or a climb?
//
// A step points at a change that was made on a day; a climb at growth. Trend tests cannot tell them
// apart, and change-point methods at their usual settings turn a climb into a staircase
// (research/latency.md 2.3, 2.4). Values are logarithms, so that rises are relative. A climb, a
// step and both together are fitted by generalised least squares, since the noise of days has a
// memory of one day (AR(1), from the residuals, its bias taken off), and Schwarz's criterion
// says by how much a step leads. A small lead is not believed (see ShapeRules), and where the lead
// leaves it open the shape is untold: a wrong name is worse than none. Where both together lead,
// the step's share names the outcome. Simulated in tests/model/drift_test.cpp. Blind spots: two
// steps look like a climb; a near random walk is named wrongly in one series of six.
#pragma once

#include "model/weeks.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

enum class Shape : std::uint8_t { none, climb, mixed, step, untold };

// Where the shares of the step end and begin; latency.md 2.4.
struct ShapeRules {
    double climb_at_most = 0.5;
    double step_at_least = 0.7;
    double least_rise = 0.05;  // total, in log units: below it there is nothing to share out
    std::uint32_t margin = 7;  // days at either end where no step is looked for
    // StepFit::lead up to which it is a climb, and from which on a step is one; in between nobody
    // can tell. A lead is about twice the logarithm of a Bayes factor: 6 is strong and 10 very
    // strong evidence (Kass and Raftery 1995). So much is asked of a step, for the memory of noise
    // comes out too small where the best of all days was picked, and a climb then looks like a
    // step.
    double climb_lead = 6;
    double step_lead = 10;
};

struct StepFit {
    std::int64_t step_day = 0;    // first day after the step
    double step = 0;              // log units; 0 where a climb alone explains it
    double climb = 0;             // log units over the whole series, without the step
    std::optional<double> share;  // step / (step + climb); nothing below least_rise; may pass 1
    Shape shape = Shape::none;
    double memory = 0;     // of the noise, from day to day
    double lead = 0;       // of a step (alone or in part) over a climb, by Schwarz's criterion
    double over_flat = 0;  // twice the logarithm of the likelihood ratio to no change at all
};

// Takes weekday effects out: from each weekday the median of its distance to the running median of
// seven days. Days ascending and distinct.
[[nodiscard]] std::vector<DayValue> without_weekly_cycle(std::span<const DayValue> days);

// Days far from those around them (an outage) pulled in: what lies further from the median of seven
// days either side than 3.5 robust standard deviations of that distance is put there. Least squares
// would follow a single day that is tenfold; a step or a climb is left as it is.
[[nodiscard]] std::vector<DayValue> without_outages(std::span<const DayValue> days);

// The best of y = a + b t, y = a + s 1(day >= k) and both, all k inside the margins. Nothing for
// less than 3 * margin days. O(n^2).
[[nodiscard]] std::optional<StepFit> fit_step_and_climb(std::span<const DayValue> days,
                                                        const ShapeRules& rules = {});

struct Jump {
    std::int64_t day = 0;         // first day after it
    double size = 0;              // log units
    std::optional<double> share;  // of the total rise; nothing below least_rise
};

// The largest jump: median of the `window` days from a day on less that of the `window` before,
// as a share of the rise from the first to the last eighth (at least a week) of the series.
[[nodiscard]] std::optional<Jump> largest_jump(std::span<const DayValue> days,
                                               const ShapeRules& rules = {});

}  // namespace plimsoll::model
