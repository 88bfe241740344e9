// The history's checks on histories whose truth is planted: modules that hold, modules that do not,
// too little.
#include "app/ask.hpp"
#include "catch.hpp"
#include "checks/history/exhibits.hpp"
#include "checks/history/quarters.hpp"
#include "checks/history/signals.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/history_builder.hpp"
#include "model/random.hpp"
#include "support/measures.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace plimsoll::checks {
extern const Check entangled;
extern const Check clear_boundaries;
extern const Check whole_system_changes;
extern const Check changes_gamble;
extern const Check knowledge_lost;
extern const Check extraction_candidates;
}  // namespace plimsoll::checks

using namespace plimsoll;
using test::measure;

namespace {

// `astray`: the share of files that come from any of eight modules instead of the set's own.
Evidence planted(int commits, double astray, std::uint64_t seed = 1, int releases = 0) {
    model::Random random{seed};
    HistoryBuilder builder;
    std::vector<TouchedFile> touched;
    for (int i = 0; i < commits; ++i) {
        touched.clear();
        const std::size_t home = random.below(8);
        const std::size_t size = 2 + random.below(5);
        for (std::size_t k = 0; k < size; ++k) {
            const std::size_t module = random.uniform() < astray ? random.below(8) : home;
            touched.push_back(
                {.path = builder.paths.number("src/m" + std::to_string(module) + "/file" +
                                              std::to_string(random.below(20)) + ".c")});
        }
        CommitId id{};
        id[0] = static_cast<std::uint8_t>(i >> 16);
        id[1] = static_cast<std::uint8_t>(i >> 8);
        id[2] = static_cast<std::uint8_t>(i);
        Commit commit;
        commit.committed = commit.authored = 1'600'000'000 + i * std::int64_t{20'000};
        commit.author = builder.authors.number("dev" + std::to_string(random.below(5)));
        commit.landed = static_cast<std::uint32_t>(i);
        commit.flags = Commit::first_parent;
        if (random.uniform() < 0.1) {
            commit.flags |= Commit::fix;
        }
        builder.add(id, commit, touched);
        if (releases != 0 && i % (commits / releases) == 0) {
            builder.rest.releases.push_back(
                {.at = commit.committed, .name = "v" + std::to_string(i)});
        }
    }
    builder.rest.first_seen = {.source = "repo", .line = 0};
    Evidence evidence;
    evidence.history = builder.take();
    return evidence;
}

Settings mapped() {
    Settings settings;
    for (int i = 0; i < 8; ++i) {
        const std::string module = "m" + std::to_string(i);
        settings.modules.emplace_back("src/" + module + "/**", module);
    }
    return settings;
}

}  // namespace

TEST_CASE("boundaries measured once answer as those that each check measures", "[history-checks]") {
    const Evidence holding = planted(1500, 0.1, 3, 30);
    const Evidence tangled = planted(1500, 1.0, 4, 30);
    const Evidence little = planted(60, 0.1);
    std::vector<const Check*> asked;
    std::ranges::copy_if(all_checks(), std::back_inserter(asked), [](const Check* check) {
        return check->run_on_boundaries != nullptr;
    });
    CHECK(asked.size() >= 8);
    for (const Evidence* evidence : {&holding, &tangled, &little}) {
        for (const Settings& settings : {mapped(), Settings{}}) {
            const std::vector<Finding> together = app::ask(asked, *evidence, settings);
            REQUIRE(together.size() == asked.size());
            for (std::size_t i = 0; i < asked.size(); ++i) {
                CAPTURE(asked[i]->id);
                const std::vector<Finding> alone =
                    app::ask(std::span{asked}.subspan(i, 1), *evidence, settings);
                CHECK(wire::to_json(alone.front()) == wire::to_json(together[i]));
                const Check by_itself{.id = asked[i]->id,
                                      .asks = asked[i]->asks,
                                      .why = asked[i]->why,
                                      .needs = asked[i]->needs,
                                      .missing = asked[i]->missing,
                                      .run = asked[i]->run};
                const std::array<const Check*, 1> one{&by_itself};
                CHECK(wire::to_json(app::ask(one, *evidence, settings).front()) ==
                      wire::to_json(together[i]));
            }
        }
    }
}

TEST_CASE("modules that hold are clear", "[history-checks]") {
    const Evidence evidence = planted(2000, 0.03);
    const Finding entangled = checks::entangled.run(evidence, mapped());
    INFO(entangled.says);
    CHECK(entangled.outcome == Outcome::absent);
    CHECK(entangled.confidence == Confidence::high);
    CHECK(entangled.score.value() < 10);
    CHECK(entangled.remedies.empty());
    const Finding clear = checks::clear_boundaries.run(evidence, mapped());
    CHECK(clear.level == Level::best);
    CHECK(measure(clear, "leak").value.high < 0.3);
    CHECK(measure(clear, "agreement").value.at > 0.9);
    CHECK(checks::whole_system_changes.run(evidence, mapped()).level == Level::best);
}

TEST_CASE("modules that mean nothing are entangled", "[history-checks]") {
    const Evidence evidence = planted(2000, 1.0);
    const Finding entangled = checks::entangled.run(evidence, mapped());
    INFO(entangled.says);
    CHECK(entangled.outcome == Outcome::present);
    CHECK(entangled.score.value() >= 50);
    CHECK_FALSE(entangled.remedies.empty());
    CHECK(entangled.exhibits.size() == 4);
    CHECK(measure(entangled, "leak").value.at > 0.95);
    CHECK(measure(entangled, "spread").samples > 900);
    CHECK(checks::clear_boundaries.run(evidence, mapped()).level == Level::worst);
    CHECK(checks::whole_system_changes.run(evidence, mapped()).level == Level::worst);
    for (const Measure& each : entangled.measures) {
        CHECK_FALSE(each.origins.empty());
        CHECK_FALSE(each.formula.empty());
    }
}

TEST_CASE("fewer than 200 change sets are reported, not judged", "[history-checks]") {
    const Evidence evidence = planted(199, 1.0);
    for (const Check* check : {&checks::entangled,
                               &checks::clear_boundaries,
                               &checks::whole_system_changes,
                               &checks::changes_gamble}) {
        const Finding finding = check->run(evidence, mapped());
        INFO(check->id << ": " << finding.says);
        CHECK(finding.outcome == Outcome::insufficient);
        CHECK_FALSE(finding.level);
        CHECK_FALSE(finding.score);
        CHECK(measure(finding, "leak").samples == 199);
        CHECK(finding.says.find("199") != std::string::npos);
    }
    CHECK(checks::entangled.run(planted(220, 1.0), mapped()).outcome == Outcome::present);
    CHECK(checks::entangled.run(Evidence{}, {}).outcome == Outcome::insufficient);
}

TEST_CASE("one module that takes all is no boundary", "[history-checks]") {
    Settings settings;
    settings.modules = {{"src/m0/**", "small"}, {"src/**", "rest"}};
    const Finding finding = checks::clear_boundaries.run(planted(1000, 0.1), settings);
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK(finding.says.find("no boundaries to measure") != std::string::npos);
    CHECK(finding.gaps.back().id == "module-map");
}

TEST_CASE("detected folders that groups cut across are layers, never entangled",
          "[history-checks]") {
    // A feature is one file in each of four layers.
    model::Random random{3};
    HistoryBuilder builder;
    std::vector<TouchedFile> touched;
    for (int i = 0; i < 2000; ++i) {
        touched.clear();
        const std::string feature = std::to_string(random.below(25));
        for (const char* layer : {"models", "views", "controllers", "helpers"}) {
            if (random.uniform() < 0.6) {
                touched.push_back({.path = builder.paths.number(std::string{"app/"} + layer + "/f" +
                                                                feature + ".rb")});
            }
        }
        CommitId id{};
        id[0] = static_cast<std::uint8_t>(i >> 8);
        id[1] = static_cast<std::uint8_t>(i);
        builder.add(id,
                    {.authored = 1'600'000'000 + i * 9000,
                     .committed = 1'600'000'000 + i * 9000,
                     .author = builder.authors.number("a"),
                     .landed = static_cast<std::uint32_t>(i)},
                    touched);
    }
    Evidence evidence;
    evidence.history = builder.take();
    const Finding finding = checks::entangled.run(evidence, {});
    INFO(finding.says);
    CHECK(finding.outcome == Outcome::latent);
    CHECK(finding.says.find("layers") != std::string::npos);
    CHECK(checks::clear_boundaries.run(evidence, {}).level == Level::middle);
}

TEST_CASE("git alone says what releases were followed by, when there are releases",
          "[history-checks]") {
    const Finding without = checks::changes_gamble.run(planted(1500, 0.2), mapped());
    CHECK(without.outcome == Outcome::insufficient);
    CHECK_FALSE(without.gaps.empty());
    const Finding with = checks::changes_gamble.run(planted(1500, 0.2, 1, 60), mapped());
    CHECK(with.level.has_value());
    CHECK(measure(with, "hotfixes").samples >= 8);
    CHECK(with.confidence == Confidence::low);
}

TEST_CASE("quarters and thresholds", "[history-checks]") {
    const checks::Boundaries found =
        checks::measure_boundaries(planted(2000, 0.1).history, mapped());
    const std::vector<checks::Quarter> quarters = checks::quarters(found);
    std::uint64_t sets = 0;
    for (const checks::Quarter& quarter : quarters) {
        sets += quarter.sets;
        CHECK(quarter.crossing <= quarter.sets);
        CHECK(quarter.authors <= 5);
    }
    CHECK(sets == 2000);
    CHECK(quarters.size() >= 5);
    Settings strict = mapped();
    strict.thresholds["history.least-change-sets"] = {
        .value = 5000, .reason = "test", .origin = {}};
    CHECK(checks::entangled.run(planted(2000, 1.0), strict).outcome == Outcome::insufficient);
    // Exhibits are stable and bounded.
    CHECK(checks::module_matrix(found).rows.size() == 8);
    CHECK(checks::module_pairs(found).rows.size() <= 20);
}

TEST_CASE("modules that keep their changes to themselves are candidates", "[history-checks]") {
    const Finding alone = checks::extraction_candidates.run(planted(2000, 0.02), mapped());
    CHECK(alone.outcome == Outcome::absent);
    CHECK(alone.measures.size() == 8);
    CHECK(alone.says.find("m3") != std::string::npos);
    const Finding tangled = checks::extraction_candidates.run(planted(2000, 1.0), mapped());
    CHECK(tangled.measures.empty());
    CHECK(tangled.exhibits.front().rows.front().cells.back().text == "contract: do not extract");
    CHECK(checks::extraction_candidates.run(planted(100, 0.0), mapped()).outcome ==
          Outcome::insufficient);
}

TEST_CASE("hotspots of people who fell silent are lost", "[history-checks]") {
    Evidence evidence = planted(1000, 0.1);
    CHECK(checks::knowledge_lost.run(evidence, {}).outcome == Outcome::absent);
    CHECK(checks::knowledge_lost.run(planted(50, 0.1), {}).outcome == Outcome::insufficient);
    // One commit two years later, by somebody new: everybody else is gone.
    HistoryBuilder builder;
    std::vector<TouchedFile> touched{{.path = builder.paths.number("src/m0/file0.c")}};
    builder.add(CommitId{0xFF},
                {.authored = 1'700'000'000,
                 .committed = 1'700'000'000,
                 .author = builder.authors.number("new")},
                touched);
    evidence.history.merge(builder.take());
    const Finding lost = checks::knowledge_lost.run(evidence, {});
    CHECK(lost.outcome == Outcome::present);
    CHECK(measure(lost, "lost-hotspots").value.at > 0.9);
    CHECK_FALSE(lost.exhibits.front().rows.empty());
}
