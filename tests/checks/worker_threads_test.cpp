// The limit of request threads from a gauge.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/queueing.hpp"
#include "model/random.hpp"

#include <cmath>

namespace plimsoll::checks {
extern const Check worker_threads;
}

using namespace plimsoll;

namespace {

Evidence gauge(const std::string& name,
               double busy,
               std::optional<double> limit,
               int samples = 2000) {
    Evidence evidence;
    GaugeSeries& series = evidence.gauges.series[name];
    series.first_seen = {.source = "gauges.csv", .line = 2};
    for (int i = 0; i < samples; ++i) {
        GaugeSample sample;
        sample.value_milli = static_cast<std::int64_t>(busy * 1000);
        if (limit) {
            sample.limit_milli = static_cast<std::int64_t>(*limit * 1000);
        }
        series.add(instant(1'800'000'000'000'000 + i * 60'000'000LL), sample);
    }
    return evidence;
}

Finding ask(const Evidence& evidence, const Settings& settings = {}) {
    return checks::worker_threads.run(evidence, settings);
}

}  // namespace

TEST_CASE("the multiple is the safe utilisation times the threads over those busy at peak") {
    const Finding finding = ask(gauge("workers.web.busy", 20, 200));
    REQUIRE(finding.limits.size() == 1);
    const Limit& limit = finding.limits.front();
    CHECK(limit.id == "worker-threads.web");
    CHECK(limit.status == LimitStatus::measured);
    CHECK_THAT(limit.low,
               Catch::Matchers::WithinRel(model::safe_utilisation(200) * 200 / 20, 0.01));
    CHECK(limit.low <= limit.at);
    CHECK(limit.at <= limit.high);
    CHECK(limit.inputs.front().origins.front().line == 2);
    CHECK(finding.seen_at.size() == 1);
}

TEST_CASE("outcomes against the target of 10x") {
    CHECK(ask(gauge("workers.web.busy", 100, 200)).outcome == Outcome::present);
    CHECK(ask(gauge("workers.web.busy", 5, 200)).outcome == Outcome::absent);
    CHECK(ask(gauge("workers.web.busy", 200, 200)).says.find("limit today") != std::string::npos);
    CHECK(ask(gauge("workers.web.busy", 5, 200, 10)).confidence == Confidence::low);
}

TEST_CASE(
    "the number of threads may come from the configuration, and is asked for where it is missing") {
    Settings settings;
    settings.workers["web"] = {.size = 50, .instances = 4};
    CHECK(ask(gauge("workers.web.busy", 20, {}), settings).limits.front().inputs.at(1).value.at ==
          200);
    const Finding missing = ask(gauge("workers.web.busy", 20, {}));
    CHECK(missing.outcome == Outcome::insufficient);
    CHECK(missing.limits.front().status == LimitStatus::missing);
    CHECK(missing.limits.front().missing_input.find("workers.web") != std::string::npos);
    CHECK(ask(gauge("pool.web.busy", 20, 200)).limits.empty());
    CHECK(ask(gauge("workers..busy", 20, 200)).outcome != Outcome::failed);
    CHECK(ask(gauge("pool.web.busy", 20, 200)).gaps.size() == 1);
}

TEST_CASE("with the service's requests beside the gauge the interval is that of days drawn again") {
    // 20 threads; 0.1 s a request whatever the load; a daily cycle from 20 to 100 requests a
    // second.
    Evidence evidence;
    model::Random random{3};
    for (int minute = 0; minute < 14 * 1440; minute += 10) {
        const double cycle = 60 - 40 * std::cos(2 * 3.14159265 * (minute % 1440) / 1440);
        const double rate = cycle * (1 + 0.02 * random.normal());
        const Instant at = instant(1'790'000'000'000'000 - 1'790'000'000'000'000 % 86'400'000'000 +
                                   minute * 60'000'000LL);
        evidence.latency.window({.service = "web", .route = "/"}, at)
            .micros.add(100'000, static_cast<std::uint64_t>(60 * rate));
        evidence.gauges.series["workers.web.busy"].add(
            at,
            {.value_milli =
                 static_cast<std::int64_t>(1000 * 0.1 * rate * (1 + 0.03 * random.normal())),
             .limit_milli = 20'000});
    }
    const Finding finding = checks::worker_threads.run(evidence, {});
    REQUIRE(finding.limits.size() == 1);
    const Limit& limit = finding.limits.front();
    CHECK(limit.formula.find("days of UTC drawn again") != std::string::npos);
    CHECK(limit.hard.low <
          2.05);  // 20 threads / (0.1 s x 100 a second) = 2, of the 99th percentile a little less
    CHECK(limit.hard.high > 1.9);
    CHECK(limit.hard.high / limit.hard.low < 1.2);
    CHECK(limit.at < limit.hard.at);
    // The requests of another service are not these.
    Evidence other = evidence;
    other.latency = {};
    other.latency.window({.service = "mail", .route = "/"}, instant(1)).micros.add(1);
    CHECK(checks::worker_threads.run(other, {}).limits.front().formula.find("rho*") == 0);
}

namespace {

// 50 threads; a request holds one for 1 s and, as load grows, for longer (Little's law).
double busy_at(double rate) {
    return rate * (1 + 0.5 * std::pow(rate / 40, 2));
}

// Three weeks of requests by the hour from 5 to 17 a second, two samples an hour at odd minutes.
Evidence three_weeks(std::uint64_t seed) {
    Evidence evidence;
    model::Random random{seed};
    for (int hour = 0; hour < 21 * 24; ++hour) {
        const double rate = 11 - 6 * std::cos(2 * 3.14159265 * (hour % 24) / 24);
        const Instant at = instant(1'789'948'800'000'000 + hour * 3'600'000'000LL);
        evidence.latency.window({.service = "web", .route = "/"}, at)
            .micros.add(100'000, static_cast<std::uint64_t>(3600 * rate));
        for (const int minute : {7, 38}) {
            const double busy = busy_at(rate) * (1 + 0.03 * random.normal());
            evidence.gauges.series["workers.web.busy"].add(
                at + std::chrono::minutes{minute},
                {.value_milli = std::llround(1000 * busy), .limit_milli = 50'000});
        }
    }
    return evidence;
}

}  // namespace

TEST_CASE("requests counted by the hour meet samples taken at any minute of it; holding grows") {
    double truth = 1;
    while (busy_at(17 * truth) < 50) {
        truth += 0.001;
    }
    int covered = 0;
    constexpr int runs = 20;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
        const Limit limit = ask(three_weeks(seed)).limits.front();
        REQUIRE(limit.formula.find("days of UTC drawn again") != std::string::npos);
        covered += limit.hard.low <= truth && truth <= limit.hard.high ? 1 : 0;
        CHECK(limit.hard.high < 1.5 * limit.hard.low);
        CHECK(limit.hard.at < 50 / busy_at(17));  // a straight line says too much
    }
    CHECK(covered >= 16);  // nine of ten, and room for chance in 20
}
