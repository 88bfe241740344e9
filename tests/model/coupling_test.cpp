// Coupling, leak and communities against brute force and planted truth.
#include "model/coupling.hpp"

#include "catch.hpp"
#include "model/communities.hpp"
#include "model/leak.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace plimsoll::model;

namespace {

struct Sets {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> things;
    [[nodiscard]] SetsView view() const { return {ends, things}; }
    void add(const std::set<std::uint32_t>& set) {
        things.insert(things.end(), set.begin(), set.end());
        ends.push_back(static_cast<std::uint32_t>(things.size()));
    }
};

Sets random_sets(std::uint64_t seed, std::size_t count, std::size_t things, std::size_t largest) {
    Random random{seed};
    Sets out;
    for (std::size_t i = 0; i < count; ++i) {
        std::set<std::uint32_t> set;
        const std::size_t size = 1 + random.below(largest);
        while (set.size() < size) {
            set.insert(static_cast<std::uint32_t>(random.below(things)));
        }
        out.add(set);
    }
    return out;
}

}  // namespace

TEST_CASE("coupled pairs are what counting every pair gives", "[coupling]") {
    for (std::uint64_t seed = 1; seed < 30; ++seed) {
        const Sets sets = random_sets(seed, 60, 15, 6);
        const CouplingRules rules{
            .min_average = 3, .min_shared = 2, .min_degree = 20.0 + static_cast<double>(seed)};
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> shared;
        std::map<std::uint32_t, std::uint32_t> of;
        for (std::size_t set = 0; set < sets.ends.size(); ++set) {
            for (const std::uint32_t a : sets.view()[set]) {
                ++of[a];
                for (const std::uint32_t b : sets.view()[set]) {
                    shared[{a, b}] += a < b ? 1 : 0;
                }
            }
        }
        std::size_t expected = 0;
        for (const auto& [pair, count] : shared) {
            const double average = (of[pair.first] + of[pair.second]) / 2.0;
            expected +=
                count >= 2 && average >= 3 && 100 * count / average >= rules.min_degree ? 1 : 0;
        }
        const std::vector<Coupled> found = coupled_pairs(sets.view(), 15, rules);
        CHECK(found.size() == expected);
        for (const Coupled& pair : found) {
            CHECK(pair.a < pair.b);
            CHECK(pair.shared == shared[{pair.a, pair.b}]);
            CHECK(pair.sets_of_a == of[pair.a]);
            CHECK(pair.sets_of_b == of[pair.b]);
        }
        CHECK(std::ranges::is_sorted(found, std::greater{}, &Coupled::degree));
    }
}

TEST_CASE("a pair exactly on the limit is kept", "[coupling]") {
    Sets sets;
    for (int i = 0; i < 3; ++i) {
        sets.add({0, 1});
    }
    for (int i = 0; i < 14; ++i) {
        sets.add({static_cast<std::uint32_t>(i % 2)});
    }
    // shared 3, average (10 + 10) / 2: 30 %.
    CHECK(coupled_pairs(sets.view(), 2, {.min_average = 10, .min_shared = 3, .min_degree = 30})
              .size() == 1);
    CHECK(coupled_pairs(sets.view(), 2, {.min_average = 10, .min_shared = 3, .min_degree = 30.01})
              .empty());
    CHECK(coupled_pairs({}, 0).empty());
}

TEST_CASE("with labels shuffled the leak is one", "[leak]") {
    // Labels are drawn for every touch, so that modules mean nothing at all.
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Random random{seed};
        Sets sets;
        std::vector<std::uint32_t> module_of;
        for (int i = 0; i < 20'000; ++i) {
            const std::size_t size = 1 + random.below(6);
            std::set<std::uint32_t> set;
            for (std::size_t k = 0; k < size; ++k) {
                set.insert(static_cast<std::uint32_t>(module_of.size()));
                const double draw = random.uniform();
                module_of.push_back(draw < 0.4 ? 0 : draw < 0.7 ? 1 : draw < 0.9 ? 2 : 3);
            }
            sets.add(set);
        }
        const Leak found = leak(sets.view(), module_of, 4);
        CHECK(found.ratio.at > 0.97);
        CHECK(found.ratio.at < 1.03);
        CHECK(found.ratio.low <= found.ratio.at);
        CHECK(found.ratio.high >= found.ratio.at);
        CHECK(found.ratio.high - found.ratio.low < 0.05);
        CHECK_THAT(found.effective_modules, Catch::Matchers::WithinAbs(1 / 0.30, 0.1));
    }
}

TEST_CASE("boundaries that hold leak nothing", "[leak]") {
    Sets sets;
    for (std::uint32_t i = 0; i < 300; ++i) {
        sets.add({i % 3 * 2, i % 3 * 2 + 1});
    }
    const std::vector<std::uint32_t> module_of{0, 0, 1, 1, 2, 2};
    const Leak found = leak(sets.view(), module_of, 3);
    CHECK(found.crossing == 0);
    CHECK(found.ratio.at == 0);
    CHECK_THAT(found.expected, Catch::Matchers::WithinRel(300 * (1 - 3.0 / 9), 1e-12));
    CHECK_FALSE(leak({}, {}, 0).ratio.has_point());
    const std::vector<std::uint32_t> one{0, 0, 0, 0, 0, 0};
    CHECK_FALSE(leak(sets.view(), one, 1).ratio.has_point());
}

TEST_CASE("the interval covers the truth about nine times in ten", "[leak]") {
    int covered = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Random random{seed};
        Sets sets;
        std::vector<std::uint32_t> module_of;
        for (int i = 0; i < 300;
             ++i) {  // half the sets stay within their module, so the truth is a half
            std::set<std::uint32_t> set;
            const auto home = static_cast<std::uint32_t>(random.below(4));
            const bool stays = random.uniform() < 0.5;
            for (int k = 0; k < 3; ++k) {
                set.insert(static_cast<std::uint32_t>(module_of.size()));
                module_of.push_back(stays ? home : static_cast<std::uint32_t>(random.below(4)));
            }
            sets.add(set);
        }
        const Leak found = leak(sets.view(), module_of, 4);
        covered += found.ratio.low <= 0.5 && found.ratio.high >= 0.5 ? 1 : 0;
    }
    CHECK(covered >= 48);
}

TEST_CASE("Louvain finds planted groups, and agreement says so", "[communities]") {
    Random random{5};
    Sets sets;
    for (int i = 0; i < 3000; ++i) {
        const std::size_t group = random.below(6);
        std::set<std::uint32_t> set;
        for (int k = 0; k < 3; ++k) {
            const bool astray = random.uniform() < 0.05;
            set.insert(static_cast<std::uint32_t>(astray ? random.below(120)
                                                         : group * 20 + random.below(20)));
        }
        sets.add(set);
    }
    const Graph graph = co_change_graph(sets.view(), 120);
    REQUIRE(graph.nodes == 120);
    const std::vector<std::uint32_t> found = louvain(graph);
    std::vector<std::uint32_t> planted;
    std::vector<std::uint32_t> shuffled;
    for (const std::uint32_t thing : graph.thing) {
        planted.push_back(thing / 20);
        shuffled.push_back(static_cast<std::uint32_t>(random.below(6)));
    }
    CHECK(adjusted_mutual_information(found, planted) > 0.95);
    CHECK_THAT(adjusted_mutual_information(planted, planted), Catch::Matchers::WithinAbs(1, 1e-9));
    CHECK(std::abs(adjusted_mutual_information(shuffled, planted)) < 0.06);
    CHECK(modularity(graph, found) >= modularity(graph, planted) - 1e-9);
    CHECK(modularity(graph, found) > 0.7);
    CHECK(louvain(graph) == found);
}

TEST_CASE("modularity of graphs known by heart", "[communities]") {
    // Two triangles joined by an edge: Q = 2 (6/14 - (7/14)^2) = 5/14.
    const Graph graph{
        .nodes = 6,
        .edges = {{0, 1, 1}, {0, 2, 1}, {1, 2, 1}, {3, 4, 1}, {3, 5, 1}, {4, 5, 1}, {2, 3, 1}},
        .thing = {0, 1, 2, 3, 4, 5}};
    const std::vector<std::uint32_t> halves{0, 0, 0, 1, 1, 1};
    CHECK_THAT(modularity(graph, halves), Catch::Matchers::WithinAbs(5.0 / 14, 1e-12));
    CHECK(louvain(graph) == halves);
    CHECK_THAT(modularity(graph, std::vector<std::uint32_t>(6, 0)),
               Catch::Matchers::WithinAbs(0, 1e-12));
    CHECK(louvain({.nodes = 2, .edges = {}, .thing = {0, 1}}).size() == 2);
    CHECK(std::isnan(adjusted_mutual_information(std::vector<std::uint32_t>{0, 0},
                                                 std::vector<std::uint32_t>{0, 0})));
}
