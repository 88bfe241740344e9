// BucketCounts: a histogram in the buckets of whoever made it, so that nothing is lost by taking it
// over.
//
// Each bucket is its two bounds in nanoseconds, a weight and the law it is read by; two histograms
// of the same layout merge exactly, of different layouts into the union of their buckets, which is
// why bounds and not indexes are kept. Weights are whole millionths of a request, because rates
// come in parts of one. Blind spot: inside a bucket nothing is known; every quantile carries its
// bucket.
#pragma once

#include "core/estimate.hpp"

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace plimsoll {

class BucketCounts {
public:
    static constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max();
    static constexpr std::uint64_t one = 1'000'000;  // the weight of a request

    struct Bucket {
        std::int64_t low_ns = 0;
        std::int64_t high_ns = 0;  // no_bound: above the last bound
        std::uint64_t weight = 0;
        bool exponential = false;  // of a layout of powers: its logarithm rises evenly
        friend auto operator<=>(const Bucket&, const Bucket&) = default;
        static constexpr void fields(auto&& field) {
            field("low_ns", &Bucket::low_ns);
            field("high_ns", &Bucket::high_ns);
            field("weight", &Bucket::weight);
            field("exponential", &Bucket::exponential);
        }
    };

    // Buckets in any order; those of the same bounds are added up, empty ones left out.
    void add(std::vector<Bucket> buckets);
    void merge(const BucketCounts& other);

    [[nodiscard]] bool empty() const noexcept { return buckets_.empty(); }
    [[nodiscard]] double count() const noexcept;
    [[nodiscard]] const std::vector<Bucket>& buckets() const noexcept { return buckets_; }

    // Microseconds. The bucket that holds the rank q * count (less what rounding of weights may
    // have taken), and within it, as Prometheus's histogram_quantile has it, the straight line
    // between its bounds, or the exponential one for native histograms. Above the last bound there
    // is no point, only `low`. Nothing when empty.
    [[nodiscard]] std::optional<Estimate> quantile(double q) const;

    friend bool operator==(const BucketCounts&, const BucketCounts&) = default;
    static constexpr void fields(auto&& field) { field("buckets", &BucketCounts::buckets_); }

private:
    std::vector<Bucket> buckets_;  // ascending, bounds distinct
};

}  // namespace plimsoll
