// Load line: the lowest of the limits on the load axis, and what it means for the stages.
//
// Law: model/interval.hpp combines; here limits of other axes and those that do not apply are left
// out, and what is known but not measured is counted. A stage is safe only when every known limit
// is bounded from below: one that was not measured, or only from above, may be lower than all the
// others.
#pragma once

#include "core/audit.hpp"

#include <map>
#include <span>
#include <string>

namespace plimsoll::verdict {

[[nodiscard]] LoadLine load_line(std::span<const Limit> limits);

// The line under a plan that lets data and team grow with the load ([growth] in plimsoll.toml: data
// = 0.5 means data = load^0.5). A limit at M times the data then lies at M^(1/0.5) times the load.
// Axes that the plan does not name stay out, as they are never mixed in silence.
[[nodiscard]] LoadLine load_line(std::span<const Limit> limits,
                                 const std::map<std::string, double>& growth);

// Answers for 10x, 100x, 1000x. breaks: the line's high is below the stage. safe: its low is not,
// and every known limit has a lower bound. unknown: no limit is measured at all. undecided: the
// rest.
[[nodiscard]] std::map<std::string, StageAnswer> stages(const LoadLine& line);
[[nodiscard]] StageAnswer stage(const LoadLine& line, double multiple);

}  // namespace plimsoll::verdict
