#include "app/clojure_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace plimsoll::app::clojure {
namespace {

constexpr std::uint32_t mix_a = 0xCC9E2D51U;
constexpr std::uint32_t mix_b = 0x1B873593U;

[[nodiscard]] std::uint32_t mix_key(std::uint32_t key) noexcept {
    return std::rotl(key * mix_a, 15) * mix_b;
}

[[nodiscard]] std::uint32_t mix_hash(std::uint32_t hash, std::uint32_t key) noexcept {
    return std::rotl(hash ^ key, 13) * 5 + 0xE6546B64U;
}

[[nodiscard]] std::uint32_t finish(std::uint32_t hash, std::uint32_t length) noexcept {
    hash ^= length;
    hash = (hash ^ hash >> 16U) * 0x85EBCA6BU;
    hash = (hash ^ hash >> 13U) * 0xC2B2AE35U;
    return hash ^ hash >> 16U;
}

[[nodiscard]] std::uint32_t hash_int(std::uint32_t value) noexcept {
    return value == 0 ? 0 : finish(mix_hash(0, mix_key(value)), 4);
}

[[nodiscard]] std::uint32_t mix_collection(std::uint32_t hash, std::size_t count) noexcept {
    return finish(mix_hash(0, mix_key(hash)), static_cast<std::uint32_t>(count));
}

// Murmur3 over 16-bit letters, two at a time: names of keywords.
[[nodiscard]] std::uint32_t hash_letters(std::u16string_view text) noexcept {
    std::uint32_t hash = 0;
    for (std::size_t i = 1; i < text.size(); i += 2) {
        hash = mix_hash(hash, mix_key(std::uint32_t{text[i - 1]} | std::uint32_t{text[i]} << 16U));
    }
    if (text.size() % 2 == 1) {
        hash ^= mix_key(text.back());
    }
    return finish(hash, static_cast<std::uint32_t>(2 * text.size()));
}

// clojure.lang.Util.hashCombine with an absent namespace, and the keyword's own constant.
[[nodiscard]] std::uint32_t hash_keyword(std::string_view name) {
    const std::uint32_t seed = hash_letters(utf16(name));
    const auto shifted = static_cast<std::uint32_t>(static_cast<std::int32_t>(seed) >> 2);
    const std::uint32_t symbol = seed ^ (0x9E3779B9U + (seed << 6U) + shifted);
    return symbol + 0x9E3779B9U;
}

// The length of the sequence that begins at `at`, or 0 when it is malformed; its letter in `code`.
[[nodiscard]] std::size_t sequence(std::string_view text, std::size_t at, std::uint32_t& code) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : std::uint32_t{0};
    };
    const std::uint32_t first = byte(0);
    const std::size_t size = first < 0x80U                     ? 1
                             : first >= 0xC2U && first < 0xE0U ? 2
                             : first >= 0xE0U && first < 0xF0U ? 3
                             : first >= 0xF0U && first < 0xF5U ? 4
                                                               : 0;
    constexpr std::array<std::uint32_t, 5> masks{0, 0x7FU, 0x1FU, 0x0FU, 0x07U};
    code = first & masks[size];
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return 0;
        }
        code = code << 6U | (byte(i) & 0x3FU);
    }
    const bool bad = (size == 3 && (code < 0x800U || (code >= 0xD800U && code < 0xE000U))) ||
                     (size == 4 && (code < 0x10000U || code > 0x10FFFFU));
    return bad ? 0 : size;
}

}  // namespace

std::u16string utf16(std::string_view text) {
    std::u16string out;
    for (std::size_t at = 0; at < text.size();) {
        std::uint32_t code = 0;
        const std::size_t size = sequence(text, at, code);
        if (size == 0) {
            out += u'\uFFFD';
            ++at;
            continue;
        }
        if (code >= 0x10000U) {
            code -= 0x10000U;
            out += static_cast<char16_t>(0xD800U + (code >> 10U));
            out += static_cast<char16_t>(0xDC00U + (code & 0x3FFU));
        } else {
            out += static_cast<char16_t>(code);
        }
        at += size;
    }
    return out;
}

bool text_less(std::string_view a, std::string_view b) {
    return utf16(a) < utf16(b);
}

std::uint32_t hash_text(std::string_view text) {
    std::uint32_t java = 0;
    for (const char16_t letter : utf16(text)) {
        java = java * 31 + letter;
    }
    return hash_int(java);
}

std::uint32_t hash_ordered(std::span<const std::uint32_t> elements) {
    std::uint32_t hash = 1;
    for (const std::uint32_t element : elements) {
        hash = hash * 31 + element;
    }
    return mix_collection(hash, elements.size());
}

std::uint32_t hash_entry(std::string_view key, std::string_view text) {
    return mix_collection(hash_ordered(std::array{hash_keyword(key), hash_text(text)}), 1);
}

std::uint64_t walk_rank(std::uint32_t hash) noexcept {
    std::uint64_t rank = 0;
    for (int digit = 0; digit < 7; ++digit) {
        rank = rank << 5U | (hash & 31U);
        hash >>= 5U;
    }
    return rank;
}

std::vector<std::uint32_t> map_order(std::span<const std::uint32_t> hashes) {
    constexpr std::size_t largest_array_map = 8;
    std::vector<std::uint32_t> order(hashes.size());
    std::iota(order.begin(), order.end(), 0U);
    if (hashes.size() > largest_array_map) {
        std::ranges::stable_sort(
            order, {}, [&](std::uint32_t at) { return walk_rank(hashes[at]); });
    }
    return order;
}

}  // namespace plimsoll::app::clojure
