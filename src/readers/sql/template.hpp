// Template: a text that was met before, as the pieces that stay between what changes from call to
// call. A text that fits is of the same class.
//
// Law: a text fits when it has the same pieces, byte for byte, and between them literals of the
// same kinds, each up to where the shape's scan would end it. Then that scan would go the same way
// through both, so they have the same shape (sql/shape.hpp), and it need not be gone: comparing
// costs a quarter of it. Blind spot: a text whose first literal stands in its first bytes has no
// template; nor has one in which a literal is followed by what looks back at it.
#pragma once

#include "readers/sql/lexer.hpp"
#include "readers/sql/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::sql {

class Template {
public:
    // Where the template of a text is looked for: by its first bytes; or by more of them, as what
    // an ORM writes begins with the same table again and again, and has no literal for long.
    [[nodiscard]] static std::size_t slot_of(std::string_view sql) noexcept;
    [[nodiscard]] static std::size_t long_slot_of(std::string_view sql) noexcept;
    // Is a text in which the scan dropped these parts looked for by more of its bytes?
    [[nodiscard]] static bool is_long(std::string_view sql, const Dropped& dropped) noexcept {
        return sql.size() >= long_start && (dropped.empty() || dropped[0].begin >= long_start);
    }
    [[nodiscard]] bool fits(std::string_view sql, Dialect dialect) const noexcept;
    // Becomes the template of this text, of which the scan dropped these parts.
    void learn(std::string_view sql, const Dropped& dropped, std::uint64_t id);
    [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

private:
    static constexpr std::size_t shortest = 16;  // up to the first literal
    static constexpr std::size_t long_start = 64;
    static constexpr std::size_t longest = 2'048;  // of the pieces together
    struct Piece {
        std::uint32_t size = 0;
        char kind = '\0';  // of what follows: its first byte, '0' for any digit; '\0' at the end
        bool list = false;
    };
    std::string text_;  // of all pieces
    std::vector<Piece> pieces_;
    std::uint64_t id_ = 0;
};

}  // namespace plimsoll::readers::sql
