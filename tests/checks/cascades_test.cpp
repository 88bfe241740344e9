// Bad spells by the minute: who was first, on the wall's clock. Simulated; seeded.
#include "catch.hpp"
#include "checks/latency/minutes.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/random.hpp"

#include <cmath>

namespace plimsoll::checks {
extern const Check cascades;
}

using namespace plimsoll;

namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t first_minute = 20'500LL * 1440;
constexpr int days = 8;

struct Plan {
    int behind = 2;      // minutes by which the other's spells come later
    int spells = 12;     // of the first
    bool both = true;    // has the other any?
    int cron_hour = -1;  // p99 of both triples in this hour of the wall; never where below 0
};

Zone west() {
    Zone zone;
    zone.name = "-05:00";
    zone.offset = std::chrono::hours{-5};
    return zone;
}

// Goes from summer to winter time on the fourth day: the wall counts one hour twice.
Zone autumn() {
    Zone zone;
    zone.name = "Europe/Berlin";
    zone.offset = std::chrono::hours{2};
    zone.changes = {{.at = instant((first_minute + 3 * 1440 + 60) * minute_us),
                     .offset = std::chrono::hours{1}}};
    return zone;
}

Evidence minutes_of(const Plan& plan, const Zone& zone = {}) {
    Evidence evidence;
    model::Random random{21};
    std::vector<double> first(days * 1440, std::log(40.0));
    std::vector<double> other(days * 1440, std::log(60.0));
    for (std::size_t at = 0; at < first.size(); ++at) {
        const Instant when = instant((first_minute + static_cast<std::int64_t>(at)) * minute_us);
        const std::int64_t wall = micros(when + zone.offset_at(when)) / minute_us;
        const double cron = wall / 60 % 24 == plan.cron_hour ? std::log(3.0) : 0;
        first[at] += cron + 0.05 * random.normal();
        other[at] += cron + 0.05 * random.normal();
    }
    for (int spell = 0; spell < plan.spells; ++spell) {
        const std::size_t at = 700 + static_cast<std::size_t>(spell) * 877;
        for (std::size_t i = 0; i < 6; ++i) {
            first[at + i] += 1.5;
            if (plan.both) {
                other[at + i + static_cast<std::size_t>(plan.behind)] += 1.5;
            }
        }
    }
    for (std::size_t at = 0; at < first.size(); ++at) {
        const Instant when = instant((first_minute + static_cast<std::int64_t>(at)) * minute_us);
        for (const auto& [service, values] : {std::pair{"db", &first}, std::pair{"web", &other}}) {
            RouteLatency& route = evidence.latency.routes[{.service = service, .route = ""}];
            route.percentiles[when].p99 = std::llround(1000 * std::exp((*values)[at]));
        }
    }
    return evidence;
}

Finding ask(const Evidence& evidence, const Zone& zone = {}) {
    Settings settings;
    settings.zone = zone;
    return checks::cascades.run(evidence, settings);
}

}  // namespace

TEST_CASE("spells of one that follow those of another are said to follow, not to be caused") {
    const Finding finding = ask(minutes_of({}));
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.says.find("of db were followed by one of web") != std::string::npos);
    CHECK(finding.says.find("cause") == std::string::npos);
    CHECK(finding.confidence == Confidence::low);
    REQUIRE(finding.measures.size() == 1);
    CHECK(finding.measures.front().samples == 12);
    CHECK(finding.measures.front().value.low > 0.7);
    CHECK(finding.measures.front().value.high == 1);
}

TEST_CASE("spells at once have no order, and spells of one alone no follower") {
    CHECK(ask(minutes_of({.behind = 0})).outcome == Outcome::absent);
    CHECK(ask(minutes_of({.both = false})).outcome != Outcome::present);
    CHECK(ask(minutes_of({.spells = 5})).outcome == Outcome::insufficient);
    CHECK(ask({}).outcome == Outcome::insufficient);
    CHECK(ask({}).gaps.size() == 1);
}

TEST_CASE("the usual day is that of the wall, and the finding says which") {
    CHECK(ask(minutes_of({})).confidence_why.find("the usual day of UTC") != std::string::npos);
    const Finding finding = ask(minutes_of({}, west()), west());
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.confidence_why.find("the usual day of -05:00") != std::string::npos);
}

TEST_CASE("an hour that the wall counts twice is taken once, and a cron keeps to the wall") {
    const Zone zone = autumn();
    const Evidence evidence = minutes_of({.spells = 0, .cron_hour = 4}, zone);
    const auto series = checks::minute_series(evidence.latency, 12, zone);
    REQUIRE(series.size() == 2);
    // Eight days of UTC less one hour, from midnight to midnight of the wall.
    CHECK(series.front().values.size() == 7 * 1440);
    CHECK(series.front().requests <= 7 * 1440);
    for (std::size_t at = 0; at < series.front().values.size(); ++at) {
        if (std::isfinite(series.front().values[at])) {
            const double usual = at / 60 % 24 == 4 ? std::log(120.0) : std::log(40.0);
            REQUIRE(std::abs(series.front().values[at] - usual - std::log(1000.0)) < 0.4);
        }
    }
    CHECK(ask(evidence, zone).outcome != Outcome::present);
}
