// Review: how long a change that is ready waits for people before it is merged, apart from CI.
//
// Law: the last run on the commits that a merge brought in says when the machines were done; from
// there to the merge it is people (reading, deciding, a day's end). The pull request's own CI time
// is the sum of those runs' wall time, of the first trigger to the last end. Joined by commit:
// a squash or rebase leaves commits that no run knows, and those changes are counted in `unjoined`.
// Blind spot: time in which the author went on working between two runs counts as neither.
#pragma once

#include "checks/ci/timed.hpp"
#include "evidence/history.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll::checks::ci {

struct Review {
    std::vector<double> wait_hours;  // CI done to merged; 0 when merged before CI was
    std::vector<double> ci_hours;    // first trigger to last end of the change's runs
    std::size_t unjoined = 0;        // pull-request runs of commits that no merge brought in
};
[[nodiscard]] Review review_of(const Timed& timed, const History& history);

}  // namespace plimsoll::checks::ci
