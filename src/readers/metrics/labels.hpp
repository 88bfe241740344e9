// Labels of a metric: who was measured, and what kind of series it is.
#pragma once

#include "evidence/latency.hpp"

#include <map>
#include <optional>
#include <string>

namespace plimsoll::readers::metrics {

using Labels = std::map<std::string, std::string>;

// Service from service, app, application or job; route from route, handler, endpoint, path or uri,
// with the method before it.
[[nodiscard]] RouteId route_of(const Labels& labels);

// All labels but the name, `le` and `quantile`: one series of one process.
[[nodiscard]] std::string key_of(const Labels& labels);

// Permille of a quantile label, 500, 950 or 990; nothing for others.
[[nodiscard]] std::optional<int> quantile_of(const Labels& labels);

// The name of design.md section 5 for a metric of a known exporter, or as a label `gauge` says.
struct GaugeName {
    std::string name;
    bool limit = false;  // the value is the limit of the gauge
};
[[nodiscard]] std::optional<GaugeName> gauge_of(const Labels& labels);

}  // namespace plimsoll::readers::metrics
