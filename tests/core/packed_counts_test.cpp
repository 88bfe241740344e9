#include "core/packed_counts.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <vector>

using namespace plimsoll;

TEST_CASE("packed numbers are the numbers that were added, of any size and in any order") {
    model::Random random{5};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint64_t> plain(1 + random.below(70), 0);
        PackedCounts packed{plain.size()};
        for (int i = 0; i < 100; ++i) {
            const std::size_t at = random.below(plain.size());
            const std::uint64_t amount = random.below(1ULL << (1 + random.below(63)));
            plain[at] += amount;
            packed.add(at, amount);
            if (i % 37 == 0) {
                packed.grow_front(2);
                packed.grow(packed.size() + 1);
                plain.insert(plain.begin(), 2, 0);
                plain.push_back(0);
            }
        }
        REQUIRE(packed.size() == plain.size());
        for (std::size_t i = 0; i < plain.size(); ++i) {
            CHECK(packed[i] == plain[i]);
        }
    }
}

TEST_CASE("a number fits up to the edge of each width, and its neighbours stay") {
    for (const unsigned bits : {8U, 16U, 24U, 32U, 63U}) {
        const std::uint64_t edge = 1ULL << bits;
        PackedCounts packed{3};
        packed.add(0, 7);
        packed.add(2, 9);
        packed.add(1, edge - 1);
        CHECK(packed[1] == edge - 1);
        packed.add(1, 1);
        CHECK(packed[1] == edge);
        CHECK(packed[0] == 7);
        CHECK(packed[2] == 9);
    }
}

TEST_CASE("rows of one content are equal however they came about; a negative amount is kept") {
    PackedCounts wide{2};
    wide.add(0, 1'000'000);
    wide.add(0, static_cast<std::uint64_t>(-999'999LL));
    PackedCounts narrow{2};
    narrow.add(0, 1);
    CHECK(wide == narrow);
    narrow.add(1, static_cast<std::uint64_t>(-5LL));
    CHECK(static_cast<std::int64_t>(narrow[1]) == -5);
    CHECK(narrow[0] == 1);
    CHECK_FALSE(wide == narrow);
    CHECK_FALSE(PackedCounts{2} == PackedCounts{3});
}
