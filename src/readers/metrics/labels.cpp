#include "readers/metrics/labels.hpp"

#include "readers/metrics/cumulative.hpp"

#include <array>
#include <cmath>
#include <string_view>

namespace plimsoll::readers::metrics {
namespace {

[[nodiscard]] std::string first_of(const Labels& labels, const auto& names) {
    for (const std::string_view name : names) {
        const auto found = labels.find(std::string{name});
        if (found != labels.end() && !found->second.empty()) {
            return found->second.substr(0, 300);
        }
    }
    return {};
}

constexpr std::array<std::string_view, 5> services{
    "service", "service_name", "app", "application", "job"};
constexpr std::array<std::string_view, 7> routes{
    "route", "http_route", "handler", "endpoint", "path", "uri", "operation"};
constexpr std::array<std::string_view, 3> methods{"method", "http_method", "http_request_method"};
constexpr std::array<std::string_view, 3> pools{"pool", "name", "database"};

struct Exporter {
    std::string_view metric;
    std::string_view before;
    std::string_view after;  // empty: the name is `before` alone
    bool limit = false;
};
constexpr std::array<Exporter, 11> exporters{{
    {"hikaricp_connections_active", "pool.", ".busy"},
    {"hikaricp_connections_max", "pool.", ".busy", true},
    {"jdbc_connections_active", "pool.", ".busy"},
    {"jdbc_connections_max", "pool.", ".busy", true},
    {"pgbouncer_pools_server_active_connections", "pool.", ".busy"},
    {"tomcat_threads_busy_threads", "workers.", ".busy"},
    {"tomcat_threads_config_max_threads", "workers.", ".busy", true},
    {"jetty_threads_busy", "workers.", ".busy"},
    {"jetty_threads_config_max", "workers.", ".busy", true},
    {"pg_settings_max_connections", "db.connections", "", true},
    {"pg_replication_lag_seconds", "replica.lag_s", ""},
}};

}  // namespace

RouteId route_of(const Labels& labels) {
    RouteId id{.service = first_of(labels, services), .route = first_of(labels, routes)};
    const std::string method = first_of(labels, methods);
    if (!method.empty()) {
        id.route = id.route.empty() ? method : method + " " + id.route;
    }
    return id;
}

std::string key_of(const Labels& labels) {
    std::string key;
    for (const auto& [name, value] : labels) {
        if (name != "__name__" && name != "le" && name != "quantile") {
            key += name + "=" + value + "\n";
        }
    }
    return key;
}

std::optional<int> quantile_of(const Labels& labels) {
    const auto found = labels.find("quantile");
    const std::optional<double> q =
        found == labels.end() ? std::nullopt : sample_value(found->second);
    for (const int permille : {500, 950, 990}) {
        if (q && std::abs(*q * 1000 - permille) < 1e-6) {
            return permille;
        }
    }
    return std::nullopt;
}

std::optional<GaugeName> gauge_of(const Labels& labels) {
    if (const auto said = labels.find("gauge"); said != labels.end()) {
        return GaugeName{.name = said->second, .limit = labels.contains("limit")};
    }
    const auto name = labels.find("__name__");
    if (name == labels.end()) {
        return std::nullopt;
    }
    if (name->second == "pg_stat_activity_count") {
        const auto state = labels.find("state");
        return state != labels.end() && state->second == "active"
                   ? std::optional{GaugeName{.name = "db.active", .limit = false}}
                   : std::nullopt;
    }
    for (const Exporter& exporter : exporters) {
        if (name->second == exporter.metric) {
            std::string out{exporter.before};
            if (!exporter.after.empty()) {
                const std::string pool = first_of(labels, pools);
                out += pool.empty() ? route_of(labels).service : pool;
                out += exporter.after;
            }
            return GaugeName{.name = std::move(out), .limit = exporter.limit};
        }
    }
    return std::nullopt;
}

}  // namespace plimsoll::readers::metrics
