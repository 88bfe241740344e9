// HdrHistogram interval logs (.hlog), formats 1.01 to 1.3, encodings V0 to V2, with tags; as
// jHiccup, YCSB and HistogramLogWriter write them.
//
// Law: the buckets are taken over as they are, so a percentile of the project's own tools is `high`
// of ours. A tag is a route. Stamps are relative to StartTime unless BaseTime says otherwise or
// they lie within a year of StartTime or after it (the rule of HistogramLogReader). The unit is not
// in the file, and the Interval_Max column does not give it away: jHiccup and YCSB divide by a
// million though one counts nanoseconds and the other microseconds. So it is asked for. Blind spot:
// whether the recorder corrected for coordinated omission is not in the file.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"
#include "readers/hdr/payload.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::readers {
namespace {

constexpr double year_seconds = 365 * 24 * 3600.0;
constexpr double last_second = 253'402'300'799;  // of the year 9999
constexpr std::size_t most_tags = 10'000;
constexpr std::size_t longest_tag = 300;

[[nodiscard]] std::string_view take_token(std::string_view& rest) noexcept {
    const std::size_t from = std::min(rest.find_first_not_of(" ,\r"), rest.size());
    rest.remove_prefix(from);
    const std::size_t end = std::min(rest.find_first_of(" ,\r"), rest.size());
    const std::string_view token = rest.substr(0, end);
    rest.remove_prefix(end);
    return token;
}

[[nodiscard]] bool is_data_line(std::string_view line) noexcept {
    std::string_view token = take_token(line);
    if (token.starts_with("Tag=")) {
        token = take_token(line);
    }
    const bool start = csv::number(token).has_value();
    const bool length = csv::number(take_token(line)).has_value();
    (void)take_token(line);
    return start && length && take_token(line).starts_with("HIST");  // base64 of 1C 84 93
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    std::string_view head = sample.head;
    for (int line_number = 0; line_number < 20 && !head.empty(); ++line_number) {
        const std::string_view line = head.substr(0, head.find('\n'));
        if (line.find("istogram log format version") != std::string_view::npos ||
            line.starts_with("\"StartTimestamp\"") || is_data_line(line)) {
            return Sureness::certain;
        }
        if (!line.starts_with('#') && !csv::trim(line).empty()) {
            return Sureness::no;
        }
        head.remove_prefix(std::min(head.size(), line.size() + 1));
    }
    return Sureness::no;
}

// A unit as a whole number of nanoseconds.
[[nodiscard]] std::int64_t unit_of(const ReadOptions& options, const std::string& where) {
    const std::optional<double> nanos = csv::nanos_in(options.latency_unit);
    if (nanos && *nanos <= 1e9) {
        return std::llround(*nanos);
    }
    const bool given = !options.latency_unit.empty();
    throw Error{
        {.status = Status::usage,
         .what = given ? "the unit is not known" : "the unit of the histograms is not known",
         .where = where,
         .why = given ? "'" + options.latency_unit + "' is none of ns, us, ms, s"
                      : "an HdrHistogram log does not say it, and a guess may be wrong by 1000x",
         .remedy = "give --unit ns (jHiccup), --unit us (YCSB), or what the recorder counts"}};
}

class Clock {
public:
    // "#[StartTime: 1441812279.474 (seconds since epoch) ..." and the same with BaseTime.
    void take_comment(std::string_view line) {
        for (const std::string_view key : {"#[StartTime: ", "#[BaseTime: "}) {
            if (line.starts_with(key)) {
                std::string_view rest = line.substr(key.size());
                const std::optional<double> value = csv::number(take_token(rest));
                if (value && *value >= 0 && *value <= last_second) {
                    (key == "#[StartTime: " ? start_ : base_) = *value;
                }
            }
        }
    }
    // Seconds since 1970 of a stamp; nothing when it is out of range.
    [[nodiscard]] std::optional<double> absolute(double stamp) {
        start_ = start_.value_or(stamp);
        if (!base_) {
            base_ = stamp < *start_ - year_seconds ? *start_ : 0;
        }
        const double at = stamp + *base_;
        return at >= 0 && at <= last_second ? std::optional{at} : std::nullopt;
    }

private:
    std::optional<double> start_;
    std::optional<double> base_;
};

constexpr std::int64_t most_requests = 1'000'000'000'000;       // in an interval
constexpr std::int64_t most_nanos = 1'000'000'000'000'000'000;  // of one of them

// Returns why no service can have measured that, or an empty text.
[[nodiscard]] std::string_view unbelievable(const std::vector<hdr::Slot>& slots,
                                            std::int64_t unit) noexcept {
    std::int64_t requests = 0;
    for (const hdr::Slot& slot : slots) {
        if (slot.low > most_nanos / unit) {
            return "a request took more than 31 years: is the unit right?";
        }
        if (slot.count > most_requests - requests) {
            return "an interval counts more than a trillion requests";
        }
        requests += slot.count;
    }
    return {};
}

[[nodiscard]] std::int64_t scaled(std::int64_t value, std::int64_t unit) noexcept {
    return value > (BucketCounts::no_bound - 1) / unit ? BucketCounts::no_bound - 1 : value * unit;
}

[[nodiscard]] std::vector<BucketCounts::Bucket> in_nanos(const std::vector<hdr::Slot>& slots,
                                                         std::int64_t unit) {
    std::vector<BucketCounts::Bucket> out;
    out.reserve(slots.size());
    for (const hdr::Slot& slot : slots) {
        const auto count = static_cast<std::uint64_t>(slot.count);
        out.push_back({.low_ns = scaled(slot.low, unit),
                       .high_ns = scaled(slot.high, unit),
                       .weight = count * BucketCounts::one});
    }
    return out;
}

struct Interval {
    std::string_view tag;
    Instant from;
    Instant to;
};

// The line's head; returns why it cannot be used. `rest` is left before the payload.
std::string_view take_interval(std::string_view& rest, Clock& clock, Interval& interval) {
    std::string_view token = take_token(rest);
    if (token.starts_with("Tag=")) {
        interval.tag = token.substr(4, longest_tag);
        token = take_token(rest);
    }
    const std::optional<double> stamp = csv::number(token);
    const std::optional<double> length = csv::number(take_token(rest));
    (void)take_token(rest);  // Interval_Max: of an unknown unit
    if (!stamp || !length || *length < 0 || *length > year_seconds) {
        return "the start or the length of the interval is no number";
    }
    const std::optional<double> from = clock.absolute(*stamp);
    if (!from) {
        return "the start of the interval is out of range";
    }
    interval.from = instant(std::llround(*from * 1e6));
    interval.to = interval.from + Micros{std::llround(*length * 1e6)};
    return {};
}

struct Target {
    Latency& latency;
    std::int64_t unit = 1;
    const std::string& source;
    std::vector<hdr::Slot> slots;
};

std::string_view take_line(
    std::string_view line, std::uint64_t number, Clock& clock, Target& target, Span& span) {
    Interval interval;
    std::string_view rest = line;
    if (const std::string_view why = take_interval(rest, clock, interval); !why.empty()) {
        return why;
    }
    const std::string_view payload = take_token(rest);
    if (const std::string_view why = hdr::decode(payload, target.slots); !why.empty()) {
        return why;
    }
    if (const std::string_view why = unbelievable(target.slots, target.unit); !why.empty()) {
        return why;
    }
    const RouteId id{.service = {}, .route = std::string{interval.tag}};
    if (target.latency.routes.size() >= most_tags && !target.latency.routes.contains(id)) {
        return "there are more than 10,000 tags";
    }
    target.latency.window(id, interval.from).buckets.add(in_nanos(target.slots, target.unit));
    keep_first(target.latency.routes[id].first_seen, {.source = target.source, .line = number});
    span.cover(interval.from);
    span.cover(interval.to);
    return {};
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    Target target{.latency = evidence.latency,
                  .unit = unit_of(options, stream.name()),
                  .source = stream.name(),
                  .slots = {}};
    Clock clock;
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        if (line->starts_with('#')) {
            clock.take_comment(*line);
        } else if (!line->starts_with("\"StartTimestamp\"") && !csv::trim(*line).empty()) {
            const std::string_view why =
                take_line(*line, lines.number(), clock, target, input.span);
            if (why.empty()) {
                ++input.records;
            } else {
                input.skip(lines.number(), line->size() + 1, why);
            }
        }
    }
    input.note = "values in " + options.latency_unit + ", as --unit says";
    if (input.span.from && micros(*input.span.from) < 100'000'000LL * 1'000'000) {
        input.note += "; the log has no start time, so its times count from 1970";
    }
}

}  // namespace

extern constinit const Reader hdr_log{
    .id = "hdr-log",
    .reads =
        "HdrHistogram logs (.hlog) 1.01 to 1.3 of jHiccup, YCSB, HistogramLogWriter; needs --unit",
    .yields = {Kind::latency},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
