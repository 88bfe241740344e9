// Latency: how long requests took, per service and route, in buckets of time.
//
// Two shapes that are never mixed: histograms, which merge exactly, and ready percentiles, which do not
// merge at all (averaging percentiles is wrong by a third or more) and are kept as they came.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/origin.hpp"

#include <algorithm>
#include <compare>
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

// One bucket of time as a histogram: everything can be computed from it.
struct LatencyBucket {
    Histogram micros;
    std::uint64_t errors = 0;
    std::uint64_t timeouts = 0;
    void merge(const LatencyBucket& other) {
        micros.merge(other.micros);
        errors += other.errors;
        timeouts += other.timeouts;
    }
    static constexpr void fields(auto&& field) {
        field("micros", &LatencyBucket::micros);
        field("errors", &LatencyBucket::errors);
        field("timeouts", &LatencyBucket::timeouts);
    }
};

// One bucket of time as somebody else's percentiles, in microseconds.
struct Percentiles {
    std::optional<std::int64_t> count;
    std::optional<std::int64_t> p50;
    std::optional<std::int64_t> p95;
    std::optional<std::int64_t> p99;
    std::optional<std::int64_t> p99_low;   // bounds, where the source gives them
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
    std::map<Instant, LatencyBucket> histograms;   // by start of the bucket
    std::map<Instant, Percentiles> percentiles;    // by the time given
    Origin first_seen;

    void merge(const RouteLatency& other) {
        for (const auto& [at, bucket] : other.histograms) {
            histograms[at].merge(bucket);
        }
        for (const auto& [at, point] : other.percentiles) {
            const auto [found, fresh] = percentiles.emplace(at, point);
            if (!fresh) {
                found->second = std::max(found->second, point);
            }
        }
        keep_first(first_seen, other.first_seen);
    }
    static constexpr void fields(auto&& field) {
        field("histograms", &RouteLatency::histograms);
        field("percentiles", &RouteLatency::percentiles);
        field("first_seen", &RouteLatency::first_seen);
    }
};

struct Latency {
    std::map<RouteId, RouteLatency> routes;

    [[nodiscard]] bool empty() const noexcept { return routes.empty(); }
    void merge(const Latency& other) {
        for (const auto& [id, route] : other.routes) {
            routes[id].merge(route);
        }
    }
    static constexpr void fields(auto&& field) { field("routes", &Latency::routes); }
};

}  // namespace plimsoll
