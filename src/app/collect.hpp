// `plimsoll collect`: a live PostgreSQL as a file that travels.
#pragma once

#include "evidence/database.hpp"
#include "readers/live/capture.hpp"

#include <functional>
#include <string>

namespace plimsoll::app {

// The text of a capture file.
[[nodiscard]] std::string capture_text(const DatabaseCapture& capture);

}  // namespace plimsoll::app
