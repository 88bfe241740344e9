// Evolve or rebuild: an additive table of eight criteria, unknowns as intervals.
//
// Law (research: limits 3.3, checked there by full enumeration): points towards rebuilding, from
// best to worst, and a prior against it. Evolve when even the worst reading of the unknowns stays
// below 0; rebuild when even the best stays above 0, at least two of R1..R4 are at their worst, and
// the business could bear it. Otherwise insufficient if anything is unknown, else evolve. Monotone;
// no completion of unknowns contradicts a verdict given. An answer older than half a year counts
// half.
#pragma once

#include "core/audit.hpp"
#include "core/check.hpp"
#include "core/settings.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::verdict {

// What is known about one criterion: its level, or nothing; `weight` below 1 when the knowledge is
// old.
struct Known {
    std::optional<Level> level;
    double weight = 1;
};
using Knowledge = std::array<Known, texts_of<Criterion>.size()>;

// Points of a criterion at each level, and their reason: settings like every other number.
struct Points {
    std::string_view title;
    Threshold best;
    Threshold middle;
    Threshold worst;
};
[[nodiscard]] const std::array<Points, texts_of<Criterion>.size()>& points_table() noexcept;
[[nodiscard]] const Threshold& prior_points() noexcept;

struct Total {
    double low = 0;
    double high = 0;
};
[[nodiscard]] Total total(const Knowledge& knowledge, const Settings& settings);

// evolve, rebuild or insufficient; the other outcomes are judge()'s.
[[nodiscard]] VerdictOutcome decide(const Knowledge& knowledge, const Settings& settings);

// Outcome, totals, the table, what would flip it. `says` and `leaning` in words.
[[nodiscard]] Verdict evolve_or_rebuild(std::span<const Check* const> checks,
                                        std::span<const Finding> findings,
                                        const Settings& settings);

}  // namespace plimsoll::verdict
