// Reference values: Python 3.11 (statistics.NormalDist, math.lgamma, exact sums of fractions),
// Student's t from the printed table of any textbook.
#include "model/special.hpp"

#include "catch.hpp"

#include <cmath>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("normal probabilities and quantiles") {
    CHECK_THAT(normal_cdf(0), WithinAbs(0.5, 1e-15));
    CHECK_THAT(normal_sf(8), WithinRel(6.220960574271819e-16, 1e-12));
    CHECK_THAT(normal_quantile(0.99), WithinRel(2.3263478740408408, 1e-12));
    CHECK_THAT(normal_quantile(1e-6), WithinRel(-4.753424308822899, 1e-12));
    CHECK_THAT(normal_quantile(0.5), WithinAbs(0, 1e-15));
    CHECK(std::isinf(normal_quantile(0)));
    CHECK(normal_quantile(1) > 1e300);
    for (const double z : {-5.0, -1.0, 0.3, 2.5}) {
        CHECK_THAT(normal_quantile(normal_cdf(z)), WithinAbs(z, 1e-9));
    }
}

TEST_CASE("log gamma") {
    CHECK_THAT(log_gamma(0.3), WithinRel(1.0957979948180752, 1e-12));
    CHECK_THAT(log_gamma(5), WithinRel(std::log(24.0), 1e-12));
    CHECK_THAT(log_gamma(123456.7), WithinRel(1323900.9753909183, 1e-13));
}

TEST_CASE("binomial tails equal exact sums") {
    CHECK_THAT(binomial_at_least(7, 20, 0.25), WithinRel(0.21421805239879177, 1e-11));
    CHECK_THAT(binomial_at_least(95, 1000, 0.08), WithinRel(0.04819344613787917, 1e-10));
    CHECK_THAT(binomial_at_least(30, 100, 0.1), WithinRel(2.445112239390966e-08, 1e-10));
    CHECK_THAT(binomial_at_most(6, 20, 0.25), WithinRel(1 - 0.21421805239879177, 1e-11));
    CHECK(binomial_at_least(0, 5, 0.1) == 1);
    CHECK(binomial_at_least(6, 5, 0.1) == 0);
    CHECK(binomial_at_most(5, 5, 0.1) == 1);
}

TEST_CASE("incomplete gamma has its closed forms") {
    CHECK_THAT(incomplete_gamma(1, 2.5), WithinRel(1 - std::exp(-2.5), 1e-12));
    CHECK_THAT(incomplete_gamma(3, 2), WithinRel(1 - 5 * std::exp(-2.0), 1e-12));
    CHECK_THAT(incomplete_gamma(0.5, 1.7), WithinRel(std::erf(std::sqrt(1.7)), 1e-12));
    CHECK_THAT(incomplete_gamma(0.5, 0.1), WithinRel(std::erf(std::sqrt(0.1)), 1e-12));
    CHECK(incomplete_gamma(2, 0) == 0);
}

TEST_CASE("Student's t: table values and the closed form for one degree") {
    CHECK_THAT(student_sf(1.812, 10), WithinAbs(0.05, 1e-4));
    CHECK_THAT(student_sf(3.143, 6), WithinAbs(0.01, 1e-5));
    CHECK_THAT(student_sf(1, 1), WithinAbs(0.25, 1e-12));
    CHECK_THAT(student_sf(-1, 1), WithinAbs(0.75, 1e-12));
    CHECK_THAT(student_sf(0, 4), WithinAbs(0.5, 1e-12));
}

TEST_CASE("bisection finds a root and returns the top when there is none") {
    CHECK_THAT(bisect(0, 10, [](double x) { return x * x - 2; }), WithinAbs(std::sqrt(2), 1e-12));
    CHECK_THAT(bisect(0, 1, [](double) { return -1.0; }), WithinAbs(1, 1e-12));
}
