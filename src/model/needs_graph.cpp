#include "model/needs_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace plimsoll::model {
namespace {

// A need that ended so long before readiness did not cause it: schedulers react within seconds.
constexpr std::int64_t reaction_us = 4'000'000;

[[nodiscard]] bool unseen(const std::vector<bool>& seen, std::size_t index) {
    return seen.empty() || !seen[index];
}

[[nodiscard]] std::optional<std::size_t> later(std::span<const Task> tasks,
                                               std::optional<std::size_t> best,
                                               std::size_t other) {
    return !best || tasks[*best].completed < tasks[other].completed ? std::optional{other} : best;
}

[[nodiscard]] bool may_precede(const Task& before, const Task& task) noexcept {
    const std::int64_t ready = std::min(task.ready.value_or(task.started), task.started);
    return before.completed <= ready + clock_slack_us && before.started <= task.started;
}

// Of one job: in each run, who ended just before it was ready; and who ended before it in every
// run.
struct Suspects {
    std::vector<std::set<std::string>> just_before;
    std::set<std::string> always_before;
};

[[nodiscard]] Suspects suspects_of(const std::string& name,
                                   std::span<const NamedRun> runs,
                                   std::span<const std::int64_t> triggers) {
    Suspects out;
    std::set<std::string> not_always;
    for (std::size_t r = 0; r < runs.size(); ++r) {
        const auto task = runs[r].find(name);
        if (task == runs[r].end()) {
            continue;
        }
        const std::int64_t ready = task->second.ready.value_or(task->second.started);
        std::set<std::string> close;
        for (const auto& [other, its] : runs[r]) {
            if (other == name) {
                continue;
            }
            (may_precede(its, task->second) ? out.always_before : not_always).insert(other);
            if (may_precede(its, task->second) && its.completed >= ready - reaction_us) {
                close.insert(other);
            }
        }
        // Ready with the run itself: whatever ended then is chance.
        const bool at_once = ready <= triggers[r] + clock_slack_us;
        out.just_before.push_back(at_once ? std::set<std::string>{} : std::move(close));
    }
    for (const std::string& other : not_always) {
        out.always_before.erase(other);
    }
    return out;
}

// The job that explains most of the runs that nothing explains yet.
[[nodiscard]] std::string best_suspect(const std::vector<std::set<std::string>>& open) {
    std::map<std::string, std::size_t> votes;
    for (const std::set<std::string>& run : open) {
        for (const std::string& name : run) {
            ++votes[name];
        }
    }
    const auto best =
        std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    return best == votes.end() ? std::string{} : best->first;
}

// The smallest set of jobs that explains every run: those without an alternative first, then by
// votes.
[[nodiscard]] std::set<std::string> explain(Suspects suspects) {
    std::vector<std::set<std::string>> open;
    for (std::set<std::string>& run : suspects.just_before) {
        std::erase_if(
            run, [&](const std::string& name) { return !suspects.always_before.contains(name); });
        if (!run.empty()) {
            open.push_back(std::move(run));
        }
    }
    std::set<std::string> needs;
    for (const std::set<std::string>& run : open) {
        if (run.size() == 1) {
            needs.insert(*run.begin());
        }
    }
    while (!open.empty()) {
        std::erase_if(open, [&](const std::set<std::string>& run) {
            return std::ranges::any_of(run, [&](const auto& name) { return needs.contains(name); });
        });
        if (!open.empty()) {
            needs.insert(best_suspect(open));
        }
    }
    return needs;
}

}  // namespace

std::optional<std::size_t> last_needed(std::span<const Task> tasks,
                                       std::size_t index,
                                       const std::vector<bool>& seen) {
    const Task& task = tasks[index];
    std::optional<std::size_t> best;
    if (task.needs_known) {
        for (const std::size_t need : task.needs) {
            if (need < tasks.size() && unseen(seen, need)) {
                best = later(tasks, best, need);
            }
        }
        return best;
    }
    for (std::size_t other = 0; other < tasks.size(); ++other) {
        if (other != index && unseen(seen, other) && may_precede(tasks[other], task)) {
            best = later(tasks, best, other);
        }
    }
    return best;
}

NeedsGraph needs_graph(std::span<const NamedRun> runs, std::span<const std::int64_t> triggers) {
    NeedsGraph graph;
    for (const NamedRun& run : runs) {
        for (const auto& [name, task] : run) {
            graph.try_emplace(name);
        }
    }
    for (auto& [name, needs] : graph) {
        needs = explain(suspects_of(name, runs, triggers));
    }
    return graph;
}

}  // namespace plimsoll::model
