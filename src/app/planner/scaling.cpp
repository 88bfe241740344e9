#include "app/planner/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace plimsoll::app::planner {
namespace {

constexpr double page = 8192;
constexpr double whale = 20;  // times the mean of a value's rows

[[nodiscard]] bool whole_number(const std::string& type) {
    return type == "integer" || type == "bigint" || type == "smallint";
}
[[nodiscard]] bool instant_type(const std::string& type) {
    return type.starts_with("timestamp") || type == "date";
}

[[nodiscard]] double number(const std::string& text) {
    double value = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

[[nodiscard]] std::string times(const std::string& histogram, double scale) {
    std::vector<std::string> bounds = elements_of(histogram);
    for (std::string& bound : bounds) {
        bound = fmt::format("{:.0f}", std::floor(number(bound) * scale));
    }
    return literal_of(bounds);
}

// Numbers and instants are rounded, and carry the stand-in of what they were.
void without_stand_ins(std::string& common) {
    if (common.find('#') == std::string::npos) {
        return;
    }
    constexpr std::size_t length = 17;  // "#" and 16 digits
    std::vector<std::string> values = elements_of(common);
    for (std::string& value : values) {
        if (value.size() > length && value[value.size() - length] == '#') {
            value.erase(value.size() - length);
        }
    }
    common = literal_of(values);
}

// Of a growing key's common values only those stay that are far above the mean: the rest thins out.
void keep_whales(ScaledColumn& column, double mean) {
    const std::vector<std::string> values = elements_of(column.common);
    const std::vector<std::string> shares = elements_of(column.frequencies);
    std::vector<std::string> kept;
    std::vector<std::string> kept_shares;
    for (std::size_t i = 0; i < std::min(values.size(), shares.size()); ++i) {
        if (number(shares[i]) > whale * mean) {
            kept.push_back(values[i]);
            kept_shares.push_back(shares[i]);
        }
    }
    column.common = kept.empty() ? std::string{} : literal_of(kept);
    column.frequencies = kept.empty() ? std::string{} : literal_of(kept_shares);
}

// A key has as many values as its table has rows, whatever its type; only whole numbers are counted
// on, so that their histogram stretches, and others fill the space that they always had.
void scale_key(ScaledColumn& column,
               double rows,
               double scale,
               bool own,
               double parent_scale,
               bool stretches) {
    const double values = column.n_distinct > 0 ? column.n_distinct : -column.n_distinct * rows;
    if (!column.histogram.empty() && stretches) {
        column.histogram = times(column.histogram, parent_scale);
    }
    if (!own) {
        // A share of the rows stays right only while parent and child grow alike.
        column.n_distinct = column.n_distinct > 0 ? column.n_distinct * parent_scale
                                                  : column.n_distinct * parent_scale / scale;
    }
    if (!column.common.empty() && values > 0) {
        keep_whales(column, 1 / values);
    }
}

// Plural forms as people name tables: customer, customers, boxes, companies.
[[nodiscard]] bool names(const std::string& table, const std::string& stem) {
    return table == stem || table == stem + "s" || table == stem + "es" ||
           (stem.ends_with('y') && table == stem.substr(0, stem.size() - 1) + "ies");
}

}  // namespace

std::map<std::string, Growth> growth_of(const DatabaseCapture& capture,
                                        const std::map<std::string, TableGrowth>& told) {
    std::map<std::string, Growth> out;
    for (const auto& [key, table] : capture.tables) {
        auto word = told.find(table.name);
        word = word == told.end() ? told.find(key) : word;
        if (word == told.end() && !table.partition_of.empty()) {
            const auto parent = capture.tables.find(table.partition_of);
            word = parent == capture.tables.end() ? word : told.find(parent->second.name);
        }
        const bool known = word != told.end() && word->second != TableGrowth::unknown;
        out[key] = {.how = known ? word->second : TableGrowth::denser, .told = known};
    }
    return out;
}

std::string refers_to(const DatabaseCapture& capture,
                      const std::string& table,
                      const std::string& column) {
    const auto found = capture.tables.find(table);
    if (found == capture.tables.end()) {
        return {};
    }
    for (const DbConstraint& one : found->second.constraints) {
        if (one.columns != std::vector{column}) {
            continue;
        }
        if (one.kind == "f") {
            return one.references;
        }
    }
    const auto type = std::ranges::find(found->second.columns, column, &DbColumn::name);
    if (type == found->second.columns.end() || !whole_number(type->type)) {
        return {};
    }
    const bool own = column == "id" ||
                     std::ranges::any_of(found->second.constraints, [&](const DbConstraint& one) {
                         return one.kind == "p" && one.columns == std::vector{column};
                     });
    if (own) {
        return table;
    }
    if (column.ends_with("_id")) {
        for (const auto& [key, other] : capture.tables) {
            const bool stored = other.kind == "r" || other.kind == "p";
            if (stored && other.schema == found->second.schema &&
                names(other.name, column.substr(0, column.size() - 3))) {
                return key;
            }
        }
    }
    return {};
}

Scaled scaled(const DatabaseCapture& capture,
              const std::map<std::string, Growth>& growth,
              double scale) {
    Scaled out;
    for (const auto& [key, table] : capture.tables) {
        if (table.kind != "r" && table.kind != "p" && table.kind != "m") {
            continue;
        }
        const auto known = growth.find(key);
        const bool grows = known == growth.end() || known->second.grows();
        const double factor = grows ? scale : 1;
        const auto times_pages = [&](std::int64_t pages) {
            return std::max<std::int64_t>(
                1, static_cast<std::int64_t>(static_cast<double>(pages) * factor));
        };
        const double rows = std::max(0.0, table.rows);
        if (table.kind != "p") {
            out.relations.push_back({.schema = table.schema,
                                     .name = table.name,
                                     .rows = rows * factor,
                                     .pages = times_pages(table.pages),
                                     .pages_visible = static_cast<std::int64_t>(
                                         static_cast<double>(table.pages_visible) * factor)});
            for (const DbIndex& index : table.indexes) {
                out.relations.push_back({.schema = table.schema,
                                         .name = index.name,
                                         .rows = std::max(0.0, index.rows) * factor,
                                         .pages = times_pages(index.pages)});
            }
        }
        for (const DbColumn& column : table.columns) {
            if (!column.analyzed) {
                continue;
            }
            ScaledColumn one{.table = key,
                             .name = column.name,
                             .null_frac = column.null_frac,
                             .n_distinct = column.n_distinct,
                             .avg_width = column.avg_width,
                             .correlation = column.correlation,
                             .common = column.common,
                             .frequencies = column.frequencies,
                             .histogram = column.histogram,
                             .inherited = table.kind == "p"};
            if (column.redacted) {
                one.common.clear();  // stand-ins of values that nobody recognised: recognition.hpp
            }
            if (!capture.keeps_values) {
                without_stand_ins(one.common);
            }
            if (one.common.empty()) {
                one.frequencies.clear();  // frequencies of nothing: the values were taken out
            }
            const std::string parent =
                grows && scale != 1 ? refers_to(capture, key, column.name) : std::string{};
            const auto grown = growth.find(parent);
            if (!parent.empty() && grown != growth.end() && grown->second.grows()) {
                scale_key(one, rows, scale, parent == key, scale, whole_number(column.type));
            } else if (grows && known != growth.end() && known->second.how == TableGrowth::longer &&
                       instant_type(column.type)) {
                one.stretch_back = scale;
            }
            out.columns.push_back(std::move(one));
        }
    }
    return out;
}

std::int64_t index_pages(double rows, double key_width, double rows_per_value) {
    constexpr double header = 12;            // tuple header and line pointer
    constexpr double most_in_a_tuple = 130;  // rows that one posting list holds
    constexpr double row_pointer = 6;
    constexpr double fill = 0.9;
    const double key = header + std::ceil(key_width / 8) * 8;
    const double together = std::clamp(rows_per_value, 1.0, most_in_a_tuple);
    const double a_row = together < 2 ? key : row_pointer + key / together;
    return std::max<std::int64_t>(
        2, static_cast<std::int64_t>(std::ceil(rows * a_row / (page * fill))) + 1);
}

}  // namespace plimsoll::app::planner
