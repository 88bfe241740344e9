// A gauge beside the requests of the same service: how far load may grow until it stands at its
// capacity.
#pragma once

#include "core/zone.hpp"
#include "evidence/gauges.hpp"
#include "evidence/latency.hpp"
#include "model/exhaustion.hpp"

#include <optional>
#include <string>

namespace plimsoll::checks {

// By bins of a minute, or as long as the counts of requests are apart (an hour's is kept at the
// instant at which it began), in which both were seen. Nothing when nobody counted the requests of
// that service, or for less than a week (model/exhaustion.hpp). Days are those of the zone.
[[nodiscard]] std::optional<model::Exhaustion> exhausted(const GaugeSeries& gauge,
                                                         const Latency& latency,
                                                         const std::string& service,
                                                         double capacity,
                                                         const Zone& zone);

}  // namespace plimsoll::checks
