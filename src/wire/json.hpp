// JSON from and to every value that lists its fields (core/texts.hpp): one declaration, both
// directions.
//
// Keys keep the order of the fields, numbers the shortest form that reads back the same, so the
// same value gives the same bytes. A number that is not finite has no JSON: it is written as null,
// and null leaves a field at its default, which for Estimate means "not known" and "no bound".
// Reading ignores unknown keys (fields are only ever added) and throws nlohmann's type_error on a
// value of the wrong type.
#pragma once

#include "core/instant.hpp"
#include "core/texts.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Instantiated once, in json.cpp: a fifth of the compile time of whoever speaks JSON.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace plimsoll::wire {

using Json = nlohmann::ordered_json;

inline Json to_json(bool value) {
    return value;
}
template <std::integral Number>
Json to_json(Number value) {
    return value;
}
inline Json to_json(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}
inline Json to_json(const std::string& value) {
    return value;
}
inline Json to_json(std::string_view value) {
    return value;
}
inline Json to_json(Instant value) {
    return to_text(value);
}
inline Json to_json(Micros value) {
    return value.count();
}
template <Worded Enum>
Json to_json(Enum value) {
    return to_text(value);
}
template <Fielded Value>
Json to_json(const Value& value);
template <class Value>
Json to_json(const std::optional<Value>& value);
template <class Value>
Json to_json(const std::vector<Value>& values);
template <class Value>
Json to_json(const std::set<Value>& values);
template <class Value>
Json to_json(const std::map<std::string, Value>& values);

template <Fielded Value>
Json to_json(const Value& value) {
    Json out = Json::object();
    Value::fields([&](std::string_view name, auto member) {
        out[std::string{name}] = to_json(value.*member);
    });
    return out;
}
template <class Value>
Json to_json(const std::optional<Value>& value) {
    return value ? to_json(*value) : Json(nullptr);
}
template <class Value>
Json to_json(const std::vector<Value>& values) {
    Json out = Json::array();
    for (const Value& value : values) {
        out.push_back(to_json(value));
    }
    return out;
}
template <class Value>
Json to_json(const std::set<Value>& values) {
    Json out = Json::array();
    for (const Value& value : values) {
        out.push_back(to_json(value));
    }
    return out;
}
template <class Value>
Json to_json(const std::map<std::string, Value>& values) {
    Json out = Json::object();
    for (const auto& [key, value] : values) {
        out[key] = to_json(value);
    }
    return out;
}

// Text of a document: indented by two, invalid UTF-8 replaced, a line feed at the end. ASCII alone,
// so that a name in it can neither steer a terminal nor hide in one (C1 controls, bidi overrides).
[[nodiscard]] std::string dump(const Json& document);

// The document in a text. Throws nlohmann's parse_error, which says where.
[[nodiscard]] Json parse(std::string_view text);

inline void from_json(const Json& in, bool& value) {
    value = in.get<bool>();
}
template <std::integral Number>
void from_json(const Json& in, Number& value) {
    value = in.get<Number>();
}
inline void from_json(const Json& in, double& value) {
    value = in.get<double>();
}
inline void from_json(const Json& in, std::string& value) {
    value = in.get<std::string>();
}
inline void from_json(const Json& in, Instant& value) {
    if (const std::optional<Instant> at = parse_instant(in.get_ref<const std::string&>())) {
        value = *at;
    }
}
template <Worded Enum>
void from_json(const Json& in, Enum& value) {
    if (const std::optional<Enum> known = from_text<Enum>(in.get_ref<const std::string&>())) {
        value = *known;
    }
}
template <Fielded Value>
void from_json(const Json& in, Value& value);
template <class Value>
void from_json(const Json& in, std::optional<Value>& value);
template <class Value>
void from_json(const Json& in, std::vector<Value>& values);
template <class Value>
void from_json(const Json& in, std::map<std::string, Value>& values);

template <Fielded Value>
void from_json(const Json& in, Value& value) {
    Value::fields([&](std::string_view name, auto member) {
        const auto found = in.find(std::string{name});
        if (found != in.end() && !found->is_null()) {
            from_json(*found, value.*member);
        }
    });
}
template <class Value>
void from_json(const Json& in, std::optional<Value>& value) {
    from_json(in, value.emplace());
}
template <class Value>
void from_json(const Json& in, std::vector<Value>& values) {
    values.clear();
    for (const Json& item : in) {
        from_json(item, values.emplace_back());
    }
}
template <class Value>
void from_json(const Json& in, std::map<std::string, Value>& values) {
    values.clear();
    for (const auto& [key, item] : in.items()) {
        from_json(item, values[key]);
    }
}

}  // namespace plimsoll::wire
