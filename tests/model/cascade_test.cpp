// Cascades on simulated minutes: two weeks, a shared daily cycle, own incidents, outliers; seeded.
//
// By hand, 2026-11-21, seed 900 + events, share in which the first is said to lead: a common cause
// with 8 / 12 / 20 / 40 events 0.4 / 0.7 / 1.1 / 1.3 % (2000, 3000, 2000, 1000 pairs; a pair is
// asked in both directions, so twice that), independent 0.0 %, crons 0.7 %, reverse 0.0 % (1000
// each); a cascade of 12 / 8 events 100 / 97 % (500 each).
#include "model/cascade.hpp"

#include "catch.hpp"
#include "model/noise_model.hpp"

#include <cmath>
#include <numbers>

using namespace plimsoll::model;

namespace {

constexpr std::size_t days = 14;
constexpr std::size_t minutes = days * 1440;

enum class Truth { independent, crons, common, reverse, cascade };

using Values = std::vector<double>;

void raise(Values& values, std::size_t from, std::size_t length, double height) {
    for (std::size_t at = from; at < std::min(from + length, values.size()); ++at) {
        values[at] += height;
    }
}

double height_of(Random& random) {
    return 0.7 + 1.3 * random.uniform();
}

Values quiet(Random& random) {
    Values values = testing::memory_noise(minutes, 0.6, 0.12, random);
    for (std::size_t at = 0; at < minutes; ++at) {
        values[at] += 0.4 * std::sin(2 * std::numbers::pi * static_cast<double>(at % 1440) / 1440);
        values[at] += random.uniform() < 0.002 ? random.exponential() : 0;
    }
    for (int i = 0; i < 12; ++i) {
        raise(values, random.below(minutes), 3 + random.below(13), height_of(random));
    }
    return values;
}

struct Pair {
    Values b;
    Values a;
};

Pair simulated(Truth truth, int events, Random& random) {
    Pair pair{quiet(random), quiet(random)};
    if (truth == Truth::crons) {
        for (std::size_t hour = 0; hour < days * 24; hour += 4) {
            raise(pair.b, hour * 60, 4, 1);
            raise(pair.a, hour * 60 + 1, 4, 1);
        }
    }
    for (int i = 0; i < events && truth != Truth::independent && truth != Truth::crons; ++i) {
        const std::size_t at = 60 + random.below(minutes - 120);
        const std::size_t length = 3 + random.below(13);
        if (truth == Truth::common) {
            raise(pair.b, at + random.below(3) - 1, length, height_of(random));
            raise(pair.a, at + random.below(3) - 1, length, height_of(random));
        } else {
            Values& first = truth == Truth::cascade ? pair.b : pair.a;
            Values& second = truth == Truth::cascade ? pair.a : pair.b;
            raise(first, at, length, height_of(random));
            raise(second, at + 1 + random.below(2), length + random.below(4), height_of(random));
        }
    }
    return pair;
}

struct Shares {
    double together = 0;
    double leads = 0;
};

Shares shares(Truth truth, int events, int runs, std::uint64_t seed) {
    Random random{seed};
    Shares out;
    for (int run = 0; run < runs; ++run) {
        const Pair pair = simulated(truth, events, random);
        const Cascade found = cascade(onsets(pair.b), onsets(pair.a), minutes);
        out.together += found.together ? 1.0 / runs : 0;
        out.leads += found.leads ? 1.0 / runs : 0;
    }
    return out;
}

}  // namespace

TEST_CASE("no direction is seen where there is none") {
    CHECK(shares(Truth::independent, 0, 30, 1).leads <= 0.03);
    CHECK(shares(Truth::crons, 0, 20, 2).leads <= 0.03);
    CHECK(shares(Truth::common, 12, 200, 3).leads <= 0.03);
    CHECK(shares(Truth::reverse, 12, 20, 4).leads <= 0.03);
}

TEST_CASE("a cascade of eight events or more is seen, with its direction") {
    const Shares twelve = shares(Truth::cascade, 12, 20, 5);
    CHECK(twelve.together >= 0.95);
    CHECK(twelve.leads >= 0.95);
    CHECK(shares(Truth::cascade, 8, 20, 6).leads >= 0.9);
}

TEST_CASE("a shared cause is seen as together and no more") {
    CHECK(shares(Truth::common, 12, 20, 7).together >= 0.95);
}

TEST_CASE("onsets: lengths, gaps, holes and short series") {
    Values values(3 * 1440, 0);
    Random random{8};
    for (double& value : values) {
        value = 0.01 * random.normal();
    }
    raise(values, 1000, 1, 5);  // one minute is no spell
    raise(values, 2000, 3, 5);
    raise(values, 2006, 3, 5);  // the same spell
    raise(values, 2500, 2, 5);
    values[2400] = NAN;
    const std::vector<std::size_t> found = onsets(values);
    CHECK(found == std::vector<std::size_t>{2000, 2500});
    CHECK(onsets(std::span<const double>{values}.first(1440)).empty());
    CHECK(onsets(Values(3 * 1440, NAN)).empty());
    CHECK(onsets(Values(3 * 1440, 1.0)).empty());
    CHECK(cascade({}, found, minutes).spells == 0);
    CHECK_FALSE(cascade(found, {}, minutes).together);
}
