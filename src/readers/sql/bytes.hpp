// What the lexer and the shape take a byte for, as tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plimsoll::readers::sql {

enum class Class : std::uint8_t {
    other,
    blank,
    letter,
    digit,
    quote,
    double_quote,
    back_quote,
    dollar,
    sign,
    open,
    close,
    comma,
    dot,
    end
};

[[nodiscard]] constexpr std::array<Class, 256> classes_of_bytes() {
    std::array<Class, 256> table{};
    const auto set = [&](std::string_view bytes, Class to) {
        for (const char c : bytes) {
            table[static_cast<unsigned char>(c)] = to;
        }
    };
    for (std::size_t c = 0; c <= ' '; ++c) {
        table[c] = Class::blank;
    }
    for (std::size_t c = 128; c < 256; ++c) {
        table[c] = Class::letter;
    }
    set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", Class::letter);
    set("0123456789", Class::digit);
    set("+-*/<>=~!@#%^&|?:", Class::sign);
    set("([", Class::open);
    set(")]", Class::close);
    set("'", Class::quote);
    set("\"", Class::double_quote);
    set("`", Class::back_quote);
    set("$", Class::dollar);
    set(",", Class::comma);
    set(".", Class::dot);
    set(";", Class::end);
    return table;
}

inline constexpr std::array<Class, 256> class_table = classes_of_bytes();

[[nodiscard]] constexpr Class class_of(char c) {
    return class_table[static_cast<unsigned char>(c)];
}

[[nodiscard]] constexpr bool in_word(char c) {
    const Class k = class_of(c);
    return k == Class::letter || k == Class::digit || k == Class::dollar;
}

[[nodiscard]] constexpr std::array<bool, 256> bytes_of_numbers() {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        const Class k = class_table[c];
        table[c] = k == Class::digit || k == Class::letter || k == Class::dot;
    }
    return table;
}

inline constexpr std::array<bool, 256> number_table = bytes_of_numbers();

// The end of the number that begins at `at`: "1", "2.5e-3", "0x1F".
[[nodiscard]] inline const char* number_end(const char* at, const char* end) noexcept {
    while (true) {
        ++at;
        while (at < end && number_table[static_cast<unsigned char>(*at)]) {
            ++at;
        }
        const bool exponent = end - at > 1 && (*at == '+' || *at == '-') &&
                              (at[-1] == 'e' || at[-1] == 'E') && class_of(at[1]) == Class::digit;
        if (!exponent) {
            return at;
        }
    }
}

}  // namespace plimsoll::readers::sql
