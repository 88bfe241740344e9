#include "terminal/sheet.hpp"

#include "shared/safe_text.hpp"

#include <algorithm>
#include <array>

namespace plimsoll::reports::terminal {
namespace {

using shared::display_width;
using shared::fit;

constexpr std::size_t narrowest = 20;
constexpr std::size_t widest = 100;  // longer lines are harder to read, not richer

[[nodiscard]] std::string_view code(Ink ink) noexcept {
    static constexpr std::array<std::string_view, 7> codes{
        "", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[36m"};
    return codes[static_cast<std::size_t>(ink)];
}

}  // namespace

Row& Row::add(std::string_view text, Ink ink) {
    pieces_.push_back({std::string{text}, ink});
    width_ += display_width(text);
    return *this;
}

Row& Row::to(std::size_t column) {
    const std::size_t blanks = column > width_ ? column - width_ : width_ > 0 ? 1 : 0;
    return add(std::string(blanks, ' '));
}

Row& Row::ending(std::size_t column, std::string_view text, Ink ink) {
    const std::size_t size = display_width(text);
    return to(column > size ? column - size : 0).add(text, ink);
}

Sheet::Sheet(const Style& style)
    : width_{std::clamp(static_cast<std::size_t>(std::max(style.width, 0)), narrowest, widest)},
      colour_{style.colour},
      ascii_{style.ascii} {}

std::string Sheet::safe(std::string_view text) const {
    return shared::safe_text(text, {.ascii = ascii_});
}

std::string Sheet::safe(std::string_view text, std::size_t cells) const {
    return fit(safe(text), cells, ascii_);
}

void Sheet::put(const Row& row) {
    std::string line;
    std::size_t left = width_;
    for (const Row::Piece& piece : row.pieces_) {
        const std::string text = fit(piece.text, left, ascii_);
        left -= std::min(left, display_width(text));
        if (colour_ && piece.ink != Ink::plain && !text.empty()) {
            line.append(code(piece.ink)).append(text).append("\x1b[0m");
        } else {
            line += text;
        }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + '\n';
}

void Sheet::wrap(std::string_view text, std::size_t indent, std::size_t lines, Ink ink) {
    const std::size_t room = width_ - indent;
    while (!text.empty() && lines-- > 0) {
        std::size_t end = text.size();
        if (lines > 0 && display_width(text) > room) {
            // The last blank at which the line still fits; a word longer than the line is cut.
            std::size_t best = 0;
            for (std::size_t at = text.find(' '); at != std::string_view::npos;
                 at = text.find(' ', at + 1)) {
                if (display_width(text.substr(0, at)) > room) {
                    break;
                }
                best = at;
            }
            end = best == 0 ? text.size() : best;
        }
        Row row;
        put(row.to(indent).add(fit(text.substr(0, end), room, ascii_), ink));
        text.remove_prefix(end);
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
}

}  // namespace plimsoll::reports::terminal
