// Audits made by hand for the tests of reports. Every name and figure in them is invented.
#pragma once

#include "core/audit.hpp"

#include <cstddef>

namespace plimsoll::testing {

// Every state of a sign, every status of a limit, every form of an exhibit, all three axes.
[[nodiscard]] Audit rich_audit();

// rich_audit() with something hostile around every string: script, quotes, ESC, controls, bidi,
// bytes that are no UTF-8. References between ids still hold, because equal strings stay equal.
[[nodiscard]] Audit hostile_audit();
// The same with plain words around every string, so that words which choose a drawing ("deploy",
// "code") are lost in both: what is left different between the two is hostility alone.
[[nodiscard]] Audit harmless_audit();

// rich_audit() with every double not a number, or infinite, or minus infinite in turn.
[[nodiscard]] Audit numberless_audit();

// A matrix of `modules` modules and a series of `points` points on top of rich_audit().
[[nodiscard]] Audit large_audit(std::size_t modules, std::size_t points);

}  // namespace plimsoll::testing
