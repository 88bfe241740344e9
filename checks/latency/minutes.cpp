#include "checks/latency/minutes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace plimsoll::checks {
namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t day_minutes = 1440;
constexpr std::int64_t most_days = 60;
constexpr double least_filled = 0.5;  // of the minutes of a service

struct Service {
    std::map<std::int64_t, LatencyBucket> counts;  // by minute since 1970
    std::map<std::int64_t, double> ready;          // log p99; of the route with the largest
    Origin first_seen;
};

// On the wall: crons and habits keep to it. Nothing while the wall repeats an hour.
[[nodiscard]] std::optional<std::int64_t> minute_of(Instant at, const Zone& zone) noexcept {
    std::chrono::seconds before = zone.offset;
    for (const ZoneChange& change : zone.changes) {
        if (change.at <= at && at < change.at + (before - change.offset)) {
            return std::nullopt;
        }
        before = change.offset;
    }
    return micros(at + zone.offset_at(at)) / minute_us;
}

[[nodiscard]] std::map<std::string, Service> services_of(const Latency& latency, const Zone& zone) {
    std::map<std::string, Service> services;
    for (const auto& [id, route] : latency.routes) {
        if (id.service.empty()) {
            continue;
        }
        Service& service = services[id.service];
        keep_first(service.first_seen, route.first_seen);
        if (latency.width_us <= minute_us) {
            for (const auto& [at, bucket] : route.histograms) {
                if (const std::optional<std::int64_t> minute = minute_of(at, zone)) {
                    service.counts[*minute].merge(bucket);
                }
            }
        }
        for (const auto& [at, point] : route.percentiles) {
            const std::optional<std::int64_t> minute = minute_of(at, zone);
            if (minute && point.p99 && *point.p99 > 0) {
                double& value = service.ready.try_emplace(*minute, -INFINITY).first->second;
                value = std::max(value, std::log(static_cast<double>(*point.p99)));
            }
        }
    }
    return services;
}

[[nodiscard]] std::map<std::int64_t, double> values_of(const Service& service) {
    if (service.counts.empty()) {
        return service.ready;
    }
    std::map<std::int64_t, double> out;
    for (const auto& [minute, bucket] : service.counts) {
        const std::optional<Estimate> p95 = bucket.quantile(0.95);
        if (p95 && p95->has_point() && p95->at > 0) {
            out[minute] = std::log(p95->at);
        }
    }
    return out;
}

}  // namespace

std::vector<MinuteSeries> minute_series(const Latency& latency,
                                        std::size_t most,
                                        const Zone& zone) {
    std::map<std::string, std::map<std::int64_t, double>> all;
    std::int64_t from = INT64_MAX;
    std::int64_t until = 0;
    const std::map<std::string, Service> services = services_of(latency, zone);
    for (const auto& [name, service] : services) {
        std::map<std::int64_t, double> values = values_of(service);
        if (!values.empty()) {
            from = std::min(from, values.begin()->first);
            until = std::max(until, values.rbegin()->first + 1);
            all[name] = std::move(values);
        }
    }
    if (all.size() < 2) {
        return {};
    }
    from = (from + day_minutes - 1) / day_minutes * day_minutes;
    until = until / day_minutes * day_minutes;
    from = std::max(from, until - most_days * day_minutes);
    if (until - from < 2 * day_minutes) {
        return {};
    }
    std::vector<MinuteSeries> out;
    for (const auto& [name, values] : all) {
        MinuteSeries series;
        series.service = name;
        series.first_seen = services.at(name).first_seen;
        series.values.assign(static_cast<std::size_t>(until - from), NAN);
        for (auto at = values.lower_bound(from); at != values.end() && at->first < until; ++at) {
            series.values[static_cast<std::size_t>(at->first - from)] = at->second;
            series.requests += 1;
        }
        if (series.requests >= least_filled * static_cast<double>(series.values.size())) {
            out.push_back(std::move(series));
        }
    }
    std::ranges::stable_sort(out, std::greater{}, &MinuteSeries::requests);
    out.resize(std::min(out.size(), most));
    std::ranges::sort(out, {}, &MinuteSeries::service);
    return out.size() < 2 ? std::vector<MinuteSeries>{} : out;
}

}  // namespace plimsoll::checks
