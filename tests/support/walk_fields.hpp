// Walks every field of a value by its list of fields (core/texts.hpp), so that a test reaches
// fields that did not exist when it was written.
#pragma once

#include "core/instant.hpp"
#include "core/texts.hpp"

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace plimsoll::testing {

template <class Wanted, class Value, class Change>
void each(Value& value, Change& change);

template <class Wanted, class Value, class Change>
void each_in(std::optional<Value>& value, Change& change) {
    if (value) {
        each<Wanted>(*value, change);
    }
}
template <class Wanted, class Value, class Change>
void each_in(std::vector<Value>& values, Change& change) {
    for (Value& value : values) {
        each<Wanted>(value, change);
    }
}
template <class Wanted, class Value, class Change>
void each_in(std::map<std::string, Value>& values, Change& change) {
    for (auto& [key, value] : values) {
        each<Wanted>(value, change);
    }
}
template <class Wanted, class Value, class Change>
void each_in(Value&, Change&) {}

// Calls change(Wanted&) for every Wanted inside `value`, at any depth. Keys of maps stay.
template <class Wanted, class Value, class Change>
void each(Value& value, Change& change) {
    if constexpr (std::is_same_v<Value, Wanted>) {
        change(value);
    } else if constexpr (Fielded<Value>) {
        Value::fields([&](std::string_view, auto member) { each<Wanted>(value.*member, change); });
    } else {
        each_in<Wanted>(value, change);
    }
}

}  // namespace plimsoll::testing
