// Treemap: the rows of a table as tiles, as large as its column of tiles says and as dark as the
// bar of the row. The table below it has the figures; the map shows at a glance where the mass is.
//
// Law: squarified layout (Bruls, Huizing and van Wijk 2000): rows of tiles along the shorter side,
// each taken as long as the worst of its tiles gets less oblong by it. The layout is made for a box
// of twice its height and written in percent, so it fits any width without a script. Blind spot:
// names stand only on tiles that have room for them.
#include "html/sections.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace plimsoll::reports::page {
namespace {

constexpr double width = 2;  // of the box in which the layout is made; its height is 1
constexpr double pixels = 300;
constexpr std::size_t most_tiles = 120;

struct Tile {
    std::size_t row = 0;
    double size = 0;
    double x = 0;
    double y = 0;
    double w = 0;
    double h = 0;
};

[[nodiscard]] std::vector<Tile> tiles_of(const Exhibit& exhibit, std::size_t column) {
    std::vector<Tile> out;
    double sum = 0;
    for (std::size_t i = 0; i < exhibit.rows.size(); ++i) {
        const std::vector<Cell>& cells = exhibit.rows[i].cells;
        const double size = column < cells.size() ? cells[column].value.value_or(0) : 0;
        if (std::isfinite(size) && size > 0 && size < 1e15) {
            out.push_back({.row = i, .size = size});
        }
    }
    std::stable_sort(
        out.begin(), out.end(), [](const Tile& a, const Tile& b) { return a.size > b.size; });
    out.resize(std::min(most_tiles, out.size()));
    for (const Tile& tile : out) {
        sum += tile.size;
    }
    for (Tile& tile : out) {
        tile.size *= width / sum;
    }
    return out;
}

// How oblong the worst of the tiles [first, last) gets when they share a row of this length.
[[nodiscard]] double worst(const std::vector<Tile>& all,
                           std::size_t first,
                           std::size_t last,
                           double length) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) {
        sum += all[i].size;
    }
    const double depth = sum / length;
    double ratio = 1;
    for (std::size_t i = first; i < last; ++i) {
        const double side = all[i].size / depth;
        ratio = std::max({ratio, side / depth, depth / side});
    }
    return ratio;
}

void lay_out(std::vector<Tile>& all) {
    double x = 0;
    double y = 0;
    double w = width;
    double h = 1;
    for (std::size_t first = 0; first < all.size();) {
        const bool upright = w >= h;  // the row stands along the left side
        const double length = upright ? h : w;
        std::size_t last = first + 1;
        while (last < all.size() &&
               worst(all, first, last + 1, length) <= worst(all, first, last, length)) {
            ++last;
        }
        double sum = 0;
        for (std::size_t i = first; i < last; ++i) {
            sum += all[i].size;
        }
        const double depth = sum / length;
        double along = 0;
        for (std::size_t i = first; i < last; ++i) {
            const double side = all[i].size / depth;
            all[i].x = upright ? x : x + along;
            all[i].y = upright ? y + along : y;
            all[i].w = upright ? depth : side;
            all[i].h = upright ? side : depth;
            along += side;
        }
        (upright ? x : y) += depth;
        (upright ? w : h) -= depth;
        first = last;
    }
}

// The last part of a path: what fits on a tile.
[[nodiscard]] std::string_view short_name(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos || slash + 1 == name.size() ? name
                                                                       : name.substr(slash + 1);
}

// "all" where the name has room on a phone, "wide" where only on a screen; empty where nowhere.
[[nodiscard]] std::string_view room_for(std::string_view name, const Tile& tile) {
    constexpr double letter = 7.2;  // pixels, of the label's size
    const double needs = static_cast<double>(shared::display_width(name)) * letter + 12;
    const bool tall = tile.h * pixels >= 20;
    return !tall                           ? ""
           : tile.w / width * 330 >= needs ? "all"
           : tile.w / width * 800 >= needs ? "wide"
                                           : "";
}

// The strongest of six shades for the hottest; the lightest is for what is not hot at all.
[[nodiscard]] std::string shade(const Row& row) {
    const double share = std::clamp(row.share.value_or(0), 0.0, 1.0);
    return fmt::format("q{}", 1 + static_cast<int>(std::min(5.0, std::floor(share * 6))));
}

void draw(Page& page, const Exhibit& exhibit, const Tile& tile) {
    const Row& row = exhibit.rows[tile.row];
    const std::string style = shade(row);
    const std::string x = across(tile.x / width);
    const std::string y = across(tile.y);
    page.w.leaf("rect",
                {{"x", x},
                 {"y", y},
                 {"width", across(tile.w / width)},
                 {"height", across(tile.h)},
                 {"class", style}});
    const std::string name{short_name(row.cells.empty() ? "" : label_of(row.cells.front().text))};
    const std::string_view room = room_for(shared::safe_text(name), tile);
    if (!room.empty()) {
        page.w.element("text",
                       {{"x", x},
                        {"y", y},
                        {"dx", "6"},
                        {"dy", "15"},
                        {"class", std::string{room} + " " + style}},
                       name);
    }
}

}  // namespace

void treemap(Page& page, const Exhibit& exhibit) {
    const auto column = std::find_if(exhibit.columns.begin(),
                                     exhibit.columns.end(),
                                     [](const Column& one) { return one.unit == tiles; });
    if (column == exhibit.columns.end()) {
        return;
    }
    std::vector<Tile> all =
        tiles_of(exhibit, static_cast<std::size_t>(column - exhibit.columns.begin()));
    if (all.size() < 2) {
        return;  // a single tile shows nothing that its row does not
    }
    lay_out(all);
    page.w.element(
        "svg",
        {{"class", "tm"},
         {"role", "img"},
         {"aria-label",
          "Map of the rows below: the larger a tile the more " +
              std::string{label_of(column->name)} + ", the darker the longer the row's bar."}},
        [&] {
            for (const Tile& tile : all) {
                draw(page, exhibit, tile);
            }
        });
}

}  // namespace plimsoll::reports::page
