// Asking: every check is put to the evidence; each gives one finding, whatever happens.
#pragma once

#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <span>
#include <vector>

namespace plimsoll::app {

// One finding for each check, in order. A check whose needs the evidence does not cover gives
// `insufficient` with its gap; one that throws gives `failed`.
[[nodiscard]] std::vector<Finding> ask(std::span<const Check* const> checks,
                                       const Evidence& evidence,
                                       const Settings& settings);

}  // namespace plimsoll::app
