#include "model/rank_law.hpp"

#include <algorithm>
#include <numeric>

namespace plimsoll::model {

std::vector<double> mann_whitney_law(std::size_t first, std::size_t second) {
    // row[n] is the law for m of the first and n of the second, for growing m
    std::vector<std::vector<double>> row(second + 1, {1.0});
    for (std::size_t m = 1; m <= first; ++m) {
        row[0] = {1.0};
        for (std::size_t n = 1; n <= second; ++n) {
            // the largest of all is of the second sample (above all m) or of the first
            const double total = static_cast<double>(m + n);
            const double of_second = static_cast<double>(n) / total;
            const double of_first = static_cast<double>(m) / total;
            std::vector<double> law(m * n + 1, 0.0);
            for (std::size_t u = 0; u < row[n - 1].size(); ++u) {
                law[u + m] += of_second * row[n - 1][u];
            }
            for (std::size_t u = 0; u < row[n].size(); ++u) {
                law[u] += of_first * row[n][u];
            }
            row[n] = law;
        }
    }
    return row[second];
}

std::vector<double> inversions_law(std::span<const std::size_t> groups) {
    std::vector<double> law{1.0};
    std::size_t before = 0;
    for (const std::size_t group : groups) {
        const std::vector<double> joins = mann_whitney_law(group, before);
        std::vector<double> joined(law.size() + joins.size() - 1, 0.0);
        for (std::size_t i = 0; i < law.size(); ++i) {
            for (std::size_t j = 0; j < joins.size(); ++j) {
                joined[i + j] += law[i] * joins[j];
            }
        }
        law = joined;
        before += group;
    }
    return law;
}

std::vector<std::size_t> tie_groups(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i == 0 || sorted[i] > sorted[i - 1]) {
            groups.push_back(0);
        }
        ++groups.back();
    }
    return groups;
}

std::vector<double> mid_ranks(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] < values[b];
    });
    std::vector<double> ranks(values.size());
    std::size_t first = 0;
    while (first < order.size()) {
        std::size_t next = first + 1;
        while (next < order.size() && values[order[next]] <= values[order[first]]) {
            ++next;
        }
        const double rank = static_cast<double>(first + next + 1) / 2;
        for (; first < next; ++first) {
            ranks[order[first]] = rank;
        }
    }
    return ranks;
}

}  // namespace plimsoll::model
