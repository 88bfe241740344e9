// Cumulative histograms as Prometheus keeps them, turned into counts of intervals.
//
// Law: the counts of a bucket are of everything up to its bound, since the process began. An
// interval's are the difference of two samples; where any bucket or the total fell, the process
// began anew and the new values are the increase (per series, before anything is summed over
// instances). Bounds are compared as numbers. Counts that do not rise from bound to bound are
// raised, as Prometheus does.
#pragma once

#include "core/instant.hpp"
#include "evidence/bucket_counts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace plimsoll::readers::metrics {

// Cumulative counts by upper bound (as in `le`; infinity is the last), at one time.
using Cumulative = std::map<double, double>;

// The increase from one sample to the next of the same series.
[[nodiscard]] Cumulative increase(const Cumulative& before, const Cumulative& now);

// How values lie within a bucket: evenly, or their logarithms do (native histograms of Prometheus,
// exponential ones of OpenTelemetry).
enum class Spacing : std::uint8_t { even, exponential };

// Why nobody can have measured that, or an empty text: more than a trillion requests in one
// interval, or one that took more than 31 years.
[[nodiscard]] std::string_view unbelievable(const Cumulative& counts,
                                            double nanos_per_unit,
                                            double scale = 1) noexcept;

// Buckets (previous bound, bound] in nanoseconds; bounds in units of `nanos_per_unit`, counts times
// `scale`. Nothing when there is no +Inf bound, no request, or what is unbelievable.
[[nodiscard]] std::vector<BucketCounts::Bucket> buckets_of(const Cumulative& counts,
                                                           double nanos_per_unit,
                                                           double scale = 1,
                                                           Spacing spacing = Spacing::even);

// A number as Prometheus writes it: "1e3", "+Inf", "NaN"; nothing for what is none, and for NaN.
[[nodiscard]] std::optional<double> sample_value(std::string_view text) noexcept;

// Nanoseconds of a unit that ends a metric's name: "http_request_duration_seconds_bucket".
[[nodiscard]] std::optional<double> unit_in_name(std::string_view metric) noexcept;

// A bound in nanoseconds, saturating; no_bound for infinity.
[[nodiscard]] std::int64_t bound_ns(double bound, double nanos_per_unit) noexcept;
// A count as a weight, saturating; 0 for what is not positive.
[[nodiscard]] std::uint64_t weight_of(double count) noexcept;

}  // namespace plimsoll::readers::metrics
