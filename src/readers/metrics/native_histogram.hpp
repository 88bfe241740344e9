// A native histogram of Prometheus's HTTP API: [seconds, {count, sum, buckets: [[rule, "left",
// "right", "count"], ...]}].
//
// Law: counts are per bucket and not cumulative; they are added up here. The API does not say which
// schema it was: bounds that are all the same power apart, 2^(2^-s) with s = -4 to 8, are of an
// exponential one, others (or an open end) of custom bounds. Blind spot: custom bounds that double.
#pragma once

#include "core/instant.hpp"
#include "readers/metrics/cumulative.hpp"

#include <simdjson.h>

#include <optional>

namespace plimsoll::readers::metrics {

struct NativeHistogram {
    Instant at;
    Cumulative counts;
    std::optional<Spacing> spacing;  // nothing where no bucket tells
};

// Nothing when the point is none, or its time is out of range.
[[nodiscard]] std::optional<NativeHistogram> native_histogram(simdjson::dom::element point);

}  // namespace plimsoll::readers::metrics
