// The published JSON Schemas of what plimsoll writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

// JSON Schema of the document with this name; nothing when there is none.
[[nodiscard]] std::optional<std::string> schema(std::string_view name);
[[nodiscard]] std::vector<std::string_view> schema_names();

}  // namespace plimsoll::app
