// The words of our enumerations, and the list of fields of our values: each is written once.
//
// JSON, the digest's bytes, the published schema and `explain` all read these, so a name cannot
// differ between two of them. An enumeration lists its words in order in `texts_of`; a value lists
// its members in a static template function
//
//     static constexpr void fields(auto&& field) { field("low", &Estimate::low); ... }
//
// whose order is the order of the output.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace plimsoll {

// Specialised beside each enumeration: its words, in the order of its values.
template <class Enum>
inline constexpr std::array<std::string_view, 0> texts_of{};

template <class Enum>
concept Worded = std::is_enum_v<Enum> && !texts_of<Enum>.empty();

template <Worded Enum>
[[nodiscard]] constexpr std::string_view to_text(Enum value) noexcept {
    const auto at = static_cast<std::size_t>(value);
    return at < texts_of<Enum>.size() ? texts_of<Enum>[at] : std::string_view{"?"};
}

template <Worded Enum>
[[nodiscard]] constexpr std::optional<Enum> from_text(std::string_view text) noexcept {
    for (std::size_t i = 0; i < texts_of<Enum>.size(); ++i) {
        if (texts_of<Enum>[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

// A value that lists its fields.
template <class Value>
concept Fielded = requires {
    Value::fields([](std::string_view, auto) {});
};

}  // namespace plimsoll
