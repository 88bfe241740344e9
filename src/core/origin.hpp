// Origin: where a figure was read. Every figure in a report can be traced to one.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace plimsoll {

struct Origin {
    std::string source;      // the input's name, as in Input::name
    std::uint64_t line = 0;  // 1-based; 0 means the source as a whole

    friend auto operator<=>(const Origin&, const Origin&) = default;
    static constexpr void fields(auto&& field) {
        field("source", &Origin::source);
        field("line", &Origin::line);
    }
};

// "file:line", or the file alone.
[[nodiscard]] inline std::string to_text(const Origin& origin) {
    return origin.line == 0 ? origin.source : origin.source + ":" + std::to_string(origin.line);
}

// Keeps the smaller of two origins, so that merging in any order keeps the same one.
inline void keep_first(Origin& kept, const Origin& other) {
    if (kept.source.empty() || (!other.source.empty() && other < kept)) {
        kept = other;
    }
}

}  // namespace plimsoll
