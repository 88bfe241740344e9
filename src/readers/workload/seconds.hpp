// Seconds: what goes into Windows, gathered for the minutes that a log is at, so that a call costs
// no search.
#pragma once

#include "core/windows.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace plimsoll::readers::workload {

class Seconds {
public:
    void add(std::int64_t at_us, std::int64_t amount) {
        const std::int64_t second = floor_div(at_us, second_us);
        const std::int64_t minute = floor_div(second, 60);
        slot(minute)[static_cast<std::size_t>(second - minute * 60)] += amount;
    }
    // The microseconds that [from, to) spends in each second.
    void add_span(std::int64_t from_us, std::int64_t to_us) {
        const std::int64_t second = floor_div(from_us, second_us);
        if (to_us <= (second + 1) * second_us) {
            add(from_us, to_us - from_us);
        } else {
            windows_.add_span(instant(from_us), instant(to_us));
        }
    }
    [[nodiscard]] const Windows& finish() {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            write(i);
        }
        return windows_;
    }

private:
    static constexpr std::int64_t second_us = 1'000'000;
    struct Slot {
        std::int64_t minute = INT64_MIN;
        Windows::Block amounts{};
    };
    [[nodiscard]] static constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
        return (a / b) - (a % b < 0 ? 1 : 0);
    }
    [[nodiscard]] Windows::Block& slot(std::int64_t minute) {
        const auto index = static_cast<std::size_t>(minute & 3);
        if (slots_[index].minute != minute) {
            write(index);
            slots_[index].minute = minute;
        }
        return slots_[index].amounts;
    }
    void write(std::size_t index) {
        Slot& slot = slots_[index];
        for (std::size_t i = 0; i < slot.amounts.size(); ++i) {
            if (slot.amounts[i] != 0) {
                windows_.add(instant((slot.minute * 60 + static_cast<std::int64_t>(i)) * second_us),
                             slot.amounts[i]);
                slot.amounts[i] = 0;
            }
        }
    }

    std::array<Slot, 4> slots_{};
    Windows windows_;
};

}  // namespace plimsoll::readers::workload
