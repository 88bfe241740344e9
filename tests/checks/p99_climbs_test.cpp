// Sign 1 on simulated series (tests/model/noise_model.hpp) and on tables of the three levels of
// wording.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/noise_model.hpp"
#include "support/measures.hpp"

#include <cmath>

namespace plimsoll::checks {
extern const Check p99_climbs;
}

using namespace plimsoll;
using model::testing::Story;
using test::measure;

namespace {

RouteId route(const std::string& name) {
    return {.service = "shop", .route = name};
}

// Hourly percentiles of a story; p50 stays where it is.
std::int64_t add_story(
    Evidence& evidence, const RouteId& id, std::size_t weeks, Story story, std::uint64_t seed) {
    model::Random random{seed};
    const model::testing::Series series =
        model::testing::simulate(weeks, story, model::testing::mild, random);
    RouteLatency& latency = evidence.latency.routes[id];
    latency.first_seen = {.source = "p99.csv", .line = 2};
    for (std::size_t h = 0; h < series.hours.size(); ++h) {
        const Instant at = instant(series.hours[h].day * 86'400'000'000 +
                                   static_cast<std::int64_t>(h % 24) * 3'600'000'000);
        Percentiles point;
        point.p99 = std::llround(1000 * std::exp(series.hours[h].value));
        point.p50 = 10'000;
        point.count = 5'000;
        latency.percentiles[at] = point;
    }
    return series.step_day;
}

void add_change(Evidence& evidence, std::int64_t day, const std::string& what) {
    evidence.events.deploys_listed = true;
    evidence.events.events.insert({.at = instant(day * 86'400'000'000),
                                   .until = {},
                                   .kind = EventKind::deploy,
                                   .service = "shop",
                                   .what = what,
                                   .origin = {}});
}

Finding ask(const Evidence& evidence, const Settings& settings = {}) {
    return checks::p99_climbs.run(evidence, settings);
}

bool says(const Finding& finding, std::string_view text) {
    return finding.says.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("the climb from 80 to 210 ms with a list of deploys is the sign") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 13, Story::seed_climb, 1);
    add_change(evidence, 20'420, "v7");
    add_change(evidence, 20'460, "v8");
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.confidence >= Confidence::medium);
    CHECK(says(finding, "shop /cart"));
    CHECK(says(finding, "no change in the list explains it"));
    CHECK(says(finding, "2 changes are listed"));
    CHECK(says(finding, "it is the tail"));
    CHECK_FALSE(says(finding, "nobody changed"));
    REQUIRE(finding.score);
    CHECK(*finding.score > 50);  // more than +50 % in a quarter
    const Measure& slope = measure(finding, "slope");
    CHECK(slope.value.low > 0);
    CHECK(slope.value.low < slope.value.at);
    CHECK(slope.value.at < slope.value.high);
    CHECK(slope.origins == std::vector<Origin>{{.source = "p99.csv", .line = 2}});
    CHECK(measure(finding, "step-share").value.at <= 0.5);
    REQUIRE(finding.exhibits.size() == 1);
    CHECK(finding.exhibits.front().form == Form::series);
    CHECK(finding.exhibits.front().marks.size() == 2);
    CHECK(finding.exhibits.front().lines.front().points.size() == 13 * 7);
    CHECK(finding.remedies.size() == 1);
}

TEST_CASE("without a list of deploys it says that nobody can say") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 13, Story::seed_climb, 1);
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.confidence == Confidence::medium);
    CHECK(says(finding, "without a list of deploys nobody can say"));
    REQUIRE(finding.gaps.size() == 1);
    CHECK(finding.gaps.front().how.find("events.csv") != std::string::npos);
}

namespace {

// Hours whose p99 is that of a queue: it follows traffic, which grows by `traffic` in all; at equal
// load it grows by `data`.
void add_queue(Evidence& evidence, double traffic, double data, std::uint64_t seed) {
    model::Random random{seed};
    RouteLatency& latency = evidence.latency.routes[route("/queue")];
    latency.first_seen = {.source = "p99.csv", .line = 2};
    constexpr int hours = 13 * 168;
    for (int h = 0; h < hours; ++h) {
        const double part = static_cast<double>(h) / hours;
        const double daily = 0.3 + 0.25 * (1 + std::sin(h * 2 * 3.14159265 / 24));
        const double load = daily * std::pow(traffic, part);
        const double p99 = 100'000 / (1 - 0.42 * load) * std::pow(data, part);
        Percentiles point;
        point.p99 = std::llround(p99 * std::exp(0.05 * random.normal()));
        point.p50 = *point.p99 / 8;
        point.count = std::llround(20'000 * load);
        latency.percentiles[instant((20'402LL * 24 + h) * 3'600'000'000)] = point;
    }
}

}  // namespace

TEST_CASE("p99 that rises only because traffic does is latent: something fills up") {
    Evidence evidence;
    add_queue(evidence, 2.2, 1, 31);
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(says(finding, "traffic that fills something up"));
    REQUIRE(finding.score);
    CHECK(*finding.score < 20);  // of the rise at equal load
    CHECK(finding.remedies.empty());
}

TEST_CASE("p99 that rises at equal load too is the sign, though traffic grows as well") {
    Evidence evidence;
    add_queue(evidence, 1.3, 1.8, 32);
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK(says(finding, "at equal load it rises by"));
}

TEST_CASE("a step next to a deploy is a regression and not the sign") {
    Evidence evidence;
    const std::int64_t day = add_story(evidence, route("/cart"), 26, Story::half_step, 3);
    add_change(evidence, day, "v9");
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::absent);
    CHECK(says(finding, "regression"));
    CHECK(says(finding, "deploy v9"));
    CHECK(says(finding, "chance"));
    CHECK(*finding.score == 0);
}

TEST_CASE("no drift is absent, with the steepest route named") {
    Evidence evidence;
    for (std::uint64_t i = 0; i < 5; ++i) {
        add_story(evidence, route("/r" + std::to_string(i)), 13, Story::nothing, 10 + i);
    }
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::absent);
    CHECK(says(finding, "none of 5 routes climbs"));
    CHECK(finding.exhibits.empty());
    CHECK(*finding.score == 0);
}

TEST_CASE("one climbing route among many is found, and named as the worst") {
    Evidence evidence;
    for (std::uint64_t i = 0; i < 19; ++i) {
        add_story(evidence, route("/r" + std::to_string(i)), 13, Story::nothing, 30 + i);
    }
    add_story(evidence, route("/slow"), 13, Story::seed_climb, 2);
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK(says(finding, "/slow"));
    CHECK(measure(finding, "routes-climbing").value.at == 1);
}

TEST_CASE("less than six whole weeks, too few requests or no point are not assessed") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 5, Story::seed_climb, 1);
    CHECK(ask(evidence).outcome == Outcome::insufficient);
    CHECK(says(ask(evidence), "5 whole weeks"));
    CHECK_FALSE(ask(evidence).score);

    Evidence rare;
    add_story(rare, route("/cart"), 13, Story::seed_climb, 1);
    for (auto& [at, point] : rare.latency.routes.at(route("/cart")).percentiles) {
        point.count = 1;  // 168 a week
    }
    CHECK(ask(rare).outcome == Outcome::insufficient);

    Evidence none;
    none.latency.routes[route("/cart")].percentiles[instant(0)].p50 = 1;
    CHECK(ask(none).outcome == Outcome::insufficient);
}

TEST_CASE("masked weeks do not count, and are said") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 13, Story::seed_climb, 1);
    const auto& points = evidence.latency.routes.at(route("/cart")).percentiles;
    Settings settings;
    settings.masks.push_back({.from = points.begin()->first,
                              .until = points.begin()->first + std::chrono::days{56},
                              .why = "move"});
    CHECK(ask(evidence, settings).outcome == Outcome::insufficient);
    evidence.events.events.insert({.at = points.begin()->first,
                                   .until = {},
                                   .kind = EventKind::holiday,
                                   .service = "",
                                   .what = "new year",
                                   .origin = {}});
    CHECK(ask(evidence).confidence_why.find("24 points masked") != std::string::npos);
}

TEST_CASE("histograms are merged into bins of a thousand requests before their p99 is taken") {
    Evidence evidence;
    model::Random random{4};
    for (std::int64_t day = 20'412 - 2; day < 20'412 + 63; ++day) {
        for (std::int64_t hour = 0; hour < 24; ++hour) {
            LatencyBucket& bucket =
                evidence.latency.window(route("/cart"), instant((day * 24 + hour) * 3'600'000'000));
            const double growth = std::exp(0.08 * static_cast<double>(day - 20'412) / 7);
            for (int i = 0; i < 60; ++i) {
                bucket.micros.add(std::llround(20'000 * growth * std::exp(0.7 * random.normal())));
            }
        }
    }
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK_THAT(measure(finding, "slope").value.at, Catch::Matchers::WithinAbs(8.3, 1.5));
}

TEST_CASE("a p99 above the last bucket is a bound and makes no series") {
    Evidence evidence;
    for (std::int64_t day = 20'412; day < 20'412 + 70; ++day) {
        evidence.latency.window(route("/cart"), instant(day * 86'400'000'000))
            .buckets.add({{.low_ns = 10'000'000'000,
                           .high_ns = BucketCounts::no_bound,
                           .weight = 5000 * BucketCounts::one}});
    }
    const Finding finding = ask(evidence);
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK(says(finding, "70 points p99 lies above the last bucket"));
}

TEST_CASE("a step that the trend test does not see is said to be one, and where it came") {
    Evidence evidence;
    std::int64_t day = 0;
    std::uint64_t seed = 0;
    // Early or late steps leave most pairs of weeks level: of these few are seen as a rise.
    do {
        evidence = {};
        day = add_story(evidence, route("/cart"), 13, Story::half_step, ++seed);
    } while (measure(ask(evidence), "slope").value.low > 0 && seed < 20);
    REQUIRE(seed < 20);
    const Finding bare = ask(evidence);
    CHECK(bare.outcome == Outcome::absent);
    CHECK(says(bare, "in one step on " + to_date(instant(day * 86'400'000'000)).substr(0, 7)));
    CHECK(says(bare, "a list of deploys could name it"));
    CHECK(bare.exhibits.size() == 1);
    CHECK(measure(bare, "step-share").value.at >= 0.7);
    add_change(evidence, day, "v9");
    CHECK(says(ask(evidence), "a regression, not a climb"));
    CHECK(says(ask(evidence), "deploy v9"));
}

TEST_CASE("a day's outage hides no climb and makes none") {
    for (const Story story : {Story::seed_climb, Story::nothing}) {
        Evidence evidence;
        add_story(evidence, route("/cart"), 8, story, 2);
        auto& points = evidence.latency.routes.at(route("/cart")).percentiles;
        const Instant begin = points.begin()->first + std::chrono::days{9};
        for (auto& [at, point] : points) {
            if (at >= begin && at < begin + std::chrono::hours{20}) {
                *point.p99 *= 20;
            }
        }
        CHECK(ask(evidence).outcome ==
              (story == Story::nothing ? Outcome::absent : Outcome::present));
    }
}

TEST_CASE("days and weeks are those of the system's zone, and the finding says which") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 13, Story::seed_climb, 1);
    CHECK(ask(evidence).confidence_why.find("13 whole weeks of UTC") == 0);
    Settings settings;
    settings.zone.name = "+05:00";
    settings.zone.offset = std::chrono::hours{5};
    const Finding finding = ask(evidence, settings);
    CHECK(finding.confidence_why.find("13 whole weeks of +05:00") == 0);  // a Monday is left over
    const std::vector<SeriesPoint>& points = finding.exhibits.front().lines.front().points;
    CHECK(points.size() == 13 * 7 + 1);
    CHECK(to_text(points.at(1).at).find("T19:00:00Z") != std::string::npos);
    evidence.events.events.insert({.at = instant(20'450LL * 86'400'000'000),
                                   .until = {},
                                   .kind = EventKind::holiday,
                                   .service = "",
                                   .what = "a date is a day of the wall",
                                   .origin = {}});
    CHECK(ask(evidence, settings).exhibits.front().lines.front().points.size() == 13 * 7);
}

TEST_CASE("thresholds can be overridden, and each has its reason") {
    Evidence evidence;
    add_story(evidence, route("/cart"), 13, Story::linear_half, 6);
    Settings settings;
    settings.thresholds["p99-climbs.least-rise"] = {.value = 3, .reason = "test", .origin = {}};
    CHECK(ask(evidence, settings).outcome == Outcome::absent);
    for (const Threshold& threshold : checks::p99_climbs.thresholds) {
        CHECK_FALSE(threshold.reason.empty());
    }
}
