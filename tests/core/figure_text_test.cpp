// Figures in sentences: three digits, groups, no exponent that a reader must decode.
#include "core/figure_text.hpp"

#include "catch.hpp"

#include <limits>

using plimsoll::figure_text;

TEST_CASE("three significant digits, thousands grouped", "[figure_text]") {
    CHECK(figure_text(0) == "0");
    CHECK(figure_text(0.0589) == "0.0589");
    CHECK(figure_text(12.345) == "12.3");
    CHECK(figure_text(999.4) == "999");
    CHECK(figure_text(999.6) == "1\u202f000");
    CHECK(figure_text(1674) == "1\u202f670");
    CHECK(figure_text(-63'640) == "-63\u202f600");
    CHECK(figure_text(-999.7) == "-1\u202f000");
    CHECK(figure_text(1.37e8) == "137\u202f000\u202f000");
    CHECK(figure_text(std::numeric_limits<double>::infinity()) == "not known");
    CHECK(figure_text(std::numeric_limits<double>::quiet_NaN()) == "not known");
}
