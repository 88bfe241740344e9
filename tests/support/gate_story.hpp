// Evidence of a system that nobody changed, its baseline, and what came later: what tests of the
// gate through the program begin with. Runs of pipelines are simulated.
#pragma once

#include "support/run_program.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::test {

// When the first of the runs begins, seconds since 1970.
inline constexpr std::int64_t first_run = 1'790'000'000;

// GitHub's export of so many runs of one workflow with two jobs, six hours apart; `ratio` slower.
[[nodiscard]] std::string github_runs(std::size_t from,
                                      std::size_t runs,
                                      double ratio,
                                      std::uint64_t seed = 1);

// Ten minutes of a pool of 20 connections, so many busy.
[[nodiscard]] std::string pool_gauges(int busy);

struct Story {
    TemporaryFolder folder;
    std::string earlier = folder.write("earlier/runs.ndjson", github_runs(0, 50, 1));
    std::string unchanged = folder.write("unchanged/runs.ndjson", github_runs(50, 20, 1));
    std::string slower = folder.write("slower/runs.ndjson", github_runs(50, 20, 1.5));
    std::string baseline = folder.path("plimsoll-baseline.json");

    Story();  // throws std::runtime_error when the baseline cannot be written
    [[nodiscard]] static Ran gate(const std::string& path,
                                  std::vector<std::string> arguments,
                                  const std::string& environment = {});
    [[nodiscard]] Ran against(const std::string& path,
                              std::vector<std::string> arguments = {}) const;
};

}  // namespace plimsoll::test
