// Text of others made fit to be shown: what a terminal would obey and what a reader cannot see is
// written out as its code point, and bytes that are not UTF-8 become U+FFFD.
//
// Query texts, commit subjects and application names are chosen by whoever may connect or push.
// Every report passes every string of the Audit through here, so there is one list of what is
// dangerous. Blind spot: letters that merely look like others (Cyrillic a for Latin a) are shown as
// they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::reports::shared {

// One code point and the bytes it was written with. Bytes that are no UTF-8 are U+FFFD, one at a
// time.
struct CodePoint {
    char32_t value = 0xFFFD;
    std::size_t bytes = 1;
    bool valid = false;
};

// Reads the code point that starts at text[0]; text must not be empty. Overlong forms, surrogates
// and values above U+10FFFF are not valid.
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

// Controls of C0 and C1, direction overrides, zero-width and tag characters, line separators. The
// line feed and the tab are not among them: callers lay those out.
[[nodiscard]] bool is_hidden(char32_t value) noexcept;

// "U+001B"
[[nodiscard]] std::string code_name(char32_t value);

struct SafeStyle {
    bool ascii = false;       // pure ASCII: common signs by their nearest, the rest as <U+00E9>
    bool keep_lines = false;  // line feeds and tabs stay; otherwise each becomes one blank
};

// `text` without anything that acts instead of being read. ESC is shown as <U+001B>.
[[nodiscard]] std::string safe_text(std::string_view text, SafeStyle style = {});

// Cells that `text`, already safe, takes on a terminal: 2 for wide signs, 0 for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

// `text`, already safe, cut to at most `cells`; what is cut ends in "…", or ".." in ASCII.
[[nodiscard]] std::string fit(std::string_view text, std::size_t cells, bool ascii);

// The longest start of `text` that is no longer than `bytes` and ends between two code points.
[[nodiscard]] std::string_view whole_prefix(std::string_view text, std::size_t bytes) noexcept;

}  // namespace plimsoll::reports::shared
