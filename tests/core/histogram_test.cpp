#include "core/histogram.hpp"

#include "catch.hpp"

#include <algorithm>

using namespace plimsoll;

namespace {

// Deterministic values over twelve decades; a multiplicative generator needs no library.
std::vector<std::int64_t> values(std::size_t count, std::uint64_t seed) {
    std::vector<std::int64_t> out;
    std::uint64_t state = seed;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        out.push_back(static_cast<std::int64_t>((state >> 20U) >> (state >> 58U)));
    }
    return out;
}

Histogram of(const std::vector<std::int64_t>& values) {
    Histogram out;
    for (const std::int64_t value : values) {
        out.add(value);
    }
    return out;
}

}  // namespace

TEST_CASE("every value lies in its bucket, and buckets are at most 1/32 wide", "[histogram]") {
    for (const std::int64_t value : values(20'000, 1)) {
        const std::uint16_t bucket = Histogram::bucket_of(value);
        const std::int64_t low = Histogram::lowest(bucket);
        const std::int64_t next = Histogram::lowest(static_cast<std::uint16_t>(bucket + 1));
        REQUIRE(low <= value);
        REQUIRE(value < next);
        REQUIRE(static_cast<double>(next - low) <= std::max(1.0, static_cast<double>(low) / 32));
    }
    CHECK(Histogram::bucket_of(-5) == 0);
    CHECK(Histogram::bucket_of(31) == 31);
    CHECK(Histogram::lowest(Histogram::bucket_of(INT64_MAX)) > INT64_MAX / 64 * 63);
}

TEST_CASE("a quantile's interval holds the exact order statistic", "[histogram]") {
    std::vector<std::int64_t> sample = values(5'001, 7);
    const Histogram histogram = of(sample);
    std::ranges::sort(sample);
    for (const double q : {0.001, 0.25, 0.5, 0.9, 0.99, 1.0}) {
        CAPTURE(q);
        const auto rank = static_cast<std::size_t>(std::ceil(q * 5'001)) - 1;
        const auto exact = static_cast<double>(sample[rank]);
        const Estimate found = histogram.quantile(q);
        CHECK(found.low <= exact);
        CHECK(exact <= found.high);
        CHECK(found.low <= found.at);
        CHECK(found.at <= found.high);
    }
    CHECK(Histogram{}.quantile(0.5).at == 0);
}

TEST_CASE("merging histograms is the histogram of everything, in any order", "[histogram]") {
    const std::vector<std::int64_t> a = values(500, 3);
    const std::vector<std::int64_t> b = values(700, 4);
    const std::vector<std::int64_t> c = values(3, 5);
    std::vector<std::int64_t> all = a;
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), c.begin(), c.end());
    Histogram one = of(a);
    one.merge(of(b));
    one.merge(of(c));
    Histogram other = of(c);
    Histogram inner = of(b);
    inner.merge(of(a));
    other.merge(inner);
    CHECK(one == of(all));
    CHECK(other == of(all));
    CHECK(one.count() == 1'203);
    one.merge(Histogram{});
    CHECK(one == of(all));
    CHECK(Histogram::from_buckets(one.buckets()) == one);
}
