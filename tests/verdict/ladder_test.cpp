#include "verdict/ladder.hpp"

#include "catch.hpp"

using namespace plimsoll;
using verdict::Offer;

namespace {

Limit limit(std::string id, double at) {
    Limit out{.id = std::move(id)};
    out.place({.at = at, .low = at * 0.8, .high = at * 1.2});
    return out;
}

Offer offer(std::string id, Rung rung, std::string limit, double factor) {
    Offer out;
    out.remedy.id = std::move(id);
    out.remedy.rung = rung;
    if (!limit.empty()) {
        out.remedy.effects = {{.limit = std::move(limit), .factor = Estimate::exactly(factor)}};
    }
    return out;
}

std::vector<std::string> ids(const std::vector<Prescription>& rungs) {
    std::vector<std::string> out;
    for (const Prescription& rung : rungs) {
        out.push_back(rung.id);
    }
    return out;
}

}  // namespace

TEST_CASE("fixing the first limit uncovers the second, and each rung starts where the last ended",
          "[ladder]") {
    const std::vector<Limit> limits{limit("pool.a", 2), limit("cpu", 2.6)};
    const auto rungs = verdict::ladder(
        limits,
        {offer("index", Rung::query, "cpu", 4), offer("raise", Rung::configure, "pool.a", 4)},
        {},
        10);
    REQUIRE(ids(rungs) == std::vector<std::string>{"raise", "index"});
    REQUIRE(rungs[0].effect.has_value());
    REQUIRE(rungs[1].effect.has_value());
    CHECK(rungs[0].effect->from == 2);
    CHECK(rungs[0].effect->to == 2.6);
    CHECK(rungs[1].effect->from == rungs[0].effect->to);
    CHECK(rungs[1].effect->to == 8);
    CHECK(rungs[0].order == 1);
}

TEST_CASE("a rung that raises nothing below the asked stage is not printed", "[ladder]") {
    const std::vector<Limit> limits{limit("cpu", 3), limit("wal", 50)};
    const auto rungs =
        verdict::ladder(limits,
                        {offer("wal", Rung::replica, "wal", 10), offer("none", Rung::cache, "", 1)},
                        {},
                        10);
    CHECK(rungs.empty());
    CHECK(verdict::ladder(
              std::vector{limit("cpu", 30)}, {offer("index", Rung::query, "cpu", 2)}, {}, 10)
              .empty());
}

TEST_CASE("of two remedies for one limit the less disruptive stays when it suffices", "[ladder]") {
    const std::vector<Limit> limits{limit("cpu", 6)};
    const auto rungs = verdict::ladder(
        limits,
        {offer("shard", Rung::shard, "cpu", 16), offer("index", Rung::query, "cpu", 2)},
        {},
        10);
    CHECK(ids(rungs) == std::vector<std::string>{"index"});
}

TEST_CASE("a remedy that only helps together with a later one is kept", "[ladder]") {
    const std::vector<Limit> limits{limit("cpu", 2), limit("pool.a", 3)};
    const auto rungs = verdict::ladder(
        limits,
        {offer("raise", Rung::configure, "pool.*", 3), offer("index", Rung::query, "cpu", 4)},
        {},
        10);
    CHECK(ids(rungs) == std::vector<std::string>{"raise", "index"});
    CHECK(rungs[0].effect->to == rungs[0].effect->from);
    CHECK(rungs[1].effect->to == 8);
}

TEST_CASE("a remedy that clears a sign stays though it lifts no limit, and says so", "[ladder]") {
    Offer split = offer("affected-only", Rung::pipeline, "", 1);
    split.remedy.clears = {"deploys-drag"};
    const std::vector<std::string> present{"deploys-drag"};
    const auto rungs = verdict::ladder(std::vector{limit("cpu", 3)}, {split}, present, 10);
    REQUIRE(ids(rungs) == std::vector<std::string>{"affected-only"});
    CHECK_FALSE(rungs[0].effect.has_value());
    CHECK(rungs[0].also.find("deploys-drag") != std::string::npos);
    CHECK(verdict::ladder(std::vector{limit("cpu", 3)}, {split}, {}, 10).empty());
}

TEST_CASE("the same remedy offered twice is one rung, whatever the order of offers", "[ladder]") {
    const std::vector<Limit> limits{limit("cpu", 2), limit("connection-pool.a", 4)};
    std::vector<Offer> offers{offer("b", Rung::query, "cpu", 2),
                              offer("a", Rung::query, "connection-pool.*", 2),
                              offer("b", Rung::query, "cpu", 2),
                              offer("c", Rung::replica, "cpu", 2)};
    const auto first = ids(verdict::ladder(limits, offers, {}, 10));
    std::ranges::reverse(offers);
    CHECK(ids(verdict::ladder(limits, offers, {}, 10)) == first);
    CHECK(first.size() == 3);
}

TEST_CASE(
    "splitting off needs an extraction criterion, and no effect prescribes sharding or rebuilding",
    "[ladder]") {
    const std::vector<Limit> limits{limit("cpu", 2)};
    Offer with = offer("split.reports", Rung::split, "cpu", 3);
    with.remedy.model = "reports take 60 % (extraction criterion 001-50)";
    CHECK(ids(verdict::ladder(limits, {with}, {}, 10)) ==
          std::vector<std::string>{"split.reports"});
    CHECK(verdict::ladder(limits, {offer("split.any", Rung::split, "cpu", 3)}, {}, 10).empty());
    CHECK(verdict::ladder(limits, {offer("shard", Rung::shard, "cpu", 3)}, {}, 10).empty());
    CHECK(verdict::ladder(limits, {offer("rebuild", Rung::rebuild, "cpu", 3)}, {}, 10).empty());
}

TEST_CASE("a rung says where each limit will lie, for the next audit to compare", "[ladder]") {
    const std::vector<Limit> limits{limit("connection-pool.a", 2), limit("cpu", 2.6)};
    const auto rungs =
        verdict::ladder(limits, {offer("raise", Rung::configure, "connection-pool.*", 4)}, {}, 10);
    REQUIRE(rungs.size() == 1);
    REQUIRE(rungs[0].predictions.size() == 1);
    CHECK(rungs[0].predictions[0].limit == "connection-pool.a");
    CHECK(rungs[0].predictions[0].before.at == 2);
    CHECK(rungs[0].predictions[0].after.at == 8);
    CHECK(rungs[0].predictions[0].after.low == 2 * 0.8 * 4);
}
