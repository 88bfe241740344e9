// The scalability law on its own data, on a published ladder, and on simulated ladders with noise.
#include "model/scalability.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <array>
#include <cmath>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinRel;

namespace {

double law(double n, double s, double k) {
    return 100 * n / (1 + s * (n - 1) + k * n * (n - 1));
}

}  // namespace

TEST_CASE("its own parameters come back without noise") {
    std::vector<LoadPointN> steps;
    for (const double n : {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0}) {
        steps.push_back({n, law(n, 0.05, 0.001)});
    }
    const Scalability found = *scalability(steps);
    CHECK_THAT(found.alone, WithinRel(100.0, 1e-6));
    CHECK_THAT(found.contention, WithinRel(0.05, 1e-6));
    CHECK_THAT(found.coherence, WithinRel(0.001, 1e-6));
    CHECK_THAT(found.n_at_most, WithinRel(std::sqrt(0.95 / 0.001), 1e-6));
    CHECK_THAT(found.most.at, WithinRel(law(std::sqrt(950.0), 0.05, 0.001), 1e-6));
    CHECK_THAT(found.most.low, WithinRel(found.most.high, 1e-6));
}

TEST_CASE("SPEC SDM91, the ladder of Gunther's book: most throughput near 1884 at 97 users") {
    constexpr std::array<LoadPointN, 7> spec{{{1, 64.9},
                                              {18, 995.9},
                                              {36, 1652.4},
                                              {72, 1853.2},
                                              {108, 1828.9},
                                              {144, 1775.0},
                                              {216, 1702.2}}};
    const Scalability found = *scalability(spec);
    CHECK_THAT(found.most.at, WithinRel(1884.0, 0.05));
    CHECK(found.n_at_most > 80);
    CHECK(found.n_at_most < 115);
    CHECK(found.most.low <= 1884);
    CHECK(found.most.high >= 1884);
}

TEST_CASE("a ladder that ends too low has a lower bound and no point") {
    std::vector<LoadPointN> steps;
    for (double n = 1; n <= 8; ++n) {
        steps.push_back({n, law(n, 0.01, 0.0005)});
    }
    const Scalability found = *scalability(steps);
    CHECK_FALSE(found.most.has_point());
    CHECK(found.most.low == steps.back().x);
    CHECK_FALSE(scalability(std::span<const LoadPointN>{steps}.first(5)));
    CHECK_FALSE(scalability({}));
    const std::vector<LoadPointN> bad(9, {0, 5});
    CHECK_FALSE(scalability(bad));
}

TEST_CASE("90 % intervals of ladders over the top cover the maximum, 2 % noise") {
    Random random{9};
    const double truth = law(std::sqrt(0.97 / 0.0004), 0.03, 0.0004);
    int covered = 0;
    int pointed = 0;
    for (int run = 0; run < 150; ++run) {
        std::vector<LoadPointN> steps;
        for (const double n : {4.0, 8.0, 16.0, 24.0, 32.0, 40.0, 48.0, 56.0, 72.0}) {
            steps.push_back({n, law(n, 0.03, 0.0004) * std::exp(0.02 * random.normal())});
        }
        const std::optional<Scalability> found =
            scalability(steps, {.draws = 200, .seed = random.next()});
        REQUIRE(found);
        pointed += found->most.has_point() ? 1 : 0;
        covered += found->most.low <= truth && truth <= found->most.high ? 1 : 0;
    }
    CHECK(pointed >= 145);
    CHECK(covered * 100 >= 85 * 150);  // 90 % asked; room for 150 runs
}
