// Jaeger traces as its interface and its HTTP API save them: GET /api/traces.
//
// Law: {"data":[{"traceID","spans":[...],"processes":{...}}]}, or a bare list of spans;
// microseconds as numbers, parents as references CHILD_OF or FOLLOWS_FROM (older: parentSpanID),
// the service in processes under the span's processID, or in the span itself. Blind spots: spans
// without span.kind go by times: what ends within its parent was waited for; `/api/traces` returns
// the newest `limit` traces, which are no sample of the day.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"
#include "readers/traces/tags.hpp"

namespace plimsoll::readers {
namespace {

using ci::Json;

[[nodiscard]] std::string value_of(Json value) {
    if (std::string text = value.id(); !text.empty()) {
        return text;
    }
    return value.truth() ? "true" : std::string{};
}

void read_tags(Json list, traces::Tags& tags) {
    for (const Json tag : list.items()) {
        tags.set(tag["key"].text(), value_of(tag["value"]));
    }
}

struct Parent {
    std::string id;
    bool follows = false;
};

[[nodiscard]] Parent parent_of(Json span) {
    Parent out{.id = span["parentSpanID"].text()};
    for (const Json reference : span["references"].items()) {
        const bool child = reference["refType"].text() != "FOLLOWS_FROM";
        if (child || out.id.empty()) {
            out = {.id = reference["spanID"].text(), .follows = !child};
        }
        if (child) {
            break;
        }
    }
    return out;
}

[[nodiscard]] std::string_view add_span(Json span,
                                        Json processes,
                                        traces::Collector& collector,
                                        std::uint64_t line) {
    const Json own = span["process"];
    const std::string process_id = span["processID"].text();
    const Json process = own ? own : processes[process_id];
    const std::string trace = span["traceID"].text();
    const std::string id = span["spanID"].text();
    const std::string service = process["serviceName"].text();
    const std::string name = span["operationName"].text();
    const Parent parent = parent_of(span);
    traces::Tags tags;
    read_tags(span["tags"], tags);
    for (const Json log : span["logs"].items()) {
        for (const Json field : log["fields"].items()) {
            const std::string key = field["key"].text();
            if (key == "error.object" || key == "message" || key == "event") {
                tags.set_message(field["value"].text());
            }
        }
    }
    traces::RawSpan raw{.trace = trace,
                        .id = id,
                        .parent = parent.id,
                        .service = service,
                        .name = name,
                        .start_us = span["startTime"].integer().value_or(-1),
                        .length_us = span["duration"].integer().value_or(-1),
                        .follows = parent.follows};
    tags.put(raw);
    return collector.add(raw, line);
}

void take(
    Json span, Json processes, traces::Collector& collector, std::uint64_t line, Input& input) {
    const std::string_view why = add_span(span, processes, collector, line);
    if (why.empty()) {
        ++input.records;
    } else {
        input.skip(line, 0, why);
    }
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    traces::Collector collector{stream.name(), evidence.calls, input};
    ci::Documents documents{stream, input};
    while (const Json root = documents.next()) {
        std::vector<Json> found = root["data"].items();
        if (root["spans"]) {
            found.push_back(root);  // one trace alone
        }
        if (root["spanID"]) {
            take(root, {}, collector, documents.line(), input);  // a list of spans
        } else if (found.empty()) {
            documents.skip("not a list of Jaeger traces");
        }
        for (const Json trace : found) {
            for (const Json span : trace["spans"].items()) {
                take(span, trace["processes"], collector, documents.line(), input);
            }
        }
    }
    collector.finish();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                      ci::keys_in(sample.head, {"traceID", "spanID", "operationName"}) == 3;
    return ours ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader jaeger_json{
    .id = "jaeger-json",
    .reads = "Jaeger traces as JSON, from its interface or /api/traces",
    .yields = {Kind::calls},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
