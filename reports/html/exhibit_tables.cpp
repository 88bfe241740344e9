// Exhibits made of rows: tables, trees (rows with a depth and bars of their share) and arithmetic
// (lines of a calculation). All are real tables, so that they can be read aloud, copied and
// printed.
//
// A column with the unit "code" is set in fixed width; one with the unit "tiles" gives the areas of
// a treemap above the table (treemap.cpp).
#include "html/sections.hpp"
#include "shared/figures.hpp"
#include "shared/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

[[nodiscard]] std::string_view style_of(Form form) {
    return form == Form::tree ? "tree" : form == Form::arithmetic ? "calc" : "rows";
}

void head(Page& page, const Seen<std::vector<Column>>& columns, bool with_bars) {
    page.w.element("thead", {}, [&] {
        page.w.element("tr", {}, [&] {
            for (std::size_t i = 0; i < columns->size(); ++i) {
                const Seen<Column> column = columns.at(i);
                const bool has_unit = !column->unit.empty() && column->unit != "code" &&
                                      column->unit != tiles && column->unit != "1";
                const auto content = [&] {
                    prose(page, "span", "", column.at(&Column::name));
                    if (has_unit) {
                        page.w.text(", ");
                        prose(page, "span", "", column.at(&Column::unit));
                    }
                };
                if (column->numeric && i > 0) {  // the first one heads the names of the rows
                    page.w.element("th", {{"scope", "col"}, {"class", "r"}}, content);
                } else {
                    page.w.element("th", {{"scope", "col"}}, content);
                }
                if (i == 0 && with_bars) {
                    page.w.element("td", {{"class", "g"}}, "");
                }
            }
        });
    });
}

[[nodiscard]] std::string text_of(const Cell& cell) {
    if (!cell.text.empty()) {
        return shared::shown(cell.text, As::text);
    }
    // JSON has no word for a number that is not finite: such a cell is empty there, and so it is
    // here.
    return cell.value && std::isfinite(*cell.value) ? shared::number(*cell.value) : std::string{};
}

// Height, corners and the full width are the style sheet's.
void bar(Page& page, const std::optional<double>& share) {
    page.w.element("td", {{"class", "g"}}, [&] {
        page.w.element("svg", {{"aria-hidden", "true"}}, [&] {
            page.w.leaf("rect", {{"width", across(share.value_or(0))}});
        });
    });
}

void first_cell(Page& page, const Seen<Row>& row, std::string_view text, bool code) {
    const auto content = [&] {
        if (code) {
            page.w.element("code", {}, text);
        } else if (row->note.empty()) {
            page.w.text(text);
        } else {
            page.w.element("span", {}, text);
        }
        const Seen<std::string> note = row.at(&Row::note);
        const std::string_view place = shared::without_folder(*note, page.folder);
        if (place.size() < note->size()) {  // where it was read
            figure(page, "small", note.path(), shared::shown(place, As::text), As::file);
        } else {
            prose(page, "small", "", note);
        }
    };
    if (row->depth > 0) {
        const std::string depth = fmt::format("d{}", std::min(row->depth, 12));
        page.w.element("th", {{"scope", "row"}, {"class", depth}}, content);
    } else {
        page.w.element("th", {{"scope", "row"}}, content);
    }
}

// A figure carries its value for sorting where its text is a rounded one.
void number_cell(Page& page, double value, const std::string& text) {
    if (shared::number(value, "") == fmt::format("{}", value)) {
        page.w.element("td", {{"class", "r"}}, text);
    } else {
        page.w.element("td", {{"class", "r"}, {"data-v", fmt::format("{:.6g}", value)}}, text);
    }
}

void cells(Page& page, const Seen<Row>& row, const std::vector<Column>& columns, bool with_bars) {
    const std::size_t width = std::max(columns.size(), row->cells.size());
    for (std::size_t i = 0; i < width; ++i) {
        const Cell cell = i < row->cells.size() ? row->cells[i] : Cell{};
        const bool numeric = i < columns.size() && columns[i].numeric;
        const bool code = i < columns.size() && columns[i].unit == "code";
        const std::string text = text_of(cell);
        if (i == 0) {
            first_cell(page, row, text, code);
            if (with_bars) {
                bar(page, row->share);
            }
        } else if (numeric && cell.value && std::isfinite(*cell.value)) {
            number_cell(page, *cell.value, text);
        } else if (numeric || code) {
            page.w.element("td", {{"class", numeric ? "r" : "code"}}, text);
        } else {
            page.w.element("td", {}, text);
        }
    }
}

}  // namespace

void table_exhibit(Page& page, const Seen<Exhibit>& exhibit) {
    const Seen<std::vector<Row>> rows = exhibit.at(&Exhibit::rows);
    const bool with_bars = std::any_of(
        rows->begin(), rows->end(), [](const Row& row) { return row.share.has_value(); });
    const std::size_t most = exhibit->form == Form::table ? most_table_rows : most_rows;
    std::size_t shown = 0;
    treemap(page, *exhibit);
    scroll(page, exhibit->title, [&] {
        const auto content = [&] {
            if (!exhibit->columns.empty()) {
                head(page, exhibit.at(&Exhibit::columns), with_bars);
            }
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(rows->size(), most) && page.w.size() < evidence_ends;
                     ++shown) {
                    const Seen<Row> row = rows.at(shown);
                    page.w.element("tr", {{"data-row", below(page, row.path())}}, [&] {
                        cells(page, row, exhibit->columns, with_bars);
                    });
                }
            });
        };
        if (exhibit->form == Form::table && rows->size() > 2) {
            page.w.element(
                "table", {{"class", style_of(exhibit->form)}, {"data-sort", ""}}, content);
        } else {
            page.w.element("table", {{"class", style_of(exhibit->form)}}, content);
        }
    });
    left_out(page, rows.path(), shown, rows->size());
}

}  // namespace plimsoll::reports::page
