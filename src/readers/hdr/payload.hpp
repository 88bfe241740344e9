// The payload of an HdrHistogram log line: base64 of a zlib stream of counts, encodings V0, V1 and
// V2.
//
// Law (HdrHistogram, AbstractHistogram): buckets are log-linear; with d digits a half-bucket has
// 2^(ceil(log2(2*10^d))-1) slots, and slot i of unit magnitude m covers [sub << (b+m), (sub+1) <<
// (b+m)). The project's own percentile is the highest value of the bucket that holds the rank.
// `highest` in the header is no bound (auto-resizing writers leave 2 there), so it is not used to
// allocate. Blind spots: DoubleHistogram (scaled values) and shifted arrays are refused, and said
// so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::hdr {

// A run of equal values: those from `low` to `high`, both included, in the writer's unit.
struct Slot {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t count = 0;
    friend bool operator==(const Slot&, const Slot&) = default;
};

// Most bytes that a payload may unpack to: twice what five digits over 64 bits need in practice.
inline constexpr std::size_t most_unpacked = 16U * 1'048'576U;

// Fills the slots that hold anything, ascending. Returns why the payload cannot be used, or an
// empty text.
[[nodiscard]] std::string_view decode(std::string_view base64, std::vector<Slot>& slots);

// Bytes of a base64 text; false for a sign that is none. Padding and its lack are both taken.
[[nodiscard]] bool from_base64(std::string_view text, std::string& bytes);

}  // namespace plimsoll::readers::hdr
