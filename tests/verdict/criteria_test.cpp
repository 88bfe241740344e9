#include "verdict/criteria.hpp"

#include "catch.hpp"

#include <array>

using namespace plimsoll;
using verdict::Knowledge;
using verdict::Known;

namespace {

// Level 0..2, or 3 for unknown, of each criterion, from a number in base 4.
Knowledge knowledge_of(unsigned number) {
    Knowledge out{};
    for (Known& known : out) {
        const unsigned digit = number % 4;
        number /= 4;
        known.level = digit == 3 ? std::nullopt : std::optional{static_cast<Level>(digit)};
    }
    return out;
}

constexpr unsigned combinations = 65'536;  // 4^8

bool complete(const Knowledge& knowledge) {
    for (const Known& known : knowledge) {
        if (!known.level) {
            return false;
        }
    }
    return true;
}

// Every criterion that is unknown set to the same level: the two extremes bound all completions,
// because the points are monotone; the law below checks single steps as well.
Knowledge completed(Knowledge knowledge, Level level) {
    for (Known& known : knowledge) {
        known.level = known.level.value_or(level);
    }
    return knowledge;
}

}  // namespace

TEST_CASE("no verdict that is given is contradicted by a completion of the unknowns",
          "[criteria]") {
    const Settings settings;
    std::array<int, 5> seen{};
    for (unsigned number = 0; number < combinations; ++number) {
        const Knowledge knowledge = knowledge_of(number);
        const VerdictOutcome outcome = verdict::decide(knowledge, settings);
        ++seen[static_cast<std::size_t>(outcome)];
        if (complete(knowledge)) {
            REQUIRE(outcome != VerdictOutcome::insufficient);
            continue;
        }
        if (outcome == VerdictOutcome::insufficient) {
            continue;
        }
        for (const Level level : {Level::best, Level::middle, Level::worst}) {
            REQUIRE(verdict::decide(completed(knowledge, level), settings) == outcome);
        }
        for (std::size_t i = 0; i < knowledge.size(); ++i) {
            if (!knowledge[i].level) {
                for (const Level level : {Level::best, Level::middle, Level::worst}) {
                    Knowledge one = knowledge;
                    one[i].level = level;
                    REQUIRE(verdict::decide(one, settings) == outcome);
                }
            }
        }
    }
    CHECK(seen[static_cast<std::size_t>(VerdictOutcome::evolve)] > 0);
    CHECK(seen[static_cast<std::size_t>(VerdictOutcome::rebuild)] > 0);
    CHECK(seen[static_cast<std::size_t>(VerdictOutcome::insufficient)] > 0);
}

TEST_CASE("a worse level never turns rebuild into evolve", "[criteria]") {
    const Settings settings;
    for (unsigned number = 0; number < combinations; ++number) {
        const Knowledge knowledge = knowledge_of(number);
        if (!complete(knowledge) ||
            verdict::decide(knowledge, settings) != VerdictOutcome::rebuild) {
            continue;
        }
        for (std::size_t i = 0; i < knowledge.size(); ++i) {
            if (*knowledge[i].level != Level::worst) {
                Knowledge worse = knowledge;
                worse[i].level = static_cast<Level>(static_cast<int>(*knowledge[i].level) + 1);
                REQUIRE(verdict::decide(worse, settings) == VerdictOutcome::rebuild);
            }
        }
    }
}

TEST_CASE("nothing known decides nothing", "[criteria]") {
    const Settings settings;
    CHECK(verdict::decide(knowledge_of(combinations - 1), settings) ==
          VerdictOutcome::insufficient);
    const verdict::Total sum = verdict::total(knowledge_of(combinations - 1), settings);
    CHECK(sum.low == -11);
    CHECK(sum.high == 10.5);
}

TEST_CASE("an old answer widens the interval and never decides for rebuilding", "[criteria]") {
    const Settings settings;
    Knowledge worst{};
    for (Known& known : worst) {
        known.level = Level::worst;
    }
    REQUIRE(verdict::decide(worst, settings) == VerdictOutcome::rebuild);
    Knowledge old = worst;
    old[static_cast<std::size_t>(Criterion::business_cannot_bear)].weight = 0.5;
    CHECK(verdict::decide(old, settings) == VerdictOutcome::insufficient);
    const verdict::Total fresh_sum = verdict::total(worst, settings);
    const verdict::Total old_sum = verdict::total(old, settings);
    CHECK(old_sum.high - old_sum.low > fresh_sum.high - fresh_sum.low);
}

TEST_CASE("points are settings", "[criteria]") {
    Settings settings;
    settings.thresholds["verdict.prior"] = {.value = 20, .reason = "test", .origin = {}};
    Knowledge best{};
    for (Known& known : best) {
        known.level = Level::best;
    }
    CHECK(verdict::total(best, settings).low == 10);
}
