// PostgreSQL's EXPLAIN (FORMAT YAML) and (FORMAT XML), made into the document that FORMAT JSON
// would have given.
//
// YAML: only what explain.c writes: "Key: value" with double-quoted texts, "Key:" before an
// indented block, "- " for items. XML: element names are the JSON names with '-' for ' '; lists are
// <Plans>, <Workers> and <Item>s. Both throw Broken (json_documents.hpp).
#pragma once

#include "readers/plans/document.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {

[[nodiscard]] Value parse_yaml(const std::vector<std::string>& lines, std::uint64_t first_line = 1);
[[nodiscard]] Value parse_xml(std::string_view text, std::uint64_t first_line = 1);

}  // namespace plimsoll::readers::plans
