// JSON Schema (draft 2020-12) of every value that lists its fields: made from the same declaration
// that writes the JSON, so the published schema cannot differ from what is written.
//
// All fields are required: they are always written. Unknown fields are allowed: they are only ever
// added. A number may be null, which is how a figure that is not known is written.
#pragma once

#include "wire/json.hpp"

namespace plimsoll::wire {

template <class Value>
struct Schema;

template <class Value>
[[nodiscard]] Json schema_of() {
    return Schema<Value>::json();
}

template <>
struct Schema<bool> {
    static Json json() { return {{"type", "boolean"}}; }
};
template <std::integral Number>
struct Schema<Number> {
    static Json json() { return {{"type", "integer"}}; }
};
template <>
struct Schema<double> {
    static Json json() { return {{"type", {"number", "null"}}}; }
};
template <>
struct Schema<std::string> {
    static Json json() { return {{"type", "string"}}; }
};
template <>
struct Schema<Instant> {
    static Json json() { return {{"type", "string"}, {"format", "date-time"}}; }
};
template <>
struct Schema<Micros> {
    static Json json() { return {{"type", "integer"}, {"description", "microseconds"}}; }
};
template <Worded Enum>
struct Schema<Enum> {
    static Json json() {
        Json words = Json::array();
        for (const std::string_view word : texts_of<Enum>) {
            words.push_back(word);
        }
        return {{"enum", words}};
    }
};
template <class Value>
struct Schema<std::optional<Value>> {
    static Json json() {
        return {{"anyOf", Json::array({schema_of<Value>(), Json{{"type", "null"}}})}};
    }
};
template <class Value>
struct Schema<std::vector<Value>> {
    static Json json() { return {{"type", "array"}, {"items", schema_of<Value>()}}; }
};
template <class Value>
struct Schema<std::set<Value>> {
    static Json json() { return {{"type", "array"}, {"items", schema_of<Value>()}}; }
};
template <class Value>
struct Schema<std::map<std::string, Value>> {
    static Json json() {
        return {{"type", "object"}, {"additionalProperties", schema_of<Value>()}};
    }
};
template <Fielded Value>
struct Schema<Value> {
    static Json json() {
        Json properties = Json::object();
        Json required = Json::array();
        Value::fields([&]<class Member>(std::string_view name, Member Value::* /*member*/) {
            properties[std::string{name}] = schema_of<Member>();
            required.push_back(name);
        });
        return {{"type", "object"}, {"properties", properties}, {"required", required}};
    }
};

// A whole document: "plimsoll.audit/1" and what it is.
template <Fielded Value>
[[nodiscard]] Json document_schema(std::string_view id, std::string_view title) {
    Json out{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", id}, {"title", title}};
    const Json body = schema_of<Value>();
    for (const auto& [key, value] : body.items()) {
        out[key] = value;
    }
    return out;
}

}  // namespace plimsoll::wire
