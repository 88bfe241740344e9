#include "model/memory.hpp"

#include "model/rank_law.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::model {
namespace {

constexpr double most = 0.95;       // beyond it no sample of a gate tells a memory from a step
constexpr double one_sided = 1.64;  // 5 %
constexpr std::size_t least = 6;    // values of a sample that says anything about its memory

// An estimate and the number of values that it is worth.
struct Rough {
    double r = 0;
    double weight = 0;
};

// Raw lag-1 autocorrelation r_raw has the mean r - (1 + 3r)/n - about r/n: solved for r.
[[nodiscard]] Rough rough_memory(std::span<const double> values) {
    if (values.size() < least) {
        return {};
    }
    const std::vector<double> ranks = mid_ranks(values);
    const double n = static_cast<double>(ranks.size());
    const double mean = (n + 1) / 2;
    double square = 0;
    double neighbour = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        square += (ranks[i] - mean) * (ranks[i] - mean);
        if (i > 0) {
            neighbour += (ranks[i] - mean) * (ranks[i - 1] - mean);
        }
    }
    if (!(square > 0)) {
        return {};
    }
    return {.r = (neighbour / square * n + 1) / (n - 4), .weight = n - 4};
}

[[nodiscard]] Rough joined(const Rough& a, const Rough& b) {
    const double weight = a.weight + b.weight;
    return weight > 0 ? Rough{(a.r * a.weight + b.r * b.weight) / weight, weight} : Rough{};
}

}  // namespace

std::vector<double> memories(std::span<const TwoSamples> series) {
    std::vector<Rough> each;
    double weights = 0;
    double sum = 0;
    std::size_t known = 0;
    for (const TwoSamples& one : series) {
        each.push_back(joined(rough_memory(one.current), rough_memory(one.baseline)));
        weights += each.back().weight;
        sum += each.back().r * each.back().weight;
        known += each.back().weight > 0 ? 1 : 0;
    }
    const double mean = weights > 0 ? sum / weights : 0;
    // Spread between series beyond what chance (1/n for each) puts there.
    double spread = 0;
    for (const Rough& one : each) {
        if (one.weight > 0) {
            spread += (one.r - mean) * (one.r - mean) - 1 / one.weight;
        }
    }
    spread = known > 1 ? std::max(0.0, spread / static_cast<double>(known - 1)) : 0;
    std::vector<double> out;
    for (const Rough& one : each) {
        if (!(one.weight > 0)) {
            out.push_back(std::clamp(mean, 0.0, most));
            continue;
        }
        const double chance = 1 / one.weight;
        const double share = spread / (spread + chance);
        const double error = std::sqrt(share * chance + 1 / weights);
        const double drawn = mean + share * (one.r - mean) + error;
        out.push_back(
            std::clamp(std::max(drawn, one.r - one_sided * std::sqrt(chance)), 0.0, most));
    }
    return out;
}

double mean_inflation(double memory, std::size_t n) noexcept {
    const double size = static_cast<double>(n);
    double sum = 0;
    double power = 1;
    for (std::size_t k = 1; k < n && power > 1e-12; ++k) {
        power *= memory;
        sum += (1 - static_cast<double>(k) / size) * power;
    }
    return 1 + 2 * sum;
}

double difference_inflation(double memory, std::size_t current, std::size_t baseline) noexcept {
    if (current == 0 || baseline == 0) {
        return 1;
    }
    const double m = static_cast<double>(current);
    const double n = static_cast<double>(baseline);
    return (mean_inflation(memory, current) / m + mean_inflation(memory, baseline) / n) /
           (1 / m + 1 / n);
}

}  // namespace plimsoll::model
