// Aftermath: which changes were followed within 14 days by a fix of one of their files, and whether
// anything about them foretold it.
//
// Blind spot: large changes touch more files, so a fix of one of them is likelier by that alone:
// crossing modules looks twice as bad until sizes are alike. So crossing is compared among changes
// of two to four files only.
#pragma once

#include "checks/history/boundaries.hpp"

namespace plimsoll::checks {

struct Aftermath {
    std::uint64_t changes = 0;   // that are no fixes
    std::uint64_t followed = 0;  // by a fix of one of their files
    Estimate foretold;           // AUC of the number of files, 90 % interval
    // Changes of two to four files: share followed, across modules and within one.
    Estimate crossing;
    Estimate within;
};

constexpr std::int64_t fortnight = 14 * 86'400;  // seconds

// For each set whether it is no fix and was followed by one of its files within 14 days. A fix is
// laid to the last three changes of a file.
[[nodiscard]] std::vector<bool> followed_by_fix(const ChangeSets& changes);

[[nodiscard]] Aftermath measure_aftermath(const Boundaries& found);

}  // namespace plimsoll::checks
