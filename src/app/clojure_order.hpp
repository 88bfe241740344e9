// The order in which a Clojure map gives its entries, because code-maat's ties come in it.
//
// Law (Clojure 1.6 and later): up to eight entries keep the order in which they came; more are in a
// hash trie of 32-way nodes, walked by five bits of the hash at a time, lowest first; equal hashes
// keep the order in which they came. Text hashes are Murmur3 over Java's String.hashCode, which
// works on UTF-16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app::clojure {

// UTF-16 of UTF-8; what is malformed becomes U+FFFD, as Java's reader does.
[[nodiscard]] std::u16string utf16(std::string_view text);
// Java's String.compareTo and Clojure's compare.
[[nodiscard]] bool text_less(std::string_view a, std::string_view b);

[[nodiscard]] std::uint32_t hash_text(std::string_view text);
// Of a list or vector, from the hashes of its elements.
[[nodiscard]] std::uint32_t hash_ordered(std::span<const std::uint32_t> elements);
// Of the map {:key "text"}.
[[nodiscard]] std::uint32_t hash_entry(std::string_view key, std::string_view text);

// A number that grows in the order of the trie's walk.
[[nodiscard]] std::uint64_t walk_rank(std::uint32_t hash) noexcept;

// The order of a map whose keys came in the order given, by their hashes: indexes into `hashes`.
[[nodiscard]] std::vector<std::uint32_t> map_order(std::span<const std::uint32_t> hashes);

}  // namespace plimsoll::app::clojure
