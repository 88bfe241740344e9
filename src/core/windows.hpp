// Windows: an amount (busy microseconds, arrivals, bytes) per window of absolute time.
//
// Peaks decide a limit, not means (a mean hides a burst by a factor of two to three), so load is
// kept per second. Windows of two hosts are aligned and add up; histograms of window loads would
// not. Law of size: one second wide while that needs at most `most_blocks` blocks of 60 windows;
// then coarser, by whole steps. The width that is reached depends only on which windows hold
// anything, never on the order in which they came, so merging stays associative. A block is packed:
// a week of seconds of an application that is busy takes 3 MB.
#pragma once

#include "core/instant.hpp"
#include "core/packed_counts.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace plimsoll {

class Windows {
public:
    static constexpr std::size_t block_size = 60;
    static constexpr std::size_t most_blocks = 20'160;  // two weeks of seconds

    // The amounts of sixty windows.
    class Block {
    public:
        [[nodiscard]] static constexpr std::size_t size() noexcept { return block_size; }
        [[nodiscard]] std::int64_t operator[](std::size_t at) const noexcept {
            return static_cast<std::int64_t>(amounts_[at]);
        }
        void add(std::size_t at, std::int64_t amount) {
            amounts_.add(at, static_cast<std::uint64_t>(amount));
        }
        friend bool operator==(const Block&, const Block&) = default;

    private:
        PackedCounts amounts_{block_size};
    };

    // Adds an amount to the window that holds the instant.
    void add(Instant at, std::int64_t amount);
    // Adds the amounts of the seconds of a minute since 1970, found once for all of them.
    void add_minute(std::int64_t minute, const std::array<std::int64_t, block_size>& amounts);
    // Adds the microseconds that [from, to) spends in each window: busy time.
    void add_span(Instant from, Instant to);
    void merge(const Windows& other);

    [[nodiscard]] std::int64_t width_us() const noexcept { return width_us_; }
    [[nodiscard]] bool empty() const noexcept { return blocks_.empty(); }
    [[nodiscard]] std::int64_t sum() const noexcept;
    // One amount for each window from the first to the last that holds anything; those in between
    // that hold nothing are 0, those in empty blocks longer than an hour are left out (a gap in the
    // evidence is not idleness).
    [[nodiscard]] std::vector<std::int64_t> amounts() const;
    [[nodiscard]] const std::map<std::int64_t, Block>& blocks() const noexcept { return blocks_; }
    static Windows from_blocks(std::int64_t width_us, std::map<std::int64_t, Block> blocks);

    friend bool operator==(const Windows& a, const Windows& b) {
        return a.width_us_ == b.width_us_ && a.blocks_ == b.blocks_;
    }

private:
    void add_to(std::int64_t window, std::int64_t amount);
    void widen_if_needed();
    void widen_to(std::int64_t width_us);

    std::int64_t width_us_ = 1'000'000;
    std::map<std::int64_t, Block> blocks_;
};

}  // namespace plimsoll
