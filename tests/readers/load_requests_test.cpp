// Load tests request by request (k6, vegeta, JMeter as XML), and what is printed for people (hey,
// vegeta's histogram).
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader load_requests;
extern const Reader load_text;
extern const Reader jmeter_xml;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::only_step;
using testing::read_text;
using testing::ReadText;

namespace {

std::string k6_line(const char* metric, int second, double value, const char* status) {
    return std::string{R"({"metric":")"} + metric +
           R"(","type":"Point","data":{"time":"2026-03-02T10:00:)" + (second < 10 ? "0" : "") +
           std::to_string(second) + R"(.500+01:00","value":)" + std::to_string(value) +
           R"(,"tags":{"status":")" + status + "\"}}}\n";
}

const std::string k6_head =
    R"({"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"})"
    "\n";

std::string sample(int ms, int at, int threads, const char* more = "") {
    return "<httpSample t=\"" + std::to_string(ms) + "\" lt=\"1\" ts=\"" +
           std::to_string(1'790'000'000'000 + at) + "\" s=\"true\" lb=\"GET &lt;x\" na=\"" +
           std::to_string(threads) + "\" " + more;
}

const std::string hey = R"(
Summary:
  Total:	2.0000 secs
  Slowest:	0.9010 secs
  Fastest:	0.0012 secs
  Average:	0.0501 secs
  Requests/sec:	100.5

Response time histogram:
  0.001 [1]	|
  0.901 [199]	|***

Latency distribution:
  50% in 0.0450 secs
  95% in 0.1200 secs
  99% in 0.3000 secs

Details (average, fastest, slowest):
  DNS+dialup:	0.0002 secs, 0.0012 secs, 0.9010 secs

Status code distribution:
  [200]	190 responses
  [503]	8 responses

Error distribution:
  [3]	Get http://x/: EOF
)";

const std::string histogram = R"(Bucket           #    %       Histogram
[0s,     10ms]   611  61.10%  ####
[10ms,   20ms]   350  35.00%  ##
[20ms,   +Inf]   39   3.90%   #
)";

}  // namespace

TEST_CASE("k6 line by line: each number of users is a step, times are ends") {
    std::string text = k6_head + k6_line("vus", 0, 5, "");
    for (int i = 1; i <= 20; ++i) {
        text += k6_line("http_req_duration", i, 100, i == 3 ? "503" : i == 4 ? "0" : "200");
    }
    text += k6_line("vus", 21, 9, "") + k6_line("http_req_waiting", 22, 7, "200");
    for (int i = 22; i < 32; ++i) {
        text += k6_line("http_req_duration", i, 250, "200");
    }
    const ReadText read = read_text(readers::load_requests, text);
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.input.skipped == 0);
    REQUIRE(read.evidence.load_tests.steps.size() == 2);
    const LoadStep& five = *read.evidence.load_tests.steps.begin();
    CHECK(five.tool == "k6");
    CHECK_FALSE(five.open);
    CHECK(five.users == 5);
    CHECK(five.requests == 20);
    CHECK(five.errors == 2);
    CHECK(five.mean_us == 100'000);
    CHECK(five.achieved_milli == 1'047);  // 20 in 19.1 s
    CHECK(read.evidence.load_tests.steps.rbegin()->mean_us == 250'000);
    const LoadStep open =
        only_step(read_text(readers::load_requests,
                            text.substr(0,
                                        text.find("{\"metric\":\"vus\",\"type\":\"Point\","
                                                  "\"data\":{\"time\":\"2026-03-02T10:00:21")) +
                                k6_line("dropped_iterations", 21, 1, "")));
    CHECK(open.open);
    CHECK_FALSE(open.users);
    testing::read_damaged(readers::load_requests, text.substr(0, 600));
}

TEST_CASE("vegeta line by line: nanoseconds, at a fixed rate, no answer is a failure") {
    std::string text;
    for (int i = 0; i < 50; ++i) {
        text += R"({"attack":"","seq":)" + std::to_string(i) + R"(,"code":)" +
                (i == 7 ? "0" : "200") + R"(,"timestamp":"2026-03-02T10:00:)" +
                (i < 10 ? "0" : "") + std::to_string(i) +
                R"(.123456789Z","latency":20000000,"bytes_out":0,"url":"http://x/"})" + "\n";
    }
    const LoadStep step = only_step(read_text(readers::load_requests, text));
    CHECK(step.tool == "vegeta");
    CHECK(step.open);
    CHECK(step.requests == 50);
    CHECK(step.errors == 1);
    CHECK(step.mean_us == 20'000);
    CHECK(step.achieved_milli == 1'020);
    const ReadText bad = read_text(
        readers::load_requests,
        R"({"attack":"","seq":1,"code":200,"latency":-5})"
        "\n"
        R"({"attack":"","seq":1,"code":200,"latency":-5,"timestamp":"2026-03-02T10:00:00Z"})"
        "\n");
    CHECK(bad.input.skipped == 2);
    CHECK(bad.evidence.load_tests.empty());
}

TEST_CASE("JMeter as XML: parts of a sample and transactions are not counted twice") {
    std::string text = "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n";
    for (int i = 0; i < 40; ++i) {
        text += sample(80, 100 * i, i < 20 ? 5 : 10) +
                (i % 2 == 0 ? "\n rm='a b'/>" : "></httpSample>");
    }
    text += sample(900, 0, 5, "rm=\"Number of samples in transaction : 1\">") +
            sample(80, 4000, 10, "/>") + "</httpSample>\n";  // the inner one counts
    text += sample(70, 4100, 10, ">") + sample(30, 4100, 10, "/>") +
            "<java.net.URL>x</java.net.URL></httpSample>";
    text += sample(-3, 0, 5, "/>") + "<httpSample s=\"true\"/>\n</testResults>\n";
    const ReadText read = read_text(readers::jmeter_xml, text);
    CHECK(read.sureness == Sureness::certain);
    REQUIRE(read.evidence.load_tests.steps.size() == 2);
    const LoadStep& five = *read.evidence.load_tests.steps.begin();
    CHECK(five.users == 5);
    CHECK(five.requests == 20);
    CHECK(five.mean_us == 80'000);
    CHECK(five.achieved_milli == 10'101);  // 20 in 1.98 s
    CHECK(read.evidence.load_tests.steps.rbegin()->requests == 22);
    CHECK(read.input.first_skipped.why == "ts or t is no number of milliseconds");
    const ReadText cut = read_text(readers::jmeter_xml, text.substr(0, text.find(" na=")));
    CHECK(cut.input.first_skipped.why == "the file ends inside a sample");
    testing::read_damaged(readers::jmeter_xml, text.substr(0, 700));
}

TEST_CASE("hey's summary: seconds, answers of 500 and more and errors are failures") {
    const LoadStep step = only_step(read_text(readers::load_text, hey));
    CHECK(step.tool == "hey");
    CHECK_FALSE(step.open);
    CHECK(step.requests == 201);
    CHECK(step.errors == 11);
    CHECK(step.achieved_milli == 100'500);
    CHECK(step.mean_us == 50'100);
    CHECK(step.max_us == 901'000);
    CHECK(step.p50_us == 45'000);
    CHECK(step.p95_us == 120'000);
    CHECK(step.p99_us == 300'000);
    std::string twice = hey;
    twice.replace(twice.find("99% in"), 6, "99%% in");
    CHECK(only_step(read_text(readers::load_text, twice)).p99_us == 300'000);
    CHECK(read_text(readers::load_text, hey.substr(0, 60)).evidence.load_tests.empty());
    testing::read_damaged(readers::load_text, hey);
}

TEST_CASE("vegeta's histogram bounds percentiles by buckets, above the last by nothing") {
    const LoadStep step = only_step(read_text(readers::load_text, histogram));
    CHECK(step.requests == 1000);
    CHECK(step.open);
    CHECK(step.p50_us == 10'000);
    CHECK(step.p95_us == 20'000);
    CHECK_FALSE(step.p99_us);
    CHECK(step.achieved_milli == 0);
    testing::read_damaged(readers::load_text, histogram);
}
