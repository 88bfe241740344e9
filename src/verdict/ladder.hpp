// The ladder: what to do, least disruptive first, each rung with the load line before and after.
//
// Law: removing one limit uncovers the next, so the rungs are simulated in order. A rung that in
// the end raises nothing below the asked stage, clears no sign and measures nothing is not printed.
// Splitting and rebuilding are never prescribed by effect alone: the first needs an extraction
// criterion, the second the verdict; checks that know those put the remedy in. Between equals the
// database comes first, then the larger gain. Blind spot: effects are taken to be independent of
// each other.
#pragma once

#include "core/audit.hpp"

#include <span>
#include <vector>

namespace plimsoll::verdict {

// A remedy with where it comes from.
struct Offer {
    Remedy remedy;
    std::vector<std::string> evidence;  // check id, exhibit ids
};

// `target` is the asked multiple; `signs_present` the ids of signs that a remedy may clear.
[[nodiscard]] std::vector<Prescription> ladder(std::span<const Limit> limits,
                                               std::vector<Offer> offers,
                                               std::span<const std::string> signs_present,
                                               double target);

// The limits after a remedy: every effect applied to the limits that it names.
[[nodiscard]] std::vector<Limit> apply(const Remedy& remedy, std::vector<Limit> limits);

}  // namespace plimsoll::verdict
