#include "core/histogram.hpp"

#include <cmath>

namespace plimsoll {

Estimate Histogram::quantile(double q) const noexcept {
    if (total_ == 0) {
        return Estimate::exactly(0);
    }
    const double wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total_));
    const auto rank = static_cast<std::uint64_t>(std::max(1.0, wanted));
    std::uint64_t seen = 0;
    std::size_t at = 0;
    const std::size_t buckets = counts_.size();
    for (; at + 1 < buckets; ++at) {
        seen += counts_[at];
        if (seen >= rank) {
            break;
        }
    }
    const auto bucket = static_cast<std::uint16_t>(first_ + at);
    const auto low = static_cast<double>(lowest(bucket));
    const auto high = static_cast<double>(lowest(static_cast<std::uint16_t>(bucket + 1)) - 1);
    return {.at = (low + high) / 2, .low = low, .high = high};
}

std::map<std::uint16_t, std::uint64_t> Histogram::buckets() const {
    std::map<std::uint16_t, std::uint64_t> out;
    const std::size_t buckets = counts_.size();
    for (std::size_t i = 0; i < buckets; ++i) {
        if (counts_[i] != 0) {
            out.emplace(static_cast<std::uint16_t>(first_ + i), counts_[i]);
        }
    }
    return out;
}

Histogram Histogram::from_buckets(const std::map<std::uint16_t, std::uint64_t>& buckets) {
    constexpr std::uint16_t last_bucket = bucket_of(INT64_MAX);
    Histogram out;
    for (const auto& [bucket, times] : buckets) {
        if (bucket <= last_bucket) {
            out.add(lowest(bucket), times);
        }
    }
    return out;
}

}  // namespace plimsoll
