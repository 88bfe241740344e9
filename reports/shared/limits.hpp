// The order and the axis in which limits are shown: layout, not judgement.
#pragma once

#include "core/audit.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll::reports::shared {

// Places in audit.limits of one axis: measured ones lowest first, then those above the range, then
// those that are not measured. What does not apply is left out; see not_applicable().
[[nodiscard]] std::vector<std::size_t> limits_in_order(const Audit& audit, Axis axis);
[[nodiscard]] std::vector<std::size_t> not_applicable(const Audit& audit);

// Where a multiple stands on the log axis from 1x to 1000x, 0..1; what is beyond stands at the end.
[[nodiscard]] double on_axis(double multiple, double last = 1000) noexcept;

// Whether a load line can be drawn at all.
[[nodiscard]] bool is_known(const LoadLine& line) noexcept;

// The point by which a limit is sorted and named first: at, else its upper bound, else its lower.
[[nodiscard]] double standing(const Limit& limit) noexcept;

}  // namespace plimsoll::reports::shared
