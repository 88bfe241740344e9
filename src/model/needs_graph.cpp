#include "model/needs_graph.hpp"

#include "model/needs_failures.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <utility>

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

// Of one job: in each run, who ended just before it was ready; and who ended before it in every
// run.
struct Suspects {
    std::vector<std::set<std::string>> just_before;
    std::set<std::string> always_before;
};

[[nodiscard]] Suspects suspects_of(const std::string& name, std::span<const SeenRun> runs) {
    Suspects out;
    std::set<std::string> not_always;
    for (const SeenRun& run : runs) {
        const auto task = run.ran.find(name);
        if (task == run.ran.end()) {
            continue;
        }
        const std::int64_t ready = task->second.ready.value_or(task->second.started);
        std::set<std::string> close;
        for (const auto& [other, its] : run.ran) {
            if (other == name) {
                continue;
            }
            (may_precede(its, task->second) ? out.always_before : not_always).insert(other);
            if (may_precede(its, task->second) && its.completed >= ready - reaction_us) {
                close.insert(other);
            }
        }
        // Ready with the run itself: whatever ended then is chance.
        const bool at_once = ready <= run.trigger + clock_slack_us;
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

// The chance, at most, that a job which needs nothing of another still never ended after that one
// was ready: below it, the order is taken for a need.
constexpr double chance = 0.1;

// Does `before` always end before `name` is ready because it must? Were the two independent, its
// time from ready to end in one run could stand in any other run; the product, over the runs, of
// the share of its times that would still have fitted is the chance of the order that was seen.
[[nodiscard]] bool must_precede(const std::string& before,
                                const std::string& name,
                                std::span<const SeenRun> runs) {
    std::vector<std::int64_t> times;  // of `before`, from ready to end
    std::vector<std::int64_t> rooms;  // from its readiness to that of `name`
    for (const SeenRun& run : runs) {
        const auto one = run.ran.find(before);
        const auto other = run.ran.find(name);
        if (one == run.ran.end() || other == run.ran.end()) {
            continue;
        }
        const std::int64_t begin = one->second.ready.value_or(one->second.started);
        times.push_back(one->second.completed - begin);
        rooms.push_back(other->second.ready.value_or(other->second.started) - begin);
    }
    std::ranges::sort(times);
    double by_chance = 1;
    for (const std::int64_t room : rooms) {
        const auto fitting = std::ranges::upper_bound(times, room + clock_slack_us) - times.begin();
        by_chance *= static_cast<double>(fitting) / static_cast<double>(times.size());
    }
    return !times.empty() && by_chance < chance;
}

using Siblings = std::map<std::string, std::set<std::string>>;
using Before = std::map<std::string, std::set<std::string>>;

// Were all of them ready in the same moment, in every run in which they ran?
[[nodiscard]] bool ready_together(const std::set<std::string>& names,
                                  std::span<const SeenRun> runs) {
    return std::ranges::all_of(runs, [&](const SeenRun& run) {
        std::optional<std::int64_t> first;
        for (const std::string& name : names) {
            const auto found = run.ran.find(name);
            if (found == run.ran.end()) {
                continue;
            }
            if (!found->second.ready) {
                return false;
            }
            first = first.value_or(*found->second.ready);
            if (std::abs(*first - *found->second.ready) > clock_slack_us) {
                return false;
            }
        }
        return true;
    });
}

// Of each job the other jobs of its set. Sets that are not always ready together are none: a
// "deploy (staging)" before a "deploy (production)" is no matrix, whatever the names say.
[[nodiscard]] Siblings siblings_of(const NeedsGraph& graph,
                                   std::span<const SeenRun> runs,
                                   const JobSets& sets) {
    std::map<std::string, std::set<std::string>> members;
    for (const auto& [name, needs] : graph) {
        if (const auto found = sets.find(name); found != sets.end()) {
            members[found->second].insert(name);
        }
    }
    Siblings out;
    for (const auto& [whole, names] : members) {
        if (names.size() > 1 && ready_together(names, runs)) {
            for (const std::string& name : names) {
                out[name] = names;
            }
        }
    }
    return out;
}

// Adds a need and, with it, the rest of its set; to the rest of the job's set as well: a scheduler
// knows a matrix, or a stage, as one.
void add_need(NeedsGraph& graph,
              const std::string& name,
              const std::string& need,
              const Siblings& siblings,
              const Before& always_before) {
    const auto group = [&](const std::string& one) {
        const auto found = siblings.find(one);
        return found == siblings.end() ? std::set<std::string>{one} : found->second;
    };
    for (const std::string& job : group(name)) {
        for (const std::string& leg : group(need)) {
            if (always_before.at(job).contains(leg)) {
                graph[job].insert(leg);
            }
        }
    }
}

[[nodiscard]] std::vector<std::string> in_order_of_readiness(const NeedsGraph& graph,
                                                             std::span<const SeenRun> runs) {
    std::map<std::string, std::pair<double, double>> ready;  // sum, number
    for (const SeenRun& run : runs) {
        for (const auto& [name, task] : run.ran) {
            ready[name].first +=
                static_cast<double>(task.ready.value_or(task.started) - run.trigger);
            ready[name].second += 1;
        }
    }
    std::vector<std::string> out;
    for (const auto& [name, needs] : graph) {
        out.push_back(name);
    }
    std::ranges::stable_sort(
        out, {}, [&](const std::string& name) { return ready[name].first / ready[name].second; });
    return out;
}

// Needs that never ended last, but whose failure stopped the job, or whose order no chance
// explains. What a need already waits for adds nothing: the latest first, and none that is an
// ancestor of one that is known.
void add_quick_needs(NeedsGraph& graph,
                     std::span<const SeenRun> runs,
                     const Siblings& siblings,
                     const Before& always_before) {
    const std::vector<std::string> in_order = in_order_of_readiness(graph, runs);
    const FailureEvidence failures{runs};
    for (const std::string& name : in_order) {
        if (graph[name].empty()) {
            continue;  // ready with the run
        }
        for (auto other = in_order.rbegin(); other != in_order.rend(); ++other) {
            if (!always_before.at(name).contains(*other) ||
                ancestors_of(graph[name], graph).contains(*other)) {
                continue;
            }
            const bool stopped = failures.stops(*other, name, chance);
            const bool went_on = failures.leaves_running(*other, name);
            if (stopped || (!went_on && must_precede(*other, name, runs))) {
                add_need(graph, name, *other, siblings, always_before);
            }
        }
    }
}

}  // namespace

bool may_precede(const Task& before, const Task& task) noexcept {
    const std::int64_t ready = std::min(task.ready.value_or(task.started), task.started);
    return before.completed <= ready + clock_slack_us && before.started <= task.started;
}

std::set<std::string> ancestors_of(const std::set<std::string>& needs, const NeedsGraph& graph) {
    std::set<std::string> out;
    std::vector<std::string> open{needs.begin(), needs.end()};
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        if (out.insert(name).second) {
            const auto known = graph.find(name);
            if (known != graph.end()) {
                open.insert(open.end(), known->second.begin(), known->second.end());
            }
        }
    }
    return out;
}

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

NeedsGraph needs_graph(std::span<const SeenRun> runs, const JobSets& sets) {
    NeedsGraph graph;
    for (const SeenRun& run : runs) {
        for (const auto& [name, task] : run.ran) {
            graph.try_emplace(name);
        }
    }
    Before always_before;
    NeedsGraph explained;
    for (const auto& [name, needs] : graph) {
        Suspects suspects = suspects_of(name, runs);
        always_before[name] = suspects.always_before;
        explained[name] = explain(std::move(suspects));
    }
    const Siblings siblings = siblings_of(graph, runs, sets);
    for (const auto& [name, needs] : explained) {
        for (const std::string& need : needs) {
            add_need(graph, name, need, siblings, always_before);
        }
    }
    add_quick_needs(graph, runs, siblings, always_before);
    return graph;
}

}  // namespace plimsoll::model
