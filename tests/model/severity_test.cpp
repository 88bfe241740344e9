#include "model/severity.hpp"

#include "catch.hpp"

#include <limits>

using plimsoll::model::ControlPoints;
using plimsoll::model::severity;

TEST_CASE("the control points of all five signs score exactly 10 and 50") {
    for (const ControlPoints points : {ControlPoints{1.10, 1.5},
                                       ControlPoints{0.5, 1.0},
                                       ControlPoints{0.1, 0.35},
                                       ControlPoints{0.08, 0.3},
                                       ControlPoints{0.3, 0.6},
                                       ControlPoints{4.0, 2.0}}) {
        CAPTURE(points.ten, points.fifty);
        CHECK(severity(points.ten, points) == 10);
        CHECK(severity(points.fifty, points) == 50);
    }
}

TEST_CASE("the curve is symmetric in the logarithm, floored and bounded") {
    const ControlPoints points{0.5, 1.0};
    CHECK(severity(2.0, points) == 90);
    CHECK(severity(0.4999, points) == 9);  // floored, not rounded to 10
    CHECK(severity(0.9999, points) == 49);
    CHECK(severity(0, points) == 0);
    CHECK(severity(-3, points) == 0);
    CHECK(severity(std::numeric_limits<double>::infinity(), points) == 100);
    // Phi(ln(0.7) / (ln 2 / 1.281552)) = Phi(-0.65944) = 0.25481
    CHECK(severity(0.7, points) == 25);
}

TEST_CASE("where less is worse the curve runs the other way") {
    const ControlPoints points{4.0, 2.0};
    CHECK(severity(8.0, points) == 0);  // 0.6 %: floored
    CHECK(severity(1.0, points) == 90);
    CHECK(severity(0, points) == 100);
}

TEST_CASE("what has no curve has no score") {
    CHECK_FALSE(severity(std::numeric_limits<double>::quiet_NaN(), {1, 2}).has_value());
    CHECK_FALSE(severity(1, {2, 2}).has_value());
    CHECK_FALSE(severity(1, {0, 2}).has_value());
    CHECK_FALSE(severity(1, {-1, 2}).has_value());
}
