#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace plimsoll::reports::shared {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Unicode 15, blocks that terminals draw two cells wide; finer distinctions do not matter to a
// column.
constexpr std::array wide{
    Range{0x1100, 0x115F},
    Range{0x2E80, 0x303E},
    Range{0x3041, 0xA4CF},
    Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},
    Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1FAFF},
    Range{0x20000, 0x3FFFD},
};
constexpr std::array combining{
    Range{0x0300, 0x036F},
    Range{0x0483, 0x0489},
    Range{0x0591, 0x05BD},
    Range{0x064B, 0x065F},
    Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF},
    Range{0x20D0, 0x20FF},
    Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F},
};
constexpr std::array hidden{
    Range{0x00, 0x08},
    Range{0x0B, 0x1F},
    Range{0x7F, 0x9F},
    Range{0xAD, 0xAD},
    Range{0x034F, 0x034F},
    Range{0x061C, 0x061C},
    Range{0x115F, 0x1160},
    Range{0x17B4, 0x17B5},
    Range{0x180B, 0x180F},
    Range{0x200B, 0x200F},
    Range{0x2028, 0x202E},
    Range{0x2060, 0x206F},
    Range{0x3164, 0x3164},
    Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0},
    Range{0xFFF9, 0xFFFB},
    Range{0xE0000, 0xE0FFF},
};

template <std::size_t Size>
[[nodiscard]] bool in(const std::array<Range, Size>& ranges, char32_t value) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return range.first <= value && value <= range.last;
    });
}

// The nearest ASCII for signs that our own prose and people's names for things use often.
[[nodiscard]] std::string_view nearest_ascii(char32_t value) noexcept {
    using Pair = std::pair<char32_t, std::string_view>;
    static constexpr std::array pairs{
        Pair{0xA0, " "},     Pair{0xB7, "."},    Pair{0xD7, "x"},    Pair{0x2010, "-"},
        Pair{0x2011, "-"},   Pair{0x2012, "-"},  Pair{0x2013, "-"},  Pair{0x2014, "-"},
        Pair{0x2018, "'"},   Pair{0x2019, "'"},  Pair{0x201C, "\""}, Pair{0x201D, "\""},
        Pair{0x2026, "..."}, Pair{0x202F, " "},  Pair{0x2192, "->"}, Pair{0x2212, "-"},
        Pair{0x2264, "<="},  Pair{0x2265, ">="}, Pair{0x3BC, "u"},   Pair{0xB5, "u"},
    };
    const auto* const found = std::find_if(
        pairs.begin(), pairs.end(), [&](const Pair& pair) { return pair.first == value; });
    return found == pairs.end() ? std::string_view{} : found->second;
}

}  // namespace

CodePoint first_code_point(std::string_view text) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {.value = lead, .bytes = 1, .valid = true};
    }
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
        return {};
    }
    char32_t value = lead & (0x7FU >> size);
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) {
            return {};
        }
        value = value << 6U | (byte(at) & 0x3FU);
    }
    const char32_t smallest = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return {};
    }
    return {.value = value, .bytes = size, .valid = true};
}

bool is_hidden(char32_t value) noexcept {
    return in(hidden, value);
}

std::string code_name(char32_t value) {
    return fmt::format("U+{:04X}", static_cast<std::uint32_t>(value));
}

std::string safe_text(std::string_view text, SafeStyle style) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        const CodePoint next = first_code_point(rest);
        at += next.bytes;
        if (next.value == '\n' || next.value == '\t') {
            out += style.keep_lines ? static_cast<char>(next.value) : ' ';
        } else if (next.value < 0x7F && next.value >= 0x20) {
            out += static_cast<char>(next.value);
        } else if (next.valid && is_hidden(next.value)) {
            out += '<' + code_name(next.value) + '>';
        } else if (style.ascii) {
            const std::string_view near = nearest_ascii(next.value);
            out += near.empty() ? '<' + code_name(next.value) + '>' : std::string{near};
        } else {
            out += next.valid ? rest.substr(0, next.bytes) : std::string_view{"\uFFFD"};
        }
    }
    return out;
}

std::size_t display_width(std::string_view text) noexcept {
    std::size_t cells = 0;
    while (!text.empty()) {
        const CodePoint next = first_code_point(text);
        text.remove_prefix(next.bytes);
        cells += in(combining, next.value) ? 0 : in(wide, next.value) ? 2 : 1;
    }
    return cells;
}

std::string fit(std::string_view text, std::size_t cells, bool ascii) {
    if (display_width(text) <= cells) {
        return std::string{text};
    }
    const std::string_view ending = ascii ? ".." : "…";
    const std::size_t room = cells > display_width(ending) ? cells - display_width(ending) : 0;
    std::size_t end = 0;
    for (std::size_t used = 0; end < text.size();) {
        const std::size_t size = first_code_point(text.substr(end)).bytes;
        used += display_width(text.substr(end, size));
        if (used > room) {
            break;
        }
        end += size;
    }
    while (end > 0 && text[end - 1] == ' ') {
        --end;
    }
    return room == 0 ? std::string{} : std::string{text.substr(0, end)}.append(ending);
}

std::string_view whole_prefix(std::string_view text, std::size_t bytes) noexcept {
    if (text.size() <= bytes) {
        return text;
    }
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) {
        --bytes;
    }
    return text.substr(0, bytes);
}

}  // namespace plimsoll::reports::shared
