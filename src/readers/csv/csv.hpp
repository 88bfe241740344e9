// Comma-separated values as exports write them: RFC 4180 with the liberties that are taken with it.
//
// Comma, semicolon or tab; quoted fields with doubled quotes and line feeds inside; a byte order
// mark; comment lines ('#') and blank lines are passed over. A record with a quote that is never
// closed ends at `longest_record`, and is handed on as one with `broken` set. Blind spot: a comment
// sign at the start of a record's first field is taken for a comment.
#pragma once

#include "input/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::csv {

inline constexpr std::size_t longest_record = 1'048'576;

// One line cut at its separators; views into `line`, or into `scratch` where quotes were taken off.
// False when a quote is left open.
bool split(std::string_view line,
           char separator,
           std::vector<std::string_view>& fields,
           std::string& scratch);

// Without blanks at either end.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
// ASCII only: 'A' to 'a'.
[[nodiscard]] std::string lower(std::string_view text);

// The first line that is neither blank nor a comment, without byte order mark and line end.
[[nodiscard]] std::string_view header_line(std::string_view head) noexcept;
// Of comma, semicolon and tab, the one that the line holds most of outside quotes; comma when none.
[[nodiscard]] char separator_of(std::string_view line) noexcept;

class Records {
public:
    Records(input::Stream& stream, char separator) : lines_{stream}, separator_{separator} {}

    // The next record; its views live until the next call.
    [[nodiscard]] bool next();
    [[nodiscard]] const std::vector<std::string_view>& fields() const noexcept { return fields_; }
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }  // of its first line
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    [[nodiscard]] bool join_open_quote(std::string_view line);

    input::Lines lines_;
    char separator_;
    std::vector<std::string_view> fields_;
    std::string scratch_;
    std::string joined_;
    std::uint64_t line_ = 0;
    std::uint64_t bytes_ = 0;
    bool broken_ = false;
};

}  // namespace plimsoll::readers::csv
