#include "readers/metrics/native_histogram.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>

namespace plimsoll::readers::metrics {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr double last_second = 253'402'300'799;  // of the year 9999

// Bounds in the unit of the metric.
struct NativeBucket {
    double low = 0;
    double high = 0;
    double count = 0;
};

[[nodiscard]] std::optional<NativeBucket> native_bucket(element bucket) {
    array parts;
    std::array<std::string_view, 3> texts;
    if (bucket.get(parts) != simdjson::SUCCESS || parts.size() != 4) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (parts.at(i + 1).get(texts[i]) != simdjson::SUCCESS) {
            return std::nullopt;
        }
    }
    const bool from_below = texts[0] == "-Inf";  // the first of custom bounds
    const auto low = from_below ? std::optional{-std::numeric_limits<double>::infinity()}
                                : sample_value(texts[0]);
    const auto high = sample_value(texts[1]);
    const auto count = sample_value(texts[2]);
    if (!low || !high || !count || *count < 0 || !std::isfinite(*count) || *high < *low) {
        return std::nullopt;
    }
    return NativeBucket{.low = *low, .high = *high, .count = *count};
}

// Of one bucket; nothing for the zero bucket, which every layout may have.
[[nodiscard]] std::optional<Spacing> spacing_of(const NativeBucket& bucket) {
    if (!std::isfinite(bucket.low) || !std::isfinite(bucket.high)) {
        return Spacing::even;
    }
    if (bucket.low <= 0) {
        return std::nullopt;
    }
    const double width = std::log2(bucket.high / bucket.low);
    for (int schema = -4; schema <= 8; ++schema) {
        if (std::abs(width - std::exp2(-schema)) < 1e-9) {
            return Spacing::exponential;
        }
    }
    return Spacing::even;
}

}  // namespace

std::optional<NativeHistogram> native_histogram(element point) {
    array pair;
    array buckets;
    double seconds = 0;
    if (point.get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
        pair.at(0).get(seconds) != simdjson::SUCCESS ||
        pair.at(1)["buckets"].get(buckets) != simdjson::SUCCESS ||
        !(seconds >= 0 && seconds <= last_second)) {
        return std::nullopt;
    }
    NativeHistogram out{.at = instant(std::llround(seconds * 1e6)), .counts = {}, .spacing = {}};
    double total = 0;
    for (const element one : buckets) {
        const std::optional<NativeBucket> bucket = native_bucket(one);
        if (!bucket) {
            continue;
        }
        // An empty stretch below a bucket is a bound as well. The zero bucket may reach into the
        // first of the others: what that one holds lies above it.
        const double reached = out.counts.empty() ? 0 : out.counts.rbegin()->first;
        out.counts.try_emplace(std::max(reached, bucket->low), total);
        total += bucket->count;
        out.counts[std::max(reached, bucket->high)] = total;
        if (const std::optional<Spacing> spacing = spacing_of(*bucket)) {
            out.spacing = std::min(out.spacing.value_or(*spacing), *spacing);
        }
    }
    out.counts[std::numeric_limits<double>::infinity()] = total;
    return out;
}

}  // namespace plimsoll::readers::metrics
