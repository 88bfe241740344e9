#include "model/drift.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace plimsoll::model {

Drift assess_drift(std::span<const DayValue> values, const DriftRules& rules) {
    const std::vector<WeekValue> weeks = weekly_medians(values, rules.week);
    Drift drift;
    drift.weeks = static_cast<std::uint32_t>(weeks.size());
    if (weeks.size() < rules.least_weeks || weeks.size() < 2) {
        return drift;
    }
    std::vector<double> times;
    std::vector<double> medians;
    for (const WeekValue& week : weeks) {
        times.push_back(static_cast<double>(week.week - weeks.front().week));
        medians.push_back(week.value);
    }
    drift.p = mann_kendall_p(medians);
    drift.slope = *theil_sen(times, medians);
    drift.rise = std::expm1(drift.slope.at * times.back());
    const std::vector<DayValue> days = daily_medians(values);
    drift.ewc_p = ewc_trend_p(days);
    drift.shape = fit_step_and_climb(without_weekly_cycle(days), rules.shape);
    const bool agreed = drift.ewc_p && *drift.ewc_p < rules.strong_p;
    drift.level = weeks.size() < rules.normal_weeks              ? DriftLevel::early
                  : weeks.size() < rules.strong_weeks || !agreed ? DriftLevel::normal
                                                                 : DriftLevel::strong;
    drift.rises = drift.p < rules.p && drift.rise >= rules.least_rise;
    drift.climbs = drift.rises && drift.shape && drift.shape->shape == Shape::climb;
    return drift;
}

std::optional<double> doubling_weeks(double slope) noexcept {
    if (!(slope > 0)) {
        return std::nullopt;
    }
    return std::numbers::ln2 / slope;
}

}  // namespace plimsoll::model
