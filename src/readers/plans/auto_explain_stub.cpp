// Stands in until the plan reader is merged; then this file goes.
#include "readers/plans/auto_explain.hpp"

namespace plimsoll::readers {

void read_auto_explain(std::string_view /*body*/,
                       std::uint64_t /*statement_class*/,
                       std::string_view /*normalised_text*/,
                       double /*duration_ms*/,
                       const Origin& /*origin*/,
                       Plans& /*plans*/) {}

}  // namespace plimsoll::readers
