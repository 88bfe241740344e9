// Tags: what the attributes of a span say, under the names of OpenTelemetry's conventions old and
// new, OpenTracing's and Zipkin's.
#pragma once

#include "readers/traces/collector.hpp"

#include <string>
#include <string_view>

namespace plimsoll::readers::traces {

class Tags {
public:
    // Unknown keys are passed over. The last of a repeated key counts.
    void set(std::string_view key, std::string_view value);
    // A status or log text: is a time-out named in it?
    void set_message(std::string_view text);
    void set_error() { error_ = true; }

    // Fills route, method, peer, kind (where it is not known yet), error and timed_out. The views
    // live as long as this.
    void put(RawSpan& span);

private:
    [[nodiscard]] std::string peer_name() const;

    std::string peer_service_;
    std::string database_;
    std::string database_name_;
    std::string messaging_;
    std::string destination_;
    std::string address_;
    std::string rpc_;
    std::string route_;
    std::string method_;
    std::string path_;
    std::string peer_;
    SpanKind kind_ = SpanKind::unknown;
    bool error_ = false;
    bool timed_out_ = false;
};

[[nodiscard]] SpanKind kind_of(std::string_view word);

}  // namespace plimsoll::readers::traces
