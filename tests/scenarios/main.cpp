// plimsoll_scenarios SEEDS [NAME]: scores the corpus and prints RESULTS.md; with a name, only
// scenarios whose name contains it.
#include "scenarios/score.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    using namespace plimsoll::scenarios;
    const std::size_t seeds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
    std::vector<Scenario> scenarios = all_scenarios();
    if (argc > 2) {
        std::erase_if(scenarios, [&](const Scenario& one) {
            return one.name.find(argv[2]) == std::string::npos;
        });
    }
    std::fputs(markdown(score(scenarios, 1, seeds), scenarios.size(), seeds).c_str(), stdout);
}
