// Check: one question asked of the evidence. A file in checks/ defines one and nothing else.
//
// The runner (src/app/ask.cpp) gives a check only evidence that covers its needs; without it the
// finding is `insufficient` with the check's gap. A check that throws becomes `failed`, and costs
// the user nothing else. A check reads no clock and no environment.
#pragma once

#include "core/finding.hpp"
#include "core/kinds.hpp"
#include "core/settings.hpp"
#include "core/verdict.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace plimsoll {

struct Evidence;

namespace checks {
struct Boundaries;
}

// What is missing when a check cannot run, and the way to get it.
struct Missing {
    std::string_view what;
    std::string_view would_add;
    std::string_view how;
};

struct Check {
    std::string_view id;    // the file's name, with '-' for '_': what users type and configs name
    std::string_view asks;  // ends with a question mark
    std::string_view why;   // the law or experience behind it, and its blind spots
    std::optional<Sign> sign = std::nullopt;
    bool decides =
        false;  // alone may say that its sign is present or absent; others may only support
    std::optional<Axis> limit = std::nullopt;
    std::optional<Criterion> criterion = std::nullopt;
    Kinds needs = {};      // all of these
    Kinds needs_any = {};  // and at least one of these
    std::span<const Threshold> thresholds = {};
    std::string_view claims = {};  // rows of checks/catalogue.tsv that it answers, blank-separated
    Missing missing = {};
    Finding (*run)(const Evidence&, const Settings&) = nullptr;
    // The same answer from boundaries that were measured before (checks/history/boundaries.hpp):
    // the runner measures them once for all checks that have this, and they cost most of an audit
    // of git.
    Finding (*run_on_boundaries)(const Evidence&,
                                 const Settings&,
                                 const checks::Boundaries&) = nullptr;
};

// Every check in checks/, in order of file name. The table is made by CMake: cmake/Registry.cmake.
[[nodiscard]] std::span<const Check* const> all_checks() noexcept;

}  // namespace plimsoll
