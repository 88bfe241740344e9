#include "readers/traces/tags.hpp"

#include "readers/access/line.hpp"
#include "readers/csv/csv.hpp"

#include <algorithm>
#include <array>

namespace plimsoll::readers::traces {
namespace {

enum class Meaning : std::uint8_t {
    peer_service,
    database,
    database_name,
    messaging,
    destination,
    address,
    url,
    rpc,
    route,
    method,
    kind,
    error,
    error_type,
    http_status,
    grpc_status,
    status,
    cluster,
    path,
    flags
};

struct Known {
    std::string_view key;
    Meaning meaning;
};
constexpr std::array<Known, 40> known{{
    {"peer.service", Meaning::peer_service},
    {"service.peer.name", Meaning::peer_service},
    {"db.system", Meaning::database},
    {"db.system.name", Meaning::database},
    {"db.type", Meaning::database},
    {"db.name", Meaning::database_name},
    {"db.namespace", Meaning::database_name},
    {"db.instance", Meaning::database_name},
    {"messaging.system", Meaning::messaging},
    {"messaging.destination", Meaning::destination},
    {"messaging.destination.name", Meaning::destination},
    {"server.address", Meaning::address},
    {"net.peer.name", Meaning::address},
    {"peer.hostname", Meaning::address},
    {"peer.address", Meaning::address},
    {"http.host", Meaning::address},
    {"url.full", Meaning::url},
    {"http.url", Meaning::url},
    {"rpc.service", Meaning::rpc},
    {"http.route", Meaning::route},
    {"http.method", Meaning::method},
    {"http.request.method", Meaning::method},
    {"span.kind", Meaning::kind},
    {"error", Meaning::error},
    {"error.type", Meaning::error_type},
    {"exception.type", Meaning::error_type},
    {"exception.message", Meaning::error_type},
    {"error.message", Meaning::error_type},
    {"otel.status_description", Meaning::error_type},
    {"http.status_code", Meaning::http_status},
    {"http.response.status_code", Meaning::http_status},
    {"rpc.grpc.status_code", Meaning::grpc_status},
    {"grpc.status_code", Meaning::grpc_status},
    {"otel.status_code", Meaning::status},
    {"rpc.response.status_code", Meaning::grpc_status},
    {"upstream_cluster", Meaning::cluster},  // Envoy's, as the next
    {"response_flags", Meaning::flags},
    {"url.path", Meaning::path},
    {"http.target", Meaning::path},
    {"http.path", Meaning::path},
}};

// Of "https://host:1/a/b?c" the path on: "/a/b?c".
[[nodiscard]] std::string_view path_of(std::string_view url) noexcept {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return {};
    }
    const std::size_t slash = url.find('/', scheme + 3);
    return slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
}

// Proxies name a span after the method alone.
[[nodiscard]] bool is_method(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 7> methods{
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
    return std::ranges::find(methods, name) != methods.end();
}

}  // namespace

SpanKind kind_of(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, SpanKind>, 5> words{
        {{"internal", SpanKind::internal},
         {"server", SpanKind::server},
         {"client", SpanKind::client},
         {"producer", SpanKind::producer},
         {"consumer", SpanKind::consumer}}};
    const std::string lower = csv::lower(word.substr(0, 40));
    for (const auto& [text, kind] : words) {
        if (lower == text || lower == "span_kind_" + std::string{text}) {
            return kind;
        }
    }
    return SpanKind::unknown;
}

void Tags::set_message(std::string_view text) {
    timed_out_ = timed_out_ || names_timeout(text);
}

void Tags::set(std::string_view key, std::string_view value) {
    const Known* found = nullptr;
    for (const Known& one : known) {
        found = one.key == key ? &one : found;
    }
    if (found == nullptr || value.empty()) {
        return;
    }
    switch (found->meaning) {
        case Meaning::peer_service:
            peer_service_ = value;
            break;
        case Meaning::database:
            database_ = value;
            break;
        case Meaning::database_name:
            database_name_ = value;
            break;
        case Meaning::messaging:
            messaging_ = value;
            break;
        case Meaning::destination:
            destination_ = value;
            break;
        case Meaning::address:
            address_ = host_of(value);
            break;
        case Meaning::url:
            if (address_.empty()) {
                address_ = host_of(value);
            }
            if (path_.empty()) {
                path_ = path_of(value);
            }
            break;
        case Meaning::cluster:
            if (peer_service_.empty() && value != "-") {
                peer_service_ = value;
            }
            break;
        case Meaning::path:
            path_ = value;
            break;
        case Meaning::flags:  // upstream time-out
            timed_out_ = timed_out_ || value.find("UT") != std::string_view::npos;
            break;
        case Meaning::rpc:
            rpc_ = value;
            break;
        case Meaning::route:
            route_ = value;
            break;
        case Meaning::method:
            method_ = value;
            break;
        case Meaning::kind:
            kind_ = kind_of(value);
            break;
        case Meaning::error:
            error_ = error_ || csv::lower(value.substr(0, 10)) != "false";
            set_message(value);
            break;
        case Meaning::error_type:
            set_message(value);
            break;
        case Meaning::http_status:
            error_ = error_ || (value.size() == 3 && value[0] == '5');
            timed_out_ = timed_out_ || value == "504" || value == "408";
            break;
        case Meaning::grpc_status:
            error_ = error_ || (value != "0" && value != "OK");
            timed_out_ = timed_out_ || value == "4" || value == "DEADLINE_EXCEEDED";
            break;
        case Meaning::status:
            error_ = error_ || value == "ERROR";
            break;
    }
}

std::string Tags::peer_name() const {
    if (!peer_service_.empty()) {
        return peer_service_;
    }
    if (!database_.empty()) {
        return database_name_.empty() ? database_ : database_ + "/" + database_name_;
    }
    if (!messaging_.empty()) {
        return destination_.empty() ? messaging_ : messaging_ + "/" + destination_;
    }
    return address_.empty() ? rpc_ : address_;
}

void Tags::put(RawSpan& span) {
    peer_ = peer_name();
    if (span.kind == SpanKind::unknown) {
        span.kind = kind_;
    }
    const bool calls = span.kind == SpanKind::client || span.kind == SpanKind::producer;
    if (span.peer.empty() && calls) {
        span.peer = peer_;
    }
    if (!calls) {
        if (route_.empty() && !path_.empty() && is_method(span.name)) {
            access::route_into(route_, span.name, path_);
            method_.clear();
        }
        span.route = route_;
        span.method = method_;
    }
    span.error = span.error || error_;
    span.timed_out = span.timed_out || timed_out_;
}

}  // namespace plimsoll::readers::traces
