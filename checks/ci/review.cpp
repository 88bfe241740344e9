#include "checks/ci/review.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace plimsoll::checks::ci {
namespace {

struct Change {
    std::int64_t from = std::numeric_limits<std::int64_t>::max();
    std::int64_t to = 0;
};

// Of a run's commit, by place in the history; nothing when the history does not have it.
[[nodiscard]] std::optional<std::size_t> commit_of(const RunTimes& run, const History& history) {
    const std::optional<CommitId> id =
        run.run == nullptr ? std::nullopt : parse_commit_id(run.run->sha);
    const auto found = id ? std::ranges::lower_bound(history.ids, *id) : history.ids.end();
    if (found == history.ids.end() || *found != *id) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - history.ids.begin());
}

}  // namespace

Review review_of(const Timed& timed, const History& history) {
    Review out;
    std::map<std::size_t, Change> by_merge;
    for (const RunTimes& run : timed.runs) {
        if (run.trigger != Trigger::pull_request) {
            continue;
        }
        const std::optional<std::size_t> at = commit_of(run, history);
        if (!at || history.commits[*at].landed == *at ||
            history.commits[*at].landed >= history.commits.size()) {
            ++out.unjoined;
            continue;
        }
        Change& change = by_merge[history.commits[*at].landed];
        change.from = std::min(change.from, run.path.from);
        change.to = std::max(change.to, run.path.to);
    }
    for (const auto& [merge, change] : by_merge) {
        const std::int64_t merged = history.commits[merge].committed * 1'000'000;
        const std::int64_t wait = std::max<std::int64_t>(merged - change.to, 0);
        out.wait_hours.push_back(static_cast<double>(wait) / 3.6e9);
        out.ci_hours.push_back(static_cast<double>(change.to - change.from) / 3.6e9);
    }
    return out;
}

}  // namespace plimsoll::checks::ci
