// Access logs of five servers: one request told in each format, and what may not be guessed.
#include "catch.hpp"
#include "latency_reading.hpp"
#include "readers/access/line.hpp"

namespace plimsoll::readers {
extern const Reader access_log;
}

using namespace plimsoll;
using plimsoll::testing::error_of;
using plimsoll::testing::read_text;
using plimsoll::testing::with_unit;

namespace {

const std::string nginx =
    "10.0.0.1 - - [20/Nov/2026:08:15:01 +0000] \"GET /users/123/cart?x=1 HTTP/1.1\" 200 512 \"-\" "
    "\"Mozilla/5.0 (X11)\" 0.250\n"
    "10.0.0.1 - bob [20/Nov/2026:09:15:59 +0100] \"POST /pay HTTP/1.1\" 504 0 \"-\" \"curl\" "
    "60.001\n";

const LatencyBucket& only(const Evidence& evidence, const RouteId& id) {
    const auto& windows = evidence.latency.routes.at(id).histograms;
    REQUIRE(windows.size() == 1);
    return windows.begin()->second;
}

Sureness sureness(std::string_view text) {
    return readers::access_log.recognises({.kind = SourceKind::bytes, .head = text, .whole = true});
}

std::string route(std::string_view method, std::string_view path) {
    std::string out;
    readers::access::route_into(out, method, path);
    return out;
}

}  // namespace

TEST_CASE("nginx: seconds with three decimals, counted in the minute in which the request began") {
    const auto read = read_text(readers::access_log, nginx);
    REQUIRE(read.input.records == 2);
    CHECK(read.input.skipped == 0);
    CHECK(read.sureness == Sureness::likely);
    const RouteId cart{.service = "", .route = "GET /users/{n}/cart"};
    CHECK(only(read.evidence, cart).micros.quantile(1).low <= 250'000);
    CHECK(only(read.evidence, cart).micros.quantile(1).high >= 250'000);
    CHECK(read.evidence.latency.width_us == 60'000'000);
    const RouteId pay{.service = "", .route = "POST /pay"};
    const auto& windows = read.evidence.latency.routes.at(pay).histograms;
    CHECK(to_text(windows.begin()->first) == "2026-11-20T08:14:00Z");
    CHECK(windows.begin()->second.errors == 1);
    CHECK(windows.begin()->second.timeouts == 1);
    CHECK(read.evidence.latency.routes.at(pay).first_seen.line == 2);
}

TEST_CASE("one request in every format is one request") {
    struct Case {
        const char* name;
        const char* line;
        const char* unit;
        const char* service;
    };
    const Case c = GENERATE(
        Case{"named duration",
             "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET /a HTTP/1.1\" 503 9 \"-\" \"x\" "
             "rt=0.250 uct=\"0.001\"\n",
             "",
             ""},
        Case{"Apache, microseconds",
             "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET /a HTTP/1.1\" 503 9 250000\n",
             "us",
             ""},
        Case{"Envoy",
             "[2026-11-20T08:15:10.000Z] \"GET /a HTTP/1.1\" 503 UO 0 12 250 249 \"-\" \"curl\" "
             "\"id\" \"h\" \"-\"\n",
             "",
             ""},
        Case{"Envoy, newer",
             "[2026-11-20T08:15:10.000Z] \"GET /a HTTP/1.1\" 503 - via_upstream - \"-\" 0 12 250 "
             "249 \"-\" \"curl\" \"id\" \"h\"\n",
             "",
             ""},
        Case{"HAProxy",
             "Nov 20 08:15:10 lb haproxy[14389]: 10.0.1.2:33317 [20/Nov/2026:08:15:10.655] http-in "
             "back/srv1 10/0/30/69/250 503 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /a "
             "HTTP/1.1\"\n",
             "",
             "back"},
        Case{"ALB",
             "https 2026-11-20T08:15:10.186641Z app/lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.100 "
             "0.149 0.001 503 503 34 366 \"GET https://www.example.com:443/a?q=1 HTTP/1.1\" "
             "\"curl\" TLS\n",
             "",
             ""},
        Case{"JSON",
             "{\"time\":\"2026-11-20T08:15:10Z\",\"request_time\":0.25,\"status\":503,\"method\":"
             "\"GET\",\"path\":\"/a?b\"}\n",
             "",
             ""},
        Case{"JSON, as nginx escapes it",
             "{\"time_local\":\"20/Nov/2026:08:15:10 "
             "+0000\",\"request_time\":\"0.250\",\"status\":\"503\",\"request\":\"GET /a "
             "HTTP/1.1\"}\n",
             "",
             ""},
        Case{"JSON, unit in the name",
             "{\"ts\":1795162510,\"duration_ms\":250,\"status_code\":503,\"method\":\"GET\","
             "\"url\":\"/a\",\"service\":\"shop\"}\n",
             "",
             "shop"},
        Case{
            "JSON, unit given",
            "{\"ts\":1795162510.5,\"took\":250,\"status\":503,\"method\":\"GET\",\"uri\":\"/a\"}\n",
            "ms",
            ""});
    CAPTURE(c.name);
    const auto read = read_text(readers::access_log, c.line, with_unit(c.unit));
    REQUIRE(read.input.records == 1);
    CHECK(read.sureness >= Sureness::maybe);
    const LatencyBucket& bucket = only(read.evidence, {.service = c.service, .route = "GET /a"});
    CHECK(bucket.micros.quantile(1).low <= 250'000);
    CHECK(bucket.micros.quantile(1).high >= 250'000);
    CHECK(bucket.errors == 1);
    CHECK(to_text(read.evidence.latency.routes.begin()->second.histograms.begin()->first) ==
          "2026-11-20T08:15:00Z");
}

TEST_CASE("what the line does not say is asked for") {
    const auto bare =
        error_of(readers::access_log,
                 "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET /a HTTP/1.1\" 200 9 250\n");
    REQUIRE(bare);
    CHECK(bare->status == Status::usage);
    CHECK(bare->remedy.find("--unit") != std::string::npos);
    const auto none = error_of(
        readers::access_log,
        "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET /a HTTP/1.1\" 200 9 \"-\" \"Mozilla\"\n");
    REQUIRE(none);
    CHECK(none->remedy.find("$request_time") != std::string::npos);
    CHECK(error_of(readers::access_log, "{\"ts\":1795162510,\"took\":250,\"status\":503}\n")
              ->remedy.find("--unit") != std::string::npos);
}

TEST_CASE("lines of another kind are counted with their first place") {
    const auto read = read_text(
        readers::access_log,
        nginx + "\n# rotated\nnonsense\n" +
            "1.2.3.4 - - [99/Nov/2026:08:15:10 +0000] \"GET / HTTP/1.1\" 200 9 \"-\" \"x\" 0.1\n"
            "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET / HTTP/1.1\" 200 9 \"-\" \"x\" -\n"
            "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET / HTTP/1.1\" 200 9 \"-\" \"x\" -1.5\n");
    CHECK(read.input.records == 2);
    CHECK(read.input.skipped == 4);
    CHECK(read.input.first_skipped.line == 5);
    CHECK(read.input.first_skipped.why == "no time in brackets");
}

TEST_CASE("paths become routes") {
    CHECK(route("GET", "/") == "GET /");
    CHECK(route("GET", "/a/42/b") == "GET /a/{n}/b");
    CHECK(route("GET", "/a/6ba7b810-9dad-11d1-80b4-00c04fd430c8") == "GET /a/{n}");
    CHECK(route("GET", "/a/deadbeef01") == "GET /a/{n}");
    CHECK(route("GET", "/v2/cafe") == "GET /v2/cafe");
    CHECK(route("GET", "/a?token=secret") == "GET /a");
    CHECK(route("GET", "/a/") == "GET /a/");
    CHECK(route("-", "") == "-");
    CHECK(route("GET", "/" + std::string(5000, 'x')).size() <= 220);
}

TEST_CASE("the number of routes is bounded") {
    std::string text;
    for (int i = 0; i < 2500; ++i) {
        text += "1.2.3.4 - - [20/Nov/2026:08:15:10 +0000] \"GET /p" + std::to_string(i) +
                "x HTTP/1.1\" 200 9 \"-\" \"x\" 0.100\n";
    }
    const auto read = read_text(readers::access_log, text);
    CHECK(read.evidence.latency.routes.size() == 2001);
    CHECK(only(read.evidence, {.service = "", .route = "(other)"}).count() == 500);
    CHECK(read.input.note.find("2,000 routes") != std::string::npos);
}

TEST_CASE("a log cut between lines gives the whole") {
    std::string text;
    for (int i = 0; i < 40; ++i) {
        text += "1.2.3.4 - - [20/Nov/2026:08:" + std::to_string(10 + i) +
                ":10 +0000] \"GET /a HTTP/1.1\" 200 9 \"-\" \"x\" 0." + std::to_string(100 + i) +
                "\n";
    }
    const Evidence whole = read_text(readers::access_log, text).evidence;
    for (std::size_t cut = text.find('\n') + 1; cut < text.size(); cut = text.find('\n', cut) + 1) {
        Evidence a = read_text(readers::access_log, text.substr(0, cut)).evidence;
        a.latency.merge(read_text(readers::access_log, text.substr(cut)).evidence.latency);
        const auto& ours = a.latency.routes.begin()->second.histograms;
        const auto& theirs = whole.latency.routes.begin()->second.histograms;
        REQUIRE(ours.size() == theirs.size());
        for (const auto& [at, bucket] : theirs) {
            CHECK(ours.at(at).micros == bucket.micros);
        }
    }
}

TEST_CASE("other files are not taken for an access log") {
    CHECK(sureness("") == Sureness::no);
    CHECK(sureness("time,p99_ms\n2026-01-01,5\n") == Sureness::no);
    CHECK(sureness("2026-11-20 08:15:00 UTC [123] LOG:  duration: 12 ms\n") == Sureness::no);
    CHECK(sureness("{\"status\":\"success\",\"data\":{}}") == Sureness::no);
    CHECK(sureness("[{\"Plan\":{}}]") == Sureness::no);
    CHECK(sureness("{\"a\":1}\n{\"a\":2}\n") == Sureness::no);
}

TEST_CASE("nothing that was done to an access log crashes its reader") {
    testing::read_damaged(readers::access_log, nginx);
    testing::read_damaged(
        readers::access_log,
        "[2026-11-20T08:15:10.000Z] \"GET /a HTTP/1.1\" 503 UO 0 12 250 249 \"-\"\n");
    testing::read_damaged(readers::access_log,
                          "h 2026-11-20T08:15:10.1Z l c t 0.1 0.1 0.1 503 503 34 366 \"GET "
                          "https://w:443/a HTTP/1.1\"\n");
    testing::read_damaged(readers::access_log,
                          "haproxy[1]: 1:2 [20/Nov/2026:08:15:10.655] in b/s 10/0/30/69/250 503 2 "
                          "\"GET /a HTTP/1.1\"\n");
    testing::read_damaged(readers::access_log,
                          "{\"time\":\"2026-11-20T08:15:10Z\",\"request_time\":0.25,\"status\":503,"
                          "\"path\":\"/a\"}\n");
    CHECK_FALSE(error_of(readers::access_log, std::string(100'000, '{')));
}
