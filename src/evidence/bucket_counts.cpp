#include "evidence/bucket_counts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace plimsoll {
namespace {

using Bucket = BucketCounts::Bucket;

[[nodiscard]] auto bounds_of(const Bucket& bucket) {
    return std::tie(bucket.low_ns, bucket.high_ns, bucket.exponential);
}

[[nodiscard]] std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
    return a > std::numeric_limits<std::uint64_t>::max() - b
               ? std::numeric_limits<std::uint64_t>::max()
               : a + b;
}

// In order, each bounds once.
void fold(std::vector<Bucket>& sorted) {
    std::size_t kept = 0;
    for (const Bucket& bucket : sorted) {
        if (bucket.weight == 0) {
            continue;
        }
        if (kept != 0 && bounds_of(sorted[kept - 1]) == bounds_of(bucket)) {
            sorted[kept - 1].weight = saturating_sum(sorted[kept - 1].weight, bucket.weight);
        } else {
            sorted[kept++] = bucket;
        }
    }
    sorted.resize(kept);
}

[[nodiscard]] Estimate within(const Bucket& bucket, double share) noexcept {
    const double low = static_cast<double>(bucket.low_ns) / 1e3;
    if (bucket.high_ns == BucketCounts::no_bound) {
        return {.at = std::numeric_limits<double>::quiet_NaN(),
                .low = low,
                .high = std::numeric_limits<double>::infinity()};
    }
    const double high = static_cast<double>(bucket.high_ns) / 1e3;
    const double part = std::clamp(share, 0.0, 1.0);
    const double at = bucket.exponential && low > 0 ? low * std::pow(high / low, part)
                                                    : low + (high - low) * part;
    return {.at = std::min(at, high), .low = low, .high = high};  // pow rounds
}

}  // namespace

void BucketCounts::add(std::vector<Bucket> buckets) {
    std::ranges::sort(buckets, {}, bounds_of);
    fold(buckets);
    BucketCounts other;
    other.buckets_ = std::move(buckets);
    merge(other);
}

void BucketCounts::merge(const BucketCounts& other) {
    if (other.buckets_.empty()) {
        return;
    }
    std::vector<Bucket> both;
    both.reserve(buckets_.size() + other.buckets_.size());
    std::ranges::merge(
        buckets_, other.buckets_, std::back_inserter(both), {}, bounds_of, bounds_of);
    fold(both);
    buckets_ = std::move(both);
}

double BucketCounts::count() const noexcept {
    double sum = 0;
    for (const Bucket& bucket : buckets_) {
        sum += static_cast<double>(bucket.weight);
    }
    return sum / static_cast<double>(one);
}

std::optional<Estimate> BucketCounts::quantile(double q) const {
    if (buckets_.empty()) {
        return std::nullopt;
    }
    std::vector<Bucket> by_high = buckets_;  // layouts may overlap: the higher bound decides
    std::ranges::stable_sort(by_high, {}, &Bucket::high_ns);
    double total = 0;
    for (const Bucket& bucket : by_high) {
        total += static_cast<double>(bucket.weight);
    }
    const double rank = std::clamp(q, 0.0, 1.0) * total;
    double before = 0;
    // Each weight is rounded by half a millionth at most. A rank on the border of two buckets is in
    // the lower one, or the bounds would not hold the value they are about.
    const double rounded = 0.5 * static_cast<double>(by_high.size()) + 1e-12 * total;
    for (const Bucket& bucket : by_high) {
        const double weight = static_cast<double>(bucket.weight);
        if (before + weight + rounded >= rank) {
            return within(bucket, (rank - before) / weight);
        }
        before += weight;
    }
    return within(by_high.back(), 1);
}

}  // namespace plimsoll
