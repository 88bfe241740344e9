#include "model/cascade.hpp"

#include "model/quantile.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace plimsoll::model {
namespace {

constexpr std::size_t day = 1440;
constexpr std::size_t smooth = 15;  // minutes to either side of the usual value

// The median of each minute of the day, smoothed around the clock.
[[nodiscard]] std::vector<double> usual(std::span<const double> values) {
    std::vector<double> medians(day, NAN);
    for (std::size_t minute = 0; minute < day; ++minute) {
        std::vector<double> same;
        for (std::size_t at = minute; at < values.size(); at += day) {
            if (std::isfinite(values[at])) {
                same.push_back(values[at]);
            }
        }
        medians[minute] = median(std::move(same)).value_or(NAN);
    }
    std::vector<double> out(day, NAN);
    for (std::size_t minute = 0; minute < day; ++minute) {
        double sum = 0;
        double count = 0;
        for (std::size_t i = 0; i <= 2 * smooth; ++i) {
            const double value = medians[(minute + day + i - smooth) % day];
            if (std::isfinite(value)) {
                sum += value;
                count += 1;
            }
        }
        out[minute] = count > 0 ? sum / count : NAN;
    }
    return out;
}

// Signed distance from an onset to the nearest of the other's, around the clock of `minutes`.
[[nodiscard]] std::optional<std::ptrdiff_t> nearest(std::size_t at,
                                                    std::span<const std::size_t> others,
                                                    std::size_t minutes,
                                                    std::size_t window) {
    std::optional<std::ptrdiff_t> best;
    const auto length = static_cast<std::ptrdiff_t>(minutes);
    const auto consider = [&](std::size_t other) {
        std::ptrdiff_t apart = static_cast<std::ptrdiff_t>(other) - static_cast<std::ptrdiff_t>(at);
        apart += apart > length / 2 ? -length : apart < -length / 2 ? length : 0;
        if (std::abs(apart) <= static_cast<std::ptrdiff_t>(window) &&
            (!best || std::abs(apart) < std::abs(*best))) {
            best = apart;
        }
    };
    const auto above = std::ranges::lower_bound(others, at);
    consider(above == others.end() ? others.front() : *above);
    consider(above == others.begin() ? others.back() : *(above - 1));
    return best;
}

[[nodiscard]] std::size_t hits_shifted(std::span<const std::size_t> first,
                                       std::span<const std::size_t> other,
                                       std::size_t minutes,
                                       std::size_t shift,
                                       std::size_t window) {
    std::size_t hits = 0;
    for (const std::size_t at : first) {
        hits += nearest((at + shift) % minutes, other, minutes, window) ? 1U : 0U;
    }
    return hits;
}

}  // namespace

std::vector<std::size_t> onsets(std::span<const double> values, const CascadeRules& rules) {
    if (values.size() < 2 * day) {
        return {};
    }
    const std::vector<double> profile = usual(values);
    std::vector<double> residuals(values.size(), NAN);
    std::vector<double> sizes;
    for (std::size_t at = 0; at < values.size(); ++at) {
        residuals[at] = values[at] - profile[at % day];
        if (std::isfinite(residuals[at])) {
            sizes.push_back(std::abs(residuals[at]));
        }
    }
    // 1.4826 times the median absolute deviation is the standard deviation of a normal
    const double limit = rules.deviations * 1.4826 * median(std::move(sizes)).value_or(0);
    std::vector<std::size_t> out;
    std::size_t run = 0;
    std::optional<std::size_t> last_bad;
    for (std::size_t at = 0; at < residuals.size(); ++at) {
        if (!(residuals[at] > limit) || limit <= 0) {
            run = 0;
            continue;
        }
        ++run;
        if (run == rules.least_minutes) {
            const std::size_t began = at + 1 - run;
            if (!last_bad || began > *last_bad + rules.join_gap + 1) {
                out.push_back(began);
            }
        }
        if (run >= rules.least_minutes) {
            last_bad = at;
        }
    }
    return out;
}

Cascade cascade(std::span<const std::size_t> first,
                std::span<const std::size_t> other,
                std::size_t minutes,
                const CascadeRules& rules) {
    Cascade out;
    out.spells = first.size();
    if (first.empty() || other.empty() || minutes < 120) {
        return out;
    }
    for (const std::size_t at : first) {
        if (const std::optional<std::ptrdiff_t> apart = nearest(at, other, minutes, rules.window)) {
            ++out.hits;
            out.after += *apart > 0 ? 1U : 0U;
            out.before += *apart < 0 ? 1U : 0U;
        }
    }
    const std::size_t shifts = minutes / 60 - 1;
    std::size_t as_many = 0;
    for (std::size_t shift = 1; shift <= shifts; ++shift) {
        as_many +=
            hits_shifted(first, other, minutes, shift * 60, rules.window) >= out.hits ? 1U : 0U;
    }
    out.p_together = static_cast<double>(as_many + 1) / static_cast<double>(shifts + 1);
    const std::size_t ordered = out.after + out.before;
    out.p_first = ordered == 0 ? 1 : binomial_at_least(out.after, ordered, 0.5);
    out.together = out.p_together < rules.p_together;
    out.leads = out.together && out.p_first < rules.p_first;
    return out;
}

}  // namespace plimsoll::model
