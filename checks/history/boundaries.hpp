// Boundaries: what history measures of a module map, once for all checks that ask about it
// (Check::run_on_boundaries).
//
// Bands (measured on twelve well-known repositories, research into change coupling, 2026): leak of
// declared modules below 0.30 clear, above 0.55 leaking, of detected folders 0.50 and 0.70; folder
// modularity over Louvain's 0.70 and 0.55; adjusted mutual information 0.50 and 0.35; schema
// changes that cross modules 20 % and 45 %. No single figure decides: two must agree. Blind spots:
// demonstration projects score badly whatever their design (too few changes); folders that are
// technical layers cross by design; squashed pull requests cross more often than commits.
#pragma once

#include "checks/history/groups.hpp"
#include "core/estimate.hpp"
#include "core/finding.hpp"
#include "core/settings.hpp"
#include "evidence/change_sets.hpp"
#include "model/leak.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll {
struct Evidence;
}

namespace plimsoll::checks {

inline constexpr Threshold least_sets{
    .id = "history.least-change-sets",
    .value = 200,
    .unit = "change sets",
    .reason = "with 200 the leak ratio is known to about 0.10-0.13, as wide as a band"};
inline constexpr Threshold largest_set{
    .id = "history.largest-change-set",
    .value = 30,
    .unit = "files",
    .reason =
        "imports and reformatting: 0.2-5 % of commits, most of all touches (code-maat's default)"};
inline constexpr Threshold window_years{
    .id = "history.window",
    .value = 3,
    .unit = "years",
    .reason = "older change sets tell of people and folders that are gone"};
inline constexpr Threshold window_sets{
    .id = "history.window-change-sets",
    .value = 1000,
    .unit = "change sets",
    .reason = "the window reaches back until it holds as many: leak is then known to 0.05"};
inline constexpr Threshold one_module{
    .id = "history.one-module-share",
    .value = 0.8,
    .unit = "share",
    .reason = "where one module takes more of all changes there are no boundaries to measure"};
inline constexpr std::array history_thresholds{
    least_sets, largest_set, window_years, window_sets, one_module};

// Change sets with modules in place of files, each once and in order.
struct ModuleSets {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> modules;
    [[nodiscard]] model::SetsView view() const noexcept { return {ends, modules}; }
};

struct Boundaries {
    ChangeSets all;                      // the whole history
    std::size_t from = 0;                // the first set of the window
    ChangeSets recent;                   // the window
    ModuleSets by_module;                // the window's
    std::vector<std::uint32_t> touched;  // modules per recent set
    model::Leak leak;
    Groups groups;  // of the window's files; none where nothing can be judged
    Origin origin;

    [[nodiscard]] model::SetsView view() const noexcept { return {recent.ends, recent.touches}; }
    [[nodiscard]] double sets() const noexcept { return static_cast<double>(recent.sets.size()); }
    // "1,204 commits from 2024-01-03 to 2026-11-20, 9 modules from CODEOWNERS"
    [[nodiscard]] std::string basis() const;
};

[[nodiscard]] Boundaries measure_boundaries(const History& history, const Settings& settings);
[[nodiscard]] Boundaries measure_boundaries(const Evidence& evidence, const Settings& settings);

// Check::run of a check that has run_on_boundaries: alone, it measures them for itself.
template <Finding (*on_boundaries)(const Evidence&, const Settings&, const Boundaries&)>
[[nodiscard]] Finding on_its_own(const Evidence& evidence, const Settings& settings) {
    return on_boundaries(evidence, settings, measure_boundaries(evidence, settings));
}

// Why nothing can be judged, when that is so: too few change sets, no history, one module that
// holds all.
[[nodiscard]] std::string why_not(const Boundaries& found, const Settings& settings);
// The finding that says so, with what was measured all the same.
[[nodiscard]] Finding not_judged(const Boundaries& found, const Settings& settings);
[[nodiscard]] Gap module_map_gap();

// By how much the figures can be trusted: the number of change sets and whether a person drew the
// map.
[[nodiscard]] Confidence confidence_of(const Boundaries& found);
[[nodiscard]] std::string confidence_text(const Boundaries& found);

// k of n with Wilson's 90 % interval.
[[nodiscard]] Estimate share_of(std::uint64_t k, std::uint64_t n);

[[nodiscard]] Measure leak_measure(const Boundaries& found);

}  // namespace plimsoll::checks
