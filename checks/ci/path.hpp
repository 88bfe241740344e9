// The way of one change through the pipeline: its critical path, segment by segment.
#pragma once

#include "checks/ci/delivery.hpp"
#include "core/exhibit.hpp"

#include <optional>

namespace plimsoll::checks::ci {

// Of the change whose time is the median (of two, the shorter): what ran, what waited for a machine
// and what waited for a person, in order; together they are the wall time. Nothing without any
// change. At most 30 segments, the longest, still in order.
[[nodiscard]] std::optional<Exhibit> path_exhibit(const Delivery& delivery);

}  // namespace plimsoll::checks::ci
