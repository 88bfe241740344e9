// Sign 3 and criterion R1 from incidents and calls.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

namespace plimsoll::checks {
extern const Check blast_radius;
extern const Check untraceable_failures;
}  // namespace plimsoll::checks

using namespace plimsoll;

namespace {

void add(Evidence& evidence, const std::string& trigger, std::optional<std::int64_t> down) {
    const auto n = static_cast<std::int64_t>(evidence.incidents.incidents.size());
    evidence.incidents.listed = true;
    evidence.incidents.incidents.insert(
        {.started = instant(1'800'000'000'000'000 + n * 86'400'000'000),
         .ended = {},
         .trigger = trigger,
         .features_down = {},
         .features_down_count = down,
         .what = "",
         .origin = {.source = "incidents.csv", .line = static_cast<std::uint64_t>(n + 2)}});
}

void call(Evidence& evidence,
          const std::string& caller,
          const std::string& callee,
          CallEdge edge = {}) {
    edge.declared = true;
    edge.synchronous = edge.synchronous.value_or(true);
    edge.first_seen = {.source = "services.csv", .line = evidence.calls.edges.size() + 2};
    evidence.calls.edges[{caller, callee}] = edge;
}

CallEdge with_timeout(std::int64_t us) {
    CallEdge edge;
    edge.timeout_us = us;
    return edge;
}

Finding blast(const Evidence& evidence, const Settings& settings = {}) {
    return checks::blast_radius.run(evidence, settings);
}
Finding traced(const Evidence& evidence, const Settings& settings = {}) {
    return checks::untraceable_failures.run(evidence, settings);
}

Settings of_features(double total) {
    Settings settings;
    settings.features_total = total;
    return settings;
}

}  // namespace

TEST_CASE("three of three wide incidents are the sign, with Wilson's interval") {
    Evidence evidence;
    for (int i = 0; i < 3; ++i) {
        add(evidence, "redis", 6);
    }
    add(evidence, "", 8);
    add(evidence, "mail", std::nullopt);
    const Finding finding = blast(evidence, of_features(10));
    CHECK(finding.outcome == Outcome::present);
    CHECK(
        finding.says ==
        "3 of 3 incidents with one known trigger took half or more of 10 features (53 to 100 %).");
    CHECK(finding.measures.front().value.low > 0.52);
    CHECK(finding.measures.at(1).value.at > 0.599);
    REQUIRE(finding.score);
    CHECK(*finding.score > 50);
    CHECK(finding.confidence == Confidence::medium);
    CHECK(finding.confidence_why == "3 incidents judged, 1 without trigger, 1 without features");
    CHECK(finding.exhibits.front().rows.size() == 3);
    CHECK(finding.seen_at.front() == Origin{.source = "incidents.csv", .line = 2});
    CHECK(finding.remedies.size() == 1);
}

TEST_CASE("below three incidents the answer is insufficient, whatever they took") {
    Evidence evidence;
    add(evidence, "redis", 10);
    add(evidence, "redis", 10);
    const Finding finding = blast(evidence, of_features(10));
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK_FALSE(finding.score);
    CHECK(finding.gaps.front().how.find("incidents.csv") != std::string::npos);
}

TEST_CASE("many narrow incidents are absent, a few leave it open") {
    Evidence evidence;
    for (int i = 0; i < 4; ++i) {
        add(evidence, "db", 1);
    }
    CHECK(blast(evidence, of_features(10)).outcome == Outcome::insufficient);
    for (int i = 0; i < 8; ++i) {
        add(evidence, "db", 1);
    }
    const Finding finding = blast(evidence, of_features(10));
    CHECK(finding.outcome == Outcome::absent);
    CHECK(*finding.score == 10);  // one feature of ten: the curve's first control point
    CHECK(finding.confidence == Confidence::high);
}

TEST_CASE("without features_total the most that was seen stands for it, in low confidence") {
    Evidence evidence;
    for (int i = 0; i < 5; ++i) {
        add(evidence, "redis", 6);
    }
    for (int i = 0; i < 3; ++i) {
        add(evidence, "mail", 1);
    }
    const Finding finding = blast(evidence);
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.confidence == Confidence::low);
    CHECK_FALSE(finding.score);
    CHECK(finding.gaps.front().how.find("features_total") != std::string::npos);
}

TEST_CASE("two features of nobody knows how many are neither wide nor narrow") {
    Evidence evidence;
    for (int i = 0; i < 20; ++i) {
        add(evidence, "redis", i < 8 ? 2 : 1);
    }
    CHECK(blast(evidence).outcome == Outcome::insufficient);
    Evidence narrow;
    for (int i = 0; i < 20; ++i) {
        add(narrow, "redis", 1);
    }
    CHECK(blast(narrow).outcome == Outcome::absent);
}

TEST_CASE("what takes less than half of the features that are named is narrow, however many more "
          "there are") {
    Evidence evidence;
    for (int i = 0; i < 20; ++i) {
        const auto start = instant(1'800'000'000'000'000 + i * 86'400'000'000LL);
        evidence.incidents.incidents.insert(
            {.started = start,
             .ended = {},
             .trigger = "db",
             .features_down = {"f" + std::to_string(i % 8), "f" + std::to_string((i + 1) % 8)},
             .features_down_count = {},
             .what = "",
             .origin = {.source = "incidents.csv", .line = 2}});
    }
    CHECK(blast(evidence).outcome == Outcome::absent);
}

TEST_CASE("one outage that nine teams wrote down is one incident") {
    Evidence evidence;
    for (int i = 0; i < 30; ++i) {
        add(evidence, "db", 1);
    }
    REQUIRE(blast(evidence, of_features(10)).outcome == Outcome::absent);
    for (int i = 0; i < 9; ++i) {
        const Instant start = instant(1'790'000'000'000'000 + i * 120'000'000LL);
        evidence.incidents.incidents.insert(
            {.started = start,
             .ended = start + std::chrono::hours{2},
             .trigger = i == 0 ? "" : "team " + std::to_string(i),
             .features_down = {},
             .features_down_count = 10,
             .what = "provider away",
             .origin = {.source = "incidents.csv", .line = static_cast<std::uint64_t>(100 + i)}});
    }
    const Finding finding = blast(evidence, of_features(10));
    CHECK(finding.outcome == Outcome::absent);
    CHECK(finding.measures.front().samples == 31);
    CHECK(finding.confidence_why.find("8 records part of another") != std::string::npos);
}

TEST_CASE("structure alone is latent: failures travel back along open calls") {
    Evidence evidence;
    call(evidence, "web", "orders");
    call(evidence, "orders", "stock");
    call(evidence, "web", "mail", with_timeout(500'000));
    const Finding finding = blast(evidence);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(finding.confidence == Confidence::low);
    CHECK(finding.says == "No incident shows it yet, but if stock hangs, 2 of 3 other services "
                          "hang with it: 2 synchronous "
                          "calls have no time-out that would stop it.");
    CHECK(finding.exhibits.front().rows.size() == 2);
    CHECK(finding.remedies.front().rung == Rung::configure);
}

TEST_CASE("what stops a failure: a time-out, a queue, a call that is not needed") {
    Evidence evidence;
    call(evidence, "web", "a", with_timeout(1'000'000));
    CallEdge async;
    async.synchronous = false;
    call(evidence, "web", "b", async);
    CallEdge optional;
    optional.critical = false;
    call(evidence, "web", "c", optional);
    call(evidence, "web", "web");
    CHECK(blast(evidence).outcome == Outcome::insufficient);
}

TEST_CASE("a time-out that is longer than the threads last does not stop it") {
    Evidence evidence;
    CallEdge edge = with_timeout(30'000'000);
    edge.per_second_milli = 20'000;
    call(evidence, "web", "pay", edge);
    CHECK(blast(evidence).outcome == Outcome::insufficient);
    Settings settings;
    settings.workers["web"] = {.size = 50, .instances = 1};
    const Finding finding = blast(evidence, settings);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(finding.exhibits.front().rows.front().cells.at(2).text ==
          "a time-out of 30 s, and the threads are used up in 2.5 s");
}

TEST_CASE("calls in a circle end") {
    Evidence evidence;
    call(evidence, "a", "b");
    call(evidence, "b", "c");
    call(evidence, "c", "a");
    const Finding finding = blast(evidence);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(finding.measures.front().value.at == 2);
}

TEST_CASE("two incidents and an open structure: latent, and both are said") {
    Evidence evidence;
    add(evidence, "pay", 3);
    call(evidence, "web", "pay");
    const Finding finding = blast(evidence);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(finding.says.find("1 incident ") != std::string::npos);
}

TEST_CASE("R1: levels by the share of incidents with a known trigger") {
    struct Case {
        int known;
        int all;
        std::optional<Level> level;
    };
    const Case c = GENERATE(Case{5, 5, Level::best},
                            Case{9, 10, Level::best},
                            Case{4, 5, Level::middle},
                            Case{6, 10, Level::middle},
                            Case{2, 5, Level::worst},
                            Case{0, 5, Level::worst},
                            Case{4, 4, std::nullopt},
                            Case{0, 0, std::nullopt});
    CAPTURE(c.known, c.all);
    Evidence evidence;
    for (int i = 0; i < c.all; ++i) {
        add(evidence, i < c.known ? "db" : "", 1);
    }
    const Finding finding = traced(evidence);
    CHECK(finding.level == c.level);
    CHECK((finding.outcome == Outcome::insufficient) == !c.level.has_value());
    CHECK(finding.gaps.empty() == c.level.has_value());
}

TEST_CASE("R1: an answer serves where there is no list, ages, and yields to the list") {
    Settings settings;
    settings.now = parse_instant("2026-11-21");
    settings.answers["incidents-traced"] = {.reply = Reply::yes,
                                            .on = parse_instant("2026-11-01"),
                                            .by = "ann",
                                            .note = "pager notes",
                                            .origin = {.source = "plimsoll.toml", .line = 9}};
    Evidence none;
    Finding finding = traced(none, settings);
    CHECK(finding.level == Level::best);
    CHECK(finding.confidence == Confidence::medium);
    CHECK(finding.says.find("pager notes") != std::string::npos);
    settings.answers["incidents-traced"].on = parse_instant("2026-01-01");
    CHECK(traced(none, settings).confidence == Confidence::low);
    settings.answers["incidents-traced"].reply = Reply::no;
    CHECK(traced(none, settings).level == Level::worst);
    settings.answers["incidents-traced"].reply = Reply::yes;

    Evidence evidence;
    for (int i = 0; i < 6; ++i) {
        add(evidence, "", 1);
    }
    finding = traced(evidence, settings);
    CHECK(finding.level == Level::worst);
    CHECK(finding.says.find("the list counts") != std::string::npos);
}
