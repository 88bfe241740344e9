#include "core/error.hpp"
#include "readers/csv/cells.hpp"
#include "readers/metrics/labels.hpp"
#include "readers/otlp/otlp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace plimsoll::readers::otlp {
namespace {

using metrics::Cumulative;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_buckets = 10'000;
constexpr std::int64_t most_count = 1'000'000'000'000;

// A count: a whole number, also as text; nothing when it is none or out of reason.
[[nodiscard]] std::optional<double> count_of(Json value) {
    const std::optional<std::int64_t> count = value.integer();
    return count && *count >= 0 && *count <= most_count ? std::optional{static_cast<double>(*count)}
                                                        : std::nullopt;
}

// Returns why the point has no histogram, or fills `counts`.
[[nodiscard]] std::string_view explicit_buckets(Json point, Cumulative& counts) {
    const std::vector<Json> bounds = point["explicitBounds"].items();
    const std::vector<Json> numbers = point["bucketCounts"].items();
    if (numbers.empty()) {
        return "a histogram with count and sum alone";
    }
    if (numbers.size() != bounds.size() + 1 || numbers.size() > most_buckets) {
        return "bucketCounts is not one longer than explicitBounds";
    }
    double total = 0;
    double before = -infinity;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::optional<double> bound = i < bounds.size() ? bounds[i].number() : infinity;
        const std::optional<double> count = count_of(numbers[i]);
        if (!bound || !count || *bound <= before) {
            return "bounds that do not rise, or a count that is none";
        }
        total += *count;
        counts[*bound] = total;
        before = *bound;
    }
    return {};
}

[[nodiscard]] std::string_view exponential_buckets(Json point, Cumulative& counts) {
    const std::optional<std::int64_t> scale = point["scale"] ? point["scale"].integer() : 0;
    const Json positive = point["positive"];
    const std::vector<Json> numbers = positive["bucketCounts"].items();
    const std::int64_t offset = positive["offset"].integer().value_or(0);
    if (!scale || *scale < -10 || *scale > 20 || numbers.size() > most_buckets ||
        std::abs(offset) > 2'000'000'000) {
        return "a scale, an offset or a number of buckets out of range";
    }
    for (const Json below : point["negative"]["bucketCounts"].items()) {
        if (below.integer().value_or(1) != 0) {
            return "a duration below zero";
        }
    }
    double total = count_of(point["zeroCount"]).value_or(0);
    counts[std::max(0.0, point["zeroThreshold"].number().value_or(0))] = total;
    const double step = std::exp2(-static_cast<double>(*scale));  // log2 of the base
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::optional<double> count = count_of(numbers[i]);
        if (!count) {
            return "a count that is none";
        }
        const double place = static_cast<double>(offset) + static_cast<double>(i);
        // a zero bucket that reaches into this one holds what lies below its own threshold
        counts.try_emplace(std::max(counts.rbegin()->first, std::exp2(place * step)), total);
        total += *count;
        counts[std::exp2((place + 1) * step)] = total;
    }
    counts[infinity] = total;
    return {};
}

[[nodiscard]] bool failed(const Attributes& attributes) {
    for (const std::string_view key : {"http.response.status_code", "http.status_code"}) {
        const auto found = attributes.find(std::string{key});
        if (found != attributes.end()) {
            return found->second.size() == 3 && found->second[0] == '5';
        }
    }
    return false;
}

// Of server metrics method and route; others are not requests to the service and carry their name.
[[nodiscard]] RouteId route_of(const std::string& service,
                               const std::string& name,
                               const Attributes& attributes) {
    metrics::Labels labels;
    for (const auto& [key, value] : attributes) {
        std::string label = key;
        std::ranges::replace(label, '.', '_');
        labels[std::move(label)] = value;
    }
    RouteId id = metrics::route_of(labels);
    id.service = service;
    if (name.find("server") == std::string::npos) {
        id.route = name + (id.route.empty() ? "" : " ") + id.route;
    }
    return id;
}

}  // namespace

Metrics::Metrics(std::string source, const ReadOptions& options, Latency& latency, Input& input)
    : source_{std::move(source)},
      unit_option_{csv::nanos_in(options.latency_unit)},
      latency_{latency},
      input_{input} {}

// Nanoseconds of the metric's unit; nothing when it is no duration.
std::optional<double> Metrics::unit_of(const std::string& name, const std::string& unit) const {
    if (const std::optional<double> said = csv::nanos_in(unit)) {
        return said;
    }
    const bool duration =
        name.find("duration") != std::string::npos || name.find("latency") != std::string::npos;
    if (!unit.empty() || !duration) {
        return std::nullopt;
    }
    std::string label = name;
    std::ranges::replace(label, '.', '_');
    if (const std::optional<double> in_name = metrics::unit_in_name(label)) {
        return in_name;
    }
    if (!unit_option_) {
        throw Error{
            {.status = Status::usage,
             .what = "the unit of the latencies is not known",
             .where = source_,
             .why = "the metric " + name + " gives no unit",
             .remedy = "give --unit ms (older conventions of OpenTelemetry) or --unit s (newer)"}};
    }
    return unit_option_;
}

void Metrics::read(Json resource, std::uint64_t line) {
    const Attributes about = attributes_of(resource["resource"]["attributes"]);
    const auto found = about.find("service.name");
    const std::string service = found == about.end() ? std::string{} : found->second;
    std::string instance;
    for (const auto& [key, value] : about) {
        instance += key + "=" + value + "\n";
    }
    for (const std::string_view scopes : {"scopeMetrics", "instrumentationLibraryMetrics"}) {
        for (const Json scope : resource[scopes].items()) {
            for (const Json one : scope["metrics"].items()) {
                const bool exponential = static_cast<bool>(one["exponentialHistogram"]);
                const Json body = one[exponential ? "exponentialHistogram" : "histogram"];
                const std::string name = one["name"].text();
                const std::optional<double> nanos =
                    body ? unit_of(name, one["unit"].text()) : std::nullopt;
                if (!nanos) {
                    continue;  // a counter, a gauge, or sizes: not latency
                }
                const Json temporality = body["aggregationTemporality"];
                const bool cumulative = temporality.integer().value_or(0) == 2 ||
                                        temporality.text() == "AGGREGATION_TEMPORALITY_CUMULATIVE";
                const bool delta = temporality.integer().value_or(0) == 1 ||
                                   temporality.text() == "AGGREGATION_TEMPORALITY_DELTA";
                for (const Json point : body["dataPoints"].items()) {
                    const Attributes attributes = attributes_of(point["attributes"]);
                    Metric metric{.id = route_of(service, name, attributes),
                                  .key = instance + name,
                                  .nanos = *nanos,
                                  .cumulative = cumulative,
                                  .exponential = exponential};
                    for (const auto& [key, value] : attributes) {
                        metric.key += "\n" + key + "=" + value;
                    }
                    const std::string_view why = cumulative || delta
                                                     ? take_point(point, metric, line)
                                                     : "neither delta nor cumulative";
                    if (why.empty()) {
                        ++input_.records;
                    } else {
                        input_.skip(line, 0, why);
                    }
                }
            }
        }
    }
}

std::string_view Metrics::take_point(Json point, const Metric& metric, std::uint64_t line) {
    const std::optional<std::int64_t> at = point["timeUnixNano"].integer();
    const std::int64_t began = point["startTimeUnixNano"].integer().value_or(0);
    if (!at || *at <= 0 || began < 0 || began > *at) {
        return "a point without time, or that began after it ended";
    }
    Cumulative counts;
    const std::string_view why =
        metric.exponential ? exponential_buckets(point, counts) : explicit_buckets(point, counts);
    if (!why.empty()) {
        return why;
    }
    const bool errors = failed(attributes_of(point["attributes"]));
    if (!metric.cumulative) {
        return put(metric, errors, began != 0 ? began : *at, *at, counts, line);
    }
    if (streams_.size() >= most_streams && !streams_.contains(metric.key)) {
        return "there are more than 50,000 series";
    }
    const auto [found, fresh] =
        streams_.try_emplace(metric.key, Stream{.began_ns = began, .at_ns = *at, .counts = counts});
    Stream& before = found->second;
    if (fresh) {
        ++first_points_;
        return {};
    }
    if (*at <= before.at_ns) {
        return "the clock goes back";
    }
    const bool anew = began != before.began_ns;
    const std::string_view used = put(metric,
                                      errors,
                                      anew ? std::max(began, before.at_ns) : before.at_ns,
                                      *at,
                                      anew ? counts : metrics::increase(before.counts, counts),
                                      line);
    before = {.began_ns = began, .at_ns = *at, .counts = std::move(counts)};
    return used;
}

std::string_view Metrics::put(const Metric& metric,
                              bool failed_requests,
                              std::int64_t began_ns,
                              std::int64_t at_ns,
                              const Cumulative& counts,
                              std::uint64_t line) {
    if (const std::string_view why = metrics::unbelievable(counts, metric.nanos); !why.empty()) {
        return why;
    }
    std::vector<BucketCounts::Bucket> buckets = metrics::buckets_of(
        counts,
        metric.nanos,
        1,
        metric.exponential ? metrics::Spacing::exponential : metrics::Spacing::even);
    ++used_points_;
    input_.span.cover(instant(began_ns / 1000));
    input_.span.cover(instant(at_ns / 1000));
    if (buckets.empty() ||
        (latency_.routes.size() >= 10'000 && !latency_.routes.contains(metric.id))) {
        return {};
    }
    LatencyBucket& window = latency_.window(metric.id, instant(began_ns / 1000));
    if (failed_requests) {
        window.errors += static_cast<std::uint64_t>(counts.rbegin()->second);
    }
    window.buckets.add(std::move(buckets));
    keep_first(latency_.routes[metric.id].first_seen, {.source = source_, .line = line});
    return {};
}

void Metrics::finish() {
    if (first_points_ != 0 && used_points_ == 0) {
        input_.note += input_.note.empty() ? "" : "; ";
        input_.note +=
            "every cumulative series has one point: two exports or more make a series of time";
    }
}

}  // namespace plimsoll::readers::otlp
