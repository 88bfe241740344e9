// Cursor: goes through a text that is written always the same way, such as the header of a record:
// a word that is expected, a decimal number.
//
// Law of numbers: eight bytes as one number, the first lowest; what is behind the digits is shifted
// out, and three multiplications add neighbours up: digits to pairs, to fours, to eight. Byte by
// byte they would cost a third of a record's header. Elsewhere than on little-endian machines, and
// in the last bytes of a text, digit by digit.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace plimsoll::readers::mysql {

// Longer than a week is a broken number, and must not overflow a sum.
inline constexpr std::int64_t longest_us = 7LL * 86'400 * 1'000'000;

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

class Cursor {
public:
    explicit Cursor(std::string_view text) noexcept
        : Cursor{text.data(), text.data() + text.size()} {}
    Cursor(const char* at, const char* end) noexcept : at_{at}, end_{end} {}

    [[nodiscard]] const char* at() const noexcept { return at_; }
    [[nodiscard]] const char* end() const noexcept { return end_; }
    [[nodiscard]] std::string_view rest() const noexcept { return {at_, left()}; }
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    void move_to(const char* at) noexcept { at_ = at; }

    // A template, so that the comparison has a known size and needs no call.
    template <std::size_t Size>
    [[nodiscard]] bool is_at(const char (&word)[Size]) const noexcept {
        return left() >= Size - 1 && std::memcmp(at_, word, Size - 1) == 0;
    }
    template <std::size_t Size>
    [[nodiscard]] bool take(const char (&word)[Size]) noexcept {
        if (!is_at(word)) {
            return false;
        }
        at_ += Size - 1;
        return true;
    }
    // The word, which begins with two blanks; or with one, as versions differ.
    template <std::size_t Size>
    [[nodiscard]] bool take_apart(const char (&word)[Size]) noexcept {
        if (take(word)) {
            return true;
        }
        const bool one = left() >= Size - 2 && std::memcmp(at_, word + 1, Size - 2) == 0;
        at_ += one ? Size - 2 : 0;
        return one;
    }

    // Inlined wherever it is called, as micros(): a call would keep the cursor in memory instead of
    // in registers, which costs a sixth of a header.
    // All digits that follow; of more than sixteen, which are broken, the value is that of the
    // first sixteen. 0 when there are none.
    [[nodiscard, gnu::always_inline]] std::uint64_t number() noexcept {
        if (left() > 1 && is_digit(at_[0]) && !is_digit(at_[1])) {
            return static_cast<std::uint64_t>(*at_++ - '0');
        }
        const Digits first = eight();
        return first.count < 8 ? first.value : long_number(first.value);
    }
    // Seconds with up to six digits behind the dot, as microseconds; further ones count for
    // nothing.
    [[nodiscard, gnu::always_inline]] std::int64_t micros() noexcept {
        if (const std::int64_t usual = usual_micros(); usual >= 0) {
            return usual;
        }
        constexpr std::uint64_t longest_s = longest_us / 1'000'000;
        const std::uint64_t us = std::min(number(), longest_s) * 1'000'000;
        if (left() == 0 || *at_ != '.') {
            return static_cast<std::int64_t>(us);
        }
        ++at_;
        const Digits behind = eight();
        std::uint64_t part = behind.value;
        if (behind.count < 6) {
            part *= powers[6 - behind.count];
        } else if (behind.count > 6) {
            part /= powers[behind.count - 6];
        }
        return std::min(static_cast<std::int64_t>(us + part), longest_us);
    }

private:
    static constexpr std::array<std::uint64_t, 9> powers{
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
    struct Digits {
        std::uint64_t value = 0;
        unsigned count = 0;
    };

    // "0.000101": one digit and six, as servers write it; -1 when it is something else.
    [[nodiscard, gnu::always_inline]] std::int64_t usual_micros() noexcept {
        constexpr std::size_t size = 8;
        if (left() < size + 1 || is_digit(at_[size]) ||
            std::endian::native != std::endian::little) {
            return -1;
        }
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, at_, size);
        bytes ^= 0x3030303030302E30U;  // each digit is its value now, and the dot is 0
        if ((((bytes + 0x7676767676767F76U) | bytes) & 0x8080808080808080U) != 0) {
            return -1;
        }
        at_ += size;
        // With the dot taken for a digit the seconds have one place too many.
        return static_cast<std::int64_t>(decimal(bytes) - (bytes & 0xFFU) * 9'000'000);
    }
    // The number of eight digits, a byte each, the first lowest.
    [[nodiscard]] static std::uint64_t decimal(std::uint64_t bytes) noexcept {
        bytes = (bytes * 10 + (bytes >> 8U)) & 0x00FF00FF00FF00FFU;
        bytes = (bytes * 100 + (bytes >> 16U)) & 0x0000FFFF0000FFFFU;
        return (bytes * 10'000 + (bytes >> 32U)) & 0x00000000FFFFFFFFU;
    }

    // Takes up to eight digits.
    [[nodiscard, gnu::always_inline]] Digits eight() noexcept {
        if (left() < 8 || std::endian::native != std::endian::little) {
            return one_by_one();
        }
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, at_, 8);
        bytes ^= 0x3030303030303030U;  // a digit is its value now
        // The high bit of each byte above nine; a carry spoils only bytes behind the first such.
        const std::uint64_t others = ((bytes + 0x7676767676767676U) | bytes) & 0x8080808080808080U;
        const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;
        at_ += count;
        // In two steps, as none at all would be a shift by 64.
        bytes = (bytes << (32 - count * 4)) << (32 - count * 4);
        return {.value = decimal(bytes), .count = count};
    }
    [[nodiscard]] Digits one_by_one() noexcept {
        Digits out;
        for (; out.count < 8 && at_ < end_ && is_digit(*at_); ++out.count) {
            out.value = out.value * 10 + static_cast<std::uint64_t>(*at_++ - '0');
        }
        return out;
    }
    [[nodiscard]] std::uint64_t long_number(std::uint64_t first) noexcept {
        const Digits second = eight();
        while (second.count == 8 && at_ < end_ && is_digit(*at_)) {
            ++at_;
        }
        return first * powers[second.count] + second.value;
    }

    const char* at_;
    const char* end_;
};

}  // namespace plimsoll::readers::mysql
