#include "app/inspect_latency.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace plimsoll::app {
namespace {

using wire::Json;

struct Named {
    const char* name;
    double q;
};
constexpr std::array<Named, 3> of_points{{{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}};
constexpr std::array<Named, 6> of_all{
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}}};

// Whole numbers without a fraction, so that counts read as counts.
[[nodiscard]] Json number(double value) {
    if (std::isfinite(value) && value == std::floor(value) && std::abs(value) < 9e15) {
        return static_cast<std::int64_t>(value);
    }
    return wire::to_json(value);
}

void put_quantiles(Json& out, const LatencyBucket& bucket, const auto& wanted) {
    out["count"] = number(bucket.count());
    for (const Named& quantile : wanted) {
        const std::optional<Estimate> value = bucket.quantile(quantile.q);
        const std::string name = quantile.name;
        out[name] = value ? number(value->at) : Json(nullptr);
        out[name + "_low"] = value ? number(value->low) : Json(nullptr);
        out[name + "_high"] = value ? number(value->high) : Json(nullptr);
    }
    if (bucket.errors != 0) {
        out["errors"] = bucket.errors;
    }
    if (bucket.timeouts != 0) {
        out["timeouts"] = bucket.timeouts;
    }
}

[[nodiscard]] Json head_of(const RouteId& id, const RouteLatency& route, bool mergeable) {
    Json out = Json::object();
    out["service"] = id.service;
    out["route"] = id.route;
    out["unit"] = "us";
    out["mergeable"] = mergeable;
    out["first_seen"] = wire::to_json(route.first_seen);
    return out;
}

[[nodiscard]] Json of_counts(const RouteId& id, const RouteLatency& route, std::int64_t width_us) {
    Json out = head_of(id, route, true);
    out["window_s"] = width_us / 1'000'000;
    LatencyBucket all;
    Json points = Json::array();
    for (const auto& [at, bucket] : route.histograms) {
        Json point = Json::object();
        point["at"] = wire::to_json(at);
        put_quantiles(point, bucket, of_points);
        points.push_back(std::move(point));
        all.merge(bucket);
    }
    Json overall = Json::object();
    put_quantiles(overall, all, of_all);
    out["overall"] = std::move(overall);
    out["points"] = std::move(points);
    return out;
}

[[nodiscard]] Json of_percentiles(const RouteId& id, const RouteLatency& route) {
    Json out = head_of(id, route, false);
    Json points = Json::array();
    for (const auto& [at, percentiles] : route.percentiles) {
        Json point = Json::object();
        point["at"] = wire::to_json(at);
        point.update(wire::to_json(percentiles));
        points.push_back(std::move(point));
    }
    out["points"] = std::move(points);
    return out;
}

[[nodiscard]] Json in_thousandths(std::int64_t milli) {
    return number(static_cast<double>(milli) / 1000);
}

}  // namespace

Json inspect_latency(const Latency& latency) {
    Json out = Json::array();
    for (const auto& [id, route] : latency.routes) {
        if (!route.histograms.empty()) {
            out.push_back(of_counts(id, route, latency.width_us));
        }
        if (!route.percentiles.empty()) {
            out.push_back(of_percentiles(id, route));
        }
    }
    return out;
}

Json inspect_gauges(const Gauges& gauges) {
    Json out = Json::array();
    for (const auto& [name, series] : gauges.series) {
        Json one = Json::object();
        one["name"] = name;
        one["first_seen"] = wire::to_json(series.first_seen);
        Json points = Json::array();
        for (const auto& [at, sample] : series.samples) {
            Json point = Json::object();
            point["at"] = wire::to_json(at);
            point["value"] = in_thousandths(sample.value_milli);
            point["limit"] =
                sample.limit_milli ? in_thousandths(*sample.limit_milli) : Json(nullptr);
            points.push_back(std::move(point));
        }
        one["points"] = std::move(points);
        out.push_back(std::move(one));
    }
    return out;
}

Json inspect_events(const Events& events) {
    return wire::to_json(events.events);
}

Json inspect_incidents(const Incidents& incidents) {
    return wire::to_json(incidents.incidents);
}

Json inspect_calls(const Calls& calls) {
    Json out = Json::array();
    for (const auto& [who, edge] : calls.edges) {
        Json one = Json::object();
        one["caller"] = who.first;
        one["callee"] = who.second;
        one["declared"] = edge.declared;
        one["synchronous"] = wire::to_json(edge.synchronous);
        one["critical"] = wire::to_json(edge.critical);
        one["timeout_us"] = wire::to_json(edge.timeout_us);
        one["no_timeout"] = edge.no_timeout;
        one["per_second"] =
            edge.per_second_milli ? in_thousandths(*edge.per_second_milli) : Json(nullptr);
        one["calls"] = edge.calls;
        one["errors"] = edge.errors;
        one["caller_errors_with_error"] = edge.caller_errors_with_error;
        one["timeouts"] = edge.timeouts;
        one["lost"] = edge.lost;
        one["retries"] = edge.retries;
        one["most_attempts"] = edge.most_attempts;
        one["outlived"] = edge.outlived;
        if (!edge.latency_us.empty()) {
            for (const auto& [name, q] : {Named{"p50_us", 0.5}, Named{"p99_us", 0.99}}) {
                const Estimate value = edge.latency_us.quantile(q);
                one[name] = number(value.at);
                one[std::string{name} + "_low"] = number(value.low);
                one[std::string{name} + "_high"] = number(value.high);
            }
        }
        one["first_seen"] = wire::to_json(edge.first_seen);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace plimsoll::app
