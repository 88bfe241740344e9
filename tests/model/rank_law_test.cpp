#include "model/rank_law.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

TEST_CASE("Mann-Whitney's law for 3 and 4 equals counting all 35 orders") {
    std::vector<double> counted(13, 0.0);
    std::vector<int> order{0, 0, 0, 0, 1, 1, 1};  // 1 marks the first sample
    do {
        std::size_t u = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                u += order[i] == 1 && order[j] == 0 ? 1 : 0;
            }
        }
        counted[u] += 1.0 / 35;
    } while (std::next_permutation(order.begin(), order.end()));
    const std::vector<double> law = mann_whitney_law(3, 4);
    REQUIRE(law.size() == counted.size());
    for (std::size_t u = 0; u < law.size(); ++u) {
        CHECK_THAT(law[u], WithinAbs(counted[u], 1e-14));
    }
    CHECK(mann_whitney_law(0, 4) == std::vector<double>{1.0});
}

TEST_CASE("a large law adds up to one and is symmetric") {
    const std::vector<double> law = mann_whitney_law(50, 50);
    double sum = 0;
    for (std::size_t u = 0; u < law.size(); ++u) {
        sum += law[u];
        REQUIRE_THAT(law[u], WithinAbs(law[law.size() - 1 - u], 1e-15));
    }
    CHECK(law.size() == 2501);
    CHECK_THAT(sum, WithinAbs(1, 1e-12));
}

TEST_CASE("inversions of a sample with ties equal counting all its orders") {
    const std::vector<double> sample{1, 1, 2, 3, 3, 3};
    std::vector<double> order = sample;
    std::vector<double> counted(12, 0.0);
    double orders = 0;
    do {
        std::size_t inversions = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            for (std::size_t j = i + 1; j < order.size(); ++j) {
                inversions += order[i] > order[j] ? 1 : 0;
            }
        }
        counted[inversions] += 1;
        orders += 1;
    } while (std::next_permutation(order.begin(), order.end()));
    const std::vector<double> law = inversions_law(tie_groups(sample));
    CHECK(orders == 60);  // 6! / (2! 1! 3!)
    REQUIRE(law.size() == 12);
    for (std::size_t i = 0; i < law.size(); ++i) {
        CHECK_THAT(law[i], WithinAbs(counted[i] / orders, 1e-14));
    }
}

TEST_CASE("equal values share their mean rank") {
    const std::vector<double> values{10, 20, 10, 5, 10};
    CHECK(mid_ranks(values) == std::vector<double>{3, 5, 3, 1, 3});
    CHECK(tie_groups(values) == std::vector<std::size_t>{1, 3, 1});
    CHECK(mid_ranks({}).empty());
}
