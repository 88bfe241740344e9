// OTLP/JSON: traces and metrics of OpenTelemetry, as the collector's file exporter writes them.
//
// Law: spans become calls between services (evidence/trace_spans), histograms of durations become
// latency: delta ones as they are, cumulative ones as differences, anew where the start time
// changes. Blind spots: a trace whose spans lie in two files is cut in two; the unit is the
// metric's own, so a fleet half of which was upgraded from milliseconds to seconds is read right;
// logs are passed over.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"
#include "readers/otlp/otlp.hpp"

namespace plimsoll::readers {
namespace {

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    traces::Collector collector{stream.name(), evidence.calls, input};
    otlp::Metrics metrics{stream.name(), options, evidence.latency, input};
    ci::Documents documents{stream, input};
    bool spans = false;
    while (const ci::Json document = documents.next()) {
        const ci::Json result = document["result"];  // as Jaeger's newer API wraps it
        const ci::Json root = result ? result : document;
        for (const ci::Json resource : root["resourceSpans"].items()) {
            spans = true;
            otlp::read_spans(resource, collector, input, documents.line());
        }
        for (const ci::Json resource : root["resourceMetrics"].items()) {
            metrics.read(resource, documents.line());
        }
        if (!root["resourceSpans"] && !root["resourceMetrics"] && !root["resourceLogs"]) {
            documents.skip("neither spans, metrics nor logs");
        }
    }
    if (spans) {
        collector.finish();
    }
    metrics.finish();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                      (ci::keys_in(sample.head, {"resourceSpans"}) == 1 ||
                       ci::keys_in(sample.head, {"resourceMetrics"}) == 1);
    return ours ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader otlp_json{
    .id = "otlp-json",
    .reads =
        "OTLP/JSON of OpenTelemetry: traces, and metrics with explicit or exponential histograms",
    .yields = {Kind::calls, Kind::latency},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
