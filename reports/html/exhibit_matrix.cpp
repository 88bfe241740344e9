// A matrix of strengths 0..1 between things that are the same down and across: a real table whose
// cells carry their figure as well as a shade.
//
// Rows are named by their first cell when the first column holds text, else by the columns. The
// page shows the first forty, because nobody reads a five-hundredth column; the check puts the
// strongest first.
#include "html/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

// Seven shades; the bounds are the mock's, where a pair that shares over 60 % of its changes is
// darkest.
[[nodiscard]] std::string shade(const Cell& cell) {
    if (!cell.value || !std::isfinite(*cell.value)) {
        return "q0";
    }
    constexpr std::array bounds{0.03, 0.08, 0.16, 0.30, 0.45, 0.60};
    const auto* const above = std::find_if(
        bounds.begin(), bounds.end(), [&](double bound) { return *cell.value < bound; });
    return fmt::format("q{}", above - bounds.begin());
}

[[nodiscard]] std::string text_of(const Cell& cell) {
    if (!cell.text.empty()) {
        return shared::shown(cell.text, As::text);
    }
    return cell.value && std::isfinite(*cell.value) ? shared::percent(*cell.value) : std::string{};
}

}  // namespace

void matrix_exhibit(Page& page, const Seen<Exhibit>& exhibit) {
    const Seen<std::vector<Row>> rows = exhibit.at(&Exhibit::rows);
    const Seen<std::vector<Column>> columns = exhibit.at(&Exhibit::columns);
    const std::size_t names = !columns->empty() && !columns->front().numeric ? 1 : 0;
    const std::size_t last = std::min(columns->size(), most_modules + names);
    const std::size_t shown = std::min(rows->size(), most_modules);
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text("In each cell ");
        if (exhibit->unit.empty()) {
            page.w.text("the strength, %");
        } else {
            prose(page, "span", "", exhibit.at(&Exhibit::unit));
        }
        page.w.text("; the darker, the stronger.");
    });
    scroll(page, exhibit->title, [&] {
        page.w.element("table", {{"class", "mx"}}, [&] {
            page.w.element("thead", {}, [&] {
                page.w.element("tr", {}, [&] {
                    page.w.element("td", {}, "");
                    for (std::size_t i = names; i < last; ++i) {
                        page.w.element("th", {{"scope", "col"}}, [&] {
                            prose(page, "span", "", columns.at(i).at(&Column::name));
                        });
                    }
                });
            });
            page.w.element("tbody", {}, [&] {
                for (std::size_t r = 0; r < shown; ++r) {
                    const Seen<Row> row = rows.at(r);
                    page.w.element(
                        "tr", {{"data-row", below(page, row.path())}, {"data-as", "percent"}}, [&] {
                            if (names == 1) {
                                page.w.element(
                                    "th",
                                    {{"scope", "row"}},
                                    row->cells.empty() ? "" : text_of(row->cells.front()));
                            } else {
                                page.w.element(
                                    "th",
                                    {{"scope", "row"}, {"data-head", ""}},
                                    r < columns->size() ? label_of((*columns)[r].name) : "");
                            }
                            for (std::size_t i = names; i < last; ++i) {
                                const Cell cell = i < row->cells.size() ? row->cells[i] : Cell{};
                                page.w.element("td", {{"class", shade(cell)}}, text_of(cell));
                            }
                        });
                }
            });
        });
    });
    left_out(page, rows.path(), shown, rows->size());
}

}  // namespace plimsoll::reports::page
