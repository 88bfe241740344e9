// The two formats of `git log` exports that code-maat reads, for auditors without the repository.
//
//   git2:  git log --all --numstat --date=short --pretty=format:'--%h--%cd--%cn'
//   git:   git log --all --numstat --date=short --pretty=format:'[%h] %an %ad %s'
//
// A line for the commit, then "ADDED<tab>DELETED<tab>PATH" lines ("-" for binary files); commits
// without changes (merges) are followed by the next commit's line at once. Paths are as git prints
// them: quoted where they hold odd bytes, "a/{b => c}/d" for a move.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::git {

struct LogHeader {
    std::string_view rev;     // abbreviated, hexadecimal
    std::string_view date;    // YYYY-MM-DD
    std::string_view author;  // a name
    std::string_view subject;
};

struct LogChange {
    std::string_view added;  // digits or "-"
    std::string_view deleted;
    std::string_view path;
};

[[nodiscard]] std::optional<LogHeader> parse_log_header(std::string_view line) noexcept;
[[nodiscard]] std::optional<LogChange> parse_log_change(std::string_view line) noexcept;

// Digits, 0 for "-" and for nothing, the largest number when it is larger.
[[nodiscard]] std::uint32_t lines_of(std::string_view text) noexcept;

// A path as git quotes it ("\303\244" in quotes) as its bytes.
[[nodiscard]] std::string unquoted(std::string_view path);
struct MovedPath {
    std::string from;
    std::string to;
};
// "a/{b => c}/d" or "a => b".
[[nodiscard]] std::optional<MovedPath> moved_path(std::string_view path);

}  // namespace plimsoll::readers::git
