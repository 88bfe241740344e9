// Normaliser: the text of a statement without what changes from call to call.
//
// Law: two statements are of one class when they differ only in literals, parameters, comments,
// spacing, letter case outside quotes, the length of an IN list or ARRAY[...], or the number of
// equal VALUES rows. The canonical bytes hold one placeholder byte for each literal and do not
// depend on the source's spacing; readable() numbers the placeholders $1, $2 ..., which
// PostgreSQL's own parser accepts. Blind spots: the order of columns and casts count (PostgreSQL's
// query id ignores neither); a name that holds a number (orders_2026_11) makes a class of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::readers::sql {

enum class Dialect : std::uint8_t { postgres, mysql };

class Normaliser {
public:
    static constexpr char placeholder = '\1';

    explicit Normaliser(Dialect dialect) : mysql_{dialect == Dialect::mysql} {}

    // Valid until the next call. Any bytes are accepted; a literal that does not end runs to the
    // end.
    [[nodiscard]] std::string_view canonical(std::string_view sql);
    // Did the last text end within a literal or a quoted name?
    [[nodiscard]] bool unfinished() const noexcept { return unfinished_; }
    // Canonical bytes as a person reads them, cut after `most` bytes with " ...".
    [[nodiscard]] static std::string readable(std::string_view canonical, std::size_t most);

private:
    enum class Token : std::uint8_t {
        none,
        word,
        literal,
        open,
        close,
        comma,
        dot,
        end,
        cast,
        sign
    };
    // What is in a pair of brackets: IN and ARRAY lists have elements; VALUES has rows, which are
    // remembered in the level around them.
    enum class List : std::uint8_t { plain, elements, row };
    struct Piece {
        std::size_t begin = 0;  // in the output
        std::size_t end = 0;
    };
    struct Level {
        List list = List::plain;
        std::size_t begin = 0;  // where the current element or row starts
        Piece previous;         // the element before it
        Piece previous_row;     // of a VALUES clause on this level
    };
    static constexpr std::size_t deepest = 64;

    void step();
    void space_before(Token next);
    void word();
    void quoted_prefix();
    [[nodiscard]] bool begins_fraction() const;
    void number();
    void text(char quote, bool backslash);
    void dollar();
    void quoted_name(char quote);
    void sign();
    void open(char bracket);
    void close(char bracket);
    void comma();
    void literal();
    [[nodiscard]] bool comment();
    [[nodiscard]] bool before_operand() const;
    [[nodiscard]] std::string_view last_word() const;
    // Takes the piece that ends the output away when it equals the one before it.
    void drop_repeated(Piece& previous, std::size_t begin);
    [[nodiscard]] std::size_t written() const;

    bool mysql_;
    std::string buffer_;
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    char* out_ = nullptr;
    char* word_ = nullptr;  // start of the last word in the output
    Token last_ = Token::none;
    bool unfinished_ = false;
    std::size_t depth_ = 0;
    std::size_t too_deep_ = 0;  // brackets open beyond `deepest`
    bool after_row_ = false;    // the last token closed a row of VALUES
    bool rows_follow_ = false;  // the last token was VALUES, or a comma between its rows
    Level levels_[deepest];
};

}  // namespace plimsoll::readers::sql
