// The service graph as an ordered matrix: it says more than a drawing of thirty nodes and their
// arrows, is the same every time, and can be printed.
#pragma once

#include "core/exhibit.hpp"
#include "evidence/calls.hpp"

#include <string>
#include <vector>

namespace plimsoll::checks {

// All services, callers before whom they call. Where calls go round in a circle, the one with the
// fewest callers left comes first. The same for the same calls, whatever their order.
[[nodiscard]] std::vector<std::string> callers_first(const Calls& calls);

// Callers down, callees across, in that order: what stands left of the diagonal calls back. In each
// cell what ends the caller's wait; as dark as a failure of the callee passes on. At most 30
// services, those with the most calls between them.
[[nodiscard]] Exhibit call_matrix(const Calls& calls);

}  // namespace plimsoll::checks
