// Phases: what a job spends its time on: by the name of each step first, then the environment that
// the job deploys to, its stage and its own name last.
//
// Law: a job called "deployubuntu" whose steps run unit tests is a test; so the job's name counts
// only where no step says otherwise. Words are tried in the order of the name: "Run tests on the
// build" is a test. What no word fits is `unclassified` and always shown. Blind spot: English
// words. A script called ./ci.sh says nothing.
#pragma once

#include "core/texts.hpp"
#include "evidence/pipelines.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace plimsoll {

enum class Phase : std::uint8_t {
    unclassified,
    setup,
    build,
    lint,
    test,
    package,
    deploy,
    rollout,  // instances are replaced, one after the other
    startup,  // an instance is waited for until it answers
    post
};

template <>
inline constexpr std::array<std::string_view, 10> texts_of<Phase>{"unclassified",
                                                                  "setup",
                                                                  "build",
                                                                  "lint",
                                                                  "test",
                                                                  "package",
                                                                  "deploy",
                                                                  "rollout",
                                                                  "startup",
                                                                  "post"};

inline constexpr std::size_t phase_count = texts_of<Phase>.size();
using PhaseTimes = std::array<std::int64_t, phase_count>;  // microseconds

// By the words of a name.
[[nodiscard]] Phase phase_of(std::string_view name);
// Of a job as a whole, by environment, stage and name.
[[nodiscard]] Phase phase_of(const Job& job);
// The job's time by phase; the sum is its time from start to end, without what steps leave out only
// when they overlap. Steps that lie outside the job (seen in payloads: by minutes) are cut to it.
[[nodiscard]] PhaseTimes phases_of(const Job& job, const Pipelines& pipelines);

}  // namespace plimsoll
