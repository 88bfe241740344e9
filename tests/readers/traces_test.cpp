// OTLP, Jaeger and Zipkin: the same chain of calls in each, what goes wrong in each, and damage.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader otlp_json;
extern const Reader jaeger_json;
extern const Reader zipkin_json;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::read_text;
using testing::ReadText;

namespace {

// web asks orders, orders asks a database that answers with an error after two seconds.
const std::string otlp = R"({"resourceSpans":[
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"spans":[
  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"0000000000000001","parentSpanId":"","name":"GET","kind":2,
   "startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000003000000000","status":{"code":2},
   "attributes":[{"key":"http.route","value":{"stringValue":"/cart"}},{"key":"http.request.method","value":{"stringValue":"GET"}}]},
  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"GET","kind":"SPAN_KIND_CLIENT",
   "startTimeUnixNano":"1790000000100000000","endTimeUnixNano":"1790000002900000000"}]}]},
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"orders"}}]},"scopeSpans":[{"spans":[
  {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"0000000000000003","parentSpanId":"0000000000000002","name":"/orders","kind":2,
   "startTimeUnixNano":1790000000200000000,"endTimeUnixNano":1790000002800000000},
  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"0000000000000004","parentSpanId":"0000000000000003","name":"SELECT","kind":3,
   "startTimeUnixNano":"1790000000300000000","endTimeUnixNano":"1790000002300000000","status":{"code":"STATUS_CODE_ERROR","message":"context deadline exceeded"},
   "attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},{"key":"db.name","value":{"stringValue":"shop"}},
     {"key":"db.statement","value":{"stringValue":"SELECT secret"}}]}]}]}]})";

const std::string jaeger = R"({"data":[{"traceID":"abc","spans":[
 {"traceID":"abc","spanID":"1","operationName":"GET /cart","references":[],"startTime":1790000000000000,"duration":3000000,"processID":"p1",
  "tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.status_code","type":"int64","value":503}]},
 {"traceID":"abc","spanID":"2","operationName":"call","references":[{"refType":"CHILD_OF","traceID":"abc","spanID":"1"}],"startTime":1790000000100000,"duration":2800000,"processID":"p1",
  "tags":[{"key":"span.kind","value":"client"}]},
 {"traceID":"abc","spanID":"3","operationName":"/orders","references":[{"refType":"CHILD_OF","traceID":"abc","spanID":"2"}],"startTime":1790000000200000,"duration":2600000,"processID":"p2",
  "tags":[{"key":"span.kind","value":"server"}]},
 {"traceID":"abc","spanID":"4","operationName":"SELECT","references":[{"refType":"CHILD_OF","traceID":"abc","spanID":"3"}],"startTime":1790000000300000,"duration":2000000,"processID":"p2",
  "tags":[{"key":"span.kind","value":"client"},{"key":"db.system","value":"postgresql"},{"key":"db.name","value":"shop"},{"key":"error","type":"bool","value":true}],
  "logs":[{"timestamp":1790000002300000,"fields":[{"key":"message","value":"context deadline exceeded"}]}]}],
 "processes":{"p1":{"serviceName":"web"},"p2":{"serviceName":"orders"}}}],"total":0})";

const std::string zipkin = R"([[
 {"traceId":"abc","id":"1","kind":"SERVER","name":"get /cart","timestamp":1790000000000000,"duration":3000000,"localEndpoint":{"serviceName":"web"},"tags":{"http.route":"/cart","http.method":"GET","error":"503"}},
 {"traceId":"abc","id":"2","parentId":"1","kind":"CLIENT","name":"get","timestamp":1790000000100000,"duration":2800000,"localEndpoint":{"serviceName":"web"}},
 {"traceId":"abc","id":"2","parentId":"1","kind":"SERVER","shared":true,"name":"/orders","timestamp":1790000000200000,"duration":2600000,"localEndpoint":{"serviceName":"orders"}},
 {"traceId":"abc","id":"4","parentId":"2","kind":"CLIENT","name":"select","timestamp":1790000000300000,"duration":2000000,"localEndpoint":{"serviceName":"orders"},
  "remoteEndpoint":{"serviceName":"postgresql/shop"},"tags":{"error":"deadline exceeded"}}]])";

void check_chain(const ReadText& read) {
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.input.skipped == 0);
    CHECK(read.input.records == 4);
    const Calls& calls = read.evidence.calls;
    CHECK(calls.traces == 1);
    CHECK(calls.root_us == 3'000'000);
    REQUIRE(calls.edges.size() == 2);
    const CallEdge& edge = calls.edges.at({"web", "orders"});
    CHECK(edge.synchronous == true);
    CHECK(edge.lost == 0);
    CHECK(edge.first_seen.source == "sample");
    const CallEdge& sql = calls.edges.at({"orders", "postgresql/shop"});
    CHECK(sql.errors == 1);
    CHECK(sql.timeouts == 1);
    CHECK(sql.failed_us.quantile(1).low > 1'900'000);
    CHECK(sql.caller_errors_with_error == 0);  // orders answered in spite of it
    CHECK(calls.deepest.path == "web > orders > postgresql/shop");
    CHECK(calls.routes.at({.service = "web", .route = "GET /cart"}).errors == 1);
    CHECK(calls.critical_us.at("postgresql/shop") == 2'000'000);
    CHECK(micros(*read.input.span.from) == 1'790'000'000'000'000);
}

}  // namespace

TEST_CASE("the same trace is the same evidence in OTLP, Jaeger and Zipkin") {
    check_chain(read_text(readers::otlp_json, otlp));
    check_chain(read_text(readers::jaeger_json, jaeger));
    check_chain(read_text(readers::zipkin_json, zipkin));
}

TEST_CASE("the readers know their own and no other") {
    const auto sure = [](const Reader& reader, std::string_view text) {
        return reader.recognises({.kind = SourceKind::bytes, .head = text, .whole = true});
    };
    CHECK(sure(readers::otlp_json, jaeger) == Sureness::no);
    CHECK(sure(readers::jaeger_json, zipkin) == Sureness::no);
    CHECK(sure(readers::zipkin_json, otlp) == Sureness::no);
    CHECK(sure(readers::zipkin_json, "{\"id\":1}") == Sureness::no);
}

TEST_CASE("one span a line, as the collector's file exporter writes, joins into a trace") {
    std::string lines;
    for (
        const char* part :
        {R"("spanId":"01","name":"a","kind":2,"startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000001000000000")",
         R"("spanId":"02","parentSpanId":"01","name":"b","kind":3,"startTimeUnixNano":"1790000000100000000","endTimeUnixNano":"1790000000900000000","attributes":[{"key":"server.address","value":{"stringValue":"https://u:p@pay.example.com:443/x"}}])"}) {
        lines +=
            R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"spans":[{"traceId":"0a",)";
        lines += std::string{part} + "}]}]}]}\n";
    }
    const ReadText read = read_text(readers::otlp_json, lines);
    CHECK(read.evidence.calls.traces == 1);
    CHECK(read.evidence.calls.edges.contains({"web", "pay.example.com"}));  // and no password
    CHECK(read.input.note.find("1 whole traces") == 0);
}

TEST_CASE("a proxy's spans: the path in place of the bare method, the cluster as the callee, UT as "
          "a time-out") {
    const ReadText read = read_text(
        readers::otlp_json,
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"proxy"}}]},"scopeSpans":[{"spans":[
        {"traceId":"0a","spanId":"01","name":"POST","kind":2,"startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000015000000000","attributes":[
          {"key":"http.url","value":{"stringValue":"http://proxy:8080/api/orders/4711?x=secret"}},{"key":"http.status_code","value":{"stringValue":"504"}}]},
        {"traceId":"0a","spanId":"02","parentSpanId":"01","name":"router egress","kind":3,"startTimeUnixNano":"1790000000100000000","endTimeUnixNano":"1790000014900000000","attributes":[
          {"key":"upstream_cluster","value":{"stringValue":"shop"}},{"key":"peer.address","value":{"stringValue":"172.30.0.24:8080"}},
          {"key":"error","value":{"stringValue":"true"}},{"key":"response_flags","value":{"stringValue":"UT"}}]}]}]}]})");
    const CallEdge& edge = read.evidence.calls.edges.at({"proxy", "shop"});
    CHECK(edge.errors == 1);
    CHECK(edge.timeouts == 1);
    CHECK(edge.caller_errors_with_error == 1);
    CHECK(read.evidence.calls.routes.at({.service = "proxy", .route = "POST /api/orders/{n}"})
              .errors == 1);
}

TEST_CASE("Jaeger's list of spans with the process inside, and a parent that is not there") {
    const ReadText read = read_text(
        readers::jaeger_json,
        R"([{"traceID":"2be38093ead7a083","spanID":"7606ddfe69932d34","operationName":"a","references":[{"refType":"CHILD_OF","spanID":"492770a15935810f"}],"startTime":1605223981761425,"duration":267037,"tags":[{"key":"span.kind","value":"server"}],"process":{"serviceName":"s1"}},
            {"traceID":"2be38093ead7a083","spanID":"7bd66f09ba90ea3d","operationName":"b","references":[{"refType":"CHILD_OF","spanID":"7606ddfe69932d34"}],"startTime":1605223981965074,"duration":32782,"tags":[{"key":"error","type":"bool","value":"true"}],"process":{"serviceName":"s2"}}])");
    CHECK(read.evidence.calls.traces == 0);
    CHECK(read.evidence.calls.incomplete == 1);
    CHECK(read.evidence.calls.edges.at({"s1", "s2"}).errors == 1);
    CHECK(read.input.note.find("without their beginning") != std::string::npos);
}

TEST_CASE("bad spans are counted, with the reason, and cost only themselves") {
    const auto why = [](std::string_view fields) {
        const std::string text =
            R"([{"traceId":"a","id":"1","kind":"SERVER","name":"x","localEndpoint":{"serviceName":"s"},"timestamp":1790000000000000,"duration":5},
            {"traceId":"a","kind":"SERVER",)" +
            std::string{fields} + "}]";
        const ReadText read = read_text(readers::zipkin_json, text);
        CHECK(read.input.records == 1);
        CHECK(read.input.skipped == 1);
        return read.input.first_skipped.why;
    };
    CHECK(why(R"("id":"2","localEndpoint":{"serviceName":"s"},"timestamp":1790000000000000)") ==
          "a span without duration was never finished");
    CHECK(
        why(R"("id":"2","localEndpoint":{"serviceName":"s"},"timestamp":1790000000000000,"duration":-5)") ==
        "a span ends before it starts, or lasts more than a month");
    CHECK(why(R"("id":"2","localEndpoint":{"serviceName":"s"},"timestamp":-1,"duration":5)") ==
          "a span's start is out of range");
    CHECK(why(R"("id":"2","timestamp":1790000000000000,"duration":5)") ==
          "a span without the name of its service");
    CHECK(
        why(R"("id":"000","localEndpoint":{"serviceName":"s"},"timestamp":1790000000000000,"duration":5)") ==
        "a span without trace or id");
}

TEST_CASE("damage anywhere is survived") {
    testing::read_damaged(readers::otlp_json, otlp);
    testing::read_damaged(readers::jaeger_json, jaeger);
    testing::read_damaged(readers::zipkin_json, zipkin);
}
