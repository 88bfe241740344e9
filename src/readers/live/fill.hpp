// From rows of a result to values that list their fields: a column goes to the field of its name.
//
// A field without a column, and a null, leave the field as it is; that is how versions differ.
#pragma once

#include "core/instant.hpp"
#include "core/texts.hpp"
#include "readers/live/session.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::live {

inline void assign(const std::string& text, std::string& value) {
    value = text;
}
inline void assign(const std::string& text, bool& value) {
    value = text == "t" || text == "true";
}
template <class Number>
requires std::integral<Number> || std::floating_point<Number>
void assign(const std::string& text, Number& value) {
    Number read{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (error == std::errc{} && end == text.data() + text.size()) {
        value = read;
    }
}
inline void assign(const std::string& text, Instant& value) {  // microseconds since 1970
    std::int64_t micros = 0;
    assign(text, micros);
    value = instant(micros);
}
inline void assign(const std::string& text,
                   std::vector<std::string>& value) {  // a JSON array of texts
    const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
    for (const nlohmann::json& one : list) {
        value.push_back(one.is_string() ? one.get<std::string>() : std::string{});
    }
}
template <class Value>
void assign(const std::string& text, std::optional<Value>& value) {
    assign(text, value.emplace());
}
template <class Value>
void assign(const std::string&, Value&) {}  // containers that no column fills

template <Fielded Value>
void fill(const Rows& rows, std::size_t row, Value& value) {
    Value::fields([&](std::string_view name, auto member) {
        const auto column = rows.columns.find(std::string{name});
        if (column != rows.columns.end() && rows.rows[row][column->second]) {
            assign(*rows.rows[row][column->second], value.*member);
        }
    });
}

[[nodiscard]] inline std::string text_at(const Rows& rows,
                                         std::size_t row,
                                         const std::string& name) {
    const auto column = rows.columns.find(name);
    return column == rows.columns.end() ? std::string{}
                                        : rows.rows[row][column->second].value_or("");
}

}  // namespace plimsoll::readers::live
