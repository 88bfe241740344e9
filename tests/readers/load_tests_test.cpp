// Load-test results of six tools: rates, percentiles, units, whether stalls are hidden; and what
// hurts.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader load_json;
extern const Reader load_csv;
extern const Reader wrk_text;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::only_step;
using testing::read_text;
using testing::ReadText;

namespace {

const std::string vegeta =
    R"({"latencies":{"total":237119463,"mean":2371194,"50th":2854306,"90th":3228223,"95th":3478629,"99th":3530000,"max":3660505,"min":1949582},
"bytes_in":{"total":606700,"mean":6067},"earliest":"2026-09-19T14:45:50.645818631+02:00","duration":990000000,"wait":2400000,"requests":100,"rate":101.0101,"throughput":100.5,"success":0.98,"status_codes":{"200":98,"503":2},"errors":["503"]})";
const std::string k6 = R"k6({"root_group":{},"metrics":{
"http_req_duration":{"avg":144.56,"min":104.11,"med":109.5,"max":1140,"p(90)":203.54,"p(95)":215.95},
"http_reqs":{"count":180,"rate":4.36938},"vus_max":{"value":19,"min":19,"max":19},
"http_req_failed":{"passes":9,"fails":171,"value":0.05}}})k6";
const std::string k6_new = R"k6({"metrics":{
"http_req_duration":{"type":"trend","contains":"time","values":{"avg":10,"med":8,"max":90,"p(95)":20,"p(99)":50}},
"http_reqs":{"type":"counter","values":{"count":6000,"rate":100}},
"dropped_iterations":{"values":{"count":3,"rate":0.1}},"http_req_failed":{"values":{"rate":0}}}})k6";
const std::string wrk2 = R"(Running 1m test @ http://localhost:8081
  1 threads and 64 connections
  Thread calibration: mean lat.: 1.464ms, rate sampling interval: 10ms
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.44ms  706.00us  12.92ms   68.59%
    Req/Sec     2.11k   212.65     3.44k    72.73%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    1.37ms
 99.000%    3.02ms
 99.900%    5.72ms
100.000%   12.93ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       0.067     0.000000            1         1.00
       1.371     0.500000        49680         2.00
       2.663     0.950000        94417        20.00
       2.950     0.989062        98000        91.43
       3.020     0.990625        98500       106.67
      12.927     1.000000        99376          inf
#[Mean    =        1.440, StdDeviation   =        0.706]
#[Max     =       12.920, Total count    =        99376]
#[Buckets =           27, SubBuckets     =         2048]
----------------------------------------------------------
  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%    0.10ms
 99.000%    0.20ms
  119993 requests in 1.00m, 8.62MB read
  Socket errors: connect 0, read 1, write 0, timeout 12
  Non-2xx or 3xx responses: 7
Requests/sec:   1999.89
Transfer/sec:    147.00KB
)";
const std::string jtl_header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,"
                               "success,bytes,grpThreads,allThreads,Latency,Connect\n";

}  // namespace

TEST_CASE("vegeta: nanoseconds, a fixed rate, failures from the share of success") {
    const LoadStep step = only_step(read_text(readers::load_json, vegeta));
    CHECK(step.tool == "vegeta");
    CHECK(step.open);
    CHECK(step.offered_milli == 101'010);
    CHECK(step.achieved_milli == 100'500);
    CHECK(step.p99_us == 3'530);
    CHECK(step.mean_us == 2'371);
    CHECK(step.errors == 2);
}

TEST_CASE("k6: milliseconds in both shapes; arrival rates hide nothing, virtual users do") {
    const ReadText closed = read_text(readers::load_json, k6);
    const LoadStep step = only_step(closed);
    CHECK_FALSE(step.open);
    CHECK(step.users == 19);
    CHECK(step.p50_us == 109'500);
    CHECK(step.p95_us == 215'950);
    CHECK_FALSE(step.p99_us);
    CHECK(step.errors == 9);
    CHECK(closed.input.note.find("coordinated omission") != std::string::npos);
    const ReadText open = read_text(readers::load_json, k6_new);
    CHECK(only_step(open).open);
    CHECK(only_step(open).p99_us == 50'000);
    CHECK(open.input.note.empty());
}

TEST_CASE("wrk2: the corrected block counts, not the one that is measured without delayed starts") {
    const ReadText read = read_text(readers::wrk_text, wrk2);
    const LoadStep step = only_step(read);
    CHECK(step.tool == "wrk2");
    CHECK(step.open);
    CHECK(step.users == 64);
    CHECK(step.p50_us == 1'370);
    CHECK(step.p95_us == 2'663);  // from the spectrum
    CHECK(step.p99_us == 3'020);
    CHECK(step.mean_us == 1'440);
    CHECK(step.achieved_milli == 1'999'890);
    CHECK(step.requests == 119'993);
    CHECK(step.errors == 20);  // 1 + 12 + 7
    CHECK(read.input.note.find("fixed rate") != std::string::npos);
}

TEST_CASE("a spectrum alone: unit asked for, p99 is the next row above") {
    std::string hgrm = wrk2.substr(wrk2.find("       Value"));
    hgrm = hgrm.substr(0, hgrm.find("-----"));
    REQUIRE(testing::error_of(readers::wrk_text, hgrm));
    CHECK(testing::error_of(readers::wrk_text, hgrm)->remedy.find("--unit ms") !=
          std::string::npos);
    const LoadStep step = only_step(read_text(readers::wrk_text, hgrm, testing::with_unit("us")));
    CHECK(step.tool == "hgrm");
    CHECK(step.p99_us == 3);
    CHECK(step.requests == 99'376);
}

TEST_CASE("JMeter: each number of threads is a step, transactions are not counted twice") {
    std::string jtl = jtl_header;
    for (int i = 0; i < 100; ++i) {
        const int threads = i < 50 ? 5 : 10;
        jtl += std::to_string(1'790'000'000'000 + i * 100) + ",80,home,200,OK,t 1-1," +
               (i % 50 == 0 ? "false" : "true") + ",512,5," + std::to_string(threads) + ",20,1\n";
    }
    jtl += "1790000000000,900,all,200,\"Number of samples in transaction : 2, number of failing "
           "samples : 0\",t 1-1,true,0,5,5,0,0\n";
    const ReadText read = read_text(readers::load_csv, jtl);
    CHECK(read.sureness == Sureness::certain);
    REQUIRE(read.evidence.load_tests.steps.size() == 2);
    const LoadStep& five = *read.evidence.load_tests.steps.begin();
    CHECK(five.users == 5);
    CHECK(five.requests == 50);
    CHECK(five.errors == 1);
    CHECK(five.mean_us == 80'000);
    CHECK(five.achieved_milli == 10'040);  // 50 in 4.98 s
    CHECK(five.origin.line == 2);
}

TEST_CASE("Locust: Aggregated alone, N/A early, the mean rate of a number of users") {
    const std::string csv =
        "Timestamp,User "
        "Count,Type,Name,Requests/s,Failures/"
        "s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count\n"
        "1790000000,0,,Aggregated,0.00,0.00,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0\n"
        "1790000010,10,,Aggregated,90.0,0.00,12,13,14,15,20,30,40,50,60,70,80,900\n"
        "1790000010,10,GET,/x,90.0,0.00,12,13,14,15,20,30,40,50,60,70,80,900\n"
        "1790000020,10,,Aggregated,110.0,1.00,14,13,14,15,20,35,40,60,60,70,90,2000\n";
    const LoadStep step = only_step(read_text(readers::load_csv, csv));
    CHECK(step.users == 10);
    CHECK(step.achieved_milli == 100'000);
    CHECK(step.p50_us == 14'000);
    CHECK(step.p99_us == 60'000);
}

TEST_CASE("hey: seconds, one step") {
    std::string csv = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,"
                      "status-code,offset\n";
    for (int i = 0; i < 20; ++i) {
        csv += "0.0500,0.0010,0.0000,0.0001,0.0480,0.0001," + std::string{i == 3 ? "503" : "200"} +
               "," + std::to_string(i) + ".0\n";
    }
    const LoadStep step = only_step(read_text(readers::load_csv, csv));
    CHECK(step.tool == "hey");
    CHECK(step.errors == 1);
    CHECK(step.mean_us == 50'000);
    CHECK(step.achieved_milli == 1'050);  // 20 in 19.05 s
}

TEST_CASE("what hurts costs itself and says why") {
    const ReadText bad =
        read_text(readers::load_csv,
                  jtl_header + "x,80,home,200,OK,t,true,1,1,1,1,1\n1790000000000,-5,home,200,OK,t,"
                               "true,1,1,1,1,1\n9e99,NaN,h,200,OK,t,true,1,1,1,1,1\n");
    CHECK(bad.input.skipped == 3);
    CHECK(bad.input.first_skipped.why == "timeStamp or elapsed is no number of milliseconds");
    CHECK(bad.evidence.load_tests.empty());
    CHECK(read_text(readers::load_json,
                    R"({"latencies":{},"throughput":-1,"requests":5,"success":1})")
              .input.skipped == 1);
    CHECK(read_text(readers::wrk_text, "Running 1m test @ x\n  Thread Stats\n").input.skipped == 1);
    CHECK(readers::load_json.recognises(
              {.kind = SourceKind::bytes, .head = "{\"metrics\":{}}", .whole = true}) ==
          Sureness::no);
    testing::read_damaged(readers::load_json, vegeta);
    testing::read_damaged(readers::load_json, k6);
    testing::read_damaged(readers::wrk_text, wrk2, testing::with_unit("ms"));
    testing::read_damaged(readers::load_csv,
                          jtl_header + "1790000000000,80,home,200,OK,t 1-1,true,512,5,5,20,1\n");
}

TEST_CASE("a spectrum of vegeta says its unit") {
    const LoadStep step =
        only_step(read_text(readers::wrk_text,
                            "Value(ms)    Percentile    TotalCount    1/(1-Percentile)\n"
                            "1.000000     0.000000      1             1.000000\n"
                            "90.000000    0.990000      990           100.000000\n"));
    CHECK(step.p99_us == 90'000);
}
