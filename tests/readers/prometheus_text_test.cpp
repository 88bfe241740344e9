// Prometheus and OpenMetrics text: scrapes, resets, escapes, bounds as numbers, and what hurts.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader prometheus_text;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::read_text;
using testing::ReadText;

namespace {

std::string scrape(
    const std::string& at, int fast, int slow, int all, const std::string& handler = "/x") {
    const auto line = [&](const std::string& le, int count) {
        return "http_request_duration_seconds_bucket{job=\"web\",handler=\"" + handler +
               "\",le=\"" + le + "\"} " + std::to_string(count) + "\n";
    };
    return "# scrape " + at + "\n# TYPE http_request_duration_seconds histogram\n" +
           line("0.1", fast) + line("1e0", slow) + line("+Inf", all) +
           "http_request_duration_seconds_count{job=\"web\"} " + std::to_string(all) + "\n";
}
const RouteLatency& only(const ReadText& read) {
    REQUIRE(read.evidence.latency.routes.size() == 1);
    return read.evidence.latency.routes.begin()->second;
}

}  // namespace

TEST_CASE("two scrapes are one interval, whose counts are the difference") {
    const ReadText read = read_text(readers::prometheus_text,
                                    scrape("2026-11-21T08:00:00Z", 1000, 1100, 1110) +
                                        scrape("2026-11-21T08:01:00Z", 1090, 1199, 1210));
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.input.skipped == 0);
    CHECK(read.evidence.latency.routes.begin()->first == RouteId{.service = "web", .route = "/x"});
    const RouteLatency& route = only(read);
    REQUIRE(route.histograms.size() == 1);
    CHECK(to_text(route.histograms.begin()->first) == "2026-11-21T08:00:00Z");
    const LatencyBucket& window = route.histograms.begin()->second;
    CHECK(window.count() == 100);
    CHECK(window.quantile(0.9)->high == 100'000);  // 90 of 100 are within 0.1 s
    CHECK(window.quantile(0.99)->high == 1'000'000);
    CHECK(window.quantile(0.999)->low == 1'000'000);  // above the last bound: no point
    CHECK_FALSE(window.quantile(0.999)->has_point());
}

TEST_CASE("one scrape is no series, and says so") {
    const ReadText read =
        read_text(readers::prometheus_text, scrape("2026-11-21T08:00:00Z", 1, 2, 3));
    CHECK(read.evidence.latency.routes.empty());
    CHECK(read.input.note.find("one scrape") == 0);
}

TEST_CASE("where any bucket fell the process began anew, and the new counts are the increase") {
    const ReadText read = read_text(readers::prometheus_text,
                                    scrape("2026-11-21T08:00:00Z", 1000, 1100, 1110) +
                                        scrape("2026-11-21T08:01:00Z", 5, 7, 8) +
                                        scrape("2026-11-21T08:02:00Z", 6, 8, 10));
    const RouteLatency& route = only(read);
    REQUIRE(route.histograms.size() == 2);
    CHECK(route.histograms.begin()->second.count() == 8);
    CHECK(route.histograms.rbegin()->second.count() == 2);
}

TEST_CASE("stamps are milliseconds, in OpenMetrics seconds; exemplars and escapes do not hurt") {
    const auto line = [](const std::string& at, int count, const std::string& tail) {
        std::string out;
        for (const char* le : {"0.5", "+Inf"}) {
            out += "rpc_server_seconds_bucket{service=\"a\\\"b\\\\c\\n\",le=\"" + std::string{le} +
                   "\"} " + std::to_string(count) + " " + at + tail + "\n";
        }
        return out;
    };
    const std::string head = "# TYPE rpc_server_seconds histogram\n";
    const ReadText text =
        read_text(readers::prometheus_text,
                  head + line("1790000000000", 5, "") + line("1790000060000", 9, ""));
    CHECK(text.evidence.latency.routes.begin()->first.service == "a\"b\\c\n");
    CHECK(micros(*text.input.span.to) == 1'790'000'060'000'000);
    const ReadText open =
        read_text(readers::prometheus_text,
                  head + "# UNIT rpc_server_seconds seconds\n" +
                      line("1790000000.5", 5, " # {trace_id=\"x\"} 0.4 1790000000.1") +
                      line("1790000060", 9, "") + "# EOF\n");
    CHECK(micros(*open.input.span.from) == 1'790'000'000'500'000);
    CHECK(only(open).histograms.begin()->second.count() == 4);
}

TEST_CASE("a family without a unit in its name is refused, gauges are taken, others pass") {
    const std::string unnamed =
        "# TYPE job histogram\n# scrape 2026-11-21T08:00:00Z\njob_bucket{le=\"+Inf\"} 1\n";
    REQUIRE(testing::error_of(readers::prometheus_text, unnamed));
    CHECK(testing::error_of(readers::prometheus_text, unnamed)->remedy.find("--unit") !=
          std::string::npos);
    CHECK_FALSE(testing::error_of(readers::prometheus_text, unnamed, testing::with_unit("ms")));
    const ReadText gauges =
        read_text(readers::prometheus_text,
                  "# TYPE hikaricp_connections_active gauge\n# scrape "
                  "2026-11-21T08:00:00Z\nhikaricp_connections_active{pool=\"main\"} 7\nup 1\n");
    CHECK(gauges.evidence.gauges.series.at("pool.main.busy").samples.begin()->second.value_milli ==
          7000);
    CHECK(gauges.input.records == 2);
    const ReadText sized =
        read_text(readers::prometheus_text,
                  "# TYPE hikaricp_connections_active gauge\n# scrape "
                  "2026-11-21T08:00:00Z\nhikaricp_connections_active{pool=\"main\"} 7\n"
                  "hikaricp_connections_max{pool=\"main\"} 20\n"
                  "hikaricp_connections_max{pool=\"idle\"} 5\n");
    CHECK(sized.evidence.gauges.series.at("pool.main.busy").samples.begin()->second ==
          GaugeSample{.value_milli = 7000, .limit_milli = 20'000});
    CHECK(sized.evidence.gauges.series.size() == 1);  // a size alone is no use
}

TEST_CASE("what hurts is counted with its reason: NaN, negative, no time, clock back, no +Inf") {
    const auto why = [](const std::string& text) {
        return read_text(readers::prometheus_text, "# TYPE x_seconds histogram\n" + text)
            .input.first_skipped.why;
    };
    const std::string at = "# scrape 2026-11-21T08:00:00Z\n";
    CHECK(why(at + "x_seconds_bucket{le=\"1\"} NaN\n") == "no sample of Prometheus");
    CHECK(why(at + "x_seconds_bucket{le=\"1\"} -4\n") == "a count below zero, or none");
    CHECK(why(at + "x_seconds_bucket{le=\"1\"} +Inf\n") == "a count below zero, or none");
    CHECK(why(at + "x_seconds_bucket{le=\"NaN\"} 1\n") == "a bucket without le");
    CHECK(why(at + "x_seconds_bucket{le=\"1\" 4\n") == "no sample of Prometheus");
    CHECK(why("x_seconds_bucket{le=\"1\"} 4\n").find("# scrape") != std::string::npos);
    CHECK(why(at + "x_seconds_bucket{le=\"+Inf\"} 4\n# scrape "
                   "2026-11-21T07:00:00Z\nx_seconds_bucket{le=\"+Inf\"} 5\n") ==
          "the clock goes back");
    CHECK(why(at + "x_seconds_bucket{le=\"1\"} 4\n") == "a histogram has no +Inf bucket");
    testing::read_damaged(
        readers::prometheus_text,
        scrape("2026-11-21T08:00:00Z", 1, 2, 3) + scrape("2026-11-21T08:01:00Z", 1, 2, 3));
}

TEST_CASE("a jump beyond a trillion requests is named and not used") {
    std::string second = scrape("2026-11-21T08:01:00Z", 1090, 1199, 1210);
    const std::size_t inf = second.find("+Inf\"} 1210");
    REQUIRE(inf != std::string::npos);
    second.replace(inf + 7, 4, "1e300");
    const ReadText read = read_text(readers::prometheus_text,
                                    scrape("2026-11-21T08:00:00Z", 1000, 1100, 1110) + second);
    CHECK(read.evidence.latency.routes.empty());
    CHECK(read.input.first_skipped.why.find("more than a trillion") != std::string::npos);
}

TEST_CASE(
    "a request of centuries is named and not used, an empty bucket of centuries is harmless") {
    const auto with = [](int in_far_bucket) {
        std::string both =
            scrape("2026-11-21T08:00:00Z", 1000, 1000, 1000) +
            scrape("2026-11-21T08:01:00Z", 1090, 1090 + in_far_bucket, 1090 + in_far_bucket);
        for (std::size_t at = both.find("1e0"); at != std::string::npos; at = both.find("1e0")) {
            both.replace(at, 3, "1e12");
        }
        return read_text(readers::prometheus_text, both);
    };
    CHECK(only(with(0)).histograms.begin()->second.count() == 90);
    CHECK(with(0).input.skipped == 0);
    CHECK(with(5).evidence.latency.routes.empty());
    CHECK(with(5).input.first_skipped.why.find("more than 31 years") != std::string::npos);
}
