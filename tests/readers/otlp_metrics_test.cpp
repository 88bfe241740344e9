// OTLP metrics: explicit and exponential, delta and cumulative, units old and new, and what hurts.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

#include <cmath>

namespace plimsoll::readers {
extern const Reader otlp_json;
}  // namespace plimsoll::readers

using namespace plimsoll;
using Catch::Matchers::WithinRel;
using testing::read_text;
using testing::ReadText;

namespace {

std::string metric(const std::string& name, const std::string& unit, const std::string& body) {
    return R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeMetrics":[{"metrics":[{"name":")" +
           name + R"(","unit":")" + unit + R"(",)" + body + "}]}]}]}\n";
}
std::string histogram(int temporality, const std::string& points) {
    return R"("histogram":{"aggregationTemporality":)" + std::to_string(temporality) +
           R"(,"dataPoints":[)" + points + "]}";
}
std::string point(const std::string& start,
                  const std::string& at,
                  const std::string& counts,
                  const std::string& bounds = "[0.1,1]") {
    return R"({"startTimeUnixNano":")" + start + R"(","timeUnixNano":")" + at +
           R"(","count":"1","sum":1,"bucketCounts":)" + counts + R"(,"explicitBounds":)" + bounds +
           R"(,"attributes":[{"key":"http.route","value":{"stringValue":"/x"}},{"key":"http.request.method","value":{"stringValue":"GET"}}]})";
}
const std::string t0 = "1790000000000000000";
const std::string t1 = "1790000060000000000";
const std::string t2 = "1790000120000000000";

const RouteLatency& only(const ReadText& read) {
    REQUIRE(read.evidence.latency.routes.size() == 1);
    return read.evidence.latency.routes.begin()->second;
}

}  // namespace

TEST_CASE("delta points are counts as they are, with their buckets as bounds") {
    const ReadText read = read_text(
        readers::otlp_json,
        metric(
            "http.server.request.duration", "s", histogram(1, point(t0, t1, R"(["90","9",1])"))));
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.evidence.latency.routes.begin()->first ==
          RouteId{.service = "web", .route = "GET /x"});
    const LatencyBucket& window = only(read).histograms.begin()->second;
    CHECK(window.count() == 100);
    CHECK(window.quantile(0.5)->high == 100'000);
    CHECK(window.quantile(0.99)->high == 1'000'000);
    CHECK_FALSE(window.quantile(0.995)->has_point());
}

TEST_CASE("cumulative points are differences; another start time begins anew") {
    const std::string t3 = "1790000180000000000";
    const ReadText read = read_text(
        readers::otlp_json,
        metric("http.server.request.duration", "s", histogram(2, point(t0, t1, "[10,20,30]"))) +
            metric("http.server.request.duration", "s", histogram(2, point(t0, t2, "[15,20,31]"))) +
            metric("http.server.request.duration", "s", histogram(2, point(t2, t3, "[100,0,0]"))));
    const RouteLatency& route = only(read);
    REQUIRE(route.histograms.size() == 2);
    CHECK(route.histograms.begin()->second.count() == 6);
    CHECK(route.histograms.rbegin()->second.count() == 100);
    const ReadText alone = read_text(
        readers::otlp_json,
        metric("http.server.request.duration", "s", histogram(2, point(t0, t1, "[1,2,3]"))));
    CHECK(alone.evidence.latency.routes.empty());
    CHECK(alone.input.note.find("two exports") != std::string::npos);
}

TEST_CASE("milliseconds of older conventions and seconds of newer ones are the same time") {
    const ReadText old = read_text(
        readers::otlp_json,
        metric(
            "http.server.duration", "ms", histogram(1, point(t0, t1, "[90,9,1]", "[100,1000]"))));
    CHECK(only(old).histograms.begin()->second.quantile(0.5)->high == 100'000);
    CHECK(testing::error_of(
        readers::otlp_json,
        metric("http.server.duration", "", histogram(1, point(t0, t1, "[1,1,1]")))));
    CHECK(read_text(readers::otlp_json,
                    metric("http.server.body.size", "By", histogram(1, point(t0, t1, "[1,1,1]"))))
              .evidence.latency.routes.empty());
    // A client's metric is not a request to the service: it carries its name.
    const ReadText client = read_text(
        readers::otlp_json,
        metric("http.client.request.duration", "s", histogram(1, point(t0, t1, "[1,1,1]"))));
    CHECK(client.evidence.latency.routes.begin()->first.route ==
          "http.client.request.duration GET /x");
}

TEST_CASE("exponential buckets: base two to the minus scale, zero bucket below") {
    const std::string body =
        R"("exponentialHistogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","dataPoints":[{"startTimeUnixNano":")" +
        t0 + R"(","timeUnixNano":")" + t1 +
        R"(","scale":3,"zeroCount":"10","zeroThreshold":0.001,"positive":{"offset":-8,"bucketCounts":["80","10"]}}]})";
    const ReadText read = read_text(readers::otlp_json, metric("rpc.server.duration", "s", body));
    const LatencyBucket& window = only(read).histograms.begin()->second;
    CHECK(window.count() == 100);
    const Estimate p50 = *window.quantile(0.5);  // bucket (2^-1, 2^-0.875]
    CHECK_THAT(p50.low, WithinRel(0.5e6, 1e-6));
    CHECK_THAT(p50.high, WithinRel(std::exp2(-0.875) * 1e6, 1e-6));
    CHECK(window.quantile(0.05)->high == 1'000);
}

TEST_CASE("what hurts is counted with its reason and takes no memory") {
    const auto why = [](const std::string& points) {
        const ReadText read = read_text(
            readers::otlp_json, metric("http.server.request.duration", "s", histogram(1, points)));
        CHECK(read.evidence.latency.routes.empty());
        return read.input.first_skipped.why;
    };
    CHECK(why(point(t0, t1, "[1,2]")) == "bucketCounts is not one longer than explicitBounds");
    CHECK(why(point(t0, t1, "[1,-2,3]")) == "bounds that do not rise, or a count that is none");
    CHECK(why(point(t0, t1, "[1,2,3]", "[1,0.1]")) ==
          "bounds that do not rise, or a count that is none");
    CHECK(why(point(t0, t1, "[1,2,3]", R"(["NaN",1])")) ==
          "bounds that do not rise, or a count that is none");
    CHECK(why(point(t0, t1, "[]", "[]")) == "a histogram with count and sum alone");
    CHECK(why(point(t1, t0, "[1,2,3]")) == "a point without time, or that began after it ended");
    const auto exponential = [](const std::string& fields) {
        return read_text(
                   readers::otlp_json,
                   metric(
                       "http.server.request.duration",
                       "s",
                       R"("exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"startTimeUnixNano":")" +
                           t0 + R"(","timeUnixNano":")" + t1 + "\"," + fields + "}]}"))
            .input;
    };
    CHECK(exponential(R"("scale":1000,"positive":{"offset":0,"bucketCounts":[1]})").skipped == 1);
    CHECK(exponential(R"("scale":0,"positive":{"offset":9000000000,"bucketCounts":[1]})").skipped ==
          1);
    CHECK(exponential(R"("scale":0,"positive":{"offset":2000000000,"bucketCounts":[1]})").skipped ==
          0);  // above all bounds
    CHECK(
        exponential(R"("scale":0,"negative":{"bucketCounts":[1]},"positive":{"bucketCounts":[1]})")
            .first_skipped.why == "a duration below zero");
    const ReadText back = read_text(
        readers::otlp_json,
        metric("http.server.request.duration", "s", histogram(2, point(t0, t2, "[1,1,1]"))) +
            metric("http.server.request.duration", "s", histogram(2, point(t0, t1, "[2,2,2]"))));
    CHECK(back.input.first_skipped.why == "the clock goes back");
    testing::read_damaged(
        readers::otlp_json,
        metric("http.server.request.duration",
               "s",
               histogram(2, point(t0, t1, "[1,1,1]") + "," + point(t0, t2, "[2,2,2]"))));
}

TEST_CASE("a point of more than a trillion requests is named and not used") {
    for (const char* const counts : {R"(["9223372036854775807","9","1"])", R"(["0","2e12",1])"}) {
        const ReadText read = read_text(
            readers::otlp_json,
            metric("http.server.request.duration",
                   "s",
                   histogram(1, point(t0, t1, counts) + "," + point(t1, t2, R"(["90","9","1"])"))));
        CHECK(only(read).histograms.size() == 1);
        CHECK(only(read).histograms.begin()->second.count() == 100);
        CHECK(read.input.skipped >= 1);
    }
}
