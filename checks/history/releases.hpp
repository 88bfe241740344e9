// Releases: was a release followed by fixes in modules that it did not touch?
//
// Law: a release fails when within seven days a fix or revert touches a module that nothing between
// the release before and this one touched. Fixes of old bugs do the same, so the share is compared
// with the seven days before the release, where it can have no cause in it. Blind spots: tags that
// are no releases; fixes that do not say so.
#pragma once

#include "checks/history/boundaries.hpp"
#include "checks/history/signals.hpp"
#include "evidence/history.hpp"

namespace plimsoll::checks {

inline constexpr Threshold regression_limit{
    .id = "history.regressions",
    .value = 0.12,
    .unit = "share",
    .reason = "one release in eight that breaks something unrelated; the user's own case was three "
              "of four"};
inline constexpr Threshold least_releases{
    .id = "history.least-releases",
    .value = 8,
    .unit = "releases",
    .reason = "with fewer, Wilson's interval spans most bands"};

struct Regressions {
    std::size_t releases = 0;  // counted; 0 when there are too few to say anything
    std::size_t failed = 0;
    std::size_t failed_before = 0;  // the same, in the seven days before
    std::size_t hot = 0;            // followed by a fix within two days
    Estimate share;
};

[[nodiscard]] Regressions measure_regressions(const Boundaries& found,
                                              const History& history,
                                              const Settings& settings);
[[nodiscard]] Signal regression_signal(const Regressions& regressions,
                                       const Boundaries& found,
                                       const Settings& settings);

}  // namespace plimsoll::checks
