// One request of an access log, whatever server wrote it, and the forms that we know.
#pragma once

#include "core/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::access {

enum class Form : std::uint8_t {
    none,
    combined,  // nginx and Apache: common or combined format with a duration behind it
    envoy,     // Envoy's default
    haproxy,   // HAProxy's HTTP format
    alb,       // Application Load Balancer of AWS
    json,      // one object a line, with named fields
};

struct Request {
    Instant ended;
    std::int64_t micros = -1;  // below 0: the line holds no duration
    int status = 0;
    bool timed_out = false;
    std::string_view service;
    std::string_view method;
    std::string_view path;
};

// Where the duration of a combined line is found, and in what unit: learned from the first lines.
struct Layout {
    Form form = Form::none;
    double micros_per_unit = 0;  // 0: the line names the unit itself
    bool last_token = false;     // the duration is the last bare token, not one with a name
};

// The clock of "20/Nov/2026:08:15:00 +0000", remembering the last minute.
class ClockCache {
public:
    [[nodiscard]] std::optional<Instant> parse(std::string_view stamp) noexcept;

private:
    char minute_[32] = {};
    std::size_t size_ = 0;
    Instant at_;
};

// The form of a line; for combined ones also whether it holds a duration.
[[nodiscard]] Form form_of(std::string_view line) noexcept;

// Why the line cannot be used, or an empty text.
std::string_view parse_combined(std::string_view line,
                                const Layout& layout,
                                ClockCache& clock,
                                Request& out);
std::string_view parse_envoy(std::string_view line, Request& out);
std::string_view parse_haproxy(std::string_view line, ClockCache& clock, Request& out);
std::string_view parse_alb(std::string_view line, Request& out);

// Is a bare last token a number of seconds as nginx writes it ("0.123")?
[[nodiscard]] bool is_nginx_seconds(std::string_view token) noexcept;
// "rt=0.123", "request_time:0.123": the value behind the name; empty when there is none.
[[nodiscard]] std::string_view named_seconds(std::string_view tail) noexcept;
[[nodiscard]] std::string_view last_token(std::string_view tail) noexcept;

// "GET /users/{n}/cart": numbers, long hex and UUIDs of a path replaced, its query cut off.
void route_into(std::string& out, std::string_view method, std::string_view path);

}  // namespace plimsoll::readers::access
