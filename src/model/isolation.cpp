#include "model/isolation.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace plimsoll::model {
namespace {

// P(X >= k) for X binomial (n, 1/2).
[[nodiscard]] double sign_test(std::size_t k, std::size_t n) {
    double term = std::pow(0.5, static_cast<double>(n));
    double p = 0;
    for (std::size_t i = 0; i <= n; ++i) {
        p += i >= k ? term : 0;
        term *= static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return std::min(p, 1.0);
}

struct Spell {
    std::size_t first = 0;
    std::size_t last = 0;
};

[[nodiscard]] std::vector<Spell> spells_of(std::span<const bool> trouble, std::size_t join_gap) {
    std::vector<Spell> out;
    for (std::size_t at = 0; at < trouble.size(); ++at) {
        if (!trouble[at]) {
            continue;
        }
        if (!out.empty() && at - out.back().last <= join_gap) {
            out.back().last = at;
        } else {
            out.push_back({.first = at, .last = at});
        }
    }
    return out;
}

}  // namespace

std::optional<Isolation> isolation(std::span<const bool> trouble,
                                   std::span<const double> values,
                                   const IsolationRules& rules) {
    std::vector<double> ratios;
    Isolation out;
    for (const Spell& spell : spells_of(trouble, rules.join_gap)) {
        std::vector<double> within;
        std::vector<double> around;
        const std::size_t from = spell.first > rules.around ? spell.first - rules.around : 0;
        const std::size_t to = std::min(values.size(), spell.last + rules.around + 1);
        for (std::size_t at = from; at < to; ++at) {
            if (std::isnan(values[at])) {
                continue;
            }
            if (trouble[at]) {
                within.push_back(values[at]);
            } else if (at < spell.first || at > spell.last) {
                around.push_back(values[at]);
            }
        }
        if (within.empty() || around.size() < rules.least_around) {
            continue;
        }
        const double ratio = *median(std::move(within)) - *median(std::move(around));
        if (ratio != 0) {  // ties say nothing
            ratios.push_back(ratio);
            out.slower += ratio > 0 ? 1 : 0;
        }
    }
    out.spells = ratios.size();
    if (out.spells < std::max<std::size_t>(rules.least_spells, 1)) {
        return std::nullopt;
    }
    out.log_ratio = *median(std::move(ratios));
    out.p = sign_test(out.slower, out.spells);
    return out;
}

}  // namespace plimsoll::model
