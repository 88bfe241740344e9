#include "core/windows.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace plimsoll {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::array<std::int64_t, 6> widths{second_us,
                                             10 * second_us,
                                             60 * second_us,
                                             600 * second_us,
                                             3'600 * second_us,
                                             86'400 * second_us};

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
    return (a / b) - (a % b < 0 ? 1 : 0);
}

}  // namespace

void Windows::add_to(std::int64_t window, std::int64_t amount) {
    const auto size = static_cast<std::int64_t>(block_size);
    const std::int64_t block = floor_div(window, size);
    blocks_[block].add(static_cast<std::size_t>(window - (block * size)), amount);
}

void Windows::add(Instant at, std::int64_t amount) {
    add_to(floor_div(micros(at), width_us_), amount);
    widen_if_needed();
}

void Windows::add_minute(std::int64_t minute, const std::array<std::int64_t, block_size>& amounts) {
    if (std::ranges::all_of(amounts, [](std::int64_t amount) { return amount == 0; })) {
        return;
    }
    if (width_us_ == second_us) {
        Block& block = blocks_[minute];
        for (std::size_t i = 0; i < block_size; ++i) {
            block.add(i, amounts[i]);
        }
        widen_if_needed();
        return;
    }
    for (std::size_t i = 0; i < block_size; ++i) {
        if (amounts[i] != 0) {
            const std::int64_t second = minute * 60 + static_cast<std::int64_t>(i);
            add(instant(second * second_us), amounts[i]);
        }
    }
}

void Windows::add_span(Instant from, Instant to) {
    std::int64_t begin = micros(from);
    const std::int64_t end = micros(to);
    // Longer than a week is a broken time stamp, not work: it must not cost a year of windows.
    begin = std::max(begin, end - (7 * widths.back()));
    while (begin < end) {
        const std::int64_t window = floor_div(begin, width_us_);
        const std::int64_t until = std::min(end, (window + 1) * width_us_);
        add_to(window, until - begin);
        begin = until;
    }
    widen_if_needed();
}

void Windows::merge(const Windows& other) {
    if (other.width_us_ > width_us_) {
        widen_to(other.width_us_);
    }
    const auto size = static_cast<std::int64_t>(block_size);
    for (const auto& [block, amounts] : other.blocks_) {
        for (std::size_t i = 0; i < block_size; ++i) {
            const std::int64_t window = (block * size) + static_cast<std::int64_t>(i);
            add_to(floor_div(window * other.width_us_, width_us_), amounts[i]);
        }
    }
    widen_if_needed();
}

void Windows::widen_if_needed() {
    while (blocks_.size() > most_blocks && width_us_ != widths.back()) {
        widen_to(*std::ranges::upper_bound(widths, width_us_));
    }
}

void Windows::widen_to(std::int64_t width_us) {
    const std::map<std::int64_t, Block> finer = std::exchange(blocks_, {});
    const std::int64_t finer_width = std::exchange(width_us_, width_us);
    const auto size = static_cast<std::int64_t>(block_size);
    for (const auto& [block, amounts] : finer) {
        for (std::size_t i = 0; i < block_size; ++i) {
            const std::int64_t window = (block * size) + static_cast<std::int64_t>(i);
            add_to(floor_div(window * finer_width, width_us_), amounts[i]);
        }
    }
}

std::int64_t Windows::sum() const noexcept {
    std::int64_t total = 0;
    for (const auto& [block, amounts] : blocks_) {
        for (std::size_t i = 0; i < block_size; ++i) {
            total += amounts[i];
        }
    }
    return total;
}

std::vector<std::int64_t> Windows::amounts() const {
    std::vector<std::int64_t> out;
    const std::int64_t hour_in_blocks = std::max<std::int64_t>(
        1, 3'600 * second_us / (width_us_ * static_cast<std::int64_t>(block_size)));
    std::int64_t last = 0;
    for (const auto& [block, amounts] : blocks_) {
        if (!out.empty() && block - last - 1 <= hour_in_blocks) {
            out.insert(out.end(), static_cast<std::size_t>(block - last - 1) * block_size, 0);
        }
        for (std::size_t i = 0; i < block_size; ++i) {
            out.push_back(amounts[i]);
        }
        last = block;
    }
    const auto used = [](std::int64_t amount) { return amount != 0; };
    const auto first_used = std::ranges::find_if(out, used);
    out.erase(out.begin(), first_used);
    while (!out.empty() && out.back() == 0) {
        out.pop_back();
    }
    return out;
}

Windows Windows::from_blocks(std::int64_t width_us, std::map<std::int64_t, Block> blocks) {
    Windows out;
    out.width_us_ = std::ranges::find(widths, width_us) != widths.end() ? width_us : second_us;
    // What lies beyond every instant is no evidence, and its times would overflow.
    const std::int64_t farthest = std::numeric_limits<std::int64_t>::max() /
                                      static_cast<std::int64_t>(block_size) / out.width_us_ -
                                  1;
    std::erase_if(
        blocks, [&](const auto& each) { return each.first < -farthest || each.first > farthest; });
    out.blocks_ = std::move(blocks);
    out.widen_if_needed();
    return out;
}

}  // namespace plimsoll
