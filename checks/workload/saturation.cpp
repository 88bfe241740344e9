#include "checks/workload/saturation.hpp"

#include "checks/load/samples.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

// Nearest rank; 0 when there are none.
[[nodiscard]] double p99_of(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    const std::size_t rank = (values.size() * 99 + 99) / 100 - 1;
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(rank));
    return values[rank];
}

// Shares of the limit, the gauge's own or the one told, outside of batches and back-fills.
[[nodiscard]] std::vector<double> gauge_shares(const Evidence& evidence,
                                               const Settings& settings,
                                               const std::string& name,
                                               double limit) {
    std::vector<double> shares;
    if (const std::optional<Samples> samples = gauge_named(evidence, settings, name)) {
        for (std::size_t i = 0; i < samples->values.size(); ++i) {
            const double own = samples->limits[i].value_or(0);
            const double of = own > 0 ? own : limit;
            shares.push_back(of > 0 ? samples->values[i] / of : 0);
        }
    }
    return shares;
}

[[nodiscard]] Resource judged(std::string name, double value, double level, std::string says) {
    return {.name = std::move(name),
            .state = value >= level ? Saturated::yes : Saturated::no,
            .says = std::move(says)};
}

[[nodiscard]] Resource cpu(const Evidence& evidence, const Settings& settings, double level) {
    const std::vector<double> shares = gauge_shares(evidence, settings, "db.cpu", 1);
    if (!shares.empty()) {
        return judged("CPU",
                      p99_of(shares),
                      level,
                      fmt::format("db.cpu {:.2f} at the 99th percentile", p99_of(shares)));
    }
    std::vector<double> active;
    const Windows all = busy_of_all(evidence.workload);
    for (const std::int64_t amount : all.amounts()) {
        active.push_back(static_cast<double>(amount) / static_cast<double>(all.width_us()));
    }
    if (!settings.cores || active.empty()) {
        return {.name = "CPU",
                .says = settings.cores ? "no db.cpu and no statement log"
                                       : "[host] cores is not known"};
    }
    const double share = p99_of(active) / *settings.cores;
    // Statements also wait: few active sessions prove that cores are free, many do not prove that
    // they are not.
    const Saturated state = share < level ? Saturated::no : Saturated::unknown;
    return {.name = "CPU",
            .state = state,
            .says = fmt::format("{:.2f} active sessions a core at the 99th percentile", share)};
}

// Sessions at work at the 99th percentile: gauged, or the busy slots of all pools together; nothing
// where nobody knows.
[[nodiscard]] std::optional<double> at_work(const Evidence& evidence, const Settings& settings) {
    if (const std::optional<Samples> active = gauge_named(evidence, settings, "db.active")) {
        return p99_of(active->values);
    }
    std::optional<double> sum;
    for (const Samples& pool : gauges_named(evidence, settings, "pool.", ".busy")) {
        sum = sum.value_or(0) + p99_of(pool.values);
    }
    return sum;
}

// Connections that pools hold idle are not a load: at the limit only when half of them work
// (catalogue 000-92).
[[nodiscard]] Resource connections(const Evidence& evidence,
                                   const Settings& settings,
                                   double level) {
    constexpr double working_half = 0.5;
    const auto refused = evidence.workload.errors.find("53300");
    if (refused != evidence.workload.errors.end()) {
        return {.name = "connections",
                .state = Saturated::yes,
                .says = fmt::format("{} connections were refused (53300), the first at {}",
                                    refused->second.times,
                                    to_text(refused->second.first_seen))};
    }
    const std::optional<Samples> held = gauge_named(evidence, settings, "db.connections");
    const std::vector<double> shares =
        gauge_shares(evidence, settings, "db.connections", settings.max_connections.value_or(0));
    if (!held || p99_of(shares) <= 0) {
        return {.name = "connections", .says = "no db.connections gauge with max_connections"};
    }
    const double share = p99_of(shares);
    const std::optional<double> working = at_work(evidence, settings);
    if (share >= level && working && *working < working_half * p99_of(held->values)) {
        return {.name = "connections",
                .state = Saturated::no,
                .says = fmt::format("{:.2f} of max_connections are held, {:.0f} of {:.0f} at work",
                                    share,
                                    *working,
                                    p99_of(held->values))};
    }
    return judged("connections",
                  share,
                  level,
                  fmt::format("{:.2f} of max_connections in use{}",
                              share,
                              working ? "" : "; how many of them work is not known"));
}

[[nodiscard]] Resource locks(const Workload& workload, double level) {
    std::int64_t waited = 0;
    for (const auto& [edge, waits] : workload.lock_waits) {
        waited += waits.waited_us;
    }
    const auto setting = workload.settings.find("log_lock_waits");
    const bool logged = !workload.lock_waits.empty() ||
                        (setting != workload.settings.end() && setting->second == "on");
    const double time = static_cast<double>(statement_us(workload));
    if (!logged || time <= 0) {
        return {.name = "locks", .says = "the log does not show lock waits (log_lock_waits = on)"};
    }
    const double share = static_cast<double>(waited) / time;
    return judged("locks",
                  share,
                  level,
                  fmt::format("{:.1f} % of the statement time waited for locks", 100 * share));
}

[[nodiscard]] Resource spill(const Workload& workload, double level) {
    std::int64_t bytes = 0;
    for (const auto& [id, statement] : workload.statements) {
        bytes += statement.temporary_bytes;
    }
    const double seconds = seconds_of(workload);
    const auto setting = workload.settings.find("log_temp_files");
    if (seconds <= 0 ||
        (bytes == 0 && (setting == workload.settings.end() || setting->second != "0"))) {
        return {.name = "temporary files",
                .says = "the log does not show temporary files (log_temp_files = 0)"};
    }
    const double rate = static_cast<double>(bytes) / seconds;
    return judged("temporary files",
                  rate,
                  level,
                  fmt::format("{:.1f} MB of temporary files a second", rate / 1e6));
}

}  // namespace

Windows busy_of_all(const Workload& workload) {
    Windows all;
    for (const auto& [application, busy] : workload.busy_us) {
        all.merge(busy);
    }
    return all;
}

double seconds_of(const Workload& workload) {
    return static_cast<double>(workload.span.length().count()) / 1e6;
}

std::int64_t statement_us(const Workload& workload) {
    return workload.statement_messages.time_us + workload.execute_messages.time_us;
}

std::vector<Resource> resources_of(const Evidence& evidence,
                                   const Settings& settings,
                                   const SaturationLevels& levels) {
    return {cpu(evidence, settings, levels.cpu),
            connections(evidence, settings, levels.connections),
            locks(evidence.workload, levels.waiting),
            spill(evidence.workload, levels.spilled)};
}

std::optional<Estimate> request_share(const Evidence& evidence) {
    const Span& span = evidence.workload.span;
    if (!span.from || !span.to) {
        return std::nullopt;
    }
    double low = 0;
    double high = 0;
    Span covered;
    for (const auto& [id, route] : evidence.latency.routes) {
        for (auto at = route.histograms.lower_bound(*span.from);
             at != route.histograms.end() && at->first <= *span.to;
             ++at) {
            covered.cover(at->first);
            for (const auto& [bucket, count] : at->second.micros.buckets()) {
                low += static_cast<double>(count) * static_cast<double>(Histogram::lowest(bucket));
                high +=
                    static_cast<double>(count) *
                    static_cast<double>(Histogram::lowest(static_cast<std::uint16_t>(bucket + 1)));
            }
            for (const BucketCounts::Bucket& bucket : at->second.buckets.buckets()) {
                const double count =
                    static_cast<double>(bucket.weight) / static_cast<double>(BucketCounts::one);
                low += count * static_cast<double>(bucket.low_ns) / 1000;
                high += count * static_cast<double>(bucket.high_ns) / 1000;
            }
        }
    }
    // Half of the log's span must have requests beside it, or the two are not of the same load.
    if (low <= 0 || covered.length() * 2 < span.length()) {
        return std::nullopt;
    }
    const auto time = static_cast<double>(statement_us(evidence.workload));
    return Estimate{.at = std::min(1.0, 2 * time / (low + high)),
                    .low = std::min(1.0, time / high),
                    .high = std::min(1.0, time / low)};
}

}  // namespace plimsoll::checks
