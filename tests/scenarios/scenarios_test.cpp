// The corpus in small: a few seeds, held to what twenty seeds must reach in `./dev bench`, with the
// slack that few draws need. Simulated bundles of real formats, through the real readers.
#include "catch.hpp"
#include "scenarios/score.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

using namespace plimsoll;
using namespace plimsoll::scenarios;

namespace {

std::map<std::string, std::string> files_of(const World& world, std::uint64_t seed) {
    const Folder folder;
    write(world, seed, folder.bundle());
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder.bundle())) {
        if (entry.is_regular_file()) {
            std::ifstream in{entry.path(), std::ios::binary};
            out[entry.path().filename().string()] = {std::istreambuf_iterator<char>{in}, {}};
        }
    }
    return out;
}

}  // namespace

TEST_CASE("a bundle is a function of world and seed, to the byte", "[scenarios]") {
    const auto first = files_of(healthy(), 7);
    CHECK(first == files_of(healthy(), 7));
    CHECK(first != files_of(healthy(), 8));
    CHECK(first.contains("latency.csv"));
    CHECK(first.contains("postgresql.log"));
}

TEST_CASE("there are fifty scenarios and more, each with a name of its own", "[scenarios]") {
    std::set<std::string> names;
    std::size_t absent = 0;
    for (const Scenario& scenario : all_scenarios()) {
        CHECK(names.insert(scenario.name).second);
        CHECK_FALSE(scenario.what.empty());
        absent += scenario.truth.signs[0] == std::set{Outcome::absent} ? 1 : 0;
    }
    CHECK(names.size() >= 50);
    CHECK(absent >= 30);
}

TEST_CASE("the true multiple of a simulated pool agrees with theory where there is one",
          "[scenarios]") {
    // M/M/10: the 99th percentile of waiting reaches the mean service time at 0.694 busy.
    CHECK(std::abs(true_pool_multiple({.slots = 10, .busy = 1}) - 6.94) < 0.35);
    // Bursts of five to one take more than half of it away (research: 7.06 against 2.94).
    CHECK(true_pool_multiple({.slots = 10, .busy = 1, .hold_cv2 = 1, .bursty = true}) < 4);
}

TEST_CASE("every scenario once, through readers and judge", "[scenarios]") {
    const std::vector<Scenario> scenarios = all_scenarios();
    const Score got = score(scenarios, 1, 1);
    INFO(markdown(got, scenarios.size(), 1));
    for (std::size_t i = 0; i < sign_count; ++i) {
        CAPTURE(texts_of<Sign>[i]);
        CHECK(got.signs[i].sensitivity.all >= 2);
        CHECK(got.signs[i].specificity.all >= 25);
        CHECK(got.signs[i].sensitivity.value() >= 0.66);
        CHECK(got.signs[i].specificity.value() >= 0.95);
    }
    CHECK(got.insufficient.value() >= 0.9);
    CHECK(got.verdict.value() >= 0.9);
    CHECK(got.line.value() >= 0.85);
}
