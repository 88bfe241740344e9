// auto_explain: plans that a server writes into its log.
#pragma once

#include "core/origin.hpp"
#include "evidence/plans.hpp"

#include <cstdint>
#include <string_view>

namespace plimsoll::readers {

// Adds the plan in `body` (text, JSON, XML or YAML, as after "plan:") to `plans`; a body that
// cannot be understood adds nothing. `normalised_text` and `statement_class` are empty and 0 when
// the text is not known.
void read_auto_explain(std::string_view body,
                       std::uint64_t statement_class,
                       std::string_view normalised_text,
                       double duration_ms,
                       const Origin& origin,
                       Plans& plans);

}  // namespace plimsoll::readers
