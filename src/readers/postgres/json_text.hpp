// Texts of JSON as PostgreSQL writes them: their end, and what stands behind the escapes.
#pragma once

#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::readers::postgres {

// The closing quote of a text that begins at `at`; `end` when there is none.
[[nodiscard]] inline const char* closing_quote(const char* at, const char* end, bool& escaped) {
    for (at = scan::either(at, end, '"', '\\'); at < end && *at == '\\';
         at = scan::either(at, end, '"', '\\')) {
        escaped = true;
        at += end - at > 1 ? 2 : 1;
    }
    return at;
}

[[nodiscard]] inline char* put_code_point(std::uint32_t code, char* out) {
    const auto put = [&](std::uint32_t byte) {
        *out++ = static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (code < 0x80U) {
        put(code);
    } else if (code < 0x800U) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
    return out;
}

// What stands behind a backslash.
[[nodiscard]] inline char escaped_char(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        default:
            return c;
    }
}

// The server escapes control characters, quotes and backslashes; nothing above U+001F.
[[nodiscard]] inline std::string_view unescaped(std::string_view text, std::string& scratch) {
    if (scratch.size() < text.size() + 16) {
        scratch.resize(text.size() + 16);
    }
    char* out = scratch.data();
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        at = scan::copy_to(at, end, '\\', out);
        if (end - at < 2) {
            return {scratch.data(), static_cast<std::size_t>(out - scratch.data())};
        }
        const char c = at[1];
        at += 2;
        if (c == 'u') {
            std::uint32_t code = 0;
            const char* const stop = at + std::min<std::ptrdiff_t>(4, end - at);
            std::from_chars(at, stop, code, 16);
            out = put_code_point(code, out);
            at = stop;
        } else {
            *out++ = escaped_char(c);
        }
    }
}

}  // namespace plimsoll::readers::postgres
