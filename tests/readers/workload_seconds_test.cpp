// What is gathered for the minutes at hand is what would have been added to Windows call by call.
#include "catch.hpp"
#include "readers/workload/seconds.hpp"

#include <array>
#include <cstdint>
#include <random>

using namespace plimsoll;
using readers::workload::Seconds;

TEST_CASE("spans of any length are the same gathered and one by one") {
    constexpr std::int64_t second = 1'000'000;
    constexpr std::int64_t base = 1'795'223'214 * second;
    std::mt19937_64 random{20261122};
    const auto below = [&](std::int64_t n) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
    };
    for (int round = 0; round < 3; ++round) {
        Seconds gathered;
        Windows expected;
        for (int i = 0; i < 40; ++i) {
            constexpr std::array<std::int64_t, 5> lengths{
                second, 90 * second, 3'600 * second, 5'000 * second, 30'000 * second};
            const std::int64_t to = base + below(7'200 * second);
            const std::int64_t from = to - below(lengths[static_cast<std::size_t>(i) % 5]);
            gathered.add_span(from, to);
            expected.add_span(instant(from), instant(to));
        }
        CHECK(gathered.finish() == expected);
    }
    // Longer than a week is cut, and many of one length are written in between.
    Seconds gathered;
    Windows expected;
    gathered.add_span(base - 9 * 86'400 * second, base);
    expected.add_span(instant(base - 9 * 86'400 * second), instant(base));
    CHECK(gathered.finish() == expected);
    Seconds many;
    Windows each;
    for (std::int64_t i = 0; i < 700; ++i) {
        many.add_span(base + i * second, base + (i + 3'700) * second);
        each.add_span(instant(base + i * second), instant(base + (i + 3'700) * second));
    }
    CHECK(many.finish() == each);
}
