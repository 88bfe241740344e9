#include "model/multiplicity.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace plimsoll::model {

namespace {

std::vector<std::size_t> ascending(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] < values[b];
    });
    return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
    const std::vector<std::size_t> order = ascending(p_values);
    std::vector<double> adjusted(p_values.size());
    double running = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double remaining = static_cast<double>(order.size() - i);
        running = std::max(running, std::min(1.0, p_values[order[i]] * remaining));
        adjusted[order[i]] = running;
    }
    return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
    const std::vector<std::size_t> order = ascending(p_values);
    const double count = static_cast<double>(order.size());
    std::vector<double> adjusted(p_values.size());
    double running = 1;
    for (std::size_t i = order.size(); i > 0; --i) {
        const double rank = static_cast<double>(i);
        running = std::min(running, p_values[order[i - 1]] * count / rank);
        adjusted[order[i - 1]] = running;
    }
    return adjusted;
}

}  // namespace plimsoll::model
