#include "evidence/bucket_counts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace plimsoll {
namespace {

using Bucket = BucketCounts::Bucket;

[[nodiscard]] auto bounds_of(const Bucket& bucket) {
    return std::tie(bucket.low_ns, bucket.high_ns);
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

// A bucket of an exponential layout (Prometheus's native histograms, OTLP's exponential ones): its
// bounds are a factor of 2^(2^-s) apart, s = 1 to 8. Within it the logarithm rises evenly, as
// histogram_quantile of Prometheus 3 has it; a factor of 2 (s = 0) is common in layouts made by
// hand and taken for one. Bounds are whole nanoseconds, which sets how exactly a factor is known.
[[nodiscard]] bool is_exponential(const Bucket& bucket) noexcept {
    constexpr std::int64_t least_ns = 10'000;
    if (bucket.low_ns < least_ns || bucket.high_ns <= bucket.low_ns) {
        return false;
    }
    const double low = static_cast<double>(bucket.low_ns);
    const double width = std::log2(static_cast<double>(bucket.high_ns) / low);
    for (int schema = 1; schema <= 8; ++schema) {
        if (std::abs(width - std::exp2(-schema)) <= 1.5 / low) {
            return true;
        }
    }
    return false;
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
    const double at =
        is_exponential(bucket) ? low * std::pow(high / low, part) : low + (high - low) * part;
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
    for (const Bucket& bucket : by_high) {
        const double weight = static_cast<double>(bucket.weight);
        if (before + weight >= rank) {
            return within(bucket, (rank - before) / weight);
        }
        before += weight;
    }
    return within(by_high.back(), 1);
}

}  // namespace plimsoll
