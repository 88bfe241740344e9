// Explain: the page of a check, sign, criterion or question; or one figure of an audit with its
// formula, its inputs and where they were read.
#pragma once

#include "core/audit.hpp"
#include "core/settings.hpp"

#include <string>
#include <string_view>

namespace plimsoll::app {

// `audit` may be null: then only what does not depend on evidence can be explained. Throws Error
// (usage) with the nearest known id when nothing has this one.
[[nodiscard]] std::string explain(std::string_view id,
                                  const Audit* audit,
                                  const Settings& settings);

// What is missing, what it would add, and the exact way to get it: without an audit for all checks.
[[nodiscard]] std::string doctor(const Audit* audit);

}  // namespace plimsoll::app
