// The laws of latency: any order and any grouping gives the same, whatever the width became.
#include "catch.hpp"
#include "evidence/evidence.hpp"
#include "wire/bytes.hpp"

#include <algorithm>
#include <random>

using namespace plimsoll;

namespace {

BucketCounts::Bucket bucket(std::int64_t low, std::int64_t high, std::uint64_t requests) {
    return {.low_ns = low, .high_ns = high, .weight = requests * BucketCounts::one};
}

std::string bytes_of(const Latency& latency) {
    wire::ByteWriter writer;
    writer.put(latency);
    return writer.out;
}

Latency shard_of(std::mt19937& random, std::int64_t step_s, int windows) {
    Latency latency;
    for (int i = 0; i < windows; ++i) {
        const RouteId id{.service = "s", .route = std::to_string(random() % 3)};
        const Instant at =
            instant(static_cast<std::int64_t>(random() % 50'000) * step_s * 1'000'000);
        LatencyBucket& window = latency.window(id, at);
        window.micros.add(static_cast<std::int64_t>(random() % 100'000));
        window.buckets.add({bucket(0, 1000, random() % 3), bucket(1000, 5000, 1)});
        window.errors += random() % 2;
    }
    latency.routes[{.service = "p", .route = ""}]
        .percentiles[instant(static_cast<std::int64_t>(random() % 5))] = {
        .count = 1,
        .p50 = static_cast<std::int64_t>(random() % 9),
        .p95 = {},
        .p99 = {},
        .p99_low = {},
        .p99_high = {}};
    return latency;
}

}  // namespace

TEST_CASE("bucket counts: bounds are kept, weights add up, quantiles carry their bucket") {
    BucketCounts counts;
    counts.add({bucket(1'000'000, 2'000'000, 3),
                bucket(0, 1'000'000, 1),
                bucket(1'000'000, 2'000'000, 1),
                bucket(5, 6, 0)});
    CHECK(counts.count() == 5);
    REQUIRE(counts.buckets().size() == 2);
    const Estimate median = *counts.quantile(0.5);
    CHECK(median.low == 1000);
    CHECK(median.high == 2000);
    CHECK(median.at == 1375);  // rank 2.5 of 5, 1.5 into 4
    CHECK(counts.quantile(0.2)->at == 1000);
    CHECK(counts.quantile(0)->at == 0);
    CHECK(counts.quantile(1)->at == 2000);
    CHECK_FALSE(BucketCounts{}.quantile(0.5));
}

TEST_CASE("above the last bound there is only a low end") {
    BucketCounts counts;
    counts.add({bucket(0, 1'000'000, 90), bucket(1'000'000, BucketCounts::no_bound, 10)});
    const Estimate p99 = *counts.quantile(0.99);
    CHECK_FALSE(p99.has_point());
    CHECK(p99.low == 1000);
    CHECK(std::isinf(p99.high));
    CHECK(counts.quantile(0.9)->at == 1000);
}

TEST_CASE(
    "a rank on the border of two buckets lies in the lower one, however weights were rounded") {
    // 19 and 1 of 20 requests at a rate of 0.0003336 each, in whole millionths.
    BucketCounts counts;
    counts.add({{.low_ns = 0, .high_ns = 1'000'000, .weight = 6338},
                {.low_ns = 8'000'000, .high_ns = 9'000'000, .weight = 334}});
    CHECK(counts.quantile(0.95)->low == 0);
    CHECK(counts.quantile(0.95)->at == 1000);
    CHECK(counts.quantile(0.96)->low == 8000);
}

TEST_CASE("buckets of powers are read by their logarithm, others evenly, of the same bounds too") {
    BucketCounts powers;
    powers.add({{.low_ns = 1'000'000, .high_ns = 2'000'000, .weight = 100, .exponential = true}});
    CHECK_THAT(powers.quantile(0.5)->at, Catch::Matchers::WithinRel(1000 * std::sqrt(2), 1e-12));
    BucketCounts even;
    even.add({{.low_ns = 1'000'000, .high_ns = 2'000'000, .weight = 100}});
    CHECK(even.quantile(0.5)->at == 1500);
    powers.merge(even);
    CHECK(powers.buckets().size() == 2);
    CHECK(powers.quantile(0)->low == 1000);
    CHECK(powers.quantile(1)->at == 2000);
}

TEST_CASE("weights saturate instead of wrapping") {
    BucketCounts counts;
    counts.add({{.low_ns = 0, .high_ns = 1, .weight = UINT64_MAX}});
    counts.add({{.low_ns = 0, .high_ns = 1, .weight = 5}});
    CHECK(counts.buckets().front().weight == UINT64_MAX);
}

TEST_CASE("a window with both shapes of counts answers from both") {
    LatencyBucket window;
    CHECK_FALSE(window.quantile(0.5));
    for (int i = 0; i < 10; ++i) {
        window.micros.add(10);
    }
    CHECK(window.quantile(0.5)->at == 10);
    window.buckets.add({bucket(1'000'000, 1'000'000, 30)});
    CHECK(window.count() == 40);
    CHECK(window.quantile(0.2)->low == 10);
    CHECK(window.quantile(0.5)->at == 1000);
}

TEST_CASE("merging is associative and commutative to the byte, with and without widening") {
    const std::int64_t step = GENERATE(1, 3600, 40'000);
    constexpr int windows = 300;
    std::mt19937 random{7};
    std::vector<Latency> shards;
    for (int i = 0; i < 4; ++i) {
        shards.push_back(shard_of(random, step, windows));
    }
    Latency left;
    for (const Latency& shard : shards) {
        left.merge(shard);
    }
    const std::string wanted = bytes_of(left);
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    do {
        Latency a = shards[order[0]];
        a.merge(shards[order[1]]);
        Latency b = shards[order[2]];
        b.merge(shards[order[3]]);
        a.merge(b);
        REQUIRE(bytes_of(a) == wanted);
    } while (std::ranges::next_permutation(order).found);
    Latency back;
    wire::ByteReader reader{wanted};
    reader.get(back);
    CHECK(bytes_of(back) == wanted);
    back.merge(Latency{});
    CHECK(bytes_of(back) == wanted);
}

TEST_CASE("windows widen when there are too many, and nothing is lost") {
    Latency latency;
    Latency later;
    constexpr std::int64_t n = Latency::most_windows + 1000;
    for (std::int64_t i = 0; i < n; ++i) {
        (i % 3 == 0 ? later : latency).window({}, instant(i * 1'000'000)).micros.add(i % 100);
    }
    CHECK(latency.width_us == 1'000'000);
    latency.merge(later);  // only the two together are too many
    CHECK(latency.width_us == 10'000'000);
    CHECK(latency.windows == latency.routes.at({}).histograms.size());
    std::uint64_t count = 0;
    for (const auto& [at, window] : latency.routes.at({}).histograms) {
        count += window.micros.count();
    }
    CHECK(count == static_cast<std::uint64_t>(n));
}

TEST_CASE("times before 1970 and a broken width do no harm") {
    Latency latency;
    latency.window({}, instant(-1)).micros.add(1);
    CHECK(latency.routes.at({}).histograms.begin()->first == instant(-1'000'000));
    latency.width_us = 0;
    latency.window({}, instant(5)).micros.add(1);
    CHECK(latency.routes.at({}).histograms.size() == 2);
}
