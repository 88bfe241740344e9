// Where a figure was read, in as few letters as still find it: the folder that all inputs share is
// left out, because the page names it once.
#pragma once

#include "core/audit.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::reports::shared {

// The folder, with its last '/', in which all named inputs are; empty when there is no such folder.
[[nodiscard]] std::string common_folder(const Audit& audit);
// `name` without that folder.
[[nodiscard]] std::string_view without_folder(std::string_view name, std::string_view folder);
// The first three, and how many there are: "a.csv:12, a.csv:90, b.csv; 24 places in all".
[[nodiscard]] std::string places(const std::vector<Origin>& all, std::string_view folder);
// "gauges.csv:12", or the name alone when it was read as a whole.
[[nodiscard]] std::string place(const Origin& origin, std::string_view folder);

}  // namespace plimsoll::reports::shared
