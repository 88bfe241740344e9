// Compare: two audits of one system, figure by figure (core/since_last.hpp has the rule).
//
// Figures are matched by id, never by place. Nothing is compared across a change of rules: the
// difference of two rules is not a difference of the system; scoring the old digest again by the
// new rules makes them comparable. Blind spot: two audits whose evidence overlaps in time share
// part of what they measured, so a real move shows late; a note says so.
#pragma once

#include "core/audit.hpp"

#include <string>

namespace plimsoll::app {

// `now` against the earlier `then`. Never throws: what cannot be compared is said in the result.
[[nodiscard]] SinceLast compare(const Audit& then, const Audit& now);

// The comparison as lines for a terminal, of any width; control bytes are taken out.
[[nodiscard]] std::string to_lines(const SinceLast& since, const Audit& now);

}  // namespace plimsoll::app
