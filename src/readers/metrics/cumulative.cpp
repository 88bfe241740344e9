#include "readers/metrics/cumulative.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace plimsoll::readers::metrics {

Cumulative increase(const Cumulative& before, const Cumulative& now) {
    const auto value_before = [&](double bound) {
        // a bound that was not there yet: what lies below it was all in the buckets before it
        const auto above = before.upper_bound(bound);
        return above == before.begin() ? 0.0 : std::prev(above)->second;
    };
    for (const auto& [bound, count] : now) {
        if (count < value_before(bound)) {
            return now;  // it began anew
        }
    }
    Cumulative out;
    for (const auto& [bound, count] : now) {
        out[bound] = count - value_before(bound);
    }
    return out;
}

std::int64_t bound_ns(double bound, double nanos_per_unit) noexcept {
    const double nanos = bound * nanos_per_unit;
    if (!(nanos < 9e18)) {
        return BucketCounts::no_bound;
    }
    return nanos <= 0 ? 0 : std::llround(nanos);
}

std::uint64_t weight_of(double count) noexcept {
    const double weight = count * static_cast<double>(BucketCounts::one);
    if (!(weight > 0)) {
        return 0;
    }
    return weight < 1.8e19 ? static_cast<std::uint64_t>(std::round(weight))
                           : std::numeric_limits<std::uint64_t>::max();
}

std::string_view unbelievable(const Cumulative& counts,
                              double nanos_per_unit,
                              double scale) noexcept {
    constexpr double most_requests = 1e12;
    constexpr double most_nanos = 1e18;
    double below = 0;
    for (const auto& [bound, count] : counts) {
        if (!(count * scale <= most_requests)) {
            return "a histogram counts more than a trillion requests in one interval";
        }
        if (count > below && std::isfinite(bound) && bound * nanos_per_unit > most_nanos) {
            return "a request took more than 31 years: is the unit right?";
        }
        below = std::max(below, count);
    }
    return {};
}

std::vector<BucketCounts::Bucket> buckets_of(const Cumulative& counts,
                                             double nanos_per_unit,
                                             double scale,
                                             Spacing spacing) {
    if (counts.empty() || !std::isinf(counts.rbegin()->first) ||
        !unbelievable(counts, nanos_per_unit, scale).empty()) {
        return {};
    }
    std::vector<BucketCounts::Bucket> out;
    double below = 0;
    std::int64_t low = 0;
    for (const auto& [bound, count] : counts) {
        const std::int64_t high = bound_ns(bound, nanos_per_unit);
        const double upto = std::max(below, count);
        const std::uint64_t weight = weight_of((upto - below) * scale);
        if (weight != 0) {
            const bool powers = spacing == Spacing::exponential && low > 0;  // from 0 on, evenly
            out.push_back(
                {.low_ns = low, .high_ns = high, .weight = weight, .exponential = powers});
        }
        below = upto;
        low = high;
    }
    return out;
}

std::optional<double> sample_value(std::string_view text) noexcept {
    if (text == "+Inf" || text == "Inf" || text == "+inf" || text == "inf") {
        return std::numeric_limits<double>::infinity();
    }
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || std::isnan(value)) {
        return std::nullopt;
    }
    return value;
}

std::optional<double> unit_in_name(std::string_view metric) noexcept {
    for (const std::string_view suffix : {"_bucket", "_count", "_sum"}) {
        if (metric.ends_with(suffix)) {
            metric.remove_suffix(suffix.size());
        }
    }
    static constexpr std::array<std::pair<std::string_view, double>, 9> units{
        {{"_seconds", 1e9},
         {"_milliseconds", 1e6},
         {"_microseconds", 1e3},
         {"_nanoseconds", 1.0},
         {"_millis", 1e6},
         {"_ms", 1e6},
         {"_us", 1e3},
         {"_ns", 1.0},
         {"_s", 1e9}}};
    for (const auto& [suffix, nanos] : units) {
        if (metric.ends_with(suffix)) {
            return nanos;
        }
    }
    return std::nullopt;
}

}  // namespace plimsoll::readers::metrics
