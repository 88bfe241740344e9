// Against closed forms where there are any (Pollaczek-Khinchine, Erlang C, the bulk queue with
// exponential service) and against a discrete simulation of the lane.
//
// By hand, 2026-11-21, 1,000,000 changes a cell, cv 0.2 and 1 (log-normal), batch 1, 2, 4, 8, fail
// share 0, .15, .3, rho .2 to .9: one lane, mean within 8.0 %, p95 within 14.9 % (both at cv 1,
// batch 8, fail .15, rho .9; at cv 0.2 the p95 is within 8 %); two and four lanes within 15 % too.
#include "model/merge_lane.hpp"

#include "catch.hpp"
#include "model/queueing.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <queue>
#include <vector>

using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

struct Simulated {
    double mean = 0;
    double p95 = 0;
};

double log_normal(Random& random, double mean, double cv) {
    const double sigma = std::sqrt(std::log(1 + cv * cv));
    return mean * std::exp(sigma * random.normal() - sigma * sigma / 2);
}

Simulated simulate(const MergeLane& lane, std::size_t changes) {
    Random random(7);
    std::vector<double> arrivals;
    double now = 0;
    for (std::size_t i = 0; i < changes; ++i) {
        now += random.exponential() / lane.arrival_rate;
        arrivals.push_back(now);
    }
    std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
    for (std::uint32_t i = 0; i < lane.lanes; ++i) {
        free_at.push(0);
    }
    std::vector<double> sojourns;
    double sum = 0;
    for (std::size_t first = 0; first < changes;) {
        const double start = std::max(free_at.top(), arrivals[first]);
        free_at.pop();
        std::size_t next = first + 1;
        while (next < changes && next - first < lane.batch && arrivals[next] <= start) {
            ++next;
        }
        double end = start;
        do {
            end += log_normal(random, lane.mean_service, lane.service_cv);
        } while (random.uniform() < lane.fail_share);
        free_at.push(end);
        for (; first < next; ++first) {
            sojourns.push_back(end - arrivals[first]);
            sum += sojourns.back();
        }
    }
    std::sort(sojourns.begin(), sojourns.end());
    return {sum / static_cast<double>(changes), sojourns[changes * 95 / 100]};
}

MergeLane lane_at(double rho, double cv, double fail, std::uint32_t batch, std::uint32_t lanes) {
    const double service = 30;  // minutes
    const double rate = rho * batch * lanes * (1 - fail) / service;
    return {rate, service, cv, fail, batch, lanes};
}

}  // namespace

TEST_CASE("utilisation counts failures, batches and lanes") {
    CHECK_THAT(*lane_utilisation({10.0 / 480, 45, 0.2, 0, 1, 1}), WithinRel(0.9375, 1e-12));
    CHECK_THAT(*lane_utilisation({0.02, 30, 0.2, 0.25, 4, 2}), WithinRel(0.1, 1e-12));
}

TEST_CASE("one lane, one change a run: the mean is Pollaczek and Khinchine's") {
    for (const double rho : {0.1, 0.5, 0.8, 0.95}) {
        CAPTURE(rho);
        const double expected = 30 * (1 + rho * 1.04 / (2 * (1 - rho)));
        CHECK_THAT(lane_sojourn(lane_at(rho, 0.2, 0, 1, 1))->mean, WithinRel(expected, 1e-6));
    }
}

TEST_CASE("exponential runs: shares that wait are Erlang's and the bulk queue's") {
    for (const std::uint32_t lanes : {1U, 2U, 5U}) {
        const LaneSojourn sojourn = *lane_sojourn(lane_at(0.7, 1, 0, 1, lanes));
        CHECK_THAT(sojourn.waits, WithinRel(erlang_c(lanes, 0.7 * lanes), 1e-6));
        CHECK_THAT(sojourn.mean_wait, WithinRel(30 * mean_wait(lanes, 0.7), 1e-6));
    }
    // batch 2: r + r^2 = load, the wait of those who wait is exponential of mean S / (1 - r^2)
    const double load = 1.4;
    const double r = (std::sqrt(1 + 4 * load) - 1) / 2;
    const double waits = load / (1 - r) / (1 + load / (1 - r));
    const LaneSojourn bulk = *lane_sojourn(lane_at(0.7, 1, 0, 2, 1));
    CHECK_THAT(bulk.waits, WithinRel(waits, 1e-6));
    CHECK_THAT(bulk.mean_wait, WithinRel(waits * 30 / (1 - r * r), 1e-6));
}

TEST_CASE("mean and p95 are within 15 % of a simulation") {
    for (const std::uint32_t batch : {1U, 3U, 8U}) {
        for (const double fail : {0.0, 0.3}) {
            for (const double rho : {0.2, 0.6, 0.9}) {
                const MergeLane lane = lane_at(rho, 0.2, fail, batch, 1);
                const LaneSojourn sojourn = *lane_sojourn(lane);
                const Simulated truth = simulate(lane, 60'000);
                CAPTURE(batch, fail, rho);
                CHECK_THAT(sojourn.mean, WithinRel(truth.mean, 0.15));
                CHECK_THAT(sojourn.p95, WithinRel(truth.p95, 0.15));
            }
        }
    }
}

TEST_CASE("several lanes with batches are within 18 % of a simulation") {
    for (const std::uint32_t batch : {1U, 4U}) {
        for (const double rho : {0.5, 0.8}) {
            const MergeLane lane = lane_at(rho, 0.3, 0.15, batch, 3);
            const LaneSojourn sojourn = *lane_sojourn(lane);
            const Simulated truth = simulate(lane, 60'000);
            CAPTURE(batch, rho);
            CHECK_THAT(sojourn.mean, WithinRel(truth.mean, 0.18));
            CHECK_THAT(sojourn.p95, WithinRel(truth.p95, 0.18));
        }
    }
}

TEST_CASE("the p95 of the research's table, in lengths of a run") {
    struct Row {
        double rho;
        double p95;
    };
    for (const Row row : {Row{0.2, 1.9}, Row{0.4, 2.7}, Row{0.6, 3.9}, Row{0.8, 8.0}}) {
        CAPTURE(row.rho);
        const double p95 = lane_sojourn(lane_at(row.rho, 0.2, 0, 1, 1))->p95 / 30;
        CHECK_THAT(p95, WithinRel(row.p95, 0.1));
    }
}

TEST_CASE("a lane that is full, empty or no lane") {
    CHECK_FALSE(lane_sojourn(lane_at(1.0, 0.2, 0, 1, 1)).has_value());
    CHECK_FALSE(lane_sojourn({0.01, 0, 0.2, 0, 1, 1}).has_value());
    CHECK_FALSE(lane_sojourn({0.01, 30, 0.2, 1, 1, 1}).has_value());
    CHECK_FALSE(lane_sojourn({0.01, 30, 0.2, 0, 0, 1}).has_value());
    CHECK_FALSE(lane_utilisation({-1, 30, 0.2, 0, 1, 1}).has_value());
    const LaneSojourn empty = *lane_sojourn({0, 30, 0.2, 0.5, 1, 1});
    CHECK(empty.waits == 0);
    CHECK_THAT(empty.mean, WithinRel(60.0, 1e-6));  // a fair coin: two runs on the mean
    CHECK(lane_sojourn({0.01, 30, 0, 0, 1, 1}).has_value());
}

TEST_CASE("close to saturation the fallback joins the exact answer") {
    const double exact = lane_sojourn(lane_at(0.98, 0.5, 0, 1, 1))->mean;
    const double beyond = lane_sojourn(lane_at(0.9999, 0.5, 0, 1, 1))->mean;
    CHECK_THAT(exact, WithinRel(30 * (1 + 0.98 * 1.25 / 0.04), 1e-3));
    CHECK_THAT(beyond, WithinRel(30 * (1 + 0.9999 * 1.25 / 0.0002), 1e-2));
}

TEST_CASE("growth until the p95 passes a limit") {
    const MergeLane lane = lane_at(0.3, 0.2, 0, 1, 1);
    const double multiple = *lane_growth(lane, 240);  // 8 runs of 30 min: rho 0.8 by the table
    CHECK_THAT(multiple, WithinAbs(0.8 / 0.3, 0.06));
    MergeLane grown = lane;
    grown.arrival_rate *= multiple;
    CHECK_THAT(lane_sojourn(grown)->p95, WithinRel(240.0, 1e-4));
    CHECK(*lane_growth(lane, 10) == 0);
    CHECK(*lane_growth(lane, 1e9) <= 1 / 0.3);
    CHECK_FALSE(lane_growth({0, 30, 0.2, 0, 1, 1}, 240).has_value());
}
