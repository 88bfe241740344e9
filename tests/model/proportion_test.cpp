#include "model/proportion.hpp"

#include "catch.hpp"

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

TEST_CASE("Wilson's interval equals published and independently computed values") {
    const ShareInterval eight_of_ten = wilson(8, 10, 0.95);
    CHECK_THAT(eight_of_ten.low, WithinAbs(0.4901625, 1e-6));
    CHECK_THAT(eight_of_ten.high, WithinAbs(0.9433178, 1e-6));
    const ShareInterval none = wilson(0, 20, 0.95);
    CHECK(none.low == 0);
    CHECK_THAT(none.high, WithinAbs(0.1611252, 1e-6));
    CHECK(wilson(20, 20, 0.95).high == 1);
    CHECK_THAT(wilson(20, 20, 0.95).low, WithinAbs(1 - 0.1611252, 1e-6));
    CHECK(wilson(0, 0, 0.95).high == 1);
    CHECK(wilson(0, 0, 0.95).low == 0);
    CHECK(wilson(9, 5, 0.95).high == 1);
}

TEST_CASE("nothing seen: the rule of three and its exact form") {
    CHECK_THAT(none_seen_upper(1000, 0.95), WithinAbs(3.0 / 1000, 1e-5));
    CHECK(none_seen_upper(0, 0.95) == 1);
    // the figures of the cascade rule: all of 10 propagated, all of 29
    CHECK_THAT(all_seen_lower(10, 0.95), WithinAbs(0.741, 5e-4));
    CHECK_THAT(all_seen_lower(29, 0.95), WithinAbs(0.902, 5e-4));
}
