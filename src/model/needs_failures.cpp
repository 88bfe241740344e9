#include "model/needs_failures.hpp"

#include <cmath>

namespace plimsoll::model {

FailureEvidence::FailureEvidence(std::span<const SeenRun> runs) {
    for (const SeenRun& run : runs) {
        if (run.failed.empty()) {
            for (const auto& [job, task] : run.ran) {
                ++plain_[job].ran;
            }
            for (const std::string& job : run.stopped) {
                ++plain_[job].left_out;
            }
        }
        for (const std::string& other : run.failed) {
            const auto failed = run.ran.find(other);
            for (const auto& [job, task] : run.ran) {
                const std::int64_t ready = task.ready.value_or(task.started);
                if (job != other && failed != run.ran.end() &&
                    failed->second.completed <= ready + clock_slack_us) {
                    ++after_[{other, job}].ran;
                }
            }
            if (run.failed.size() == 1) {
                for (const std::string& job : run.stopped) {
                    ++after_[{other, job}].stopped;
                }
            }
        }
    }
}

bool FailureEvidence::stops(const std::string& other, const std::string& job, double chance) const {
    const auto seen = after_.find({other, job});
    if (seen == after_.end() || seen->second.stopped == 0 || seen->second.ran > 0) {
        return false;
    }
    const auto found = plain_.find(job);
    const Plain plain = found == plain_.end() ? Plain{} : found->second;
    // Laplace's rule: of few runs, no share is certain.
    const double share = static_cast<double>(plain.left_out + 1) /
                         static_cast<double>(plain.left_out + plain.ran + 2);
    return std::pow(share, static_cast<double>(seen->second.stopped)) < chance;
}

bool FailureEvidence::leaves_running(const std::string& other, const std::string& job) const {
    const auto seen = after_.find({other, job});
    return seen != after_.end() && seen->second.ran > 0;
}

}  // namespace plimsoll::model
