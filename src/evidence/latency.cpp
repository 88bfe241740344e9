#include "evidence/latency.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace plimsoll {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::array<std::int64_t, 7> widths{second,
                                             10 * second,
                                             60 * second,
                                             300 * second,
                                             3'600 * second,
                                             21'600 * second,
                                             86'400 * second};

[[nodiscard]] Instant floor_to(Instant at, std::int64_t width) noexcept {
    const std::int64_t value = micros(at);
    width = std::max(width, second);  // a digest may say anything
    const std::int64_t rest = value % width;
    return instant(value - (rest < 0 ? rest + width : rest));
}

// Our own counts as buckets: the bucket of the histogram, in nanoseconds.
[[nodiscard]] std::vector<BucketCounts::Bucket> as_buckets(const Histogram& micros) {
    constexpr std::int64_t most = BucketCounts::no_bound / 1000;
    std::vector<BucketCounts::Bucket> out;
    for (const auto& [bucket, times] : micros.buckets()) {
        const std::int64_t low = std::min(Histogram::lowest(bucket), most);
        const std::int64_t next = Histogram::lowest(static_cast<std::uint16_t>(bucket + 1));
        const std::int64_t high = next <= 0 ? most : std::min(next - 1, most);
        out.push_back(
            {.low_ns = low * 1000, .high_ns = high * 1000, .weight = times * BucketCounts::one});
    }
    return out;
}

}  // namespace

void LatencyBucket::merge(const LatencyBucket& other) {
    micros.merge(other.micros);
    buckets.merge(other.buckets);
    errors += other.errors;
    timeouts += other.timeouts;
}

double LatencyBucket::count() const noexcept {
    return static_cast<double>(micros.count()) + buckets.count();
}

std::optional<Estimate> LatencyBucket::quantile(double q) const {
    if (buckets.empty()) {
        return micros.empty() ? std::nullopt : std::optional{micros.quantile(q)};
    }
    if (micros.empty()) {
        return buckets.quantile(q);
    }
    BucketCounts both = buckets;
    both.add(as_buckets(micros));
    return both.quantile(q);
}

Instant Latency::window_start(Instant at) const noexcept {
    return floor_to(at, width_us);
}

LatencyBucket& Latency::window(const RouteId& id, Instant at) {
    const auto [found, fresh] = routes[id].histograms.try_emplace(window_start(at));
    if (fresh && ++windows > most_windows) {
        widen_if_needed();
        return routes[id].histograms[window_start(at)];
    }
    return found->second;
}

void Latency::widen_to(std::int64_t width) {
    width_us = width;
    windows = 0;
    for (auto& [id, route] : routes) {
        std::map<Instant, LatencyBucket> wider;
        for (auto& [at, bucket] : route.histograms) {
            const auto [found, fresh] = wider.try_emplace(window_start(at));
            if (fresh) {
                found->second = std::move(bucket);
            } else {
                found->second.merge(bucket);
            }
        }
        route.histograms = std::move(wider);
        windows += route.histograms.size();
    }
}

void Latency::widen_if_needed() {
    for (const std::int64_t width : widths) {
        if (windows <= most_windows) {
            return;
        }
        if (width > width_us) {
            widen_to(width);
        }
    }
}

void Latency::merge(const Latency& other) {
    if (other.width_us > width_us) {
        widen_to(other.width_us);
    }
    for (const auto& [id, theirs] : other.routes) {
        RouteLatency& ours = routes[id];
        for (const auto& [at, bucket] : theirs.histograms) {
            const auto [found, fresh] = ours.histograms.try_emplace(window_start(at));
            windows += fresh ? 1 : 0;
            found->second.merge(bucket);
        }
        for (const auto& [at, point] : theirs.percentiles) {
            const auto [found, fresh] = ours.percentiles.emplace(at, point);
            if (!fresh) {
                found->second = std::max(found->second, point);
            }
        }
        keep_first(ours.first_seen, theirs.first_seen);
    }
    widen_if_needed();
}

}  // namespace plimsoll
