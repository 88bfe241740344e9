// Judgement: findings -> limits, load line, stages, signs, criteria, verdict, ladder. All but the
// inputs of an Audit.
//
// Law of missing evidence: it never improves a score, never passes a gate, never decides.
#pragma once

#include "core/audit.hpp"
#include "core/check.hpp"
#include "core/settings.hpp"

#include <span>
#include <vector>

namespace plimsoll::verdict {

// findings[i] is what checks[i] found. Fills everything of the Audit that follows from findings and
// settings; inputs, spans and versions are the caller's.
[[nodiscard]] Audit judge(std::span<const Check* const> checks,
                          std::vector<Finding> findings,
                          const Settings& settings);

}  // namespace plimsoll::verdict
