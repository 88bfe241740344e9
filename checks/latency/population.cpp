#include "checks/latency/population.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr std::uint64_t enough_a_day = 1000;
constexpr double finest_for_spikes = 0.01;   // width of a bucket over its value
constexpr double coarsest_for_humps = 0.26;  // ten buckets a decade

struct Bars {
    std::vector<model::Bar> bars;
    double widest = 0;  // of buckets above 1 ms, relative
};

void add(std::map<double, std::uint64_t>& bars,
         Bars& out,
         double low_ms,
         double high_ms,
         std::uint64_t count) {
    if (count == 0 || high_ms <= 0) {
        return;
    }
    const double middle = std::max((low_ms + high_ms) / 2, 1e-6);
    bars[middle] += count;
    if (low_ms >= 1) {
        out.widest = std::max(out.widest, (high_ms - low_ms) / low_ms);
    }
}

[[nodiscard]] Bars bars_of(const LatencyBucket& bucket) {
    Bars out;
    std::map<double, std::uint64_t> bars;
    for (const auto& [index, count] : bucket.micros.buckets()) {
        const auto low = static_cast<double>(Histogram::lowest(index)) / 1e3;
        const auto high =
            static_cast<double>(Histogram::lowest(static_cast<std::uint16_t>(index + 1))) / 1e3;
        add(bars, out, low, high, count);
    }
    for (const BucketCounts::Bucket& native : bucket.buckets.buckets()) {
        const bool open = native.high_ns == BucketCounts::no_bound;
        const double low = static_cast<double>(native.low_ns) / 1e6;
        const double high = open ? low * 2 : static_cast<double>(native.high_ns) / 1e6;
        add(bars, out, low, high, (native.weight + BucketCounts::one / 2) / BucketCounts::one);
    }
    for (const auto& [value, count] : bars) {
        out.bars.push_back({.value = value, .count = count});
    }
    return out;
}

}  // namespace

Population population_of(const RouteId& id,
                         const RouteLatency& route,
                         std::int64_t width_us,
                         const Zone& zone) {
    Population out;
    out.id = id;
    out.first_seen = route.first_seen;
    LatencyBucket whole;
    std::map<std::int64_t, LatencyBucket> days;
    for (const auto& [at, bucket] : route.histograms) {
        whole.merge(bucket);
        if (width_us <= 86'400'000'000) {
            days[zone.day_of(at)].merge(bucket);
        }
    }
    out.requests = whole.count();
    const auto failing = static_cast<double>(std::max(whole.errors, whole.timeouts));
    out.failing_share = out.requests > 0 ? failing / out.requests : 0;
    const Bars bars = bars_of(whole);
    out.whole = model::spread(bars.bars);
    if (out.whole) {
        out.p50_ms = whole.quantile(0.5).value_or(Estimate{}).times(1e-3);
        out.p95_ms = whole.quantile(0.95).value_or(Estimate{}).times(1e-3);
        out.p99_ms = whole.quantile(0.99).value_or(Estimate{}).times(1e-3);
    }
    if (bars.widest <= coarsest_for_humps) {
        out.humps = model::two_humps(bars.bars);
    }
    if (bars.widest <= finest_for_spikes) {
        out.spikes = model::round_spikes(bars.bars);
    }
    for (const auto& [day, bucket] : days) {
        const std::optional<model::Spread> of_day = model::spread(bars_of(bucket).bars);
        if (of_day && of_day->requests >= enough_a_day) {
            out.days.push_back(*of_day);
        }
    }
    return out;
}

}  // namespace plimsoll::checks
