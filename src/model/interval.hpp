// Load line: many limits with intervals combined into one line.
//
// Law (research/limits.md 2.5, simulated there and in the tests): [min of lows, min of highs]
// covers the true first limit in 84-92 % at a nominal 90 %; the textbook's product of distributions
// covers 15-88 %. A limit with evidence of one side only (a censored log) contributes its upper end
// alone. Where such a limit lies wholly below all the others the line has no lower bound and no
// point: it is "at most". Blind spots: limits that nobody measured; the caller prints "k of n
// limits measured".
#pragma once

#include "core/estimate.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// A limit is an Estimate in multiples of today's load on one axis; `high` may be infinite. It is
// one-sided when nothing bounds it from below: no point and low = 0.
[[nodiscard]] bool one_sided(const Estimate& limit) noexcept;

struct LoadLine {
    Estimate line;           // low = 0 and no point where nothing bounds it from below
    bool one_sided = false;  // some limit is: then `line.low` bounds the measured ones only
    std::vector<std::size_t> by_point;    // indices, lowest point (else upper end) first
    std::vector<std::size_t> candidates;  // those that could be first: low <= the line's high
};

// Nothing for no limit. Candidates in order of index; a one-sided limit always is one.
[[nodiscard]] std::optional<LoadLine> load_line(std::span<const Estimate> limits);

}  // namespace plimsoll::model
