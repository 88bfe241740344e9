#include "model/multiplicity.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

namespace {

void check_equal(const std::vector<double>& actual, const std::vector<double>& expected) {
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        CHECK_THAT(actual[i], WithinAbs(expected[i], 1e-12));
    }
}

}  // namespace

TEST_CASE("Holm and Benjamini-Hochberg by hand, in the order given") {
    const std::vector<double> p{0.04, 0.01, 0.03};
    check_equal(holm(p), {0.06, 0.03, 0.06});
    check_equal(benjamini_hochberg(p), {0.04, 0.03, 0.04});
    const std::vector<double> even{0.01, 0.02, 0.03, 0.04, 0.05};
    check_equal(holm(even), {0.05, 0.08, 0.09, 0.09, 0.09});
    check_equal(benjamini_hochberg(even), {0.05, 0.05, 0.05, 0.05, 0.05});
    check_equal(holm(std::vector<double>{0.5, 0.9}), {1.0, 1.0});
    check_equal(benjamini_hochberg(std::vector<double>{0.7}), {0.7});
    CHECK(holm({}).empty());
    CHECK(benjamini_hochberg({}).empty());
}

TEST_CASE("Holm keeps the chance of any false alarm among forty at its alpha") {
    Random random(2);
    constexpr int runs = 2000;
    int any = 0;
    for (int run = 0; run < runs; ++run) {
        std::vector<double> p(40);
        for (double& value : p) {
            value = random.uniform();
        }
        const std::vector<double> adjusted = holm(p);
        any += *std::min_element(adjusted.begin(), adjusted.end()) < 0.05 ? 1 : 0;
    }
    CHECK_THAT(any / static_cast<double>(runs), WithinAbs(0.05, 0.02));
}
