// Sheet: lines of a terminal. Colour can be left out without losing meaning, no line is wider than
// asked, and no byte of the Audit reaches the terminal as a command (shared/safe_text.hpp).
#pragma once

#include "core/report.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::reports::terminal {

enum class Ink : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };

class Row {
public:
    // `text` must be safe already: a literal, or from Sheet::safe.
    Row& add(std::string_view text, Ink ink = Ink::plain);
    // Blanks up to a column; at least one when something stands there already.
    Row& to(std::size_t column);
    // `text` so that it ends before a column.
    Row& ending(std::size_t column, std::string_view text, Ink ink = Ink::plain);
    [[nodiscard]] std::size_t width() const noexcept { return width_; }

private:
    friend class Sheet;
    struct Piece {
        std::string text;
        Ink ink = Ink::plain;
    };
    std::vector<Piece> pieces_;
    std::size_t width_ = 0;
};

class Sheet {
public:
    explicit Sheet(const Style& style);

    [[nodiscard]] std::size_t width() const noexcept { return width_; }
    [[nodiscard]] bool ascii() const noexcept { return ascii_; }
    // A string of the Audit, fit to be shown in one line.
    [[nodiscard]] std::string safe(std::string_view text) const;
    // The same in at most `cells`.
    [[nodiscard]] std::string safe(std::string_view text, std::size_t cells) const;
    // One of two spellings of a sign of our own.
    [[nodiscard]] std::string_view sign(std::string_view unicode,
                                        std::string_view plain) const noexcept {
        return ascii_ ? plain : unicode;
    }

    void put(const Row& row);
    void blank() { out_ += '\n'; }
    // Safe text in lines of the sheet's width, at most `lines` of them.
    void wrap(std::string_view text, std::size_t indent, std::size_t lines, Ink ink);
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    std::string out_;
    std::size_t width_;
    bool colour_;
    bool ascii_;
};

// The parts, from top to bottom; reports/terminal/*.cpp.
void limits(Sheet& sheet, const Audit& audit);
void signs(Sheet& sheet, const Audit& audit);
void ladder(Sheet& sheet, const Audit& audit);
void since_last(Sheet& sheet, const SinceLast& since);
void gaps(Sheet& sheet, const Audit& audit);

}  // namespace plimsoll::reports::terminal
