// Access logs: nginx and Apache (combined with a duration), HAProxy, Envoy, ALB, and JSON lines.
//
// Law: the only source that holds every single duration, with rate, status and time-outs. Logs
// stamp the end of a request, so it is counted in the minute in which it began. Paths become routes
// by taking numbers, hex and UUIDs out and cutting the query off. 5xx are errors; 499, 504 and
// upstream time-outs time-outs. The unit is known for nginx (seconds with three decimals) and the
// rest; a bare whole number (Apache's %D or %T) is asked for. Blind spots: nginx's time includes a
// slow client; beyond 2,000 routes the rest is one route.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/access/json_line.hpp"
#include "readers/access/line.hpp"
#include "readers/csv/cells.hpp"

#include <cmath>
#include <functional>
#include <unordered_map>

namespace plimsoll::readers {
namespace {

using access::Form;

constexpr std::size_t most_routes = 2'000;
constexpr std::int64_t minute_us = 60'000'000;

// The form that most of the first lines have, and how the duration is found in them.
[[nodiscard]] access::Layout layout_of(std::string_view head, bool whole) noexcept {
    access::Layout layout;
    int lines = 0;
    int agree = 0;
    while (!head.empty() && lines < 50) {
        const std::size_t end = head.find('\n');
        if (end == std::string_view::npos && !whole) {
            break;
        }
        std::string_view line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with('#') || line.size() > 20'000) {
            continue;
        }
        ++lines;
        Form form = access::form_of(line);
        if (form == Form::json && !access::is_request(line)) {
            form = Form::none;
        }
        if (form != Form::none && (layout.form == Form::none || layout.form == form)) {
            layout.form = form;
            ++agree;
        }
        if (form == Form::combined && layout.micros_per_unit == 0) {
            const std::string_view last = access::last_token(line);
            layout.micros_per_unit =
                !access::named_seconds(line).empty() || access::is_nginx_seconds(last) ? 1e6 : 0;
            layout.last_token = access::named_seconds(line).empty();
        }
    }
    if (agree * 2 <= lines) {
        layout.form = Form::none;
    }
    return layout;
}

[[nodiscard]] bool ends_in_number(std::string_view head) noexcept {
    std::string_view line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return !line.ends_with('"') && csv::number(access::last_token(line)).has_value();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes || sample.head.empty()) {
        return Sureness::no;
    }
    const access::Layout layout = layout_of(sample.head, sample.whole);
    return layout.form == Form::none   ? Sureness::no
           : layout.form == Form::json ? Sureness::maybe
                                       : Sureness::likely;
}

// Adds requests to evidence, remembering each route's window of the moment.
class Adder {
public:
    explicit Adder(Latency& latency, std::string source)
        : latency_{latency}, source_{std::move(source)} {
        latency_.width_us = std::max(latency_.width_us, minute_us);
    }

    void add(const access::Request& request, std::uint64_t line) {
        access::route_into(name_, request.method, request.path);
        if (!request.service.empty()) {
            name_ += '\n';
            name_ += request.service;
        }
        Slot& slot = slot_of(request, line);
        const Instant began = request.ended - Micros{request.micros};
        if (slot.bucket == nullptr || slot.width != latency_.width_us || began < slot.from ||
            began >= slot.from + Micros{slot.width}) {
            slot.bucket = &latency_.window(slot.id, began);
            slot.width = latency_.width_us;
            slot.from = latency_.window_start(began);
        }
        slot.bucket->micros.add(request.micros);
        slot.bucket->errors += request.status >= 500 ? 1 : 0;
        slot.bucket->timeouts += request.timed_out ? 1 : 0;
    }
    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

private:
    struct Slot {
        RouteId id;
        LatencyBucket* bucket = nullptr;
        Instant from;
        std::int64_t width = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    Slot& slot_of(const access::Request& request, std::uint64_t line) {
        auto found = slots_.find(std::string_view{name_});
        if (found != slots_.end()) {
            return found->second;
        }
        if (slots_.size() >= most_routes) {
            overflowed_ = true;
            name_ = "(other)";
            found = slots_.find(std::string_view{name_});
            if (found != slots_.end()) {
                return found->second;
            }
        }
        Slot& slot = slots_[name_];
        slot.id = {.service = std::string{overflowed_ ? std::string_view{} : request.service},
                   .route = name_.substr(0, name_.find('\n'))};
        keep_first(latency_.routes[slot.id].first_seen, {.source = source_, .line = line});
        return slot;
    }

    Latency& latency_;
    std::string source_;
    std::string name_;
    std::unordered_map<std::string, Slot, Hash, std::equal_to<>> slots_;
    bool overflowed_ = false;
};

// Decides the unit of a combined line whose duration is a bare whole number.
void settle_unit(access::Layout& layout,
                 const Sample& sample,
                 const ReadOptions& options,
                 const std::string& where) {
    const std::optional<double> given = csv::nanos_in(options.latency_unit);
    if (layout.form == Form::json) {
        layout.micros_per_unit = given ? *given / 1e3 : 0;
    }
    if (layout.form != Form::combined || layout.micros_per_unit != 0) {
        return;
    }
    if (given) {
        layout.micros_per_unit = *given / 1e3;
        layout.last_token = true;
        return;
    }
    const bool number = ends_in_number(sample.head);
    throw Error{
        {.status = Status::usage,
         .what = number ? "the unit of the durations is not known"
                        : "the access log holds no durations",
         .where = where + ":1",
         .why = number ? "a whole number ends the line: Apache's %D is microseconds, %T seconds"
                       : "the combined format has none",
         .remedy = number ? "give --unit us (or ms, s)"
                          : "add $request_time to nginx's log_format, or %D to Apache's"}};
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    const Sample sample = stream.sample();
    access::Layout layout = layout_of(sample.head, sample.whole);
    settle_unit(layout, sample, options, stream.name());
    Adder adder{evidence.latency, stream.name()};
    access::ClockCache clock;
    access::JsonLines json{layout.micros_per_unit, stream.name()};
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        if (line->empty() || line->front() == '#') {
            continue;
        }
        access::Request request;
        const std::string_view why =
            layout.form == Form::combined  ? access::parse_combined(*line, layout, clock, request)
            : layout.form == Form::json    ? json.parse(*line, request)
            : layout.form == Form::envoy   ? access::parse_envoy(*line, request)
            : layout.form == Form::haproxy ? access::parse_haproxy(*line, clock, request)
                                           : access::parse_alb(*line, request);
        if (!why.empty()) {
            input.skip(lines.number(), line->size() + 1, why);
            continue;
        }
        ++input.records;
        input.span.cover(request.ended);
        adder.add(request, lines.number());
    }
    input.note = adder.overflowed() ? "more than 2,000 routes: the rest is one, (other)" : "";
}

}  // namespace

extern constinit const Reader access_log{
    .id = "access-log",
    .reads =
        "access logs: nginx with $request_time, Apache with %D, HAProxy, Envoy, ALB, JSON lines",
    .yields = {Kind::latency},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
