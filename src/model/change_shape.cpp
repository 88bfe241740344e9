#include "model/change_shape.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace plimsoll::model {

namespace {

double median_between(std::span<const DayValue> days, std::size_t first, std::size_t last) {
    std::vector<double> values;
    for (std::size_t i = first; i < last; ++i) {
        values.push_back(days[i].value);
    }
    return *median(std::move(values));
}

using Values = std::vector<double>;

double product(const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

// What the column leaves of the values.
void project_out(Values& values, const Values& column) {
    const double factor = product(values, column) / product(column, column);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= factor * column[i];
    }
}

// Takes the memory out of a column: what is left of each day has one variance and no neighbour.
class Whitening {
public:
    Whitening(std::span<const DayValue> days, double memory) {
        for (std::size_t i = 1; i < days.size(); ++i) {
            kept_.push_back(std::pow(memory, static_cast<double>(days[i].day - days[i - 1].day)));
            scale_.push_back(1 / std::sqrt(1 - kept_.back() * kept_.back()));
        }
    }
    [[nodiscard]] Values operator()(Values column) const {
        for (std::size_t i = column.size(); i-- > 1;) {
            column[i] = (column[i] - kept_[i - 1] * column[i - 1]) * scale_[i - 1];
        }
        return column;
    }
    // Of 1(i >= k), into a column that is used again and again.
    void of_step(std::size_t k, Values& column) const {
        std::fill(column.begin(), column.end(), 0.0);
        for (std::size_t i = k; i < column.size(); ++i) {
            column[i] = i == 0 ? 1 : (1 - (i > k ? kept_[i - 1] : 0)) * scale_[i - 1];
        }
    }

private:
    Values kept_;
    Values scale_;
};

// Squares that each family leaves, with its best parameters.
struct Fits {
    double flat_squares = 0;
    double line_squares = 0;
    double slope = 0;
    double step_squares = 0;
    double step_alone = 0;
    std::size_t step_alone_at = 0;
    double both_squares = 0;
    double step = 0;
    double climb = 0;
    std::size_t step_at = 0;
};

// Frisch, Waugh and Lovell: regress what line and mean leave of y on what they leave of the step.
Fits fit_families(std::span<const DayValue> days,
                  const Values& times,
                  std::size_t margin,
                  double memory) {
    const Whitening whitened{days, memory};
    const Values one = whitened(Values(days.size(), 1.0));
    Values t = whitened(times);
    Values values;
    for (const DayValue& day : days) {
        values.push_back(day.value);
    }
    Values y = whitened(values);
    project_out(t, one);
    project_out(y, one);
    const double tt = product(t, t);
    Fits fits;
    fits.slope = product(t, y) / tt;
    fits.flat_squares = product(y, y);
    Values rest = y;
    project_out(rest, t);
    fits.line_squares = product(rest, rest);
    double explained = -1;
    double explained_alone = -1;
    Values z(days.size());
    for (std::size_t k = margin; k < days.size() - margin; ++k) {
        whitened.of_step(k, z);
        project_out(z, one);
        const double alone = product(z, y) / product(z, z);
        if (alone * product(z, y) > explained_alone) {
            explained_alone = alone * product(z, y);
            fits.step_alone = alone;
            fits.step_alone_at = k;
        }
        const double z_slope = product(z, t) / tt;
        project_out(z, t);
        const double step = product(z, rest) / product(z, z);
        if (step * product(z, rest) > explained) {
            explained = step * product(z, rest);
            fits.step = step;
            fits.climb = fits.slope - step * z_slope;
            fits.step_at = k;
        }
    }
    fits.step_squares = fits.flat_squares - explained_alone;
    fits.both_squares = fits.line_squares - explained;
    return fits;
}

// Lag-1 autocorrelation of what the full fit leaves, its bias taken off (Marriott and Pope 1954).
double memory_of(std::span<const DayValue> days, const Values& times, const Fits& fits) {
    const double n = static_cast<double>(days.size());
    Values rest;
    double mean = 0;
    for (std::size_t i = 0; i < days.size(); ++i) {
        rest.push_back(days[i].value - fits.climb * times[i] - (i >= fits.step_at ? fits.step : 0));
        mean += rest.back() / n;
    }
    double square = 0;
    double neighbours = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        rest[i] -= mean;
        square += rest[i] * rest[i];
        neighbours += i > 0 ? rest[i] * rest[i - 1] : 0;
    }
    const double r = square > 0 ? neighbours / square : 0;
    return std::clamp(r + (1 + 4 * r) / n, 0.0, 0.97);
}

Shape shape_of(const std::optional<double>& share, const ShapeRules& rules) {
    if (!share) {
        return Shape::none;
    }
    if (*share >= rules.step_at_least) {
        return Shape::step;
    }
    return *share <= rules.climb_at_most ? Shape::climb : Shape::mixed;
}

}  // namespace

std::vector<DayValue> without_weekly_cycle(std::span<const DayValue> days) {
    std::array<std::vector<double>, 7> distances;
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::size_t first = i >= 3 ? i - 3 : 0;
        const std::size_t last = std::min(i + 4, days.size());
        const std::size_t weekday = static_cast<std::size_t>(weekday_of(days[i].day));
        distances.at(weekday).push_back(days[i].value - median_between(days, first, last));
    }
    std::vector<DayValue> result(days.begin(), days.end());
    for (DayValue& day : result) {
        day.value -= *median(distances.at(static_cast<std::size_t>(weekday_of(day.day))));
    }
    return result;
}

std::vector<DayValue> without_outages(std::span<const DayValue> days) {
    constexpr std::size_t reach = 7;
    constexpr double furthest = 3.5;       // Hampel's identifier
    constexpr double normal_mad = 1.4826;  // of a normal law: standard deviation over median
    std::vector<double> middle;
    std::vector<double> distances;
    for (std::size_t i = 0; i < days.size(); ++i) {
        middle.push_back(
            median_between(days, i >= reach ? i - reach : 0, std::min(i + reach + 1, days.size())));
        distances.push_back(std::abs(days[i].value - middle.back()));
    }
    std::vector<DayValue> result(days.begin(), days.end());
    const double most = days.empty() ? 0 : furthest * normal_mad * *median(distances);
    for (std::size_t i = 0; most > 0 && i < result.size(); ++i) {
        result[i].value = std::clamp(result[i].value, middle[i] - most, middle[i] + most);
    }
    return result;
}

std::optional<StepFit> fit_step_and_climb(std::span<const DayValue> days, const ShapeRules& rules) {
    const std::size_t margin = std::max(rules.margin, 2U);
    if (days.size() < 3 * margin) {
        return std::nullopt;
    }
    const double span = static_cast<double>(days.back().day - days.front().day);
    Values times;
    double size = 0;
    for (const DayValue& day : days) {
        times.push_back(static_cast<double>(day.day - days.front().day) / span);
        size += day.value * day.value;
    }
    const double memory = memory_of(days, times, fit_families(days, times, margin, 0));
    const Fits fits = fit_families(days, times, margin, memory);
    const double n = static_cast<double>(days.size());
    // Schwarz's criterion; the day of a step is a parameter like its size.
    const auto cost = [&](double squares, double parameters) {
        return n * std::log(std::max(squares, 1e-18 * (1 + size))) + parameters * std::log(n);
    };
    const double line = cost(fits.line_squares, 1);
    const double step = cost(fits.step_squares, 2);
    const double both = cost(fits.both_squares, 3);
    StepFit best{.step_day = days[fits.step_at].day,
                 .step = fits.step,
                 .climb = fits.climb,
                 .share = {},
                 .memory = memory};
    best.lead = line - std::min(step, both);
    if (best.lead <= rules.climb_lead) {
        best.step = 0;
        best.climb = fits.slope;
    } else if (step <= both) {
        best.step_day = days[fits.step_alone_at].day;
        best.step = fits.step_alone;
        best.climb = 0;
    }
    const double least = std::min({fits.line_squares, fits.step_squares, fits.both_squares});
    best.over_flat = cost(fits.flat_squares, 0) - cost(least, 0);
    const double rise = best.step + best.climb;
    if (rise > rules.least_rise) {
        best.share = best.step / rise;
    }
    best.shape = shape_of(best.share, rules);
    if (best.shape == Shape::step && best.lead < rules.step_lead) {
        best.shape = Shape::untold;
    }
    return best;
}

std::optional<Jump> largest_jump(std::span<const DayValue> days, const ShapeRules& rules) {
    const std::size_t window = std::max(rules.margin, 1U);
    if (days.size() < 3 * window) {
        return std::nullopt;
    }
    Jump largest;
    bool found = false;
    for (std::size_t k = window; k + window <= days.size(); ++k) {
        const double size =
            median_between(days, k, k + window) - median_between(days, k - window, k);
        if (!found || size > largest.size) {
            found = true;
            largest.size = size;
            largest.day = days[k].day;
        }
    }
    const std::size_t end = std::max(std::size_t{7}, days.size() / 8);
    const double rise =
        median_between(days, days.size() - std::min(end, days.size()), days.size()) -
        median_between(days, 0, std::min(end, days.size()));
    if (rise > rules.least_rise) {
        largest.share = largest.size / rise;
    }
    return largest;
}

}  // namespace plimsoll::model
