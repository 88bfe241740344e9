// Seconds: what goes into Windows, gathered for the minutes that a log is at, so that a call costs
// no search. A span of hours is kept as its two ends and written together with others: one by one,
// a log of a megabyte whose statements claim to have run for a week each takes half a minute.
#pragma once

#include "core/windows.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace plimsoll::readers::workload {

class Seconds {
public:
    void add(std::int64_t at_us, std::int64_t amount) {
        // Nearly always in the second of the last one, which saves two divisions.
        if (at_us < last_us_ || at_us - last_us_ >= second_us) {
            find(at_us);
        }
        slots_[last_slot_].amounts[last_second_] += amount;
    }
    // The microseconds that [from, to) spends in each second.
    void add_span(std::int64_t from_us, std::int64_t to_us) {
        if (from_us < last_us_ || from_us - last_us_ >= second_us) {
            find(from_us);
        }
        if (to_us <= last_us_ + second_us) {
            slots_[last_slot_].amounts[last_second_] += to_us - from_us;
        } else if (to_us - from_us < long_us) {
            windows_.add_span(instant(from_us), instant(to_us));
        } else {
            add_long(std::max(from_us, to_us - longest_us), to_us);
        }
    }
    // Hands them over, and is empty again.
    [[nodiscard]] Windows finish() {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            write(i);
        }
        write_long();
        return std::exchange(windows_, {});
    }

private:
    static constexpr std::int64_t second_us = 1'000'000;
    static constexpr std::int64_t long_us = 3'600 * second_us;
    static constexpr std::int64_t longest_us = 7 * 24 * long_us;  // as Windows cuts a span
    static constexpr std::size_t most_ends = 1'024;
    struct Slot {
        std::int64_t minute = INT64_MIN;
        std::array<std::int64_t, Windows::block_size> amounts{};
    };
    [[nodiscard]] static constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
        return (a / b) - (a % b < 0 ? 1 : 0);
    }
    // Makes the second that holds `at_us` the last one.
    void find(std::int64_t at_us) {
        const std::int64_t second = floor_div(at_us, second_us);
        const std::int64_t minute = floor_div(second, 60);
        last_slot_ = static_cast<std::size_t>(minute & 3);
        last_second_ = static_cast<std::size_t>(second - minute * 60);
        last_us_ = second * second_us;
        if (slots_[last_slot_].minute != minute) {
            write(last_slot_);
            slots_[last_slot_].minute = minute;
        }
    }
    // The whole seconds between are counted at their ends, what is left of the first and the last
    // one goes where it belongs.
    void add_long(std::int64_t from_us, std::int64_t to_us) {
        const std::int64_t first = floor_div(from_us, second_us) + 1;
        const std::int64_t last = floor_div(to_us, second_us);
        windows_.add_span(instant(from_us), instant(first * second_us));
        windows_.add_span(instant(last * second_us), instant(to_us));
        ++ends_[first];
        --ends_[last];
        if (ends_.size() > most_ends) {
            write_long();
        }
    }
    void write_long() {
        std::int64_t open = 0;  // spans that hold the second
        std::int64_t second = 0;
        for (const auto& [end, change] : ends_) {
            for (; open != 0 && second < end; ++second) {
                windows_.add(instant(second * second_us), open * second_us);
            }
            second = end;
            open += change;
        }
        ends_.clear();
    }
    void write(std::size_t index) {
        Slot& slot = slots_[index];
        windows_.add_minute(slot.minute, slot.amounts);
        slot.amounts = {};
    }

    std::array<Slot, 4> slots_{};
    // The second that was added to last: when it begins, and where it is. None: a time that is no
    // instant's, and far from overflow.
    std::int64_t last_us_ = INT64_MIN / 2;
    std::size_t last_slot_ = 0;
    std::size_t last_second_ = 0;
    Windows windows_;
    std::map<std::int64_t, std::int64_t> ends_;  // of long spans, by second: how many more hold it
};

}  // namespace plimsoll::readers::workload
