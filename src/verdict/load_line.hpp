// Load line: the lowest of the limits on the load axis, and what it means for the stages.
//
// Law (research: limits 2.5, measured): the interval is [min of lows, min of highs]; the textbook
// product of posteriors covers 15 to 71 % where it promises 90. A one-sided limit adds an upper
// bound only. Every limit whose low does not exceed the line's high could be the first. Blind spot:
// a limit that was not measured may be lower than all that were; so "safe" needs every known limit
// of load measured, and the line carries "k of n".
#pragma once

#include "core/audit.hpp"

#include <map>
#include <span>
#include <string>

namespace plimsoll::verdict {

[[nodiscard]] LoadLine load_line(std::span<const Limit> limits);

// Answers for 10x, 100x, 1000x. breaks: the line's high is below the stage. safe: its low is not,
// and every known limit is measured. unknown: no limit is measured at all. undecided: the rest.
[[nodiscard]] std::map<std::string, StageAnswer> stages(const LoadLine& line);
[[nodiscard]] StageAnswer stage(const LoadLine& line, double multiple);

}  // namespace plimsoll::verdict
