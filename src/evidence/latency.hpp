// Latency: how long requests took, per service and route, in windows of time.
//
// Two shapes that are never mixed: counts, which merge exactly, and ready percentiles, which do not
// merge at all (averaging percentiles is wrong by a third or more) and are kept as they came.
//
// Law of size: counts lie in windows of absolute time one second wide, wider by whole steps when
// all routes together would need more than `most_windows`. The width reached depends only on which
// windows hold anything, never on the order in which they came, so merging stays associative. Blind
// spot: inside a window the order of requests is lost.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/origin.hpp"
#include "evidence/bucket_counts.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace plimsoll {

struct RouteId {
    std::string service;  // may be empty
    std::string route;    // may be empty: the whole service
    friend auto operator<=>(const RouteId&, const RouteId&) = default;
    static constexpr void fields(auto&& field) {
        field("service", &RouteId::service);
        field("route", &RouteId::route);
    }
};

// One window as counts: everything can be computed from it.
struct LatencyBucket {
    Histogram micros;      // of single requests that we measured ourselves
    BucketCounts buckets;  // of somebody else's histogram, in his buckets
    std::uint64_t errors = 0;
    std::uint64_t timeouts = 0;
    void merge(const LatencyBucket& other);
    // Requests; those of rates may be parts.
    [[nodiscard]] double count() const noexcept;
    // Microseconds, with the bucket as interval; nothing when the window is empty.
    [[nodiscard]] std::optional<Estimate> quantile(double q) const;
    static constexpr void fields(auto&& field) {
        field("micros", &LatencyBucket::micros);
        field("buckets", &LatencyBucket::buckets);
        field("errors", &LatencyBucket::errors);
        field("timeouts", &LatencyBucket::timeouts);
    }
};

// One point of time as somebody else's percentiles, in microseconds.
struct Percentiles {
    std::optional<std::int64_t> count;
    std::optional<std::int64_t> p50;
    std::optional<std::int64_t> p95;
    std::optional<std::int64_t> p99;
    std::optional<std::int64_t> p99_low;  // bounds, where the source gives them
    std::optional<std::int64_t> p99_high;
    friend auto operator<=>(const Percentiles&, const Percentiles&) = default;
    static constexpr void fields(auto&& field) {
        field("count", &Percentiles::count);
        field("p50", &Percentiles::p50);
        field("p95", &Percentiles::p95);
        field("p99", &Percentiles::p99);
        field("p99_low", &Percentiles::p99_low);
        field("p99_high", &Percentiles::p99_high);
    }
};

struct RouteLatency {
    std::map<Instant, LatencyBucket> histograms;  // by start of the window
    std::map<Instant, Percentiles> percentiles;   // by the time given
    Origin first_seen;

    static constexpr void fields(auto&& field) {
        field("histograms", &RouteLatency::histograms);
        field("percentiles", &RouteLatency::percentiles);
        field("first_seen", &RouteLatency::first_seen);
    }
};

struct Latency {
    static constexpr std::size_t most_windows = 300'000;

    std::map<RouteId, RouteLatency> routes;
    std::int64_t width_us = 1'000'000;  // of the windows of all histograms
    std::uint64_t windows = 0;          // how many there are

    // The window of a route that holds the instant, made when there is none. Its reference lives
    // until `width_us` changes.
    [[nodiscard]] LatencyBucket& window(const RouteId& id, Instant at);
    [[nodiscard]] Instant window_start(Instant at) const noexcept;

    [[nodiscard]] bool empty() const noexcept { return routes.empty(); }
    void merge(const Latency& other);
    static constexpr void fields(auto&& field) {
        field("routes", &Latency::routes);
        field("width_us", &Latency::width_us);
        field("windows", &Latency::windows);
    }

private:
    void widen_to(std::int64_t width);
    void widen_if_needed();
};

}  // namespace plimsoll
