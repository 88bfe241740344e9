// The sentence that everybody reads is never surer than the interval behind it.
#include "verdict/words.hpp"

#include "catch.hpp"

#include <limits>
#include <string>

using namespace plimsoll;

namespace {

Audit with_line(double at, double low, double high, std::size_t could_be_first = 1) {
    Audit audit;
    Limit pool{.id = "pool", .name = "connection pool web"};
    pool.place({at, low, high});
    audit.limits = {pool};
    audit.load_line = {
        .at = at, .low = low, .high = high, .first_limit = "pool", .measured = 1, .known = 3};
    audit.load_line.first_limits.assign(could_be_first, "pool");
    return audit;
}

bool says(const Audit& audit, const char* words) {
    return verdict::wording::headline(audit).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the headline carries the interval and hedges with it", "[words]") {
    CHECK(says(with_line(4.1, 3.4, 5.04), "Good for 4.1x today's load (3.4x to 5.0x). The "));
    CHECK(says(with_line(0.5, 0.4, 0.7), "Already past its load line"));
    // The interval reaches above today's load: nobody may say "already".
    CHECK_FALSE(says(with_line(0.66, 0.19, 1.3), "Already"));
    CHECK(says(with_line(0.66, 0.19, 1.3), "Most likely past"));
    CHECK(says(with_line(0.66, 0.19, 1.3), "0.66x (0.19x to 1.3x)"));
    CHECK(says(with_line(4, 3, 5, 2), "Most likely the connection pool web gives way first"));
    CHECK(says(with_line(4, 3, 5, 1), "The connection pool web gives way first"));
}

TEST_CASE("one bound is one bound, and nothing measured is said to be nothing", "[words]") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    CHECK(says(with_line(nan, 0, 9), "at most 9.0x"));
    CHECK(says(with_line(4, 3, inf), "Good for 4.0x today's load. "));
    Audit none;
    CHECK(says(none, "not known"));
}
