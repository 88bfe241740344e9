// Frames: what psql, pgAdmin, DBeaver and mail put around the lines of a plan.
//
// Takes off psql's borders (ascii, old-ascii and unicode; border 0, 1 and 2; continuation '+' and
// the return sign), its header and the row count in any language, and quotes around each line.
// Indentation is kept, for it is the structure of a text plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::plans {

// The line without its frame; nothing for a line that is all frame.
[[nodiscard]] std::optional<std::string> unframed(std::string_view line);

}  // namespace plimsoll::readers::plans
