#include "core/windows.hpp"

#include "catch.hpp"

#include <array>
#include <numeric>

using namespace plimsoll;

namespace {

constexpr std::int64_t second = 1'000'000;

}  // namespace

TEST_CASE("a span is spread over the seconds it touches, to the microsecond", "[windows]") {
    Windows windows;
    windows.add_span(instant(500'000), instant(2 * second + 250'000));
    CHECK(windows.amounts() == std::vector<std::int64_t>{500'000, 1'000'000, 250'000});
    windows.add_span(instant(5), instant(5));
    CHECK(windows.sum() == 1'750'000);
}

TEST_CASE("a minute at once is what its seconds are one by one, whatever the width") {
    for (const std::int64_t minutes : {3LL, 30'000LL}) {  // the longer one grows wider on its way
        Windows at_once;
        Windows one_by_one;
        for (std::int64_t minute = -1; minute < minutes; ++minute) {
            std::array<std::int64_t, Windows::block_size> amounts{};
            for (const std::size_t i : {0U, 17U, 59U}) {
                amounts[i] = minute + 2 + static_cast<std::int64_t>(i);
                one_by_one.add(instant((minute * 60 + static_cast<std::int64_t>(i)) * second),
                               amounts[i]);
            }
            at_once.add_minute(minute, amounts);
            at_once.add_minute(minute + 100'000, {});  // holds nothing
        }
        CHECK(at_once == one_by_one);
    }
}

TEST_CASE("blocks of no time that can be told, as a digest may hold, are left out") {
    std::map<std::int64_t, Windows::Block> blocks;
    for (const std::int64_t block : {INT64_MIN, INT64_MIN / 60, INT64_MAX / 60, INT64_MAX, 5L}) {
        blocks[block].add(59, 7);
    }
    const Windows strange = Windows::from_blocks(second, std::move(blocks));
    Windows merged;
    merged.merge(strange);
    CHECK(merged.sum() == 7);
    CHECK(merged == strange);
}

TEST_CASE("windows before 1970 and backward spans do no harm", "[windows]") {
    Windows windows;
    windows.add_span(instant(-1), instant(1));
    CHECK(windows.sum() == 2);
    windows.add_span(instant(10), instant(-10));
    CHECK(windows.sum() == 2);
}

TEST_CASE("a broken span of a century costs a week of windows, not a century", "[windows]") {
    Windows windows;
    windows.add_span(instant(0), instant(100LL * 365 * 86'400 * second));
    CHECK(windows.sum() == 7 * 86'400 * second);
    CHECK(windows.blocks().size() <= Windows::most_blocks);
}

TEST_CASE("merging windows gives the same bytes in any order, whatever the width", "[windows]") {
    // Three hosts; together they span years, so that the width has to grow while merging.
    const auto host = [](std::int64_t start, std::int64_t step, int count) {
        Windows out;
        for (int i = 0; i < count; ++i) {
            out.add(instant((start + (i * step)) * second), i + 1);
        }
        return out;
    };
    const Windows a = host(0, 60, 15'000);
    const Windows b = host(90'000'000, 60, 15'000);
    const Windows c = host(45, 1, 10);
    Windows one = a;
    one.merge(b);
    one.merge(c);
    Windows inner = c;
    inner.merge(b);
    Windows other = inner;
    other.merge(a);
    CHECK(one == other);
    CHECK(one.width_us() > second);
    CHECK(one.sum() == a.sum() + b.sum() + c.sum());
    one.merge(Windows{});
    CHECK(one == other);
}

TEST_CASE("idle seconds count as idle, a gap of hours as no evidence", "[windows]") {
    Windows windows;
    windows.add(instant(0), 1);
    windows.add(instant(300 * second), 1);
    CHECK(windows.amounts().size() == 301);
    windows.add(instant(30 * 3'600 * second), 1);
    CHECK(windows.amounts().size() < 500);
    CHECK(windows.amounts().back() == 1);
}
