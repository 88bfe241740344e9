// Isolation on simulated minutes: shared threads, none, and a slow hour that both have. Simulated.
#include "model/isolation.hpp"

#include "catch.hpp"
#include "model/noise_model.hpp"

#include <cmath>
#include <memory>
#include <numbers>

using namespace plimsoll::model;

namespace {

constexpr std::size_t minutes = 7 * 1440;

// Spells of a dependency, and how much slower the others are in them; both share a daily cycle.
std::optional<Isolation> simulated(int spells, double slower, Random& random) {
    const auto trouble = std::make_unique<bool[]>(minutes);
    std::vector<double> values = testing::memory_noise(minutes, 0.6, 0.15, random);
    for (std::size_t at = 0; at < minutes; ++at) {
        values[at] += 0.5 * std::sin(2 * std::numbers::pi * static_cast<double>(at % 1440) / 1440);
        values[at] = random.uniform() < 0.1 ? std::nan("") : values[at];  // nobody came
    }
    for (int i = 0; i < spells; ++i) {
        const std::size_t from =
            static_cast<std::size_t>(i) * minutes / static_cast<std::size_t>(spells) +
            random.below(600);
        for (std::size_t at = from; at < from + 4 + random.below(10); ++at) {
            trouble[at] = true;
            values[at] += std::log(slower);
        }
    }
    return isolation({trouble.get(), minutes}, values);
}

}  // namespace

TEST_CASE(
    "shared threads are seen from eight spells on, and nothing is seen where nothing is shared") {
    Random random{11};
    int seen = 0;
    int wrong = 0;
    for (int run = 0; run < 200; ++run) {
        const Isolation shared = *simulated(8, 2, random);
        seen += shared.p < 0.05 && shared.log_ratio > std::log(1.5) ? 1 : 0;
        const Isolation apart = *simulated(8, 1, random);
        wrong += apart.p < 0.05 && apart.log_ratio > std::log(1.5) ? 1 : 0;
    }
    CHECK(seen >= 190);
    CHECK(wrong == 0);
}

TEST_CASE("the sign test is the binomial's, ties and lonely spells left out") {
    const auto trouble = std::make_unique<bool[]>(1000);
    std::vector<double> values(1000, 0.0);
    for (std::size_t i = 0; i < 6; ++i) {
        trouble[100 + 150 * i] = true;
        values[100 + 150 * i] = i == 0 ? 0.0 : 1.0;  // the first is a tie
    }
    const Isolation found = *isolation({trouble.get(), 1000}, values);
    CHECK(found.spells == 5);
    CHECK(found.slower == 5);
    CHECK(std::abs(found.p - 1.0 / 32) < 1e-12);
    CHECK(found.log_ratio == 1);
    CHECK_FALSE(isolation({trouble.get(), 600},
                          std::span<const double>{values}.first(600)));  // three spells
    CHECK_FALSE(isolation({}, {}));
}
