// The drift rule on the noise model of research/latency.md 2.1 (tests/model/noise_model.hpp).
//
// By hand, 2026-11-22, 500 series a cell (250 without drift at 26 weeks), on seeds that the rule
// was not made with; "sign" is Drift::climbs, in percent, at 6 / 8 / 13 / 26 weeks (climbs: 8 / 13
// / 26); loud is a memory of 0.8 with 9 % of noise:
//   no drift           mild 0/0/0/0     sticky 0.2/0/0/0  loud 1.6/0/0.2/0  wander 2.2/2.6/3.6/2.4
//   80-140-210 ms      mild 100/100/100 sticky 100/100/100 loud 100/100/100 wander 97/99/99
//   +50 % evenly       mild 97/100/100  sticky 70/91/96   loud 57/78/88     wander 46/57/58
//   +50 % in a step    mild 0/0/0       sticky 5/3/0      loud 9/6/3        wander 14/16/13 (all
//   wrong)
// Named a step at 13 weeks, fired or not: a step of +50 % in 97 (mild), 90 (sticky), 84 (loud), 67
// % (wander), an even +50 % in 0, 2, 5, 16 %; the rest is a climb, mixed or untold. Days of outage
// are pulled in before the fit: without that, of steps with an outage of up to a day every six
// weeks 60 % were named, with it 95 (another simulation, by files through the program).
#include "model/drift.hpp"

#include "catch.hpp"
#include "model/noise_model.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

using namespace plimsoll::model;
using namespace plimsoll::model::testing;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

struct Tally {
    int rises = 0;
    int climbs = 0;
    int steps = 0;    // named step, whether or not the trend fired
    int evens = 0;    // named climb, likewise
    int stepped = 0;  // and beyond noise
};

Tally study(std::size_t weeks, Story story, const Noise& noise, int runs) {
    Random random(77 + weeks);
    Tally tally;
    for (int run = 0; run < runs; ++run) {
        const Drift drift = assess_drift(simulate(weeks, story, noise, random).hours);
        tally.rises += drift.rises ? 1 : 0;
        tally.climbs += drift.climbs ? 1 : 0;
        tally.steps += drift.shape->shape == Shape::step ? 1 : 0;
        tally.evens += drift.shape->shape == Shape::climb ? 1 : 0;
        tally.stepped += drift.steps ? 1 : 0;
    }
    return tally;
}

}  // namespace

TEST_CASE("without drift the sign fires in 2 % of series at most, noise with a memory or not") {
    const std::size_t weeks = GENERATE(std::size_t{8}, std::size_t{13});
    CAPTURE(weeks);
    constexpr int runs = 150;
    CHECK(study(weeks, Story::nothing, mild, runs).climbs * 100 <= 2 * runs);
    CHECK(study(weeks, Story::nothing, sticky, runs).climbs * 100 <= 2 * runs);
    // A near random walk: 1.1 to 1.7 % measured; the bound leaves room for 150 series.
    CHECK(study(weeks, Story::nothing, wander, runs).climbs * 100 <= 4 * runs);
}

TEST_CASE("the climb from 80 to 140 to 210 ms is found in 95 % of series from eight weeks") {
    constexpr int runs = 80;
    CHECK(study(8, Story::seed_climb, mild, runs).climbs * 100 >= 95 * runs);
    CHECK(study(8, Story::seed_climb, sticky, runs).climbs * 100 >= 95 * runs);
}

TEST_CASE("at 13 weeks a step of half is named a step and a climb of half a climb") {
    constexpr int runs = 150;
    const Tally mild_step = study(13, Story::half_step, mild, runs);
    const Tally mild_climb = study(13, Story::linear_half, mild, runs);
    CHECK(mild_step.steps * 100 >= 90 * runs);
    CHECK(mild_step.climbs * 100 <= 4 * runs);
    CHECK(mild_climb.climbs * 100 >= 90 * runs);
    CHECK(mild_climb.steps * 100 <= 2 * runs);
    // 91 and 96 % of 400 series by hand; 85 and 90 leave room for 150.
    CHECK(study(13, Story::half_step, sticky, runs).steps * 100 >= 85 * runs);
    CHECK(study(13, Story::linear_half, sticky, runs).evens * 100 >= 90 * runs);
}

TEST_CASE("where noise hides the shape it is left untold more often than named wrongly") {
    constexpr int runs = 150;
    constexpr Noise loud{0.8, 0.09, 0.7, 0.10};  // beyond what the rule was made for
    struct Most {
        Noise noise;
        int wrong;  // percent; 2.8, 7 and 19 measured on 400 series, the rest is room for 150
    };
    for (const Most& most : {Most{sticky, 7}, Most{loud, 12}, Most{wander, 28}}) {
        CAPTURE(most.noise.day_memory);
        CHECK(study(13, Story::half_step, most.noise, runs).evens * 100 <= most.wrong * runs);
        CHECK(study(13, Story::linear_half, most.noise, runs).steps * 100 <= most.wrong * runs);
    }
}

TEST_CASE("a step counts by itself where the trend test sees it in three of five") {
    constexpr int runs = 120;
    CHECK(study(13, Story::half_step, mild, runs).stepped * 100 >= 90 * runs);
    CHECK(study(13, Story::half_step, mild, runs).rises * 100 <= 80 * runs);
    CHECK(study(13, Story::nothing, mild, runs).stepped * 100 <= 2 * runs);
    CHECK(study(13, Story::nothing, sticky, runs).stepped * 100 <= 3 * runs);
}

TEST_CASE("fewer than six whole weeks are not assessed") {
    Random random(1);
    const Drift five = assess_drift(simulate(5, Story::seed_climb, mild, random).hours);
    CHECK(five.level == DriftLevel::not_assessed);
    CHECK(five.weeks == 5);
    CHECK_FALSE(five.climbs);
    CHECK(assess_drift({}).level == DriftLevel::not_assessed);
    CHECK(assess_drift(simulate(6, Story::nothing, mild, random).hours).level == DriftLevel::early);
    CHECK(assess_drift(simulate(8, Story::nothing, mild, random).hours).level ==
          DriftLevel::normal);
    CHECK(assess_drift(simulate(13, Story::seed_climb, mild, random).hours).level ==
          DriftLevel::strong);
}

TEST_CASE("slope, rise and doubling time of a pure climb") {
    std::vector<DayValue> days;
    for (std::int64_t day = 4; day < 4 + 70; ++day) {  // ten weeks from a Monday, 3 % a week
        days.push_back({day, 0.03 * static_cast<double>(day) / 7, 1000});
    }
    const Drift drift = assess_drift(days);
    CHECK(drift.weeks == 10);
    CHECK_THAT(drift.slope.at, WithinRel(0.03, 1e-9));
    CHECK_THAT(drift.rise, WithinRel(std::expm1(0.27), 1e-9));
    CHECK(drift.climbs);
    CHECK_THAT(*doubling_weeks(0.03), WithinRel(std::numbers::ln2 / 0.03, 1e-12));
    CHECK_FALSE(doubling_weeks(0).has_value());
    CHECK_FALSE(doubling_weeks(-1).has_value());
}

TEST_CASE("a rise that stands out of the days counts though it is small, else it must be large") {
    const auto series = [](double rise, double day_to_day) {
        std::vector<DayValue> days;
        Random random(5);
        for (std::int64_t day = 4; day < 4 + 70; ++day) {  // ten weeks from a Monday
            const double even = std::log1p(rise) * static_cast<double>(day - 4) / 69;
            days.push_back({day, even + day_to_day * random.normal(), 1000});
        }
        return assess_drift(days);
    };
    const Drift quiet = series(0.22, 0.03);
    CHECK(quiet.rises);
    CHECK(quiet.stands_out);
    CHECK(quiet.climbs);
    const Drift loud = series(0.22, 0.09);
    CHECK(loud.rises);
    CHECK_FALSE(loud.stands_out);
    CHECK_FALSE(loud.climbs);
    CHECK(loud.day_change > quiet.day_change);
    CHECK(series(0.5, 0.09).climbs);
}

TEST_CASE("a sure but small rise is no sign") {
    std::vector<DayValue> days;
    for (std::int64_t day = 4; day < 4 + 70; ++day) {
        days.push_back({day, 0.01 * static_cast<double>(day) / 7, 1000});  // 9 % in all
    }
    const Drift drift = assess_drift(days);
    CHECK(drift.p < 0.01);
    CHECK_FALSE(drift.rises);
}
