#include "model/regression.hpp"

#include "model/memory.hpp"
#include "model/multiplicity.hpp"
#include "model/quantile.hpp"
#include "model/random.hpp"
#include "model/rank_law.hpp"
#include "model/ranktest.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace plimsoll::model {
namespace {

constexpr double nominal_power = 0.8;
constexpr double two_sided_95 = 1.959964;
constexpr double exact_beyond =
    1.5;  // nearer the middle no verdict hangs on the exact law, which costs

// The two samples within one stratum.
struct Stratum {
    std::vector<double> current;
    std::vector<double> baseline;
};
using Strata = std::map<std::uint32_t, Stratum>;

[[nodiscard]] std::uint32_t stratum_of(const Measured& sample, std::size_t i) {
    return sample.strata.empty() ? 0 : sample.strata[i];
}

// Only strata in which there is something to compare.
[[nodiscard]] Strata strata_of(const SeriesPair& pair, std::size_t from, std::size_t to) {
    Strata out;
    for (std::size_t i = from; i < to; ++i) {
        out[stratum_of(pair.current, i)].current.push_back(pair.current.values[i]);
    }
    for (std::size_t i = 0; i < pair.baseline.values.size(); ++i) {
        const auto found = out.find(stratum_of(pair.baseline, i));
        if (found != out.end()) {
            found->second.baseline.push_back(pair.baseline.values[i]);
        }
    }
    std::erase_if(out, [](const auto& entry) { return entry.second.baseline.empty(); });
    return out;
}

// U about its mean, with its variance, ties taken into account.
struct Score {
    double distance = 0;
    double variance = 0;
};

[[nodiscard]] Score score_of(const Stratum& stratum) {
    std::vector<double> pooled = stratum.current;
    pooled.insert(pooled.end(), stratum.baseline.begin(), stratum.baseline.end());
    const std::vector<double> ranks = mid_ranks(pooled);
    const double m = static_cast<double>(stratum.current.size());
    const double total = static_cast<double>(pooled.size());
    double rank_sum = 0;
    for (std::size_t i = 0; i < stratum.current.size(); ++i) {
        rank_sum += ranks[i];
    }
    double tied = 0;
    for (const std::size_t group : tie_groups(pooled)) {
        const double t = static_cast<double>(group);
        tied += t * t * t - t;
    }
    return {.distance = rank_sum - m * (total + 1) / 2,
            .variance = m * (total - m) / 12 * (total + 1 - tied / (total * (total - 1)))};
}

// The normal score of the test, > 0 when the current values are larger; 0 when all are equal.
[[nodiscard]] double normal_score(const Strata& strata) {
    if (strata.size() == 1) {
        const Stratum& only = strata.begin()->second;
        const Score score = score_of(only);
        const double rough = score.variance > 0 ? score.distance / std::sqrt(score.variance) : 0;
        if (std::abs(rough) < exact_beyond) {
            return rough;
        }
        const RankTest test = mann_whitney(only.current, only.baseline);
        const double p = std::min(test.p_greater, test.p_less);
        const double z = p < 1e-300 ? std::abs(test.z) : -normal_quantile(p);
        return std::copysign(std::max(z, 0.0), test.z);
    }
    double distance = 0;
    double variance = 0;
    for (const auto& [hour, stratum] : strata) {
        const double weight =
            1 / (static_cast<double>(stratum.current.size() + stratum.baseline.size()) + 1);
        const Score score = score_of(stratum);
        distance += weight * score.distance;
        variance += weight * weight * score.variance;
    }
    return variance > 0 ? distance / std::sqrt(variance) : 0;
}

// All ratios current / baseline within strata, ascending; empty when a value is not above 0.
[[nodiscard]] std::vector<double> ratios_of(const Strata& strata) {
    std::vector<double> out;
    for (const auto& [hour, stratum] : strata) {
        for (const double after : stratum.current) {
            for (const double before : stratum.baseline) {
                if (!(before > 0) || !(after > 0)) {
                    return {};
                }
                out.push_back(after / before);
            }
        }
    }
    std::ranges::sort(out);
    return out;
}

// Hodges and Lehmann's ratio, its interval by Moses: the pairs that the test cannot tell from half.
[[nodiscard]] Estimate effect_of(const Strata& strata, double inflation) {
    const std::vector<double> ratios = ratios_of(strata);
    const std::optional<double> middle = quantile_interpolated(ratios, 0.5);
    if (!middle) {
        return {};
    }
    double variance = 0;
    for (const auto& [hour, stratum] : strata) {
        variance += score_of(stratum).variance;
    }
    const double pairs = static_cast<double>(ratios.size());
    const double reach = two_sided_95 * std::sqrt(variance * inflation);
    const double below = std::floor(pairs / 2 - reach);
    Estimate out{.at = *middle, .low = 0, .high = std::numeric_limits<double>::infinity()};
    if (below >= 1) {
        const std::size_t low = static_cast<std::size_t>(below) - 1;
        out.low = ratios[low];
        out.high = ratios[ratios.size() - 1 - low];
    }
    return out;
}

// Values that have a partner in their stratum, each as a share of the stratum's median, so that the
// cycle of the day is out of what the memory and the spread are estimated from.
[[nodiscard]] std::vector<double> levelled(const Measured& sample, const Strata& strata) {
    std::map<std::uint32_t, double> level;
    for (const auto& [hour, stratum] : strata) {
        std::vector<double> all = stratum.current;
        all.insert(all.end(), stratum.baseline.begin(), stratum.baseline.end());
        level[hour] = strata.size() == 1 ? 1 : median(std::move(all)).value_or(1);
    }
    std::vector<double> out;
    for (std::size_t i = 0; i < sample.values.size(); ++i) {
        const auto found = level.find(stratum_of(sample, i));
        if (found != level.end()) {
            out.push_back(found->second > 0 ? sample.values[i] / found->second : sample.values[i]);
        }
    }
    return out;
}

// Standard deviation of logarithms from the quartiles: what outliers do not move.
[[nodiscard]] double log_spread(std::span<const double> values) {
    std::vector<double> logs;
    for (const double value : values) {
        if (value > 0) {
            logs.push_back(std::log(value));
        }
    }
    std::ranges::sort(logs);
    const std::optional<double> low = quantile_interpolated(logs, 0.25);
    const std::optional<double> high = quantile_interpolated(logs, 0.75);
    return low && high ? (*high - *low) / 1.349 : 0;
}

// What is known of a series before all are corrected together.
struct Examined {
    Strata strata;
    std::vector<double> current;
    std::vector<double> baseline;
    double z = 0;
    bool enough = false;
};

[[nodiscard]] Examined examine(const SeriesPair& pair, const RegressionPlan& plan) {
    Examined out;
    out.strata = strata_of(pair, 0, pair.current.values.size());
    out.current = levelled(pair.current, out.strata);
    out.baseline = levelled(pair.baseline, out.strata);
    const std::size_t least = std::max<std::size_t>(1, plan.least_current);
    out.enough = out.current.size() >= least &&
                 out.baseline.size() >= std::max<std::size_t>(1, plan.least_baseline) &&
                 std::ranges::all_of(out.current, [](double value) { return value > 0; }) &&
                 std::ranges::all_of(out.baseline, [](double value) { return value > 0; });
    out.z = out.enough ? normal_score(out.strata) : 0;
    return out;
}

// Does each half of the current values show the effect by itself?
[[nodiscard]] bool persists(const SeriesPair& pair, double factor) {
    const std::size_t n = pair.current.values.size();
    for (const std::size_t from : {std::size_t{0}, n / 2}) {
        const std::vector<double> ratios = ratios_of(strata_of(pair, from, from == 0 ? n / 2 : n));
        const std::optional<double> ratio = quantile_interpolated(ratios, 0.5);
        if (!ratio || *ratio < factor) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] Shift shift_of(const SeriesPair& pair,
                             const Regression& answer,
                             double p_worse,
                             double p_better,
                             const RegressionPlan& plan) {
    const double factor = 1 + plan.floor_of(pair);
    if (p_worse < plan.alpha) {
        if (answer.effect.at < factor) {
            return Shift::small;
        }
        return !pair.windows || persists(pair, factor) ? Shift::worse : Shift::passing;
    }
    if (p_better < plan.alpha) {
        return answer.effect.at <= 1 / factor ? Shift::better : Shift::small;
    }
    return Shift::unchanged;
}

[[nodiscard]] std::optional<double> detectable_of(const Examined& examined,
                                                  double inflation,
                                                  double factor,
                                                  double alpha) {
    std::vector<double> spreads{log_spread(examined.current), log_spread(examined.baseline)};
    const double m = static_cast<double>(examined.current.size());
    const double n = static_cast<double>(examined.baseline.size());
    const double spread = n + m > 0 ? (spreads[0] * m + spreads[1] * n) / (m + n) : 0;
    const std::optional<double> ratio = detectable_ratio(
        examined.current.size(),
        examined.baseline.size(),
        spread,
        {.alpha = alpha, .power = nominal_power, .effective_share = 1 / inflation});
    return ratio ? std::optional{std::max(*ratio, factor)} : std::nullopt;
}

[[nodiscard]] bool all_equal(const Examined& examined) {
    const auto is_first = [&](double value) { return value == examined.current.front(); };
    return std::ranges::all_of(examined.current, is_first) &&
           std::ranges::all_of(examined.baseline, is_first);
}

// The same draw of a split log-normal variable whose 90 % interval is the estimate's.
[[nodiscard]] double drawn(const Estimate& estimate, double z) {
    constexpr double at_90 = 1.644854;
    const double side =
        z > 0 ? std::log(estimate.high / estimate.at) : std::log(estimate.at / estimate.low);
    return std::log(estimate.at) + z * side / at_90;
}

}  // namespace

std::vector<Regression> regressions(std::span<const SeriesPair> series,
                                    const RegressionPlan& plan) {
    std::vector<Examined> examined;
    std::vector<TwoSamples> samples;
    std::size_t judged = 0;
    for (const SeriesPair& pair : series) {
        examined.push_back(examine(pair, plan));
        judged += examined.back().enough ? 1 : 0;
    }
    for (const Examined& one : examined) {
        samples.push_back({.current = one.current, .baseline = one.baseline});
    }
    const std::vector<double> memory = memories(samples);
    std::vector<double> inflation;
    std::vector<double> worse;
    std::vector<double> better;
    for (std::size_t i = 0; i < series.size(); ++i) {
        inflation.push_back(difference_inflation(
            memory[i], examined[i].current.size(), examined[i].baseline.size()));
        if (examined[i].enough) {
            // Where all values are one value nothing speaks for either side: 1, not a half.
            const bool flat = all_equal(examined[i]);
            const double z = examined[i].z / std::sqrt(inflation[i]);
            worse.push_back(flat ? 1 : normal_sf(z));
            better.push_back(flat ? 1 : normal_cdf(z));
        }
    }
    const std::vector<double> worse_adjusted = holm(worse);
    const std::vector<double> better_adjusted = holm(better);
    std::vector<Regression> out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const Examined& one = examined[i];
        Regression& answer = out.emplace_back();
        answer.current = one.current.size();
        answer.baseline = one.baseline.size();
        answer.current_median = median(series[i].current.values);
        answer.baseline_median = median(series[i].baseline.values);
        answer.memory = memory[i];
        answer.effect = effect_of(one.strata, inflation[i]);
        answer.detectable =
            detectable_of(one,
                          inflation[i],
                          1 + plan.floor_of(series[i]),
                          plan.alpha / static_cast<double>(std::max<std::size_t>(1, judged)));
        if (one.enough) {
            const bool up = worse[at] <= better[at];
            answer.p = up ? worse[at] : better[at];
            answer.p_adjusted = up ? worse_adjusted[at] : better_adjusted[at];
            answer.shift =
                shift_of(series[i], answer, worse_adjusted[at], better_adjusted[at], plan);
            ++at;
        }
    }
    return out;
}

Estimate ratio_of(const Estimate& after, const Estimate& before, double confidence) {
    const auto whole = [](const Estimate& e) {
        return e.at > 0 && e.low > 0 && std::isfinite(e.high) && e.low <= e.at && e.at <= e.high;
    };
    const double point =
        before.at > 0 ? after.at / before.at : std::numeric_limits<double>::quiet_NaN();
    if (!whole(after) || !whole(before)) {
        return {.at = point,
                .low = std::isfinite(before.high) && before.high > 0 ? after.low / before.high : 0,
                .high = before.low > 0 ? after.high / before.low
                                       : std::numeric_limits<double>::infinity()};
    }
    Random random{20'261'121};
    std::vector<double> draws;
    constexpr int rounds = 4000;
    for (int i = 0; i < rounds; ++i) {
        draws.push_back(std::exp(drawn(after, random.normal()) - drawn(before, random.normal())));
    }
    std::ranges::sort(draws);
    const double tail = (1 - confidence) / 2;
    return {.at = point,
            .low = *quantile_interpolated(draws, tail),
            .high = *quantile_interpolated(draws, 1 - tail)};
}

}  // namespace plimsoll::model
