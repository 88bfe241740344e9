// The same part of a log under two names is refused; logs of two servers, of two hours, and of one
// server before and after a rotation are not.
#include "app/overlap.hpp"

#include "catch.hpp"
#include "support/run_program.hpp"

#include <random>
#include <string>

using namespace plimsoll;
using app::Overlap;
using app::Overlaps;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

namespace {

constexpr std::int64_t begin_s = 1'795'305'600;

std::int64_t duration_us(unsigned seed, std::int64_t second, int call) {
    std::uint64_t x = seed * 1'000'003ULL + static_cast<std::uint64_t>(second) * 31ULL +
                      static_cast<std::uint64_t>(call);
    x = (x ^ (x >> 31U)) * 0x9E3779B97F4A7C15ULL;
    return 30 + static_cast<std::int64_t>((x >> 40U) % 5'000);
}

// What a server of that seed did in seconds [from, to), `calls` in each. Simulated.
Workload server(unsigned seed, std::int64_t from, std::int64_t to, int calls = 20) {
    Workload workload;
    for (std::int64_t second = from; second < to; ++second) {
        for (int i = 0; i < calls; ++i) {
            const Instant at = instant((begin_s + second) * 1'000'000 + i);
            workload.short_calls.add(at, 1);
            workload.short_us.add(at, duration_us(seed, second, i));
        }
    }
    return workload;
}

std::string log_of(unsigned seed, int from, int to) {
    std::string out;
    for (int second = from; second < to; ++second) {
        for (int i = 0; i < 9; ++i) {
            const std::string two = second % 60 < 10 ? "0" : "";
            out += "2026-11-21 01:0" + std::to_string(second / 60) + ":" + two +
                   std::to_string(second % 60) + "." + std::to_string(i) + "00 UTC [" +
                   std::to_string(50 + i) + "] app@shop LOG:  duration: 1." +
                   std::to_string(100 + duration_us(seed, second, i) % 900) +
                   " ms  statement: SELECT " + std::to_string(i) + " FROM t\n";
        }
    }
    return out;
}

}  // namespace

TEST_CASE("a copy and a common part are found, whichever comes first") {
    for (const bool turned : {false, true}) {
        Overlaps overlaps;
        const Workload one = server(1, 0, 600);
        const Workload two = server(1, 500, 4'000);
        CHECK_FALSE(overlaps.find_or_add("one", turned ? two : one));
        const std::optional<Overlap> found = overlaps.find_or_add("two", turned ? one : two);
        REQUIRE(found);
        CHECK(found->with == "one");
        CHECK(found->seconds == found->looked_at);
        CHECK(micros(found->from) >= (begin_s + 500) * 1'000'000);
        CHECK(micros(found->to) <= (begin_s + 600) * 1'000'000);
        CHECK(overlaps.find_or_add("three", one));  // a copy
    }
}

TEST_CASE("the beginning of a log is found beside the whole, however short its last second is") {
    Overlaps overlaps;
    CHECK_FALSE(overlaps.find_or_add("whole", server(1, 0, 60)));
    Workload cut = server(1, 0, 5);
    cut.merge(server(1, 5, 6, 3));
    const std::optional<Overlap> found = overlaps.find_or_add("cut", cut);
    REQUIRE(found);
    CHECK(found->seconds == 5);
    CHECK(found->looked_at == 5);
}

TEST_CASE("two servers, two hours and the two sides of a rotation are no overlap") {
    Overlaps overlaps;
    CHECK_FALSE(overlaps.find_or_add("server 1", server(1, 0, 600)));
    CHECK_FALSE(overlaps.find_or_add("server 2", server(2, 0, 600)));
    CHECK_FALSE(overlaps.find_or_add("server 1, next", server(1, 599, 1'200)));
    CHECK_FALSE(overlaps.find_or_add("nothing", Workload{}));
    CHECK_FALSE(overlaps.find_or_add("nothing again", Workload{}));
}

TEST_CASE("servers that are hardly used agree now and then, and are no overlap") {
    Overlaps overlaps;
    Workload one;
    Workload two;
    std::mt19937 random{7};
    for (std::int64_t second = 0; second < 3'000; ++second) {  // a health check in each
        const Instant at = instant((begin_s + second) * 1'000'000);
        for (Workload* each : {&one, &two}) {
            each->short_calls.add(at, 1);
            each->short_us.add(at, 30 + static_cast<std::int64_t>(random() % 8));
        }
    }
    CHECK_FALSE(overlaps.find_or_add("one", one));
    CHECK_FALSE(overlaps.find_or_add("two", two));
}

TEST_CASE("a common part of a day within two weeks is found although few seconds are kept") {
    constexpr std::int64_t day = 86'400;
    Overlaps overlaps;
    CHECK_FALSE(overlaps.find_or_add("two weeks", server(1, 0, 13 * day, 1)));
    const std::optional<Overlap> found = overlaps.find_or_add("a day", server(1, day, 2 * day, 1));
    REQUIRE(found);
    CHECK(found->seconds >= Overlaps::fewest_seconds);
    CHECK(found->seconds <= 200);
    CHECK_FALSE(overlaps.find_or_add("another", server(2, day, 2 * day, 1)));
}

TEST_CASE("a log given twice under two names counts once, with a word and exit status 4") {
    const TemporaryFolder folder;
    const std::string log = folder.write("postgresql.log", log_of(3, 0, 30));
    const std::string copy = folder.write("copy.log", log_of(3, 0, 30));
    const std::string later = folder.write("later.log", log_of(3, 30, 60));
    const Ran once = run_program({"inspect", log, later, "--format", "json"});
    CHECK(once.status == 0);
    const Ran twice = run_program({"inspect", log, later, copy, "--format", "json"});
    CHECK(twice.status == 4);
    CHECK(twice.err.find("two inputs hold the same part of a log") != std::string::npos);
    CHECK(twice.err.find("postgresql.log") != std::string::npos);
    const std::string calls = "\"calls\": 540";
    CHECK(once.out.find(calls) != std::string::npos);
    CHECK(twice.out.find(calls) != std::string::npos);
}
