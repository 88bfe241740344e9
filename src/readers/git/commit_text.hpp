// What a commit object says: "tree HEX", "parent HEX" lines, author, committer, a blank line, the
// message.
#pragma once

#include "evidence/history.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace plimsoll::readers::git {

struct CommitText {
    CommitId tree{};
    std::vector<CommitId> parents;
    std::string_view author;  // "Name <e-mail>", as written
    std::int64_t authored = 0;
    std::int64_t committed = 0;
    std::string_view subject;  // first line of the message
};

// Nothing when the bytes are no commit. Times out of range are cut to 1970..2200: commits with wild
// dates exist, and must not stretch a window.
[[nodiscard]] std::optional<CommitText> parse_commit(std::string_view bytes);

// Seconds for a commit's clock, cut to 1970..2200.
[[nodiscard]] std::int64_t clamp_seconds(std::int64_t seconds) noexcept;

}  // namespace plimsoll::readers::git
