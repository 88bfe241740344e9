// Figures as text: the one formatter of every report, so that a figure reads the same wherever it
// stands and a test can compare a page with the JSON.
#pragma once

#include "core/estimate.hpp"
#include "core/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::reports::shared {

// number: three significant digits, counts exactly. multiple: of today's load, two significant
// digits below 10, whole above. bytes: decimal units. day: 2026-11-20. hash: its first 12
// characters. text: as it is, long ones cut with a word about it. percent: a share 0..1 as "44", in
// whole hundredths. places: where a figure was read, and file: the name of an input, both without
// the folder that all inputs share (shared/places.hpp). estimate: a figure with its
// interval, "4.9 (4.1 to 5.6)", "5.6 or less".
enum class As : std::uint8_t {
    number,
    multiple,
    bytes,
    day,
    hash,
    text,
    percent,
    places,
    file,
    estimate
};

[[nodiscard]] std::string_view name_of(As as) noexcept;

// What stands for a figure that the evidence does not give.
inline constexpr std::string_view not_known = "not known";

// Digits in groups of three; `gap` separates them (HTML: U+202F, a terminal: a blank).
[[nodiscard]] std::string number(double value, std::string_view gap = "\u202f");
[[nodiscard]] std::string multiple(double value, std::string_view gap = "\u202f");
[[nodiscard]] std::string bytes(double value);
[[nodiscard]] std::string percent(double share);

[[nodiscard]] std::string estimate(const Estimate& value);

// value as `as` says; text, day and hash are no numbers and are shown as plain numbers.
[[nodiscard]] std::string shown(double value, As as);
[[nodiscard]] std::string shown(std::string_view value, As as);

// Longest text that a page repeats in full; what is longer is cut and says by how much.
inline constexpr std::size_t longest_text = 1600;

}  // namespace plimsoll::reports::shared
