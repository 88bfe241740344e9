#include "model/needs_failures.hpp"
#include "model/needs_graph.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace plimsoll::model {
namespace {

// Those that ended before the job was ready in every run in which both ran. Nothing for a job that
// was ready with the run: it waits for nobody.
[[nodiscard]] std::set<std::string> always_before(const std::string& name,
                                                  std::span<const SeenRun> runs) {
    std::set<std::string> out;
    std::set<std::string> not_always;
    for (const SeenRun& run : runs) {
        const auto task = run.ran.find(name);
        if (task == run.ran.end()) {
            continue;
        }
        const std::int64_t ready = task->second.ready.value_or(task->second.started);
        if (ready <= run.trigger + clock_slack_us) {
            return {};
        }
        for (const auto& [other, its] : run.ran) {
            if (other != name) {
                (may_precede(its, task->second) ? out : not_always).insert(other);
            }
        }
    }
    for (const std::string& other : not_always) {
        out.erase(other);
    }
    return out;
}

}  // namespace

NeedsGraph undecided_needs(std::span<const SeenRun> runs, const NeedsGraph& graph) {
    const FailureEvidence failures{runs};
    NeedsGraph out;
    for (const auto& [name, needs] : graph) {
        const std::set<std::string> known = ancestors_of(needs, graph);
        std::set<std::string> open;
        for (const std::string& other : always_before(name, runs)) {
            if (!known.contains(other) && !failures.leaves_running(other, name)) {
                open.insert(other);
            }
        }
        if (!open.empty()) {
            out.emplace(name, std::move(open));
        }
    }
    return out;
}

}  // namespace plimsoll::model
