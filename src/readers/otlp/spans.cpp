#include "readers/otlp/otlp.hpp"
#include "readers/traces/tags.hpp"

namespace plimsoll::readers::otlp {
namespace {

[[nodiscard]] std::string scalar(Json value) {
    for (const std::string_view key : {"stringValue", "intValue"}) {
        if (std::string text = value[key].id(); !text.empty()) {
            return text;
        }
    }
    if (const Json truth = value["boolValue"]) {
        return truth.truth() ? "true" : "false";
    }
    if (const std::optional<double> number = value["doubleValue"].number()) {
        return std::to_string(*number);
    }
    return {};
}

// Numbers as the specification has them, or names.
[[nodiscard]] SpanKind kind_of(Json kind) {
    switch (kind.integer().value_or(-1)) {
        case 1:
            return SpanKind::internal;
        case 2:
            return SpanKind::server;
        case 3:
            return SpanKind::client;
        case 4:
            return SpanKind::producer;
        case 5:
            return SpanKind::consumer;
        default:
            return traces::kind_of(kind.text());
    }
}

[[nodiscard]] std::string_view add_span(Json span,
                                        const std::string& service,
                                        traces::Collector& collector,
                                        std::uint64_t line) {
    const std::string trace = span["traceId"].text();
    const std::string id = span["spanId"].text();
    const std::string parent = span["parentSpanId"].text();
    const std::string name = span["name"].text();
    const std::optional<std::int64_t> start = span["startTimeUnixNano"].integer();
    const std::optional<std::int64_t> end = span["endTimeUnixNano"].integer();
    if (!start || !end || *end < 0 || *start < 0) {
        return "a span without start or end";
    }
    traces::Tags tags;
    for (const auto& [key, value] : attributes_of(span["attributes"])) {
        tags.set(key, value);
    }
    for (const Json event : span["events"].items()) {
        for (const auto& [key, value] : attributes_of(event["attributes"])) {
            tags.set(key, value);
        }
    }
    const Json status = span["status"];
    tags.set_message(status["message"].text());
    traces::RawSpan raw{.trace = trace,
                        .id = id,
                        .parent = parent,
                        .service = service,
                        .name = name,
                        .start_us = *start / 1000,
                        .length_us = *end / 1000 - *start / 1000,
                        .kind = kind_of(span["kind"]),
                        .error = status["code"].integer().value_or(0) == 2 ||
                                 status["code"].text() == "STATUS_CODE_ERROR"};
    tags.put(raw);
    return collector.add(raw, line);
}

}  // namespace

Attributes attributes_of(Json list) {
    Attributes out;
    for (const Json attribute : list.items()) {
        if (out.size() == 100) {
            break;
        }
        if (std::string value = scalar(attribute["value"]); !value.empty()) {
            out[attribute["key"].text()] = std::move(value);
        }
    }
    return out;
}

void read_spans(Json resource, traces::Collector& collector, Input& input, std::uint64_t line) {
    const Attributes about = attributes_of(resource["resource"]["attributes"]);
    const auto found = about.find("service.name");
    const std::string service = found == about.end() ? std::string{} : found->second;
    for (const std::string_view scopes : {"scopeSpans", "instrumentationLibrarySpans"}) {
        for (const Json scope : resource[scopes].items()) {
            for (const Json span : scope["spans"].items()) {
                const std::string_view why = add_span(span, service, collector, line);
                if (why.empty()) {
                    ++input.records;
                } else {
                    input.skip(line, 0, why);
                }
            }
        }
    }
}

}  // namespace plimsoll::readers::otlp
