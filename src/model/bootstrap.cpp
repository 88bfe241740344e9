#include "model/bootstrap.hpp"

#include "model/quantile.hpp"
#include "model/random.hpp"

#include <algorithm>

namespace plimsoll::model {

std::vector<double> bootstrap_days(std::size_t days,
                                   const DayStatistic& statistic,
                                   const BootstrapPlan& plan) {
    Random random(plan.seed);
    std::vector<double> values;
    std::vector<std::size_t> chosen(days);
    for (std::size_t draw = 0; days > 0 && draw < plan.draws; ++draw) {
        for (std::size_t& day : chosen) {
            day = random.below(days);
        }
        const std::optional<double> value = statistic(chosen);
        if (value) {
            values.push_back(*value);
        }
    }
    std::sort(values.begin(), values.end());
    return values;
}

std::optional<Interval> bootstrap_interval(std::size_t days,
                                           const DayStatistic& statistic,
                                           const BootstrapPlan& plan) {
    const std::vector<double> values = bootstrap_days(days, statistic, plan);
    if (values.empty() || values.size() * 2 < plan.draws) {
        return std::nullopt;
    }
    const double side = (1 - plan.confidence) / 2;
    return Interval{*quantile_interpolated(values, side), *quantile_interpolated(values, 1 - side)};
}

}  // namespace plimsoll::model
