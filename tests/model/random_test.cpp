#include "model/random.hpp"

#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

using plimsoll::model::Random;
using plimsoll::model::splitmix64;

TEST_CASE("splitmix64 gives the numbers of its authors' reference for seed 1234567") {
    std::uint64_t state = 1234567;
    CHECK(splitmix64(state) == 6457827717110365317U);
    CHECK(splitmix64(state) == 3203168211198807973U);
    CHECK(splitmix64(state) == 9817491932198370423U);
}

TEST_CASE("the same seed gives the same stream and another seed another") {
    Random one(42);
    Random same(42);
    Random other(43);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t draw = one.next();
        CHECK(draw == same.next());
        differs = differs || draw != other.next();
    }
    CHECK(differs);
}

TEST_CASE("uniform, normal and exponential draws have their moments") {
    constexpr int draws = 100'000;
    Random random(7);
    double uniform = 0;
    double normal = 0;
    double square = 0;
    double fourth = 0;
    double exponential = 0;
    double smallest = 1;
    for (int i = 0; i < draws; ++i) {
        const double u = random.uniform();
        smallest = std::min(smallest, u);
        uniform += u;
        const double z = random.normal();
        normal += z;
        square += z * z;
        fourth += z * z * z * z;
        exponential += random.exponential();
    }
    // five standard errors each
    CHECK(smallest > 0);
    CHECK(std::abs(uniform / draws - 0.5) < 0.005);
    CHECK(std::abs(normal / draws) < 0.016);
    CHECK(std::abs(square / draws - 1) < 0.023);
    CHECK(std::abs(fourth / draws - 3) < 0.16);
    CHECK(std::abs(exponential / draws - 1) < 0.016);
}

TEST_CASE("below is uniform over its bound (chi-square) and safe at 0 and 1") {
    Random random(3);
    CHECK(random.below(0) == 0);
    CHECK(random.below(1) == 0);
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i) {
        counts.at(random.below(counts.size()))++;
    }
    double chi_square = 0;
    for (const int count : counts) {
        chi_square += (count - 10'000) * (count - 10'000) / 10'000.0;
    }
    CHECK(chi_square < 27.9);  // 6 degrees of freedom, p = 1e-4
}
