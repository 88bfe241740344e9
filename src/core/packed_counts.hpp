// PackedCounts: a row of whole numbers, each in as few bytes as the largest of them needs. Load per
// second and latency per period are thousands of rows that mostly hold small numbers: as 64 bits
// each they would be most of what a log of a week costs in memory.
//
// Law: 1, 2, 3, 4 or 8 bytes a number, the lowest first; a row grows wider when a number no longer
// fits, and never narrower. Sums wrap at 2^64, so a negative amount may be added as its two's
// complement; a row that holds one is 8 bytes wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll {

class PackedCounts {
public:
    PackedCounts() = default;
    explicit PackedCounts(std::size_t size) : bytes_(size, 0) {}

    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() / width_; }
    // Is there a number at this place? As size(), without its division.
    [[nodiscard]] bool holds(std::size_t at) const noexcept { return at * width_ < bytes_.size(); }
    [[nodiscard]] std::uint64_t operator[](std::size_t at) const noexcept {
        switch (width_) {
            case 1:
                return bytes_[at];
            case 2:
                return load<2>(at);
            case 3:
                return load<3>(at);
            case 4:
                return load<4>(at);
            default:
                return load<8>(at);
        }
    }
    void add(std::size_t at, std::uint64_t amount) {
        const std::uint64_t sum = (*this)[at] + amount;
        if (width_ != 8 && sum >> (8U * width_) != 0) {
            widen(sum);
        }
        switch (width_) {
            case 1:
                bytes_[at] = static_cast<std::uint8_t>(sum);
                break;
            case 2:
                store<2>(at, sum);
                break;
            case 3:
                store<3>(at, sum);
                break;
            case 4:
                store<4>(at, sum);
                break;
            default:
                store<8>(at, sum);
        }
    }
    // Zeros behind the last number, or before the first.
    void grow(std::size_t size) { bytes_.resize(size * width_, 0); }
    void grow_front(std::size_t more) { bytes_.insert(bytes_.begin(), more * width_, 0); }

    // Of the numbers, not of how they are kept.
    friend bool operator==(const PackedCounts& a, const PackedCounts& b) noexcept;

private:
    template <std::size_t Width>
    [[nodiscard]] std::uint64_t load(std::size_t at) const noexcept {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < Width; ++i) {
            value |= static_cast<std::uint64_t>(bytes_[at * Width + i]) << (8U * i);
        }
        return value;
    }
    template <std::size_t Width>
    void store(std::size_t at, std::uint64_t value) noexcept {
        for (std::size_t i = 0; i < Width; ++i) {
            bytes_[at * Width + i] = static_cast<std::uint8_t>(value >> (8U * i));
        }
    }
    // So that `number` fits.
    void widen(std::uint64_t number);

    std::uint8_t width_ = 1;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace plimsoll
