// Growth of tables from one capture, from two, and the weeks that a multiple is away.
#include "catch.hpp"
#include "checks/database/growth.hpp"

#include <chrono>
#include <cmath>

using namespace plimsoll;
using namespace plimsoll::checks::database;

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

DatabaseCapture capture(std::int64_t day, std::int64_t live, std::int64_t inserted) {
    DatabaseCapture out{.database = "shop", .identity = "1"};
    out.started = instant(1'790'000'000'000'000 + day * day_us);
    out.tables["public.orders"] = {
        .schema = "public", .name = "orders", .kind = "r", .rows = static_cast<double>(live)};
    DbSnapshot snapshot;
    snapshot.at = out.started;
    snapshot.totals.reset = instant(1'790'000'000'000'000 + (day - 14) * day_us);
    snapshot.tables["public.orders"] = {.inserted = inserted, .live = live};
    out.snapshots.push_back(snapshot);
    return out;
}

}  // namespace

TEST_CASE("one capture tells growth by its counters, two by their rows", "[database_growth]") {
    Database database;
    database.add(capture(0, 100'000, 20'000));
    const std::map<std::string, Estimate> one = growth_a_week(database);
    REQUIRE(one.contains("orders"));
    CHECK(std::abs(one.at("orders").at - 0.1) < 1e-9);  // a fifth of it in two weeks
    database.add(capture(28, 200'000, 100'000));
    const std::map<std::string, Estimate> two = growth_a_week(database);
    CHECK(std::abs(two.at("orders").at - std::log(2.0) / 4) < 1e-9);
    CHECK(two.at("orders").low <= two.at("orders").at);
    CHECK(std::abs(two.at("orders").high - 0.25) < 1e-9);  // by the counters
}

TEST_CASE("what does not grow, is small, or was restored has no growth", "[database_growth]") {
    Database database;
    database.add(capture(0, 100'000, 0));
    CHECK(growth_a_week(database).empty());
    Database small;
    small.add(capture(0, 100, 50));
    CHECK(growth_a_week(small).empty());
    Database restored;
    restored.add(capture(0, 100'000, 120'000));
    CHECK(growth_a_week(restored).empty());
    CHECK(growth_a_week({}).empty());
}

TEST_CASE("weeks: in proportion at the low end, by equal steps at the high one",
          "[database_growth]") {
    const Estimate rate{.at = 0.1, .low = 0.05, .high = 0.2};
    const Estimate weeks = weeks_until({.at = 4, .low = 2, .high = 8}, rate);
    CHECK(std::abs(weeks.low - std::log(2.0) / 0.2) < 1e-9);
    CHECK(std::abs(weeks.at - std::log(4.0) / 0.1) < 1e-9);
    CHECK(std::abs(weeks.high - 7 / 0.05) < 1e-9);
    const Estimate now = weeks_until({.at = 1, .low = 1, .high = 1}, rate);
    CHECK(now.at == 0);
    CHECK(now.high == 0);
    const Estimate open = weeks_until({.low = 3}, rate);
    CHECK(std::isnan(open.at));
    CHECK(std::isinf(open.high));
    CHECK_FALSE(fastest({{"a", rate}}, {"b"}).has_value());
}
