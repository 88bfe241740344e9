// What the lexer and the shape take a byte for, as tables.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__
// A bit for each of sixteen bytes that is none of a number's.
[[nodiscard]] inline unsigned no_number(const char* at) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto within = [](__m128i of, char first, char last) {
        const __m128i from = _mm_sub_epi8(of, _mm_set1_epi8(first));
        const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
        return _mm_cmpeq_epi8(_mm_min_epu8(from, most), from);
    };
    const __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters =
        _mm_or_si128(within(small, 'a', 'z'), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
    const __m128i others =
        _mm_or_si128(within(bytes, '0', '9'), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
    // From 128 on the high bit says so.
    const __m128i all = _mm_or_si128(_mm_or_si128(letters, others), bytes);
    return static_cast<unsigned>(_mm_movemask_epi8(all)) ^ 0xFFFFU;
}
#endif

// The first byte from `at` on that is none of a number's. How long a number is cannot be foreseen,
// so sixteen bytes are looked at in one step; `begin` is where the text begins.
[[nodiscard]] inline const char* number_run(const char* begin,
                                            const char* at,
                                            const char* end) noexcept {
#ifdef __SSE2__
    while (end - begin >= 16) {
        const char* const from = end - at < 16 ? end - 16 : at;
        const unsigned others = no_number(from) >> static_cast<unsigned>(at - from);
        if (others != 0) {
            return at + std::countr_zero(others);
        }
        at = from + 16;
        if (at == end) {
            return end;
        }
    }
#endif
    while (at < end && number_table[static_cast<unsigned char>(*at)]) {
        ++at;
    }
    return at;
}

// The end of the number that begins at `at`: "1", "2.5e-3", "0x1F".
[[nodiscard]] inline const char* number_end(const char* begin,
                                            const char* at,
                                            const char* end) noexcept {
    while (true) {
        at = number_run(begin, at + 1, end);
        const bool exponent = end - at > 1 && (*at == '+' || *at == '-') &&
                              (at[-1] == 'e' || at[-1] == 'E') && class_of(at[1]) == Class::digit;
        if (!exponent) {
            return at;
        }
    }
}

}  // namespace plimsoll::readers::sql
