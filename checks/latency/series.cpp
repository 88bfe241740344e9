#include "checks/latency/series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr double enough_requests = 1000;  // for a p99 that says something; latency.md 1.3
constexpr std::uint64_t uncounted = 1'000'000;
constexpr std::array<std::int64_t, 3> bin_hours{1, 6, 24};
constexpr std::int64_t hour_us = 3'600'000'000;

// Number of the bin. Longer ones begin with the wall's midnight, an hour is one everywhere.
[[nodiscard]] std::int64_t bin_of(Instant at, std::int64_t hours, const Zone& zone) noexcept {
    const std::int64_t clock = micros(hours == 1 ? at : at + zone.offset_at(at));
    const std::int64_t width = hours * hour_us;
    return clock / width - (clock % width < 0 ? 1 : 0);
}

[[nodiscard]] bool is_masked(Instant at,
                             const RouteId& id,
                             const std::vector<MaskedSpan>& masks) noexcept {
    return std::ranges::any_of(masks, [&](const MaskedSpan& mask) {
        const bool about = mask.service.empty() || id.service.empty() || mask.service == id.service;
        return about && mask.from <= at && at < mask.until;
    });
}

// Half of the bins of this width hold enough requests.
[[nodiscard]] bool holds_enough(const RouteLatency& route, std::int64_t hours, const Zone& zone) {
    std::map<std::int64_t, double> counts;
    for (const auto& [at, bucket] : route.histograms) {
        counts[bin_of(at, hours, zone)] += bucket.count();
    }
    const auto enough = std::ranges::count_if(
        counts, [](const auto& bin) { return bin.second >= enough_requests; });
    return 2 * enough >= std::ssize(counts);
}

[[nodiscard]] Estimate in_ms(const Estimate& micros) {
    return micros.times(1e-3);
}

void add_counts(LatencySeries& series,
                const RouteLatency& route,
                const std::vector<MaskedSpan>& masks,
                const Zone& zone) {
    std::int64_t hours = bin_hours.back();
    for (const std::int64_t candidate : bin_hours) {
        if (holds_enough(route, candidate, zone)) {
            hours = candidate;
            break;
        }
    }
    struct Bin {
        Instant first;
        LatencyBucket counts;
    };
    std::map<std::int64_t, Bin> bins;
    for (const auto& [at, bucket] : route.histograms) {
        if (is_masked(at, series.id, masks)) {
            ++series.masked;
        } else {
            bins.try_emplace(bin_of(at, hours, zone), Bin{.first = at, .counts = {}})
                .first->second.counts.merge(bucket);
        }
    }
    for (const auto& [key, bin] : bins) {
        const std::optional<Estimate> p99 = bin.counts.quantile(0.99);
        if (!p99 || !p99->has_point()) {
            series.bounds_only += p99 ? 1 : 0;
            continue;
        }
        series.points.push_back({.at = bin.first,
                                 .day = zone.day_of(bin.first),
                                 .p99_ms = in_ms(*p99),
                                 .p50_ms = in_ms(*bin.counts.quantile(0.5)),
                                 .requests = bin.counts.count()});
    }
}

void add_percentiles(LatencySeries& series,
                     const RouteLatency& route,
                     const std::vector<MaskedSpan>& masks,
                     const Zone& zone) {
    series.points.reserve(route.percentiles.size());
    for (const auto& [at, point] : route.percentiles) {
        if (!point.p99 || *point.p99 <= 0) {
            continue;
        }
        if (is_masked(at, series.id, masks)) {
            ++series.masked;
            continue;
        }
        const double p99 = static_cast<double>(*point.p99) / 1e3;
        LatencyPoint out{.at = at,
                         .day = zone.day_of(at),
                         .p99_ms = Estimate::exactly(p99),
                         .p50_ms = std::nullopt,
                         .requests = std::nullopt};
        if (point.p99_low && point.p99_high) {
            out.p99_ms.low = static_cast<double>(*point.p99_low) / 1e3;
            out.p99_ms.high = static_cast<double>(*point.p99_high) / 1e3;
        }
        if (point.p50 && *point.p50 > 0) {
            out.p50_ms = Estimate::exactly(static_cast<double>(*point.p50) / 1e3);
        }
        if (point.count) {
            out.requests = static_cast<double>(*point.count);
        }
        series.points.push_back(out);
    }
}

[[nodiscard]] std::uint64_t requests_in(const LatencyPoint& point, bool counted) noexcept {
    return counted ? static_cast<std::uint64_t>(point.requests.value_or(0)) : uncounted;
}

}  // namespace

std::vector<model::DayValue> LatencySeries::log_p99() const {
    std::vector<model::DayValue> out;
    out.reserve(points.size());
    for (const LatencyPoint& point : points) {
        if (point.p99_ms.at > 0) {
            out.push_back({.day = point.day,
                           .value = std::log(point.p99_ms.at),
                           .requests = requests_in(point, counted())});
        }
    }
    return out;
}

std::vector<model::DayValue> LatencySeries::log_p50() const {
    std::vector<model::DayValue> out;
    out.reserve(points.size());
    for (const LatencyPoint& point : points) {
        if (point.p50_ms && point.p50_ms->at > 0) {
            out.push_back({.day = point.day,
                           .value = std::log(point.p50_ms->at),
                           .requests = requests_in(point, counted())});
        }
    }
    return out;
}

std::vector<model::LoadPoint> LatencySeries::load_points() const {
    std::vector<model::LoadPoint> out;
    for (const LatencyPoint& point : points) {
        if (point.requests && point.p99_ms.at > 0) {
            out.push_back(
                {.day = point.day, .load = *point.requests, .value = std::log(point.p99_ms.at)});
        }
    }
    return out;
}

std::vector<MaskedSpan> masks_of(const Settings& settings, const Events& events) {
    std::vector<MaskedSpan> masks;
    for (const Mask& mask : settings.masks) {
        masks.push_back({.from = mask.from, .until = mask.until, .service = {}, .why = mask.why});
    }
    for (const Event& event : events.events) {
        const bool change = event.kind == EventKind::deploy || event.kind == EventKind::migration ||
                            event.kind == EventKind::config;
        const bool day = event.kind == EventKind::holiday && !event.until;
        if (change || (!day && !event.until)) {
            continue;
        }
        // A date is a day of the wall, wherever it was read as one of UTC.
        const bool dated = micros(event.at) % (24 * hour_us) == 0;
        const std::int64_t local = day_of(event.at);
        masks.push_back({.from = day && dated ? settings.zone.start_of(local) : event.at,
                         .until = !day    ? *event.until
                                  : dated ? settings.zone.start_of(local + 1)
                                          : event.at + std::chrono::days{1},
                         .service = event.service,
                         .why = std::string{to_text(event.kind)} + " " + event.what});
    }
    return masks;
}

LatencySeries series_of(const RouteId& id,
                        const RouteLatency& route,
                        const std::vector<MaskedSpan>& masks,
                        const Zone& zone) {
    LatencySeries series;
    series.id = id;
    series.first_seen = route.first_seen;
    // Counts say more than percentiles; a route that has both is read from its counts.
    if (!route.histograms.empty()) {
        add_counts(series, route, masks, zone);
    } else {
        add_percentiles(series, route, masks, zone);
    }
    for (const LatencyPoint& point : series.points) {
        series.requests += point.requests.value_or(0);
    }
    return series;
}

std::string name_of(const RouteId& id) {
    if (id.service.empty() && id.route.empty()) {
        return "all requests";
    }
    return id.service + (id.service.empty() || id.route.empty() ? "" : " ") + id.route;
}

}  // namespace plimsoll::checks
