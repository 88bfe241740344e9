#include "core/instant.hpp"

#include "catch.hpp"

using namespace plimsoll;

TEST_CASE("instants are read as logs and payloads write them", "[instant]") {
    struct Case {
        std::string_view text;
        std::string_view utc;
    };
    const std::vector<Case> cases{
        {"2026-11-20", "2026-11-20T00:00:00Z"},
        {"2026-11-20T08:15:00Z", "2026-11-20T08:15:00Z"},
        {"2026-11-20 08:15:00.123", "2026-11-20T08:15:00.123Z"},
        {"2026-11-20 08:15", "2026-11-20T08:15:00Z"},
        {"2026-11-20T08:15:00.123456789Z", "2026-11-20T08:15:00.123456Z"},
        {"2021-02-18T14:59:13.000+08:00", "2021-02-18T06:59:13Z"},
        {"2021-02-18T14:59:13+0800", "2021-02-18T06:59:13Z"},
        {"2021-02-17T20:59:13-10", "2021-02-18T06:59:13Z"},
        {"2016-08-12 15:23:28 UTC", "2016-08-12T15:23:28Z"},
        {"2026-06-30T23:59:60Z", "2026-06-30T23:59:59Z"},
        {"2026-11-20 08:15:00,5", "2026-11-20T08:15:00.500Z"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const std::optional<Instant> at = parse_instant(one.text);
        REQUIRE(at.has_value());
        CHECK(to_text(*at) == one.utc);
    }
}

TEST_CASE("what is no instant is not guessed", "[instant]") {
    for (const std::string_view text : {"",
                                        "2026",
                                        "2026-13-01",
                                        "2026-02-30",
                                        "0001-01-01T00:00:00Z",
                                        "1969-12-31",
                                        "20261120",
                                        "now",
                                        "2026-11-20T",
                                        "2026-11-20T25:00:00Z",
                                        "2026-11-20T08:61",
                                        "2026-11-20T08:15:00 CET",
                                        "2026-11-20T08:15:00Zjunk",
                                        "2026-11-20x08:15:00",
                                        "2026-11-20T08:15:00+",
                                        "-026-11-20"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_instant(text).has_value());
    }
}

TEST_CASE("text of an instant reads back as the same instant", "[instant]") {
    for (std::int64_t us = 0; us < 4'000'000'000'000'000; us += 123'456'789'012'345) {
        CHECK(parse_instant(to_text(instant(us))) == instant(us));
    }
}

TEST_CASE("a span covers what it is given, in any order", "[instant]") {
    Span span;
    CHECK(span.length() == Micros{0});
    span.cover(instant(5));
    span.cover(instant(2));
    Span other;
    other.cover(instant(9));
    span.merge(other);
    span.merge(Span{});
    CHECK(span.from == instant(2));
    CHECK(span.to == instant(9));
    CHECK(span.length() == Micros{7});
}
