// Digests: evidence on its way from the host that has the log to whoever audits it.
#pragma once

#include "evidence/evidence.hpp"

#include <string>

namespace plimsoll::app {

// The bytes of a digest file: deterministic, compressed, versioned by the fields of Evidence.
[[nodiscard]] std::string pack(const Evidence& evidence);

}  // namespace plimsoll::app
