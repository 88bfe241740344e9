#include "model/drift.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace plimsoll::model {

namespace {

// Of days that follow each other; a climb's own share in it is taken out.
[[nodiscard]] double change_from_day_to_day(std::span<const DayValue> days, double slope) {
    double squares = 0;
    double count = 0;
    for (std::size_t i = 1; i < days.size(); ++i) {
        if (days[i].day == days[i - 1].day + 1) {
            const double change = days[i].value - days[i - 1].value - slope;
            squares += change * change;
            ++count;
        }
    }
    return count > 0 ? std::sqrt(squares / count) : 0;
}

}  // namespace

Drift assess_drift(std::span<const DayValue> values, const DriftRules& rules) {
    const std::vector<DayValue> days = daily_medians(values);
    const std::vector<WeekValue> weeks = weekly_medians(days, rules.week);
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
    const std::vector<DayValue> even = without_outages(without_weekly_cycle(days));
    drift.ewc_p = ewc_trend_p(even);
    drift.shape = fit_step_and_climb(even, rules.shape);
    drift.day_change = change_from_day_to_day(even, drift.slope.at / 7);
    const bool agreed = drift.ewc_p && *drift.ewc_p < rules.strong_p;
    drift.level = weeks.size() < rules.normal_weeks              ? DriftLevel::early
                  : weeks.size() < rules.strong_weeks || !agreed ? DriftLevel::normal
                                                                 : DriftLevel::strong;
    drift.rises = drift.p < rules.p && drift.rise >= rules.least_rise;
    const bool large = drift.rise >= rules.sure_rise ||
                       std::log1p(drift.rise) >= rules.sure_day_changes * drift.day_change;
    drift.stands_out = agreed && large;
    const double step = drift.shape ? drift.shape->step : 0;
    drift.steps =
        drift.shape && drift.shape->shape == Shape::step &&
        drift.shape->over_flat >= rules.step_over_flat && step >= std::log1p(rules.least_rise) &&
        (step >= std::log1p(rules.sure_rise) || step >= rules.sure_day_changes * drift.day_change);
    drift.climbs =
        drift.rises && drift.stands_out && drift.shape && drift.shape->shape == Shape::climb;
    return drift;
}

std::optional<double> doubling_weeks(double slope) noexcept {
    if (!(slope > 0)) {
        return std::nullopt;
    }
    return std::numbers::ln2 / slope;
}

}  // namespace plimsoll::model
