// The study of step against climb on realistic noise is in drift_test.cpp.
#include "model/change_shape.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <cstdint>
#include <functional>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

namespace {

constexpr std::int64_t first = 20'000;

std::vector<DayValue> days_of(int count, const std::function<double(int)>& value) {
    std::vector<DayValue> days;
    for (int i = 0; i < count; ++i) {
        days.push_back({first + i, value(i), 0});
    }
    return days;
}

}  // namespace

TEST_CASE("without noise the fit gives step, climb and day back") {
    const StepFit fit = *fit_step_and_climb(
        days_of(91, [](int i) { return 2 + 0.3 * i / 90 + (i >= 40 ? 0.2 : 0.0); }));
    CHECK_THAT(fit.step, WithinAbs(0.2, 1e-9));
    CHECK_THAT(fit.climb, WithinAbs(0.3, 1e-9));
    CHECK_THAT(*fit.share, WithinAbs(0.4, 1e-9));
    CHECK(fit.step_day == first + 40);
    CHECK(fit.shape == Shape::climb);
}

TEST_CASE("three outcomes and none") {
    const auto shape = [](double climb, double step) {
        return fit_step_and_climb(
                   days_of(60, [&](int i) { return climb * i / 59 + (i >= 30 ? step : 0.0); }))
            ->shape;
    };
    CHECK(shape(0.1, 0.3) == Shape::step);
    CHECK(shape(0.2, 0.3) == Shape::mixed);
    CHECK(shape(0.3, 0.2) == Shape::climb);
    CHECK(shape(0.02, 0.02) == Shape::none);
    CHECK(shape(-0.3, 0.0) == Shape::none);
}

TEST_CASE("between strong and very strong evidence of a step nobody can tell") {
    Random random(8);
    const std::vector<DayValue> days =
        days_of(91, [&](int i) { return (i >= 50 ? 0.15 : 0.0) + 0.06 * random.normal(); });
    const StepFit fit = *fit_step_and_climb(days);
    REQUIRE(fit.lead > 0);
    const auto shape = [&](double climb_lead, double step_lead) {
        ShapeRules rules;
        rules.climb_lead = climb_lead;
        rules.step_lead = step_lead;
        return fit_step_and_climb(days, rules)->shape;
    };
    CHECK(shape(fit.lead - 1, fit.lead) == Shape::step);
    CHECK(shape(fit.lead - 1, fit.lead + 1) == Shape::untold);
    CHECK(shape(fit.lead, fit.lead + 1) == Shape::climb);
}

TEST_CASE("a gap in the days does not bend a line") {
    std::vector<DayValue> days = days_of(60, [](int i) { return 0.01 * i; });
    days.erase(days.begin() + 20, days.begin() + 35);
    const StepFit fit = *fit_step_and_climb(days);
    CHECK_THAT(fit.climb, WithinAbs(0.59, 1e-9));
    CHECK_THAT(*fit.share, WithinAbs(0, 1e-9));
}

TEST_CASE("the step is found in noise within two days") {
    Random random(3);
    const StepFit fit = *fit_step_and_climb(
        days_of(91, [&](int i) { return (i >= 55 ? 0.4 : 0.0) + 0.05 * random.normal(); }));
    CHECK(std::abs(fit.step_day - (first + 55)) <= 2);
    CHECK(fit.shape == Shape::step);
}

TEST_CASE("too short a series has no shape") {
    CHECK_FALSE(fit_step_and_climb(days_of(20, [](int i) { return 1.0 * i; })).has_value());
    CHECK(fit_step_and_climb(days_of(21, [](int i) { return 1.0 * i; })).has_value());
    CHECK_FALSE(largest_jump(days_of(20, [](int i) { return 1.0 * i; })).has_value());
    CHECK_FALSE(largest_jump({}).has_value());
}

TEST_CASE("the largest jump of a step is all of it, of a climb a small part") {
    const Jump step = *largest_jump(days_of(91, [](int i) { return i >= 40 ? 0.5 : 0.0; }));
    CHECK_THAT(*step.share, WithinAbs(1, 1e-9));
    CHECK_THAT(step.size, WithinAbs(0.5, 1e-9));
    CHECK(std::abs(step.day - (first + 40)) <= 3);  // medians of seven: flat for some days
    const Jump climb = *largest_jump(days_of(91, [](int i) { return 0.01 * i; }));
    CHECK_THAT(*climb.share, WithinAbs(0.07 / 0.80, 1e-9));  // medians of 11 days: 85 less 5
    CHECK_FALSE(largest_jump(days_of(30, [](int) { return 1.0; }))->share.has_value());
}

TEST_CASE("the weekly cycle is taken out and the level kept") {
    const std::vector<DayValue> flat = without_weekly_cycle(
        days_of(70, [](int i) { return 5 - (weekday_of(first + i) >= 5 ? 0.4 : 0.0); }));
    for (const DayValue& day : flat) {
        CHECK_THAT(day.value, WithinAbs(5, 1e-9));
    }
}

TEST_CASE("a day of outage is pulled in; steps, climbs and quiet series are left as they are") {
    const auto noise = [](int i) { return 0.02 * ((i * 7919) % 11 - 5); };
    const auto changed = [](const std::vector<DayValue>& days) {
        const std::vector<DayValue> pulled = without_outages(days);
        int count = 0;
        for (std::size_t i = 0; i < days.size(); ++i) {
            count += pulled[i].value == days[i].value ? 0 : 1;
            CHECK(pulled[i].day == days[i].day);
        }
        return count;
    };
    CHECK(changed(days_of(60, noise)) == 0);
    CHECK(changed(days_of(60, [&](int i) { return noise(i) + (i >= 30 ? 0.4 : 0.0); })) == 0);
    CHECK(changed(days_of(60, [&](int i) { return noise(i) + 0.03 * i; })) == 0);
    const std::vector<DayValue> outage =
        days_of(60, [&](int i) { return noise(i) + (i == 20 || i == 21 ? 3.0 : 0.0); });
    CHECK(changed(outage) == 2);
    CHECK(without_outages(outage)[20].value < 0.5);
    CHECK(without_outages({}).empty());
    CHECK(changed(days_of(1, noise)) == 0);
    CHECK(changed(days_of(30, [](int i) { return i == 3 ? 9.0 : 1.0; })) == 0);  // no scale to it
}

TEST_CASE("an outage at the start of a climb makes no step of it") {
    const auto story = [](double outage) {
        return fit_step_and_climb(without_outages(days_of(
                                      91,
                                      [&](int i) {
                                          return 0.4 * i / 90 + 0.03 * ((i * 7919) % 11 - 5) / 5 +
                                                 (i == 80 || i == 81 ? outage : 0.0);
                                      })))
            ->shape;
    };
    CHECK(story(0) == Shape::climb);
    CHECK(story(3) == Shape::climb);
}

TEST_CASE("how much likelier than no change at all: none for noise, much for a step") {
    const auto over_flat = [](double step) {
        return fit_step_and_climb(days_of(60,
                                          [&](int i) {
                                              return 0.03 * ((i * 7919) % 11 - 5) / 5 +
                                                     (i >= 25 ? step : 0.0);
                                          }))
            ->over_flat;
    };
    CHECK(over_flat(0) < 12);
    CHECK(over_flat(0.3) > 50);
    CHECK(over_flat(0.3) > over_flat(0.1));
}
