// What a workload, gauges and request latencies say about a database as the bottleneck: how much of
// the requests' time is spent in it, and which of its resources are at their limit. Unknown is an
// answer of its own.
#pragma once

#include "core/estimate.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"

#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks {

enum class Saturated : std::uint8_t { no, yes, unknown };

struct Resource {
    std::string name;  // "connections"
    Saturated state = Saturated::unknown;
    std::string says;  // the figure behind it, or what is missing
};

struct SaturationLevels {
    double cpu = 0;          // share of cores, 99th percentile of seconds
    double connections = 0;  // share of max_connections
    double waiting = 0;      // share of statement time that waits for locks
    double spilled = 0;      // bytes of temporary files per second
};

// CPU, connections, locks, temporary files, in this order.
[[nodiscard]] std::vector<Resource> resources_of(const Evidence& evidence,
                                                 const Settings& settings,
                                                 const SaturationLevels& levels);

// Time inside statements over time of requests, where both were measured at the same time; nothing
// elsewhere.
[[nodiscard]] std::optional<Estimate> request_share(const Evidence& evidence);

// Sum of the busy time of all applications.
[[nodiscard]] Windows busy_of_all(const Workload& workload);
[[nodiscard]] double seconds_of(const Workload& workload);
[[nodiscard]] std::int64_t statement_us(const Workload& workload);

}  // namespace plimsoll::checks
