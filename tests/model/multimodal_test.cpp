#include "model/multimodal.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

std::vector<Bar> sampled(std::size_t n, const std::function<double(Random&)>& draw) {
    Random random(31);
    std::map<double, std::uint64_t> counts;
    for (std::size_t i = 0; i < n; ++i) {
        ++counts[draw(random)];
    }
    std::vector<Bar> bars;
    for (const auto& [value, count] : counts) {
        bars.push_back({value, count});
    }
    return bars;
}

double log_normal(Random& random, double median, double sigma) {
    return median * std::exp(sigma * random.normal());
}

// A log-normal at 50 ms of which a share goes elsewhere.
std::vector<Bar> mixture(double share, const std::function<double(Random&)>& elsewhere) {
    return sampled(20'000, [&](Random& random) {
        return random.uniform() < share ? elsewhere(random) : log_normal(random, 50, 0.5);
    });
}

double time_out(Random& random) {
    return 30'000 + 15 * random.exponential();
}

std::vector<std::function<double(Random&)>> smooth_shapes() {
    return {[](Random& r) { return log_normal(r, 50, 0.4); },
            [](Random& r) { return log_normal(r, 50, 0.7); },
            [](Random& r) { return log_normal(r, 50, 1.0); },
            [](Random& r) { return log_normal(r, 50, 1.3); },
            [](Random& r) { return 50 * r.exponential(); },
            [](Random& r) { return 50 * std::pow(r.uniform(), -1 / 2.5); },
            [](Random& r) { return 50 * std::pow(r.uniform(), -1 / 1.5); }};
}

}  // namespace

TEST_CASE("quantiles of bars are nearest rank") {
    const std::vector<Bar> bars{{10, 50}, {20, 49}, {30, 1}};
    CHECK(bar_quantile(bars, 0.5) == 10.0);
    CHECK(bar_quantile(bars, 0.51) == 20.0);
    CHECK(bar_quantile(bars, 0.99) == 20.0);
    CHECK(bar_quantile(bars, 1) == 30.0);
    CHECK_FALSE(bar_quantile({}, 0.5).has_value());
}

TEST_CASE("spread and cliff have the reference values of known shapes") {
    // exponential: ln 100 / ln 2 = 6.64; log-normal s = 1: exp(2.326) = 10.2; Pareto 1.5: 50^(2/3)
    const auto ratio = [](const std::function<double(Random&)>& draw) {
        return spread(sampled(40'000, draw))->p99_to_p50;
    };
    CHECK_THAT(ratio(smooth_shapes()[4]), WithinRel(6.64, 0.05));
    CHECK_THAT(ratio(smooth_shapes()[2]), WithinRel(10.24, 0.07));
    CHECK_THAT(ratio(smooth_shapes()[6]), WithinRel(13.57, 0.08));
    const Spread timed_out = *spread(mixture(0.02, time_out));
    CHECK(timed_out.p99_to_p50 > 500);
    CHECK(timed_out.p99_to_p95 > 100);
    const Spread few = *spread(mixture(0.005, time_out));
    CHECK(few.p99_to_p50 < 7);  // what the ratio alone does not see
    CHECK(*few.p999_to_p99 > 5);
    for (const auto& shape : smooth_shapes()) {
        CHECK(spread(sampled(20'000, shape))->p99_to_p95 < 3.2);
    }
    CHECK_FALSE(spread(std::vector<Bar>{{1, 99}}).has_value());
    CHECK_FALSE(spread(std::vector<Bar>{{1, 19'999}})->p999_to_p50.has_value());
}

TEST_CASE("two humps: none in seven smooth shapes, found in every mixture") {
    for (const auto& shape : smooth_shapes()) {
        CHECK_FALSE(two_humps(sampled(20'000, shape)).has_value());
    }
    const Humps humps = *two_humps(mixture(0.02, time_out));
    CHECK_THAT(humps.first, WithinRel(50, 0.3));
    CHECK_THAT(humps.second, WithinRel(30'000, 0.3));
    CHECK_THAT(humps.right_share, WithinAbs(0.02, 0.004));
    CHECK(two_humps(mixture(0.005, time_out)).has_value());
    CHECK_FALSE(two_humps(mixture(0.001, time_out)).has_value());  // below 0.2 %
    CHECK(two_humps(mixture(0.02, [](Random& r) { return log_normal(r, 1000, 0.5); })));
    CHECK(two_humps(sampled(20'000, [](Random& r) {  // a cache: hits 5 ms, misses 60 ms
        return r.uniform() < 0.2 ? log_normal(r, 60, 0.4) : log_normal(r, 5, 0.4);
    })));
    CHECK_FALSE(two_humps({}).has_value());
    CHECK_FALSE(two_humps(std::vector<Bar>{{5, 1000}}).has_value());
}

TEST_CASE("a time-out of 30 s is found and named; smooth tails have no spike") {
    const std::vector<Spike> spikes = round_spikes(mixture(0.001, time_out));
    REQUIRE(spikes.size() == 1);
    CHECK(spikes[0].at == 30'000);
    CHECK(spikes[0].hits >= 10);
    CHECK_THAT(spikes[0].share, WithinAbs(0.001, 0.0007));
    CHECK(round_spikes(sampled(20'000, [](Random& r) { return log_normal(r, 500, 1.5); })).empty());
    CHECK(round_spikes(sampled(20'000, [](Random& r) { return 2000 * r.exponential(); })).empty());
    CHECK(round_spikes({}).empty());
}

TEST_CASE("a spike needs five hits, three times its neighbours, and both sides count") {
    CHECK(round_spikes(std::vector<Bar>{{4999, 4}}).empty());
    CHECK_FALSE(round_spikes(std::vector<Bar>{{4999, 7}}).empty());
    // the window of 5 s ends at 5050: what is later is a neighbour
    CHECK(round_spikes(std::vector<Bar>{{4999, 7}, {5051, 9}}).empty());
    CHECK(round_spikes(std::vector<Bar>{{4900, 9}, {4999, 7}}).empty());
    CHECK(round_spikes(std::vector<Bar>{{4990, 100}}).empty());  // too early for a time-out
    const Spike spike = round_spikes(std::vector<Bar>{{4999, 7}}).front();
    CHECK_THAT(spike.p, WithinRel(std::pow(0.25, 7), 1e-9));
}
