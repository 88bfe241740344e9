// Time stamps of PostgreSQL's logs: as microseconds of UTC, and what is left behind them.
#include "catch.hpp"
#include "readers/postgres/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace plimsoll;
using readers::postgres::Clock;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3'600 * second;
constexpr std::int64_t base = 1'795'223'214 * second;  // 2026-11-21 01:06:54 UTC

struct Stamp {
    std::string text;
    std::int64_t at_us;  // behind the base; ignored when it is none
    std::string rest;
    bool taken = true;
};

void check(Clock& clock, const Stamp& stamp) {
    INFO(stamp.text);
    std::string_view rest = stamp.text;
    std::int64_t at_us = 0;
    CHECK(clock.take(rest, at_us) == stamp.taken);
    if (stamp.taken) {
        CHECK(at_us - base == stamp.at_us);
        CHECK(rest == stamp.rest);
    }
}

const std::vector<Stamp> stamps{
    {"2026-11-21 01:06:54.844 UTC [1]", 844'000, " [1]"},
    {"2026-11-21 01:06:54.844 UTC", 844'000, ""},
    {"2026-11-21 01:06:54.844", 844'000, ""},
    {"2026-11-21 01:06:54.84 UTC [1]", 840'000, " [1]"},
    {"2026-11-21 01:06:54.844123 UTC [1]", 844'123, " [1]"},
    {"2026-11-21 01:06:54,844 UTC [1]", 844'000, " [1]"},
    {"2026-11-21 01:06:54 UTC [1]", 0, " [1]"},
    {"2026-11-21 01:06:54. UTC", 0, ". UTC"},
    {"2026-11-21 01:06:59.999 CET [1]", 5'999'000 - hour, " [1]"},
    {"2026-11-21 01:06:54.000 CEST [1]", -2 * hour, " [1]"},
    {"2026-11-21 01:06:54.001 +03 [1]", 1'000 - 3 * hour, " [1]"},
    {"2026-11-21 01:06:54.001 -03:30 [1]", 1'000 + 3 * hour + 1'800 * second, " [1]"},
    {"2026-11-21 01:06:54.100 [1]", 100'000, " [1]"},
    {"2026-11-21 02:06:54.000 UTC [1]", hour, " [1]"},
    {"2026-11-21 01:06:5x.000 UTC [1]", 0, "", false},
    {"2026-13-41 01:06:54.000 UTC [1]", 0, "", false},
    {"2026-11-21 01:06", 0, "", false},
    {"", 0, "", false}};

}  // namespace

TEST_CASE("a stamp says the same to a fresh clock and to one that has met any other") {
    for (const Stamp& stamp : stamps) {
        Clock fresh{""};
        check(fresh, stamp);
        for (const Stamp& before : stamps) {
            Clock clock{""};
            check(clock, before);
            check(clock, stamp);
        }
    }
}

TEST_CASE("an offset that is given overrides what an abbreviation means, and what is not known") {
    Clock clock{"+02:00"};
    check(clock, {"2026-11-21 01:06:54.844 IST [1]", 844'000 - 2 * hour, " [1]"});
    check(clock, {"2026-11-21 01:06:54.844 UTC [1]", 844'000, " [1]"});
    check(clock, {"2026-11-21 01:06:54.844 [1]", 844'000 - 2 * hour, " [1]"});
    CHECK(clock.unknown_zone().empty());
    Clock open{""};
    check(open, {"2026-11-21 01:06:54.844 QXT [1]", 844'000, " [1]"});
    CHECK(open.unknown_zone() == "QXT");
}
