// Tables of time and percentiles as dashboards export them.
#include "catch.hpp"
#include "latency_reading.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers {
extern const Reader latency_csv;
}

using namespace plimsoll;
using plimsoll::testing::error_of;
using plimsoll::testing::read_text;
using plimsoll::testing::with_unit;

namespace {

const Percentiles& point(const Evidence& evidence, const RouteId& id, std::string_view at) {
    return evidence.latency.routes.at(id).percentiles.at(*parse_instant(at));
}

}  // namespace

TEST_CASE("the plain table: columns in any order, units in the header") {
    const auto read = read_text(readers::latency_csv,
                                "time,service,route,count,p50_ms,p95_ms,p99_ms\n"
                                "2026-11-02T00:00:00Z,shop,/cart,1200,12.5,40,80\n"
                                "2026-11-02T01:00:00Z,shop,/cart,\"1,300\",12.5,40,80.25\n"
                                "2026-11-02T00:00:00Z,shop,/pay,,1,2,3\n");
    REQUIRE(read.input.records == 3);
    CHECK(read.input.skipped == 0);
    CHECK(read.sureness == Sureness::likely);
    const RouteId cart{.service = "shop", .route = "/cart"};
    CHECK(point(read.evidence, cart, "2026-11-02") == Percentiles{.count = 1200,
                                                                  .p50 = 12'500,
                                                                  .p95 = 40'000,
                                                                  .p99 = 80'000,
                                                                  .p99_low = {},
                                                                  .p99_high = {}});
    CHECK(point(read.evidence, cart, "2026-11-02T01:00:00Z").p99 == 80'250);
    CHECK(point(read.evidence, cart, "2026-11-02T01:00:00Z").count == 1300);
    CHECK_FALSE(point(read.evidence, {.service = "shop", .route = "/pay"}, "2026-11-02").count);
    CHECK(to_text(*read.input.span.to) == "2026-11-02T01:00:00Z");
    CHECK(read.evidence.latency.routes.at(cart).first_seen.line == 2);
}

TEST_CASE("one table in many customs is one table") {
    struct Case {
        const char* name;
        const char* text;
    };
    const Case c = GENERATE(
        Case{"units in cells", "Time,p50,p99\n2026-11-02 00:00:00,12.5 ms,0.08 s\n"},
        Case{"semicolons and decimal comma",
             "Time;p50 (ms);p99 (ms)\n2026-11-02 00:00:00;12,5;80\n"},
        Case{"tabs", "Time\tp50_ms\tp99_ms\n2026-11-02 00:00:00\t12.5\t80\n"},
        Case{"epoch seconds", "timestamp,p50_ms,p99_ms\n1793577600,12.5,80\n"},
        Case{"epoch milliseconds", "timestamp,p50_ms,p99_ms\n1793577600000,12.5,80\n"},
        Case{"microseconds, thousands", "time,p50_us,p99_us\n2026-11-02,\"12,500\",\"80,000.0\"\n"},
        Case{"seconds", "time,p50 [s],p99 [s]\n2026-11-02T01:00+01:00,0.0125,0.08\n"},
        Case{"day first",
             "date,p50_ms,p99_ms\n02/11/2026 00:00,12.5,80\n13/11/2026 00:00,12.5,80\n"},
        Case{"long form", "time,metric,value\n2026-11-02,p50 ms,12.5\n2026-11-02,p99 ms,80\n"},
        Case{"byte order mark and carriage returns",
             "\xEF\xBB\xBF"
             "\"Time\",\"p50 ms\",\"p99 ms\"\r\n\"2026-11-02 00:00:00\",\"12.5\",\"80\"\r\n"});
    CAPTURE(c.name);
    const auto read = read_text(readers::latency_csv, c.text);
    REQUIRE(read.evidence.latency.routes.size() == 1);
    CHECK(point(read.evidence, {}, "2026-11-02").p50 == 12'500);
    CHECK(point(read.evidence, {}, "2026-11-02").p99 == 80'000);
    CHECK(read.input.skipped == 0);
}

TEST_CASE("a wide table has a route a column") {
    const auto read =
        read_text(readers::latency_csv,
                  "Time,p99 /cart ms,p99 /pay ms\n2026-11-02,80,90\n2026-11-03,undefined,91\n");
    CHECK(point(read.evidence, {.service = "", .route = "/cart"}, "2026-11-02").p99 == 80'000);
    CHECK(point(read.evidence, {.service = "", .route = "/pay"}, "2026-11-03").p99 == 91'000);
    CHECK(read.evidence.latency.routes.at({.service = "", .route = "/cart"}).percentiles.size() ==
          1);
}

TEST_CASE("what could be read two ways is asked for") {
    const auto asks = [](std::string_view text) { return error_of(readers::latency_csv, text); };
    const auto unit = asks("time,p99\n2026-11-02,80\n");
    REQUIRE(unit);
    CHECK(unit->status == Status::usage);
    CHECK(unit->remedy.find("--unit ms") != std::string::npos);
    CHECK(asks("time,p99_ms\n05/06/2026,80\n")->what.find("day and month") != std::string::npos);
    CHECK(asks("time\tp99_ms\n2026-11-02\t1,234\n")->what.find("decimal sign") !=
          std::string::npos);
    CHECK(asks("time;p99_ms\n2026-11-02;1.234\n")->what.find("decimal sign") != std::string::npos);
    CHECK_FALSE(asks("time,p99_ms\n2026-11-02,1.234\n"));
    const auto read = read_text(readers::latency_csv, "time,p99\n2026-11-02,80\n", with_unit("us"));
    CHECK(point(read.evidence, {}, "2026-11-02").p99 == 80);
    ReadOptions bad;
    bad.log_timezone = "CET";
    CHECK(error_of(readers::latency_csv, "time,p99_ms\n2026-11-02,80\n", bad)->status ==
          Status::usage);
}

TEST_CASE("local times are moved by the offset that was given, and the note tells") {
    ReadOptions options;
    options.log_timezone = "+02:00";
    const auto read =
        read_text(readers::latency_csv, "time,p99_ms\n2026-11-02 02:00,80\n", options);
    CHECK(point(read.evidence, {}, "2026-11-02").p99 == 80'000);
    CHECK(read.input.note.find("--log-timezone") != std::string::npos);
    CHECK(read_text(readers::latency_csv, "time,p99_ms\n2026-11-02 02:00,80\n")
              .input.note.find("UTC") != std::string::npos);
}

TEST_CASE("rows that cannot be used are counted with their first place") {
    const auto read = read_text(readers::latency_csv,
                                "time,p50_ms,p99_ms,errors\n"
                                "2026-11-02,10,80,0\n"
                                "Total,10,80,0\n"           // summary
                                "2026-11-02,10,80,0\n"      // there already
                                "2026-11-03,10,5,0\n"       // p99 below p50
                                "2026-11-04,NaN,+Inf,0\n"   // no numbers
                                "2026-11-05,-1,80,0\n"      // negative
                                "2026-11-06,1e30,1e31,0\n"  // beyond any duration
                                "2026-11-07,,,\n"           // blank
                                "2026-11-08,1,2,3,4,5\n"    // too many cells
                                "2026-11-01,10,80,0\n");    // earlier: allowed
    CHECK(read.input.records == 2);
    CHECK(read.input.skipped == 8);
    CHECK(read.input.first_skipped.line == 3);
    CHECK(read.input.first_skipped.why == "the time is not one");
    CHECK(read.evidence.latency.routes.at({}).percentiles.size() == 2);
    CHECK(read.input.note.find("'errors' not used") != std::string::npos);
}

TEST_CASE("a rate becomes a count by the distance of the points") {
    const auto read =
        read_text(readers::latency_csv,
                  "time,p99_ms,rps\n2026-11-02T00:00:00Z,80,2\n2026-11-02T01:00:00Z,80,3\n"
                  "2026-11-02T03:00:00Z,80,0.5\n");
    CHECK(point(read.evidence, {}, "2026-11-02T01:00:00Z").count == 10'800);
    CHECK(point(read.evidence, {}, "2026-11-02T03:00:00Z").count == 1'800);
}

TEST_CASE("rows give the same points in whatever order they come") {
    std::vector<std::string> rows;
    for (int day = 10; day < 28; ++day) {
        for (const char* const route : {"/a", "/b"}) {
            rows.push_back("2026-11-" + std::to_string(day) + "," + route + "," +
                           std::to_string(day) + "," + std::to_string(day * 2) + ",0.5\n");
        }
    }
    const std::string header = "time,route,p50_ms,p99_ms,rps\n";
    const auto table = [&] {
        std::string text = header;
        for (const std::string& row : rows) {
            text += row;
        }
        return read_text(readers::latency_csv, text);
    };
    const auto whole = table();
    std::ranges::reverse(rows);
    const auto backwards = table();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::swap(rows[i], rows[(i * 7 + 3) % rows.size()]);
    }
    const auto mixed = table();
    for (const auto* const other : {&backwards, &mixed}) {
        CHECK(other->input.records == 36);
        CHECK(other->input.skipped == 0);
        for (const auto& [id, route] : whole.evidence.latency.routes) {
            CHECK(other->evidence.latency.routes.at(id).percentiles == route.percentiles);
            CHECK(route.percentiles.begin()->second.count == 43'200);
        }
    }
}

TEST_CASE("a late point is refused when it is there already, and makes room when it is broken") {
    const auto read = read_text(readers::latency_csv,
                                "time,p50_ms,p99_ms\n"
                                "2026-11-05,10,50\n"
                                "2026-11-03,10,30\n"  // late
                                "2026-11-03,10,31\n"  // there already
                                "2026-11-06,60,6\n"   // p99 below p50: no point
                                "2026-11-06,10,60\n"  // so this is one
                                "2026-11-05,10,51\n"  // there already
                                "2026-11-04,40,4\n"   // late and broken
                                "2026-11-04,10,40\n");
    CHECK(read.input.records == 4);
    CHECK(read.input.skipped == 4);
    REQUIRE(read.evidence.latency.routes.at({}).percentiles.size() == 4);
    for (int day = 3; day < 7; ++day) {
        CHECK(point(read.evidence, {}, "2026-11-0" + std::to_string(day)).p99 == day * 10'000);
    }
}

TEST_CASE("percentiles that are kept nowhere are named") {
    const auto read = read_text(readers::latency_csv, "time,p90_ms,p99_ms\n2026-11-02,70,80\n");
    CHECK(read.input.note.find("p90 not used") != std::string::npos);
    CHECK_FALSE(point(read.evidence, {}, "2026-11-02").p95);
}

TEST_CASE("a table cut between rows gives the whole, in any order") {
    std::string rows;
    for (int day = 10; day < 28; ++day) {
        rows += "2026-11-" + std::to_string(day) + ",/a," + std::to_string(day * 2) + "\n";
        rows += "2026-11-" + std::to_string(day) + ",/b," + std::to_string(day * 3) + "\n";
    }
    const std::string header = "time,route,p99_ms\n";
    const Evidence whole = read_text(readers::latency_csv, header + rows).evidence;
    for (std::size_t cut = rows.find('\n'); cut != std::string::npos;
         cut = rows.find('\n', cut + 1)) {
        Evidence a = read_text(readers::latency_csv, header + rows.substr(0, cut + 1)).evidence;
        Evidence b = read_text(readers::latency_csv, header + rows.substr(cut + 1)).evidence;
        a.merge(b);
        REQUIRE(a.latency.routes.size() == whole.latency.routes.size());
        for (const auto& [id, route] : whole.latency.routes) {
            CHECK(a.latency.routes.at(id).percentiles == route.percentiles);
        }
    }
}

TEST_CASE("other tables are not taken for latency") {
    const auto sureness = [](std::string_view text) {
        return readers::latency_csv.recognises(
            {.kind = SourceKind::bytes, .head = text, .whole = true});
    };
    CHECK(sureness("at,name,value,limit\n") == Sureness::no);
    CHECK(sureness("time,name,cost\n") == Sureness::no);
    CHECK(sureness("p99_ms,p50_ms\n") == Sureness::no);
    CHECK(sureness("") == Sureness::no);
    CHECK(sureness("{\"a\":1}") == Sureness::no);
    CHECK(sureness("# exported\ntime,p99\n") == Sureness::likely);
}

TEST_CASE("nothing that was done to a table crashes its reader") {
    testing::read_damaged(
        readers::latency_csv,
        "time;service;route;count;p50 (ms);p99 (ms)\n20/11/2026 08:00;a;/x;1 000;1,5;2,5 s\n"
        "21/11/2026 08:00;\"a;b\";/y;2;1,5;80\n");
}
