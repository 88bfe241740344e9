#include "readers/hdr/payload.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace plimsoll::readers::hdr {
namespace {

constexpr std::uint32_t cookie_mask = ~0xF0U;
constexpr std::uint32_t cookie_v0 = 0x1C849308;
constexpr std::uint32_t cookie_v1 = 0x1C849301;
constexpr std::uint32_t cookie_v2 = 0x1C849303;
constexpr std::uint32_t cookie_double = 0x0C72124F;
constexpr std::int64_t most_value = std::numeric_limits<std::int64_t>::max();

class Bytes {
public:
    explicit Bytes(std::string_view bytes) : rest_{bytes} {}
    [[nodiscard]] bool has(std::size_t bytes) const noexcept { return rest_.size() >= bytes; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    // Big-endian; the caller has asked has().
    [[nodiscard]] std::uint64_t take(std::size_t bytes) noexcept {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) {
            value = value << 8U | static_cast<unsigned char>(rest_[i]);
        }
        rest_.remove_prefix(bytes);
        return value;
    }

private:
    std::string_view rest_;
};

[[nodiscard]] bool unpack(std::string_view packed, std::string& out) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) {
        return false;
    }
    std::string in{packed};
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    out.clear();
    int state = Z_OK;
    while (state == Z_OK && out.size() < most_unpacked) {
        const std::size_t had = out.size();
        out.resize(std::min(most_unpacked, std::max<std::size_t>(8'192, had * 2)));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
        stream.avail_out = static_cast<uInt>(out.size() - had);
        state = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
        if (stream.avail_in == 0 && stream.avail_out != 0) {
            break;  // the input is at its end, with or without a mark that says so
        }
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END;
}

struct Geometry {
    unsigned half_bits = 0;       // log2 of the slots of a half-bucket
    unsigned unit_magnitude = 0;  // floor(log2(lowest))
    unsigned width = 0;           // bytes of a count; 0: zigzag LEB128
};

// Bounds of a slot; false when they exceed 63 bits.
[[nodiscard]] bool bounds_of(const Geometry& geometry, std::uint64_t index, Slot& slot) noexcept {
    const std::uint64_t half = std::uint64_t{1} << geometry.half_bits;
    std::uint64_t bucket = index >> geometry.half_bits;
    std::uint64_t sub = (index & (half - 1)) + half;
    if (bucket == 0) {
        sub -= half;
    } else {
        --bucket;
    }
    const std::uint64_t shift = bucket + geometry.unit_magnitude;
    if (shift > 62 || sub >= static_cast<std::uint64_t>(most_value) >> shift) {
        return false;
    }
    slot.low = static_cast<std::int64_t>(sub << shift);
    slot.high = static_cast<std::int64_t>(((sub + 1) << shift) - 1);
    return true;
}

// Zigzag LEB128 of at most nine bytes, the ninth of which carries eight bits.
[[nodiscard]] std::optional<std::int64_t> take_zigzag(Bytes& bytes) noexcept {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 9; ++i) {
        if (!bytes.has(1)) {
            return std::nullopt;
        }
        const std::uint64_t byte = bytes.take(1);
        if (i == 8) {
            value |= byte << 56U;
            break;
        }
        value |= (byte & 0x7FU) << (7 * i);
        if (byte < 0x80U) {
            break;
        }
    }
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

[[nodiscard]] std::int64_t take_word(Bytes& bytes, unsigned width) noexcept {
    const std::uint64_t value = bytes.take(width);
    const unsigned spare = 64 - 8 * width;  // carry the sign down
    return static_cast<std::int64_t>(value << spare) >> spare;
}

[[nodiscard]] std::string_view take_counts(Bytes bytes,
                                           const Geometry& geometry,
                                           std::vector<Slot>& slots) {
    std::uint64_t index = 0;
    while (bytes.has(geometry.width == 0 ? 1 : geometry.width)) {
        std::int64_t count = 0;
        if (geometry.width == 0) {
            const std::optional<std::int64_t> number = take_zigzag(bytes);
            if (!number) {
                return "the payload ends within a count";
            }
            count = *number;
            if (count < 0) {
                if (count < -std::numeric_limits<std::int32_t>::max()) {
                    return "a run of empty buckets is too long";
                }
                index += static_cast<std::uint64_t>(-count);
                continue;
            }
        } else {
            count = take_word(bytes, geometry.width);
            if (count < 0) {
                return "a count is negative";
            }
        }
        if (count != 0) {
            Slot slot{.low = 0, .high = 0, .count = count};
            if (!bounds_of(geometry, index, slot)) {
                return "a bucket lies beyond 63 bits";
            }
            slots.push_back(slot);
        }
        ++index;
    }
    return {};
}

// Digits and lowest value make the layout.
[[nodiscard]] std::string_view set_layout(std::uint64_t digits,
                                          std::uint64_t lowest,
                                          Geometry& geometry) noexcept {
    if (digits > 5) {
        return "the number of digits is not 0 to 5";
    }
    if (lowest < 1 || lowest > (std::uint64_t{1} << 40U)) {
        return "the lowest value is out of range";
    }
    const double largest = 2 * std::pow(10.0, static_cast<double>(digits));
    geometry.half_bits = static_cast<unsigned>(std::ceil(std::log2(largest))) - 1;
    geometry.unit_magnitude = static_cast<unsigned>(std::bit_width(lowest)) - 1;
    return {};
}

[[nodiscard]] std::string_view read_v0(Bytes bytes,
                                       std::uint32_t cookie,
                                       std::vector<Slot>& slots) {
    if (!bytes.has(28)) {
        return "the payload ends within its header";
    }
    Geometry geometry;
    const std::uint64_t digits = bytes.take(4);
    const std::uint64_t lowest = bytes.take(8);
    (void)bytes.take(16);  // highest value, total count
    if (const std::string_view why = set_layout(digits, lowest, geometry); !why.empty()) {
        return why;
    }
    geometry.width = cookie >> 4U & 0xEU;
    return geometry.width == 2 || geometry.width == 4 || geometry.width == 8
               ? take_counts(bytes, geometry, slots)
               : "the size of a count is none of 2, 4, 8";
}

[[nodiscard]] std::string_view read_v1_v2(Bytes bytes,
                                          std::uint32_t cookie,
                                          std::vector<Slot>& slots) {
    if (!bytes.has(36)) {
        return "the payload ends within its header";
    }
    Geometry geometry;
    const std::uint64_t length = bytes.take(4);
    const std::uint64_t shifted = bytes.take(4);
    const std::uint64_t digits = bytes.take(4);
    const std::uint64_t lowest = bytes.take(8);
    (void)bytes.take(8);  // highest value: no bound
    const double ratio = std::bit_cast<double>(bytes.take(8));
    if (shifted != 0) {
        return "the histogram is shifted, which only scaled ones are";
    }
    if (ratio != 1.0 && ratio != 0.0) {
        return "the histogram is scaled (DoubleHistogram), which is not supported";
    }
    if (const std::string_view why = set_layout(digits, lowest, geometry); !why.empty()) {
        return why;
    }
    if (!bytes.has(length)) {
        return "the payload is shorter than it says";
    }
    if ((cookie & cookie_mask) == cookie_v1) {
        geometry.width = cookie >> 4U & 0xEU;
        if (geometry.width != 2 && geometry.width != 4 && geometry.width != 8) {
            return "the size of a count is none of 2, 4, 8";
        }
    }
    return take_counts(Bytes{bytes.rest().substr(0, length)}, geometry, slots);
}

}  // namespace

bool from_base64(std::string_view text, std::string& bytes) {
    static constexpr std::array<std::int8_t, 256> values = [] {
        std::array<std::int8_t, 256> table{};
        table.fill(-1);
        constexpr std::string_view signs =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t i = 0; i < signs.size(); ++i) {
            table[static_cast<unsigned char>(signs[i])] = static_cast<std::int8_t>(i);
        }
        return table;
    }();
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    bytes.clear();
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::int8_t value = values[static_cast<unsigned char>(c)];
        if (value < 0) {
            return false;
        }
        held = (held << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFFFU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(held >> bits & 0xFFU);
        }
    }
    return true;
}

std::string_view decode(std::string_view base64, std::vector<Slot>& slots) {
    slots.clear();
    std::string bytes;
    if (!from_base64(base64, bytes)) {
        return "the payload is not base64";
    }
    Bytes outer{bytes};
    if (!outer.has(8)) {
        return "the payload is too short";
    }
    const auto wrapped = static_cast<std::uint32_t>(outer.take(4));
    if (wrapped == cookie_double) {
        return "the histogram is scaled (DoubleHistogram), which is not supported";
    }
    const std::uint32_t version = (wrapped & cookie_mask) - 1;  // a compressed cookie is one more
    if (version != cookie_v0 && version != cookie_v1 && version != cookie_v2) {
        return "the payload is no HdrHistogram of encoding V0 to V2";
    }
    const std::uint64_t length = outer.take(4);
    if (!outer.has(length)) {
        return "the payload is shorter than it says";
    }
    std::string inner;
    if (!unpack(outer.rest().substr(0, length), inner)) {
        return "the payload cannot be unpacked, or is too large";
    }
    Bytes header{inner};
    if (!header.has(4)) {
        return "the payload ends within its header";
    }
    const auto cookie = static_cast<std::uint32_t>(header.take(4));
    if ((cookie & cookie_mask) != version) {
        return "the payload is not of the version that its wrapping says";
    }
    const std::string_view why =
        version == cookie_v0 ? read_v0(header, cookie, slots) : read_v1_v2(header, cookie, slots);
    if (!why.empty()) {
        slots.clear();
    }
    return why;
}

}  // namespace plimsoll::readers::hdr
