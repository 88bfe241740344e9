#include "model/weeks.hpp"

#include "catch.hpp"

#include <cstdint>
#include <vector>

using namespace plimsoll::model;

namespace {

constexpr std::int64_t monday = 4;  // 1970-01-05

std::vector<DayValue> run_of_days(std::int64_t first, std::int64_t last) {
    std::vector<DayValue> days;
    for (std::int64_t day = first; day <= last; ++day) {
        days.push_back({day, static_cast<double>(day), 1000});
    }
    return days;
}

}  // namespace

TEST_CASE("weeks run from Monday to Sunday, before 1970 as well") {
    CHECK(weekday_of(0) == 3);  // 1970-01-01 was a Thursday
    CHECK(weekday_of(monday) == 0);
    CHECK(weekday_of(20'778) == 5);  // 2026-11-21, a Saturday
    CHECK(week_of(monday - 1) + 1 == week_of(monday));
    CHECK(week_of(monday) == week_of(monday + 6));
    CHECK(weekday_of(-4) == 6);  // 1969-12-28, a Sunday
    CHECK(week_of(-4) == -1);
    CHECK(week_of(-3) == 0);
}

TEST_CASE("weeks that the series does not span whole are dropped") {
    const std::vector<WeekValue> two = weekly_medians(run_of_days(monday, monday + 13));
    REQUIRE(two.size() == 2);
    CHECK(two[0].value == monday + 3.0);
    CHECK(two[0].days == 7);
    CHECK(two[0].requests == 7000);
    CHECK(weekly_medians(run_of_days(monday + 1, monday + 13)).size() == 1);
    CHECK(weekly_medians(run_of_days(monday, monday + 12)).size() == 1);
    CHECK(weekly_medians(run_of_days(monday + 1, monday + 12)).empty());
    CHECK(weekly_medians({}).empty());
}

TEST_CASE("a week in between needs five days and a thousand requests") {
    std::vector<DayValue> days = run_of_days(monday, monday + 20);
    days.erase(days.begin() + 8, days.begin() + 10);
    CHECK(weekly_medians(days).size() == 3);
    days.erase(days.begin() + 8);
    const std::vector<WeekValue> left = weekly_medians(days);
    REQUIRE(left.size() == 2);  // the middle one is missing, not filled in
    CHECK(left[1].week - left[0].week == 2);
    std::vector<DayValue> quiet = run_of_days(monday, monday + 6);
    for (DayValue& day : quiet) {
        day.requests = 142;  // 994 a week
    }
    CHECK(weekly_medians(quiet).empty());
    quiet.front().requests = 148;
    CHECK(weekly_medians(quiet).size() == 1);
}

TEST_CASE("a day is the median of its values, in any order") {
    const std::vector<DayValue> days =
        daily_medians(std::vector<DayValue>{{2, 5, 10}, {1, 9, 1}, {2, 1, 10}, {2, 3, 10}});
    REQUIRE(days.size() == 2);
    CHECK(days[0].day == 1);
    CHECK(days[1].value == 3);
    CHECK(days[1].requests == 30);
}
