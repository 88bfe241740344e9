// Load line: many limits with intervals combined into one line.
//
// The line is [min of lows, min of highs] (research/limits.md 2.5: simulated, it covers the true
// first limit in 84-92 % at a nominal 90 %; the textbook's product of distributions covers 15-88
// %). A limit with evidence of one side only (a censored log) contributes its upper end alone.
// Blind spots: limits that nobody measured; the caller prints "k of n limits measured".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

// A limit as multiples of today's load on one axis, 0 < low <= at <= high; `high` may be infinite.
// Without `low` the evidence is one-sided: the limit is at `high` or anywhere below.
struct LimitInterval {
    double at = 0;
    std::optional<double> low;
    double high = 0;
};

struct LoadLine {
    double at = 0;                        // smallest point estimate (biased low with many limits)
    std::optional<double> low;            // smallest low, not above `high`; nothing without any low
    double high = 0;                      // smallest high
    bool one_sided = false;               // some limit has no low: `low` does not bound the line
    std::vector<std::size_t> by_point;    // indices, smallest point estimate first
    std::vector<std::size_t> candidates;  // those that could be first: low <= the line's high
};

// Nothing for no limit. Candidates in order of index; a one-sided limit always is one.
[[nodiscard]] std::optional<LoadLine> load_line(std::span<const LimitInterval> limits);

enum class Stage : std::uint8_t { safe, undecided, breaks };

// At a stage (1x, 10x, 100x): breaks when high < stage, safe when low >= stage and every limit has
// a low, else undecided.
[[nodiscard]] Stage stage_verdict(const LoadLine& line, double stage) noexcept;

}  // namespace plimsoll::model
