// Needs that failures show: a job that is never begun when another has failed waits for that one.
//
// Law: a scheduler begins a job only when all that it needs has succeeded. A run in which one thing
// alone failed therefore parts the jobs: those that were stopped wait for it, directly or not;
// those that ran do not, or were told to run whatever happens. A job may also be left out for
// reasons of its own (a branch, a path filter); how often is known from the runs without a failure,
// and with that share the same stops would have come by chance. Blind spot: runs in which several
// jobs failed say only what was not stopped.
#pragma once

#include "model/needs_graph.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace plimsoll::model {

class FailureEvidence {
public:
    explicit FailureEvidence(std::span<const SeenRun> runs);

    // `job` was never begun when `other` alone had failed, and by chance that would have come with
    // a probability below `chance`.
    [[nodiscard]] bool stops(const std::string& other, const std::string& job, double chance) const;
    // `job` ran in a run in which `other` had failed before.
    [[nodiscard]] bool leaves_running(const std::string& other, const std::string& job) const;

private:
    struct Seen {
        std::size_t stopped = 0;  // when `other` alone had failed
        std::size_t ran = 0;      // although `other` had failed before
    };
    struct Plain {
        std::size_t ran = 0;  // of the runs without a failure
        std::size_t left_out = 0;
    };
    std::map<std::pair<std::string, std::string>, Seen> after_;  // by other, job
    std::map<std::string, Plain> plain_;
};

}  // namespace plimsoll::model
