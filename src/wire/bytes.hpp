// Bytes from and to every value that lists its fields: how evidence travels in a digest.
//
// Whole numbers are LEB128 (signed ones zigzag), texts and containers carry their length, a double
// its eight bytes. There are no names in the bytes: signature<T>() is a hash over all names and
// types in order, and a digest whose signature differs is of another version and refused. Input is
// hostile: every length is checked against what is left, so a broken digest costs no memory.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/texts.hpp"
#include "core/windows.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace plimsoll::wire {

// The bytes are not what the type says; the caller knows the file and makes an Error of it.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class ByteWriter {
public:
    std::string out;

    void put(bool value) { out += value ? '\1' : '\0'; }
    template <std::unsigned_integral Number>
    void put(Number value) {
        auto rest = static_cast<std::uint64_t>(value);
        while (rest >= 0x80U) {
            out += static_cast<char>(rest | 0x80U);
            rest >>= 7U;
        }
        out += static_cast<char>(rest);
    }
    template <std::signed_integral Number>
    void put(Number value) {
        const auto wide = static_cast<std::int64_t>(value);
        put((static_cast<std::uint64_t>(wide) << 1U) ^ static_cast<std::uint64_t>(wide >> 63U));
    }
    void put(double value) {
        const auto bits = std::bit_cast<std::array<char, 8>>(value);
        out.append(bits.data(), bits.size());
    }
    void put(const std::string& value) {
        put(value.size());
        out += value;
    }
    void put(Instant value) { put(micros(value)); }
    void put(Micros value) { put(value.count()); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void put(Enum value) { put(static_cast<std::uint64_t>(value)); }
    template <Fielded Value>
    void put(const Value& value) {
        Value::fields([&](std::string_view, auto member) { put(value.*member); });
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        put(value.has_value());
        if (value) {
            put(*value);
        }
    }
    template <class A, class B>
    void put(const std::pair<A, B>& value) {
        put(value.first);
        put(value.second);
    }
    template <class Value, std::size_t Size>
    void put(const std::array<Value, Size>& values) {
        for (const Value& value : values) {
            put(value);
        }
    }
    template <class Value>
    void put(const std::vector<Value>& values) {
        put_all(values);
    }
    template <class Value>
    void put(const std::set<Value>& values) {
        put_all(values);
    }
    template <class Key, class Value>
    void put(const std::map<Key, Value>& values) {
        put_all(values);
    }
    void put(const Histogram& value) { put(value.buckets()); }
    void put(const Windows::Block& value) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            put(value[i]);
        }
    }
    void put(const Windows& value) {
        put(value.width_us());
        put(value.blocks());
    }

private:
    void put_all(const auto& values) {
        put(values.size());
        for (const auto& value : values) {
            put(value);
        }
    }
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_{bytes} {}
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    void get(bool& value) { value = take(1)[0] != '\0'; }
    template <std::unsigned_integral Number>
    void get(Number& value) {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1)[0]);
            number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80U) {
                value = static_cast<Number>(number);
                if (value != number) {
                    throw Malformed{"a number is out of range"};
                }
                return;
            }
        }
        throw Malformed{"a number has no end"};
    }
    template <std::signed_integral Number>
    void get(Number& value) {
        std::uint64_t folded = 0;
        get(folded);
        value = static_cast<Number>(static_cast<std::int64_t>(folded >> 1U) ^
                                    -static_cast<std::int64_t>(folded & 1U));
    }
    void get(double& value) {
        std::array<char, 8> bits{};
        take(bits.size()).copy(bits.data(), bits.size());
        value = std::bit_cast<double>(bits);
    }
    void get(std::string& value) { value = take(size()); }
    void get(Instant& value) {
        std::int64_t number = 0;
        get(number);
        value = instant(number);
    }
    void get(Micros& value) {
        std::int64_t number = 0;
        get(number);
        value = Micros{number};
    }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void get(Enum& value) {
        std::uint64_t number = 0;
        get(number);
        if constexpr (Worded<Enum>) {
            if (number >= texts_of<Enum>.size()) {
                throw Malformed{"a word is not known"};
            }
        }
        value = static_cast<Enum>(number);
    }
    template <Fielded Value>
    void get(Value& value) {
        Value::fields([&](std::string_view, auto member) { get(value.*member); });
    }
    template <class Value>
    void get(std::optional<Value>& value) {
        bool there = false;
        get(there);
        value.reset();
        if (there) {
            get(value.emplace());
        }
    }
    template <class A, class B>
    void get(std::pair<A, B>& value) {
        get(value.first);
        get(value.second);
    }
    template <class Value, std::size_t Size>
    void get(std::array<Value, Size>& values) {
        for (Value& value : values) {
            get(value);
        }
    }
    template <class Value>
    void get(std::vector<Value>& values) {
        values.clear();
        for (std::size_t left = size(); left != 0; --left) {
            get(values.emplace_back());
        }
    }
    template <class Value>
    void get(std::set<Value>& values) {
        values.clear();
        for (std::size_t left = size(); left != 0; --left) {
            Value value{};
            get(value);
            values.insert(values.end(), std::move(value));
        }
    }
    template <class Key, class Value>
    void get(std::map<Key, Value>& values) {
        values.clear();
        for (std::size_t left = size(); left != 0; --left) {
            Key key{};
            get(key);
            get(values.emplace_hint(values.end(), std::move(key), Value{})->second);
        }
    }
    void get(Histogram& value) {
        std::map<std::uint16_t, std::uint64_t> buckets;
        get(buckets);
        value = Histogram::from_buckets(buckets);
    }
    void get(Windows::Block& value) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            std::int64_t amount = 0;
            get(amount);
            value.add(i, amount);
        }
    }
    void get(Windows& value) {
        std::int64_t width = 0;
        std::map<std::int64_t, Windows::Block> blocks;
        get(width);
        get(blocks);
        value = Windows::from_blocks(width, std::move(blocks));
    }

private:
    [[nodiscard]] std::string_view take(std::size_t bytes) {
        if (bytes > rest_.size()) {
            throw Malformed{"the bytes end too early"};
        }
        const std::string_view out = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return out;
    }
    // Every element takes a byte or more, so no honest size exceeds what is left.
    [[nodiscard]] std::size_t size() {
        std::uint64_t number = 0;
        get(number);
        if (number > rest_.size()) {
            throw Malformed{"a length is larger than what is left"};
        }
        return number;
    }

    std::string_view rest_;
};

namespace detail {

constexpr void mix(std::uint64_t& hash, std::string_view text) {
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;  // FNV-1a
    }
}

template <class T>
struct Element {
    static constexpr void mix_into(std::uint64_t& hash) {
        if constexpr (Fielded<T>) {
            mix(hash, "{");
            T::fields([&]<class Member, class Owner>(std::string_view name, Member Owner::*) {
                mix(hash, name);
                Element<Member>::mix_into(hash);
            });
            mix(hash, "}");
        } else if constexpr (Worded<T>) {
            for (const std::string_view word : texts_of<T>) {
                mix(hash, word);
            }
        } else if constexpr (std::is_floating_point_v<T>) {
            mix(hash, "d");
        } else if constexpr (std::is_integral_v<T>) {
            mix(hash, std::is_signed_v<T> ? "i" : "u");
        } else {
            mix(hash, "?");
        }
    }
};
template <class T>
struct Element<std::optional<T>> {
    static constexpr void mix_into(std::uint64_t& hash) {
        mix(hash, "opt");
        Element<T>::mix_into(hash);
    }
};
template <class T>
struct Element<std::vector<T>> {
    static constexpr void mix_into(std::uint64_t& hash) {
        mix(hash, "vec");
        Element<T>::mix_into(hash);
    }
};
template <class T>
struct Element<std::set<T>> {
    static constexpr void mix_into(std::uint64_t& hash) {
        mix(hash, "set");
        Element<T>::mix_into(hash);
    }
};
template <class A, class B>
struct Element<std::pair<A, B>> {
    static constexpr void mix_into(std::uint64_t& hash) {
        Element<A>::mix_into(hash);
        Element<B>::mix_into(hash);
    }
};
template <class A, class B>
struct Element<std::map<A, B>> {
    static constexpr void mix_into(std::uint64_t& hash) {
        mix(hash, "map");
        Element<A>::mix_into(hash);
        Element<B>::mix_into(hash);
    }
};

}  // namespace detail

// Changes whenever a field of T, or of anything in it, is added, removed, renamed or moved.
template <class T>
[[nodiscard]] constexpr std::uint64_t signature() {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    detail::Element<T>::mix_into(hash);
    return hash;
}

}  // namespace plimsoll::wire
