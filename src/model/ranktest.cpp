#include "model/ranktest.hpp"

#include "model/quantile.hpp"
#include "model/rank_law.hpp"
#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

namespace plimsoll::model {

namespace {

constexpr std::size_t most_exact_pairs = 500;  // 10 by 50; the normal form is good beyond

// U and its moments, the one piece both forms of the test share.
struct Scored {
    double u = 0;
    double mean = 0;
    double sd = 0;  // 0 when all values are equal
    bool ties = false;
};

Scored score(std::span<const double> current, std::span<const double> baseline) {
    std::vector<double> pooled(current.begin(), current.end());
    pooled.insert(pooled.end(), baseline.begin(), baseline.end());
    const std::vector<double> ranks = mid_ranks(pooled);
    const double m = static_cast<double>(current.size());
    const double n = static_cast<double>(baseline.size());
    double rank_sum = 0;
    for (std::size_t i = 0; i < current.size(); ++i) {
        rank_sum += ranks[i];
    }
    double tied = 0;
    for (const std::size_t group : tie_groups(pooled)) {
        const double t = static_cast<double>(group);
        tied += t * t * t - t;
    }
    Scored scored;
    scored.u = rank_sum - m * (m + 1) / 2;
    scored.mean = m * n / 2;
    const double total = m + n;
    const double variance = m * n / 12 * (total + 1 - tied / (total * (total - 1)));
    scored.sd = variance > 0 ? std::sqrt(variance) : 0;
    scored.ties = tied > 0;
    return scored;
}

RankTest normal_test(const Scored& scored, double shrink) {
    RankTest test;
    test.u = scored.u;
    const double distance = scored.u - scored.mean;
    test.z = distance / scored.sd * shrink;
    test.p_greater = normal_sf((distance - 0.5) / scored.sd * shrink);
    test.p_less = normal_cdf((distance + 0.5) / scored.sd * shrink);
    test.p_two_sided = std::min(1.0, 2 * std::min(test.p_greater, test.p_less));
    return test;
}

template <typename Combine>
std::optional<double> median_of_pairs(std::span<const double> current,
                                      std::span<const double> baseline,
                                      const Combine& combine) {
    std::vector<double> pairs;
    pairs.reserve(current.size() * baseline.size());
    for (const double after : current) {
        for (const double before : baseline) {
            pairs.push_back(combine(after, before));
        }
    }
    return median(std::move(pairs));
}

struct Products {
    double square = 0;
    double neighbour = 0;
};

Products rank_products(std::span<const double> values) {
    const std::vector<double> ranks = mid_ranks(values);
    const double mean = (static_cast<double>(ranks.size()) + 1) / 2;
    Products products;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        products.square += (ranks[i] - mean) * (ranks[i] - mean);
        if (i > 0) {
            products.neighbour += (ranks[i] - mean) * (ranks[i - 1] - mean);
        }
    }
    return products;
}

}  // namespace

RankTest mann_whitney(std::span<const double> current, std::span<const double> baseline) {
    if (current.empty() || baseline.empty()) {
        return {};
    }
    const Scored scored = score(current, baseline);
    if (!(scored.sd > 0)) {
        return {.u = scored.u};
    }
    RankTest test = normal_test(scored, 1);
    if (scored.ties || current.size() * baseline.size() > most_exact_pairs) {
        return test;
    }
    const std::vector<double> law = mann_whitney_law(current.size(), baseline.size());
    const std::ptrdiff_t u = static_cast<std::ptrdiff_t>(std::llround(scored.u));
    test.p_greater = std::min(1.0, std::accumulate(law.begin() + u, law.end(), 0.0));
    test.p_less = std::min(1.0, std::accumulate(law.begin(), law.begin() + u + 1, 0.0));
    test.p_two_sided = std::min(1.0, 2 * std::min(test.p_greater, test.p_less));
    test.exact = true;
    return test;
}

RankTest mann_whitney_autocorrelated(std::span<const double> current,
                                     std::span<const double> baseline) {
    if (current.empty() || baseline.empty()) {
        return {};
    }
    const Scored scored = score(current, baseline);
    if (!(scored.sd > 0)) {
        return {.u = scored.u};
    }
    return normal_test(scored, std::sqrt(effective_share(current, baseline)));
}

double effective_share(std::span<const double> current, std::span<const double> baseline) {
    const Products one = rank_products(current);
    const Products other = rank_products(baseline);
    const double square = one.square + other.square;
    if (!(square > 0)) {
        return 1;
    }
    const double r = std::clamp((one.neighbour + other.neighbour) / square, 0.0, 0.95);
    return (1 - r) / (1 + r);
}

std::optional<double> hodges_lehmann_shift(std::span<const double> current,
                                           std::span<const double> baseline) {
    return median_of_pairs(
        current, baseline, [](double after, double before) { return after - before; });
}

std::optional<double> hodges_lehmann_ratio(std::span<const double> current,
                                           std::span<const double> baseline) {
    if (!std::all_of(baseline.begin(), baseline.end(), [](double value) { return value > 0; })) {
        return std::nullopt;
    }
    return median_of_pairs(
        current, baseline, [](double after, double before) { return after / before; });
}

std::optional<double> detectable_ratio(std::size_t current,
                                       std::size_t baseline,
                                       double log_sd,
                                       const DetectionPlan& plan) {
    if (current == 0 || baseline == 0) {
        return std::nullopt;
    }
    const double m = static_cast<double>(current);
    const double n = static_cast<double>(baseline);
    // the most extreme of all orders has probability 1 / choose(m + n, m)
    const double log_least_p = log_gamma(m + 1) + log_gamma(n + 1) - log_gamma(m + n + 1);
    if (log_least_p > std::log(plan.alpha)) {
        return std::nullopt;
    }
    const double z = normal_quantile(1 - plan.alpha) + normal_quantile(plan.power);
    // Noether: U/(mn) must lie this far above one half on the mean
    const double above_half = z / std::sqrt(12 * m * n / (m + n + 1) * plan.effective_share);
    if (above_half >= 0.5) {
        return std::nullopt;
    }
    return std::exp(log_sd * std::numbers::sqrt2 * normal_quantile(0.5 + above_half));
}

}  // namespace plimsoll::model
