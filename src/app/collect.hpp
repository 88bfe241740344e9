// `plimsoll collect`: a live PostgreSQL as a file that travels.
#pragma once

#include "evidence/database.hpp"
#include "readers/live/capture.hpp"

#include <functional>
#include <string>
#include <vector>

namespace plimsoll::app {

// The text of a capture file.
[[nodiscard]] std::string capture_text(const DatabaseCapture& capture);

// What must not be shown of a connection string.
[[nodiscard]] std::vector<std::string> secrets_in(const std::string& connection);

}  // namespace plimsoll::app
