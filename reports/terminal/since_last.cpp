// Since last time: the moves that are real, worst first; the rest as counts.
#include "shared/figures.hpp"
#include "shared/words.hpp"
#include "terminal/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::reports::terminal {
namespace {

constexpr std::size_t most_moves = 3;

[[nodiscard]] std::string figure(const Estimate& value) {
    if (value.has_point()) {
        return shared::number(value.at, " ");
    }
    return std::isfinite(value.high) ? "at most " + shared::number(value.high, " ") : "?";
}

[[nodiscard]] Ink ink_of(Move move) {
    return move == Move::worse ? Ink::red : move == Move::better ? Ink::green : Ink::yellow;
}

void line(Sheet& sheet, const Moved& moved) {
    const bool word = !moved.then_word.empty();
    const std::string change =
        fmt::format("{} -> {}",
                    word ? sheet.safe(moved.then_word, 16) : figure(moved.then),
                    word ? sheet.safe(moved.now_word, 16) : figure(moved.now));
    const std::size_t room = sheet.width() - std::min(sheet.width(), change.size() + 14);
    Row row;
    row.to(2).add(std::string{shared::move_word(moved.move)}, ink_of(moved.move));
    row.to(10).add(sheet.safe(moved.name, room)).ending(sheet.width(), change);
    sheet.put(row);
}

}  // namespace

void since_last(Sheet& sheet, const SinceLast& since) {
    const auto count = [&](Move move) {
        return std::ranges::count(since.moved, move, &Moved::move);
    };
    Row heading;
    heading.add("Since", Ink::bold);
    heading.to(7).add(since.audited_at ? to_date(*since.audited_at) : "last time");
    heading.add(fmt::format("   {} better, {} worse, {} cannot be told, {} not comparable",
                            count(Move::better),
                            count(Move::worse),
                            count(Move::unclear),
                            count(Move::not_comparable)));
    sheet.put(heading);
    std::size_t shown = 0;
    for (const Move move : std::array{Move::worse, Move::changed, Move::better}) {
        for (const Moved& moved : since.moved) {
            if (moved.move == move && shown < most_moves) {
                line(sheet, moved);
                ++shown;
            }
        }
    }
}

}  // namespace plimsoll::reports::terminal
