// Zipkin traces, API version 2: GET /api/v2/traces (a list of lists of spans) or /api/v2/trace/ID.
//
// Law: timestamp and duration in microseconds; `kind` CLIENT, SERVER, PRODUCER or CONSUMER; a
// server span may take over the client's id ("shared": true), so a span is known by id and kind. A
// tag `error` is an error whatever it says. Blind spots: a span without duration was never finished
// and is skipped; spans without kind are work within a service.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"
#include "readers/traces/tags.hpp"

#include <array>

namespace plimsoll::readers {
namespace {

using ci::Json;

// Tags are an object, so they are asked for by name.
constexpr std::array<std::string_view, 9> asked{"http.route",
                                                "http.method",
                                                "http.status_code",
                                                "peer.service",
                                                "http.url",
                                                "db.system",
                                                "db.name",
                                                "grpc.status_code",
                                                "error.message"};

[[nodiscard]] std::string_view add_span(Json span,
                                        traces::Collector& collector,
                                        std::uint64_t line) {
    const std::string trace = span["traceId"].text();
    const std::string id = span["id"].text();
    const std::string parent = span["parentId"].text();
    const std::string service = span["localEndpoint"]["serviceName"].text();
    const std::string peer = span["remoteEndpoint"]["serviceName"].text();
    const std::string name = span["name"].text();
    if (!span["duration"]) {
        return "a span without duration was never finished";
    }
    traces::RawSpan raw{.trace = trace,
                        .id = id,
                        .parent = parent,
                        .service = service,
                        .name = name,
                        .start_us = span["timestamp"].integer().value_or(-1),
                        .length_us = span["duration"].integer().value_or(-1),
                        .kind = traces::kind_of(span["kind"].text())};
    if (raw.kind == SpanKind::unknown) {
        raw.kind = SpanKind::internal;
    }
    traces::Tags tags;
    const Json texts = span["tags"];
    for (const std::string_view key : asked) {
        tags.set(key, texts[key].id());
    }
    if (const Json error = texts["error"]; error && error.text() != "false") {
        tags.set_error();
        tags.set_message(error.text());
    }
    if (raw.kind == SpanKind::client || raw.kind == SpanKind::producer) {
        raw.peer = peer;
    }
    tags.put(raw);
    return collector.add(raw, line);
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    traces::Collector collector{stream.name(), evidence.calls, input};
    ci::Documents documents{stream, input};
    while (const Json span = documents.next()) {
        const std::string_view why = add_span(span, collector, documents.line());
        if (why.empty()) {
            ++input.records;
        } else {
            documents.skip(why);
        }
    }
    collector.finish();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                      ci::keys_in(sample.head, {"traceId", "localEndpoint", "timestamp"}) == 3;
    return ours ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader zipkin_json{
    .id = "zipkin-json",
    .reads = "Zipkin traces as JSON, API version 2",
    .yields = {Kind::calls},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
