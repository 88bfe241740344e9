// OTLP/JSON: spans and metrics as the collector's file exporter writes them, one object a line or
// one alone.
//
// Facts of the format: whole numbers of 64 bits are texts (and numbers in older exporters),
// enumerations numbers or names, ids hex. Explicit buckets are (b[i-1], b[i]], one more than there
// are bounds, each with its own count.
#pragma once

#include "core/input_record.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "readers/ci/json.hpp"
#include "readers/metrics/cumulative.hpp"
#include "readers/traces/collector.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::otlp {

using ci::Json;
using Attributes = std::map<std::string, std::string>;

// Scalars only; at most 100.
[[nodiscard]] Attributes attributes_of(Json list);

// All spans of one element of resourceSpans.
void read_spans(Json resource, traces::Collector& collector, Input& input, std::uint64_t line);

// Histograms of durations, delta and cumulative, explicit and exponential.
class Metrics {
public:
    static constexpr std::size_t most_streams = 50'000;

    Metrics(std::string source, const ReadOptions& options, Latency& latency, Input& input);
    // All metrics of one element of resourceMetrics. Throws Error (usage) for a duration without a
    // unit.
    void read(Json resource, std::uint64_t line);
    void finish();

private:
    struct Stream {
        std::int64_t began_ns = 0;
        std::int64_t at_ns = 0;
        metrics::Cumulative counts;
    };
    struct Metric {
        RouteId id;
        std::string key;
        double nanos = 1;
        bool cumulative = false;
        bool exponential = false;
    };

    [[nodiscard]] std::optional<double> unit_of(const std::string& name,
                                                const std::string& unit) const;
    [[nodiscard]] std::string_view take_point(Json point, const Metric& metric, std::uint64_t line);
    [[nodiscard]] std::string_view put(const Metric& metric,
                                       bool failed,
                                       std::int64_t began_ns,
                                       std::int64_t at_ns,
                                       const metrics::Cumulative& counts,
                                       std::uint64_t line);

    std::string source_;
    std::optional<double> unit_option_;
    Latency& latency_;
    Input& input_;
    std::map<std::string, Stream> streams_;
    std::uint64_t first_points_ = 0;
    std::uint64_t used_points_ = 0;
};

}  // namespace plimsoll::readers::otlp
