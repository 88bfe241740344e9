#include "evidence/periods.hpp"

#include "catch.hpp"
#include "model/random.hpp"
#include "wire/bytes.hpp"

#include <string>
#include <vector>

using namespace plimsoll;

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;

Instant hour(std::int64_t number) {
    return instant(1'795'219'200'000'000 + number * hour_us);  // from a midnight on
}

Periods spread(std::int64_t from, std::int64_t step, int count) {
    Periods out;
    for (int i = 0; i < count; ++i) {
        out.at(hour(from + i * step)).add(100 + i);
    }
    return out;
}

}  // namespace

TEST_CASE("three days are kept by the hour, what is longer by wider periods, and no call is lost") {
    struct Case {
        int hours;
        std::int64_t width;
    };
    for (const Case& each : {Case{1, 1},
                             {72, 1},
                             {73, 6},
                             {72 * 6, 6},
                             {72 * 6 + 7, 24},
                             {8'760, 168},
                             {100'000, 672}}) {
        INFO(each.hours << " hours");
        const Periods periods = spread(0, 1, each.hours);
        CHECK(periods.width_us() == each.width * hour_us);
        CHECK(periods.whole().count() == static_cast<std::uint64_t>(each.hours));
        if (each.width < 672) {
            CHECK(periods.all().size() <= Periods::most);
        }
    }
}

TEST_CASE("a period begins at its own multiple, also before 1970") {
    Periods periods;
    periods.at(instant(-1)).add(5);
    periods.at(instant(0)).add(5);
    REQUIRE(periods.all().size() == 2);
    CHECK(periods.all().begin()->first == instant(-hour_us));
    CHECK(periods.all().rbegin()->first == instant(0));
}

TEST_CASE("times at either end of what can be told do no harm, as a digest may say any") {
    for (const std::int64_t us : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
        Periods strange;
        strange.at(instant(us)).add(1);
        Periods long_ones = spread(0, 1, 100'000);  // of four weeks
        long_ones.merge(strange);
        CHECK(long_ones.whole().count() == 100'001);
    }
}

TEST_CASE("periods that are merged are those of the whole, in any order and grouping") {
    model::Random random{3};
    for (int round = 0; round < 60; ++round) {
        std::vector<Periods> parts(3);
        Periods whole;
        const std::uint64_t reach = std::uint64_t{1} << (4 + random.below(11));
        for (int i = 0; i < 120; ++i) {
            const Instant when = hour(static_cast<std::int64_t>(random.below(reach)));
            const auto us = static_cast<std::int64_t>(random.below(1'000'000));
            parts[random.below(3)].at(when).add(us);
            whole.at(when).add(us);
        }
        Periods left = parts[0];
        left.merge(parts[1]);
        left.merge(parts[2]);
        Periods inner = parts[2];
        inner.merge(parts[1]);
        Periods right = inner;
        right.merge(parts[0]);
        CHECK(left == whole);
        CHECK(right == whole);
    }
}

TEST_CASE("periods travel, and a width that nobody writes does no harm") {
    const Periods sent = spread(0, 5, 100);
    wire::ByteWriter writer;
    writer.put(sent);
    const std::string& bytes = writer.out;
    Periods got;
    wire::ByteReader{bytes}.get(got);
    CHECK(got == sent);
    std::string strange = bytes;
    strange[0] = '\x7F';
    Periods odd;
    wire::ByteReader{strange}.get(odd);
    odd.at(hour(3)).add(1);
    odd.merge(sent);
    CHECK(odd.width_us() == 672 * hour_us);
    CHECK(odd.whole().count() == 201);
}
