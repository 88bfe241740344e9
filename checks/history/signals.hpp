// Signals: the figures of which two must agree before boundaries are called leaking (or clear).
//
// leak; folder modularity over Louvain's; adjusted mutual information of modules and communities;
// schema changes that cross modules; change sets that touch three modules or more. The second and
// third come from the files' own graph (history/groups.hpp).
#pragma once

#include "checks/history/boundaries.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace plimsoll::checks {

inline constexpr Threshold leak_clear{
    .id = "history.leak-clear",
    .value = 0.30,
    .unit = "ratio",
    .reason = "declared modules: solidus 0.17, rails 0.29; below it boundaries hold"};
inline constexpr Threshold leak_red{
    .id = "history.leak",
    .value = 0.55,
    .unit = "ratio",
    .reason = "declared modules: saleor 0.60, fineract 0.61; above it they leak"};
inline constexpr Threshold folder_leak_clear{
    .id = "history.leak-clear-folders",
    .value = 0.50,
    .unit = "ratio",
    .reason = "detected folders: solidus 0.35, rails 0.46, spree 0.47"};
inline constexpr Threshold folder_leak_red{
    .id = "history.leak-folders",
    .value = 0.70,
    .unit = "ratio",
    .reason = "detected folders: redmine 0.79, saleor 0.81, git 0.82"};
inline constexpr Threshold q_clear{
    .id = "history.modularity-clear",
    .value = 0.70,
    .unit = "ratio",
    .reason = "folder modularity over Louvain's: solidus 0.85, rails 0.77, killbill 0.70"};
inline constexpr Threshold q_red{
    .id = "history.modularity",
    .value = 0.55,
    .unit = "ratio",
    .reason = "folder modularity over Louvain's: saleor 0.51, git 0.31"};
inline constexpr Threshold ami_clear{
    .id = "history.agreement-clear",
    .value = 0.50,
    .unit = "ratio",
    .reason = "adjusted mutual information: spree 0.61, solidus 0.59, rails 0.52"};
inline constexpr Threshold ami_red{.id = "history.agreement",
                                   .value = 0.35,
                                   .unit = "ratio",
                                   .reason = "adjusted mutual information: redmine 0.32, git 0.18"};
inline constexpr Threshold schema_clear{
    .id = "history.schema-clear",
    .value = 0.20,
    .unit = "share",
    .reason = "schema changes that cross modules: solidus 13 %, rails 15 %, killbill 18 %"};
inline constexpr Threshold schema_red{
    .id = "history.schema",
    .value = 0.45,
    .unit = "share",
    .reason = "schema changes that cross modules: saleor 64 %, fineract 75 %"};
inline constexpr Threshold spread_red{
    .id = "history.spread",
    .value = 0.25,
    .unit = "share",
    .reason = "one change in four that touches three modules is a system without modules"};
inline constexpr Threshold spread_clear{
    .id = "history.spread-clear",
    .value = 0.08,
    .unit = "share",
    .reason = "healthy systems: three modules in 1 to 8 % of changes"};
inline constexpr Threshold clusters_exist{
    .id = "history.clusters",
    .value = 0.35,
    .unit = "modularity",
    .reason = "below it Louvain finds no groups either: nothing to draw boundaries around"};

enum class Band : std::uint8_t { unknown, clear, mixed, leaking };

struct Signal {
    Measure measure;
    Band band = Band::unknown;
    bool of_folders = false;  // says only that folders are not what changes together
};

[[nodiscard]] Signal leak_signal(const Boundaries& found, const Settings& settings);
[[nodiscard]] Signal spread_signal(const Boundaries& found, const Settings& settings);
[[nodiscard]] Signal schema_signal(const Boundaries& found, const Settings& settings);
[[nodiscard]] std::vector<Signal> group_signals(const Groups& groups,
                                                const Boundaries& found,
                                                const Settings& settings);

// Are the folders technical layers: groups exist, but cut across them? Never a reason to rebuild.
[[nodiscard]] bool folders_are_layers(const Groups& groups,
                                      const std::vector<Signal>& signals,
                                      const Boundaries& found,
                                      const Settings& settings);

[[nodiscard]] std::size_t count(const std::vector<Signal>& signals, Band band);

}  // namespace plimsoll::checks
