// Paths as routes: one pass over the characters, for a log has millions of them.
#include "readers/access/line.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace plimsoll::readers::access {
namespace {

constexpr std::size_t longest_path = 200;

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What a character is to a path: bits, so that a segment is judged in one pass.
constexpr std::uint8_t digit_bit = 1;
constexpr std::uint8_t hex_bit = 2;  // also '-', as UUIDs have it
constexpr std::uint8_t end_bit = 4;  // of the path

[[nodiscard]] constexpr std::array<std::uint8_t, 256> path_classes() noexcept {
    std::array<std::uint8_t, 256> out{};
    for (std::size_t c = 0; c < out.size(); ++c) {
        const char character = static_cast<char>(c);
        out.at(c) = static_cast<std::uint8_t>(
            (is_digit(character) ? digit_bit : 0U) |
            (is_hex(character) || character == '-' ? hex_bit : 0U) |
            (character == '?' || character == '#' || character == ';' ? end_bit : 0U));
    }
    return out;
}
constexpr std::array<std::uint8_t, 256> classes = path_classes();

[[nodiscard]] std::uint8_t class_of(char c) noexcept {
    return classes[static_cast<unsigned char>(c)];
}

// A number, eight characters of hex or more with a digit, or sixteen characters with four digits.
[[nodiscard]] bool is_id(std::size_t length, std::size_t digits, bool hex) noexcept {
    return length != 0 && (digits == length || (hex && length >= 8 && digits != 0) ||
                           (digits >= 4 && length >= 16));
}

}  // namespace

void route_into(std::string& out, std::string_view method, std::string_view path) {
    out.assign(method.substr(0, 16));
    path = path.substr(0, longest_path);
    if (path.empty() || (class_of(path.front()) & end_bit) != 0) {
        return;
    }
    out += ' ';
    std::size_t begin = 0;  // of the segment
    std::size_t digits = 0;
    unsigned all = hex_bit;
    const auto close = [&](std::size_t end) {
        if (is_id(end - begin, digits, all != 0)) {
            out += "{n}";
        } else {
            out.append(path.data() + begin, end - begin);
        }
    };
    for (std::size_t at = 0; at < path.size(); ++at) {
        const std::uint8_t bits = class_of(path[at]);
        if (path[at] == '/') {
            close(at);
            out += '/';
            begin = at + 1;
            digits = 0;
            all = hex_bit;
        } else if ((bits & end_bit) != 0) {
            path = path.substr(0, at);
        } else {
            digits += bits & digit_bit;
            all &= bits;
        }
    }
    close(path.size());
}

}  // namespace plimsoll::readers::access
