// Exhibit: a piece of evidence to be shown, in one of a few general forms, so that a new check
// brings its own table or chart into every report without a report being edited.
#pragma once

#include "core/estimate.hpp"
#include "core/instant.hpp"
#include "core/texts.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// table: columns and rows. series: values over time, with marks. matrix: rows and columns have the
// same names, cells are strengths 0..1. tree: rows with a depth (first column indented), bars of
// share. arithmetic: lines of a calculation, each with its source.
enum class Form : std::uint8_t { table, series, matrix, tree, arithmetic };
template <>
inline constexpr std::array<std::string_view, 5> texts_of<Form>{
    "table", "series", "matrix", "tree", "arithmetic"};

struct Column {
    std::string name;
    std::string unit;      // empty for text
    bool numeric = false;  // right-aligned, sortable
    static constexpr void fields(auto&& field) {
        field("name", &Column::name);
        field("unit", &Column::unit);
        field("numeric", &Column::numeric);
    }
};

// Text, or a number with the text to show for it.
struct Cell {
    std::string text;
    std::optional<double> value;
    static constexpr void fields(auto&& field) {
        field("text", &Cell::text);
        field("value", &Cell::value);
    }
};

struct Row {
    std::vector<Cell> cells;
    int depth = 0;                // trees
    std::optional<double> share;  // 0..1: the bar drawn behind the row
    std::string note;             // shown under the row
    static constexpr void fields(auto&& field) {
        field("cells", &Row::cells);
        field("depth", &Row::depth);
        field("share", &Row::share);
        field("note", &Row::note);
    }
};

struct SeriesPoint {
    Instant at;
    double value = std::numeric_limits<double>::quiet_NaN();  // NaN: a gap in the line
    double low = std::numeric_limits<double>::quiet_NaN();    // of the band, where there is one
    double high = std::numeric_limits<double>::quiet_NaN();
    static constexpr void fields(auto&& field) {
        field("at", &SeriesPoint::at);
        field("value", &SeriesPoint::value);
        field("low", &SeriesPoint::low);
        field("high", &SeriesPoint::high);
    }
};

struct SeriesMark {
    Instant at;
    std::string kind;  // "deploy", "incident", "change", "mask"
    std::string text;
    static constexpr void fields(auto&& field) {
        field("at", &SeriesMark::at);
        field("kind", &SeriesMark::kind);
        field("text", &SeriesMark::text);
    }
};

struct Line {
    std::string name;
    std::vector<SeriesPoint> points;
    static constexpr void fields(auto&& field) {
        field("name", &Line::name);
        field("points", &Line::points);
    }
};

struct Exhibit {
    std::string id;   // "E3": given by the runner, stable for the same findings
    std::string key;  // stable between audits: "p99-climb.checkout"
    Form form = Form::table;
    std::string title;
    std::string caption;  // what to see in it, and its blind spot
    std::string check;    // filled in by the runner
    std::string unit;     // of the values of series and matrix
    std::vector<Column> columns;
    std::vector<Row> rows;
    std::vector<Line> lines;
    std::vector<SeriesMark> marks;
    std::string left_out;  // "212 more below 0.1 % of the time"; empty when nothing was
    static constexpr void fields(auto&& field) {
        field("id", &Exhibit::id);
        field("key", &Exhibit::key);
        field("form", &Exhibit::form);
        field("title", &Exhibit::title);
        field("caption", &Exhibit::caption);
        field("check", &Exhibit::check);
        field("unit", &Exhibit::unit);
        field("columns", &Exhibit::columns);
        field("rows", &Exhibit::rows);
        field("lines", &Exhibit::lines);
        field("marks", &Exhibit::marks);
        field("left_out", &Exhibit::left_out);
    }
};

}  // namespace plimsoll
