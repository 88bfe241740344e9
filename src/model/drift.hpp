// Drift: "p99 climbs and nobody changed anything", decided from a daily series of log values.
//
// The rule of research/latency.md 2.7: at least six whole weeks, exact one-sided Mann-Kendall on
// weekly medians, a rise by Theil and Sen that matters, and not a step. To it we add that the rise
// stands out from noise with a long memory: six to thirteen weeks cannot show such a memory (its
// estimate is 0.35 where it is 0.93), so its effect is bounded instead. A rise counts when the
// test that allows for memory (EWC) agrees, and it is either large or large beside what one day
// differs from the next. Without that, 3 to 4 % of near random walks fired, with it 0 to 3. Days of
// outage are pulled in first.
// `tests/model/drift_test.cpp` measures false alarms and power on the noise model of 2.1. Blind
// spots: several steps pass as a climb; traffic growth is not taken out here.
#pragma once

#include "model/change_shape.hpp"
#include "model/trend.hpp"
#include "model/weeks.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll::model {

struct DriftRules {
    WeekRules week;
    ShapeRules shape;
    std::uint32_t least_weeks = 6;    // with five the smallest possible p is 1/120
    std::uint32_t normal_weeks = 8;   // below: early
    std::uint32_t strong_weeks = 13;  // from here on, when EWC agrees: strong
    double p = 0.01;                  // divided by the number of series looked at, by the caller
    double least_rise = 0.15;         // relative, over the series
    double strong_p = 0.01;           // of EWC
    // What stands out: relative rise, or log rise as a multiple of day_change.
    double sure_rise = 0.30;
    double sure_day_changes = 2.6;
    // StepFit::over_flat of a step that the trend test need not see: it sees 60 % of steps of half
    // at 13 weeks. Reached without a change by 1 % of series at most, 5 % of near random walks.
    double step_over_flat = 25;
};

enum class DriftLevel : std::uint8_t { not_assessed, early, normal, strong };

struct Drift {
    std::uint32_t weeks = 0;  // whole weeks that count
    DriftLevel level = DriftLevel::not_assessed;
    double p = 1;                  // Mann-Kendall on weekly medians, one-sided
    Slope slope;                   // log units a week, 90 %
    double rise = 0;               // relative over the weeks: exp(slope * (span)) - 1
    std::optional<double> ewc_p;   // daily
    std::optional<StepFit> shape;  // of the daily series without its weekly cycle
    double day_change = 0;         // root mean square change of the log from one day to the next
    bool rises = false;            // p and rise meet the rules, whatever the shape
    bool stands_out = false;       // of what noise with a long memory does by itself
    bool steps = false;            // the one step it has is beyond noise, whether p rises or not
    bool climbs = false;           // both, and it is not a step or mixed: sign 1
};

// `values` are natural logarithms, any number a day, in any order, requests filled in.
[[nodiscard]] Drift assess_drift(std::span<const DayValue> values, const DriftRules& rules = {});

// Weeks until the value doubles at a slope in log units a week; nothing unless it rises.
[[nodiscard]] std::optional<double> doubling_weeks(double slope) noexcept;

}  // namespace plimsoll::model
