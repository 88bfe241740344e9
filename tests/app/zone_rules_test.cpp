// Time zones: offsets, rules of POSIX and files of the time zone database; days of 23 and 25 hours.
#include "app/zone_rules.hpp"

#include "app/config.hpp"
#include "catch.hpp"
#include "core/error.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

using namespace plimsoll;
using namespace std::chrono_literals;

namespace {

const std::string berlin_rule = "CET-1CEST,M3.5.0,M10.5.0/3";

Instant at(std::string_view text) {
    return *parse_instant(text);
}

std::int64_t day(std::string_view date) {
    return day_of(at(date));
}

std::chrono::hours length_of(const Zone& zone, std::string_view from, std::string_view until) {
    return std::chrono::duration_cast<std::chrono::hours>(zone.start_of(day(until)) -
                                                          zone.start_of(day(from)));
}

std::string why_not(std::string_view text) {
    try {
        (void)app::zone_named(text, "plimsoll.toml:3");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::usage);
        CHECK(error.parts().where == "plimsoll.toml:3");
        CHECK(error.parts().remedy.find("Europe/Berlin") != std::string::npos);
        return error.parts().why;
    }
    return {};
}

std::string big_endian(std::int64_t value, int size) {
    std::string out;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift & 0xff);
    }
    return out;
}

// One body: the offset at first, then changes to others.
std::string body(char version,
                 int time_size,
                 std::int64_t first,
                 const std::vector<std::pair<std::int64_t, std::int64_t>>& changes) {
    const auto count = static_cast<std::int64_t>(changes.size());
    std::string out = "TZif";
    out += version;
    out += std::string(15, '\0');
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{0}, std::int64_t{0}, count, count + 1, std::int64_t{4}}) {
        out += big_endian(number, 4);
    }
    for (const auto& [when, offset] : changes) {
        out += big_endian(when, time_size);
    }
    for (std::int64_t i = 0; i < count; ++i) {
        out += static_cast<char>(i + 1);
    }
    out += big_endian(first, 4) + std::string(2, '\0');
    for (const auto& [when, offset] : changes) {
        out += big_endian(offset, 4) + std::string(2, '\0');
    }
    return out + std::string("ABC\0", 4);
}

}  // namespace

TEST_CASE("a zone that is not told is UTC") {
    const Zone utc;
    CHECK(utc.name == "UTC");
    CHECK(utc.day_of(at("2026-11-20T23:59:59Z")) == day("2026-11-20"));
    CHECK(utc.start_of(day("2026-11-20")) == at("2026-11-20"));
    CHECK(utc.day_of(instant(-1)) == -1);
}

TEST_CASE("an offset moves midnight") {
    const Zone zone = app::zone_named("+05:30", "");
    CHECK(zone.name == "+05:30");
    CHECK(zone.day_of(at("2026-11-20T18:29:59Z")) == day("2026-11-20"));
    CHECK(zone.day_of(at("2026-11-20T18:30:00Z")) == day("2026-11-21"));
    CHECK(zone.start_of(day("2026-11-21")) == at("2026-11-20T18:30:00Z"));
    CHECK(app::zone_named("-03", "").offset == -3h);
    CHECK(app::zone_named("Z", "").name == "UTC");
    CHECK_FALSE(app::zone_of_offset("+16:00"));
    CHECK_FALSE(app::zone_of_offset("+01:60"));
    CHECK_FALSE(app::zone_of_offset("+"));
    CHECK_FALSE(app::zone_of_offset("01:00"));
}

TEST_CASE("the weeks in which clocks change have 167 and 169 hours") {
    const Zone berlin = app::zone_named(berlin_rule, "");
    CHECK(berlin.offset_at(at("2026-01-15")) == 1h);
    CHECK(berlin.offset_at(at("2026-03-29T00:59:59Z")) == 1h);
    CHECK(berlin.offset_at(at("2026-03-29T01:00:00Z")) == 2h);
    CHECK(berlin.offset_at(at("2026-10-25T00:59:59Z")) == 2h);
    CHECK(berlin.offset_at(at("2026-10-25T01:00:00Z")) == 1h);
    CHECK(length_of(berlin, "2026-03-29", "2026-03-30") == 23h);
    CHECK(length_of(berlin, "2026-10-25", "2026-10-26") == 25h);
    CHECK(length_of(berlin, "2026-03-23", "2026-03-30") == 167h);
    CHECK(length_of(berlin, "2026-10-19", "2026-10-26") == 169h);
    CHECK(length_of(berlin, "2026-06-01", "2026-06-08") == 168h);
}

TEST_CASE("every day begins at the first instant of its date, whatever the zone") {
    for (const char* rule : {"CET-1CEST,M3.5.0,M10.5.0/3",
                             "NZST-12NZDT,M9.5.0,M4.1.0/3",
                             "<-03>3<-02>,M10.3.0/0,M2.3.0/0",
                             "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
                             "EST5EDT,M3.2.0,M11.1.0",
                             "IST-1GMT0,M10.5.0,M3.5.0/1",
                             "XXX-2YYY,J60/-1,J300/25",
                             "XXX4YYY,59/3,300"}) {
        const std::optional<Zone> zone = app::zone_of_rule(rule);
        CAPTURE(rule);
        REQUIRE(zone);
        for (std::int64_t date = day("2024-01-01"); date < day("2026-12-31"); ++date) {
            const Instant start = zone->start_of(date);
            const auto length = zone->start_of(date + 1) - start;
            if (zone->day_of(start) != date || zone->day_of(start - Micros{1}) >= date ||
                length < 23h || length > 25h) {
                CAPTURE(date);
                FAIL("the day does not begin there");
            }
        }
    }
}

TEST_CASE("rules count days with and without the leap day") {
    const Zone without = *app::zone_of_rule("AAA0BBB,J60/0,J200/0");  // the first of March
    CHECK(without.offset_at(at("2024-03-01T00:00:00Z")) == 1h);
    CHECK(without.offset_at(at("2024-02-29T23:59:59Z")) == 0h);
    CHECK(without.offset_at(at("2025-03-01T00:00:00Z")) == 1h);
    const Zone with = *app::zone_of_rule("AAA0BBB,59/0,200/0");  // the sixtieth day
    CHECK(with.offset_at(at("2024-02-29T00:00:00Z")) == 1h);
    CHECK(with.offset_at(at("2025-03-01T00:00:00Z")) == 1h);
    CHECK(with.offset_at(at("2025-02-28T23:59:59Z")) == 0h);
}

TEST_CASE("what is no zone is refused, with where it stands and what to write") {
    CHECK(why_not("Nowhere/Town").find("have no 'Nowhere/Town'") != std::string::npos);
    CHECK(why_not("/etc/passwd").find("is none") != std::string::npos);
    CHECK(why_not("../../../etc/passwd").find("is none") != std::string::npos);
    CHECK(why_not("").find("is none") != std::string::npos);
    CHECK(why_not("Europe").find("have no") != std::string::npos);  // a folder
    for (const char* rule : {"CE-1",
                             "CET",
                             "CET-1CEST",
                             "CET-1CEST,M3.5.0",
                             "CET-1CEST,M13.5.0,M1.1.0",
                             "CET-1CEST,M3.6.0,M10.5.0",
                             "CET-1CEST,M3.5.7,M10.5.0",
                             "CET-1CEST,J0,J10",
                             "CET-1CEST,J366,J10",
                             "CET-1CEST,M3.5.0,M10.5.0/3x",
                             "CET-99",
                             "<CET-1",
                             "CET-1CEST,M3.5.0/999,M10.5.0"}) {
        CAPTURE(rule);
        CHECK_FALSE(app::zone_of_rule(rule));
    }
}

TEST_CASE("a file of the database: its changes, then its own rule") {
    const std::int64_t first = at("1980-04-06T01:00:00Z").time_since_epoch() / 1s;
    const std::int64_t last = at("2000-10-29T01:00:00Z").time_since_epoch() / 1s;
    const std::string old = body('\0', 4, 3600, {{first, 7200}, {last, 3600}});
    const Zone bare = *app::zone_of_file(old);
    CHECK(bare.offset == 1h);
    REQUIRE(bare.changes.size() == 2);
    CHECK(bare.offset_at(at("1990-01-01")) == 2h);
    CHECK(bare.offset_at(at("2026-07-01")) == 1h);

    const std::string newer = old.substr(0, 4) + '2' + old.substr(5) +
                              body('2', 8, 3600, {{first, 7200}, {last, 3600}}) + "\n" +
                              berlin_rule + "\n";
    const Zone ruled = *app::zone_of_file(newer);
    CHECK(ruled.offset_at(at("1990-01-01")) == 2h);  // listed, so the rule says nothing of it
    CHECK(ruled.offset_at(at("2001-01-01")) == 1h);
    CHECK(ruled.offset_at(at("2026-07-01")) == 2h);
    for (std::size_t length = 0; length < newer.size(); ++length) {
        (void)app::zone_of_file(newer.substr(0, length));
        std::string damaged = newer;
        damaged[length] = static_cast<char>(damaged[length] ^ 0x80);
        (void)app::zone_of_file(damaged);
    }
    CHECK_FALSE(app::zone_of_file(old.substr(0, old.size() - 1)));
    CHECK_FALSE(app::zone_of_file(body('\0', 4, 3600, {{last, 7200}, {first, 3600}})));
    CHECK_FALSE(app::zone_of_file(body('\0', 4, 400'000, {})));
    CHECK_FALSE(app::zone_of_file("not a zone"));

    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "plimsoll-zone-rules-test";
    std::filesystem::create_directories(folder / "Some");
    std::ofstream{folder / "Some" / "City", std::ios::binary} << newer;
    std::ofstream{folder / "Broken", std::ios::binary} << "TZif";
    CHECK(app::zone_named("Some/City", "", folder.string()).name == "Some/City");
    CHECK_THROWS_AS(app::zone_named("Broken", "", folder.string()), Error);
    std::filesystem::remove_all(folder);
}

TEST_CASE("the system's own Berlin is the rule's") {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) {
        WARN("skipped: no time zone database on this machine");
        return;
    }
    const Zone named = app::zone_named("Europe/Berlin", "");
    const Zone ruled = app::zone_named(berlin_rule, "");
    for (Instant when = at("2000-01-01"); when < at("2090-01-01"); when += 61h) {
        REQUIRE(named.offset_at(when) == ruled.offset_at(when));
    }
}

TEST_CASE("[system] timezone is read from the configuration, an error names its line") {
    CHECK(app::parse_config("[system]\ntimezone = \"+02:00\"\n", "plimsoll.toml").zone.offset ==
          2h);
    CHECK(app::parse_config("", "plimsoll.toml").zone.name == "UTC");
    try {
        (void)app::parse_config("[system]\ntimezone = \"Mars/Base\"\n", "plimsoll.toml");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.parts().where == "plimsoll.toml:2");
    }
}
