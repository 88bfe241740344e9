// The limit of request threads from a gauge.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/queueing.hpp"

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
