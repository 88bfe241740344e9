// Prometheus's HTTP API as curl saves it (query_range, query): buckets, summaries, gauges.
//
// Law: series with `le` are cumulative histograms. With their name they are counters, of which
// intervals are made; without it they are rates per second, as a function drops the name, and weigh
// by their step. Series are summed over instances only after that. A series with a label `quantile`
// is a ready percentile and is never merged. A series with neither says nothing about what it is,
// and is skipped with the way to tell. Within a bucket, quantiles are linear or, in exponential
// native histograms, exponential, as histogram_quantile of Prometheus 3 has them, with the bucket
// as interval. Blind spot: increase() cannot be told from rate(), so its counts come out too high,
// its quantiles right.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/metrics/prometheus_document.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view head = sample.head.substr(0, 4096);
    const std::size_t brace = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return brace != std::string_view::npos && head[brace] == '{' &&
                   head.find("\"resultType\"") != std::string_view::npos
               ? Sureness::certain
               : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    metrics::PrometheusDocument document{stream.name(), options};
    document.parse(stream.whole(), input);
    document.finish(evidence, input);
}

}  // namespace

extern constinit const Reader prometheus_json{
    .id = "prometheus-json",
    .reads = "Prometheus HTTP API, query and query_range: _bucket series, sums by le, quantile "
             "series, native "
             "histograms, pool and thread gauges",
    .yields = {Kind::latency, Kind::gauges},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
