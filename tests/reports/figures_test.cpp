// The formatter that every report uses.
#include "shared/figures.hpp"

#include "catch.hpp"

#include <limits>

using plimsoll::reports::shared::As;
using plimsoll::reports::shared::bytes;
using plimsoll::reports::shared::multiple;
using plimsoll::reports::shared::number;
using plimsoll::reports::shared::percent;
using plimsoll::reports::shared::shown;

TEST_CASE("numbers have three significant digits, counts are exact") {
    CHECK(number(0, " ") == "0");
    CHECK(number(-0.0, " ") == "0");
    CHECK(number(7, " ") == "7");
    CHECK(number(24.44, " ") == "24.4");
    CHECK(number(59.5, " ") == "59.5");
    CHECK(number(0.0595, " ") == "0.0595");
    CHECK(number(0.000123456, " ") == "0.000123");
    CHECK(number(999.6, " ") == "1000");
    CHECK(number(1840221, " ") == "1 840 221");
    CHECK(number(-1234.5, " ") == "-1 234");
    CHECK(number(14203118, " ") == "14 203 118");
    CHECK(number(1234, "\u202f") == "1\u202f234");
}

TEST_CASE("an estimate is shown with what its interval says, and never with more") {
    using plimsoll::Estimate;
    using plimsoll::reports::shared::estimate;
    constexpr double infinite = std::numeric_limits<double>::infinity();
    CHECK(estimate({.at = 4.9, .low = 4.1, .high = 5.6}) == "4.9 (4.1 to 5.6)");
    CHECK(estimate(Estimate::exactly(7)) == "7");
    CHECK(estimate(Estimate::at_most(5.6)) == "5.6 or less");
    CHECK(estimate({.at = 3, .low = 2, .high = infinite}) == "3 (2 or more)");
    CHECK(estimate({.at = 3, .low = 0, .high = 4}) == "3 (4 or less)");
    CHECK(estimate({.at = 3}) == "3 (no interval)");
    CHECK(estimate({}) == "no interval");
}

TEST_CASE("multiples have one decimal below ten and none above") {
    CHECK(multiple(4.1) == "4.1");
    CHECK(multiple(5) == "5.0");
    CHECK(multiple(9.94) == "9.9");
    CHECK(multiple(9.95) == "10");
    CHECK(multiple(130.4) == "130");
    CHECK(multiple(0.34) == "0.34");
    CHECK(multiple(0.999) == "1.0");
    CHECK(multiple(2500, " ") == "2 500");
}

TEST_CASE("what is not finite is not known, and extremes stay short") {
    const double inf = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double value : {inf, -inf, nan}) {
        for (const As as : {As::number, As::multiple, As::bytes, As::percent}) {
            CHECK(shown(value, as) == "not known");
        }
    }
    for (const double value : {1e300, -1e300, 1e-300, 5e-324, 1.7976931348623157e308}) {
        CHECK(number(value).size() <= 12);
        CHECK(multiple(value).size() <= 12);
    }
    CHECK(number(1.5e18) == "1.50e+18");
}

TEST_CASE("sizes and shares") {
    CHECK(bytes(0) == "0 B");
    CHECK(bytes(12) == "12 B");
    CHECK(bytes(999) == "999 B");
    CHECK(bytes(1000) == "1 kB");
    CHECK(bytes(1893204331) == "1.89 GB");
    CHECK(bytes(38114200) == "38.1 MB");
    CHECK(percent(0.44) == "44");
    CHECK(percent(0.004) == "<1");
    CHECK(percent(0) == "0");
    CHECK(percent(1) == "100");
}

TEST_CASE("a long text is cut between two letters, and says by how much") {
    std::string text;
    while (text.size() < 4000) {
        text += "ä";
    }
    const std::string cut = shown(text, As::text);
    CHECK(cut.size() < 1700);
    CHECK(cut.find("bytes more") != std::string::npos);
    CHECK(cut.find("ä…") != std::string::npos);
    CHECK(shown("short", As::text) == "short");
    CHECK(shown(std::string(64, 'a'), As::hash) == std::string(12, 'a'));
    CHECK(shown("2026-10-30T00:00:00Z", As::day) == "2026-10-30");
}
