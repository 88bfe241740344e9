// Seen: a value of the Audit together with the place it has in the JSON, "limits.0.at".
//
// Reports descend from the Audit by member, not by text, so a place cannot be misspelt and cannot
// drift from the value: both come from the same list of fields (core/texts.hpp).
#pragma once

#include "core/texts.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace plimsoll::reports::shared {

// The name under which a member is listed; empty when it is not part of the JSON.
template <class Owner, class Member>
[[nodiscard]] std::string_view name_of(Member Owner::*member) {
    std::string_view found;
    Owner::fields([&](std::string_view name, auto candidate) {
        if constexpr (std::is_same_v<decltype(candidate), Member Owner::*>) {
            if (candidate == member) {
                found = name;
            }
        }
    });
    return found;
}

template <class Value>
class Seen {
public:
    Seen(const Value& value, std::string path) : value_{&value}, path_{std::move(path)} {}

    [[nodiscard]] const Value& operator*() const noexcept { return *value_; }
    [[nodiscard]] const Value* operator->() const noexcept { return value_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    // A member of a value that lists its fields.
    template <class Member, std::same_as<Value> Owner>
    [[nodiscard]] Seen<Member> at(Member Owner::*member) const {
        return {value_->*member, below(name_of(member))};
    }
    // An element of a list.
    [[nodiscard]] auto at(std::size_t index) const {
        return Seen<typename Value::value_type>{(*value_)[index], below(std::to_string(index))};
    }
    // What a filled optional holds: JSON writes it in the optional's own place.
    [[nodiscard]] auto inside() const { return Seen<typename Value::value_type>{**value_, path_}; }

private:
    [[nodiscard]] std::string below(std::string_view name) const {
        return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
    }
    const Value* value_;
    std::string path_;
};

}  // namespace plimsoll::reports::shared
