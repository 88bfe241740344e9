// JSON Schema of plimsoll.toml, for editors (taplo, VS Code's Even Better TOML): keys, words and
// forms as the readers of the file take them. Thresholds and questions come from their tables.
#pragma once

#include "wire/json.hpp"

namespace plimsoll::app {

[[nodiscard]] wire::Json config_schema();

}  // namespace plimsoll::app
