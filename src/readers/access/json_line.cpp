#include "readers/access/json_line.hpp"

#include "core/error.hpp"
#include "readers/csv/cells.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::readers::access {
namespace {

enum class Field : std::uint8_t { other, time, duration, status, method, path, service };

struct Named {
    std::string_view name;
    Field field;
    double micros_per_unit = 0;  // of durations; 0: the name does not say
};
constexpr std::array<Named, 46> names{{
    {"time", Field::time},
    {"timestamp", Field::time},
    {"@timestamp", Field::time},
    {"ts", Field::time},
    {"time_iso8601", Field::time},
    {"time_local", Field::time},
    {"start_time", Field::time},
    {"msec", Field::time},
    {"date", Field::time},
    {"request_time", Field::duration, 1e6},
    {"duration_ms", Field::duration, 1e3},
    {"latency_ms", Field::duration, 1e3},
    {"response_time_ms", Field::duration, 1e3},
    {"elapsed_ms", Field::duration, 1e3},
    {"request_time_ms", Field::duration, 1e3},
    {"duration_us", Field::duration, 1},
    {"latency_us", Field::duration, 1},
    {"duration_ns", Field::duration, 1e-3},
    {"duration_s", Field::duration, 1e6},
    {"duration_seconds", Field::duration, 1e6},
    {"latency_s", Field::duration, 1e6},
    {"duration", Field::duration},
    {"latency", Field::duration},
    {"elapsed", Field::duration},
    {"response_time", Field::duration},
    {"responseTime", Field::duration},
    {"took", Field::duration},
    {"status", Field::status},
    {"status_code", Field::status},
    {"response_code", Field::status},
    {"code", Field::status},
    {"statusCode", Field::status},
    {"method", Field::method},
    {"request_method", Field::method},
    {"http_method", Field::method},
    {"verb", Field::method},
    {"path", Field::path},
    {"uri", Field::path},
    {"url", Field::path},
    {"request_uri", Field::path},
    {"route", Field::path},
    {"endpoint", Field::path},
    {"request", Field::path},
    {"service", Field::service},
    {"app", Field::service},
    {"upstream_cluster", Field::service},
}};

[[nodiscard]] const Named* named(std::string_view key) noexcept {
    const auto* const found = std::ranges::find(names, key, &Named::name);
    return found == names.end() ? nullptr : found;
}

[[nodiscard]] std::string text_of(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        return std::string{text.substr(0, 2000)};
    }
    return simdjson::minify(value).substr(0, 100);
}

}  // namespace

struct JsonLines::Parser {
    simdjson::dom::parser parser;
    double micros_per_unit = 0;
    std::string source;
    ClockCache clock;
    std::string method;
    std::string path;
    std::string service;

    [[nodiscard]] double unit_of(const Named& name) const {
        const double unit = name.micros_per_unit != 0 ? name.micros_per_unit : micros_per_unit;
        if (unit == 0) {
            throw Error{{.status = Status::usage,
                         .what = "the unit of the durations is not known",
                         .where = source,
                         .why = "the field '" + std::string{name.name} + "' does not say it",
                         .remedy = "give --unit ms (or ns, us, s)"}};
        }
        return unit;
    }

    void take_duration(const Named& name, const std::string& text, Request& out) const {
        if (const std::optional<csv::Duration> found = csv::duration(text)) {
            const double unit =
                found->nanos_per_unit ? *found->nanos_per_unit / 1e3 : unit_of(name);
            const double micros = found->value * unit;
            out.micros = micros >= 0 && micros < 1e13 ? std::llround(micros) : -1;
        }
    }

    void take(const Named& name, const std::string& text, Request& out, bool& timed) {
        switch (name.field) {
            case Field::time:
                if (const std::optional<csv::Time> at = csv::time_of(text, {})) {
                    out.ended = at->at;
                    timed = true;
                } else if (const std::optional<Instant> local = clock.parse(text)) {
                    out.ended = *local;
                    timed = true;
                }
                break;
            case Field::duration:
                take_duration(name, text, out);
                break;
            case Field::status:
                out.status = static_cast<int>(csv::number(text).value_or(0));
                break;
            case Field::method:
                method = text;
                break;
            case Field::path:
                path = text;
                break;
            case Field::service:
                service = text;
                break;
            case Field::other:
                break;
        }
    }
};

bool is_request(std::string_view line) noexcept {
    const auto has = [&](Field field) {
        return std::ranges::any_of(names, [&](const Named& name) {
            return name.field == field &&
                   line.find("\"" + std::string{name.name} + "\"") != std::string_view::npos;
        });
    };
    const auto key = [&](std::string_view name) {
        return line.find(name) != std::string_view::npos;
    };
    const bool load_test = key("\"attack\"") && key("\"seq\"");  // vegeta's: not production
    return !load_test && line.starts_with('{') && has(Field::time) && has(Field::duration) &&
           (has(Field::status) || has(Field::path));
}

JsonLines::JsonLines(double micros_per_unit, std::string source)
    : parser_{std::make_unique<Parser>()} {
    parser_->micros_per_unit = micros_per_unit;
    parser_->source = std::move(source);
}

JsonLines::~JsonLines() = default;

std::string_view JsonLines::parse(std::string_view line, Request& out) {
    simdjson::dom::object object;
    if (parser_->parser.parse(line.data(), line.size(), true).get(object) != simdjson::SUCCESS) {
        return "the line is no JSON object";
    }
    bool timed = false;
    parser_->method.clear();
    parser_->path.clear();
    parser_->service.clear();
    for (const auto& [key, value] : object) {
        if (const Named* name = named(key)) {
            parser_->take(*name, text_of(value), out, timed);
        }
    }
    if (!timed) {
        return "no time in the object";
    }
    if (out.micros < 0) {
        return "no duration in the object";
    }
    if (parser_->method.empty() &&
        parser_->path.find(' ') != std::string::npos) {  // "GET /x HTTP/1.1"
        const std::size_t blank = parser_->path.find(' ');
        parser_->method = parser_->path.substr(0, blank);
        parser_->path =
            parser_->path.substr(blank + 1, parser_->path.find(' ', blank + 1) - blank - 1);
    }
    out.method = parser_->method;
    out.path = parser_->path;
    out.service = parser_->service;
    out.timed_out = out.status == 504 || out.status == 499;
    return {};
}

}  // namespace plimsoll::readers::access
