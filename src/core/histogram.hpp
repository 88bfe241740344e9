// Histogram: how often each size of a whole number was seen, mergeable to the bit.
//
// Law: log-linear buckets (as HdrHistogram and DDSketch use): below 32 each value has its own
// bucket; above, each doubling is cut in 32, so a bucket is at most 1/32 = 3.1 % wide and a
// quantile carries that width as its interval. Integers only: adding two histograms in any order
// gives the same bytes. Blind spot: a quantile is known to its bucket, and no better; [low, high]
// says so.
#pragma once

#include "core/estimate.hpp"
#include "core/packed_counts.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>

namespace plimsoll {

class Histogram {
public:
    static constexpr std::uint32_t sub_bits = 5;
    static constexpr std::uint32_t sub_count = 1U << sub_bits;

    // Bucket of a value; values below 0 count as 0.
    [[nodiscard]] static constexpr std::uint16_t bucket_of(std::int64_t value) noexcept {
        const auto v = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
        if (v < sub_count) {
            return static_cast<std::uint16_t>(v);
        }
        const auto top = static_cast<std::uint32_t>(std::bit_width(v)) - 1;
        const std::uint32_t shift = top - sub_bits;
        return static_cast<std::uint16_t>(((shift + 1) << sub_bits) +
                                          ((v >> shift) & (sub_count - 1)));
    }
    // The smallest value of a bucket; the largest is lowest(bucket + 1) - 1.
    [[nodiscard]] static constexpr std::int64_t lowest(std::uint16_t bucket) noexcept {
        if (bucket < sub_count) {
            return bucket;
        }
        const std::uint32_t shift = (static_cast<std::uint32_t>(bucket) >> sub_bits) - 1;
        const std::uint64_t sub = (bucket & (sub_count - 1)) + sub_count;
        return static_cast<std::int64_t>(sub << shift);
    }

    void add(std::int64_t value, std::uint64_t times = 1) {
        const std::uint16_t bucket = bucket_of(value);
        if (counts_.empty()) {
            first_ = bucket;
        } else if (bucket < first_) {
            counts_.grow_front(static_cast<std::size_t>(first_ - bucket));
            first_ = bucket;
        }
        const auto at = static_cast<std::size_t>(bucket - first_);
        if (!counts_.holds(at)) {
            counts_.grow(at + 1);
        }
        counts_.add(at, times);
        total_ += times;
    }
    void merge(const Histogram& other) {
        const std::size_t buckets = other.counts_.size();
        for (std::size_t i = 0; i < buckets; ++i) {
            if (other.counts_[i] != 0) {
                add(lowest(static_cast<std::uint16_t>(other.first_ + i)), other.counts_[i]);
            }
        }
    }
    [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
    [[nodiscard]] bool empty() const noexcept { return total_ == 0; }

    // The value at share q (0..1] by nearest rank: the bucket's middle, with the bucket as
    // interval. All zero when nothing was added.
    [[nodiscard]] Estimate quantile(double q) const noexcept;

    // Non-empty buckets in order: what travels in a digest, and what two-hump tests look at.
    [[nodiscard]] std::map<std::uint16_t, std::uint64_t> buckets() const;
    static Histogram from_buckets(const std::map<std::uint16_t, std::uint64_t>& buckets);

    friend bool operator==(const Histogram& a, const Histogram& b) {
        return a.buckets() == b.buckets();
    }

private:
    std::uint16_t first_ = 0;
    std::uint64_t total_ = 0;
    PackedCounts counts_;
};

}  // namespace plimsoll
