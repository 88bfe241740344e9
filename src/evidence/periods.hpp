// Periods: how long the calls of a class took, over time.
//
// Law: by the hour, as long as that needs at most `most` histograms; then by six hours, days, weeks
// and four weeks. As with Windows, the width that is reached depends only on which periods hold
// anything, so merging in any order gives the same bytes, and a log of a year costs what one of
// three days does. Blind spot: within a period there is no before and after.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <map>

namespace plimsoll {

class Periods {
public:
    static constexpr std::size_t most = 72;  // three days of hours

    // The histogram of the period that holds the instant, in microseconds; valid until the next
    // call.
    [[nodiscard]] Histogram& at(Instant when);
    void merge(const Periods& other);

    // By the beginning of the period; those that hold nothing are not there.
    [[nodiscard]] const std::map<Instant, Histogram>& all() const noexcept { return periods_; }
    [[nodiscard]] std::int64_t width_us() const noexcept;
    // Of all periods together.
    [[nodiscard]] Histogram whole() const;

    friend bool operator==(const Periods& a, const Periods& b) {
        return a.width_us() == b.width_us() && a.periods_ == b.periods_;
    }
    static constexpr void fields(auto&& field) {
        field("width", &Periods::width_);
        field("periods", &Periods::periods_);
    }

private:
    [[nodiscard]] Instant begin_of(Instant when) const noexcept;
    void widen_while_too_many();
    void widen_to(std::uint8_t width);

    std::uint8_t width_ = 0;  // index into the widths; what a digest says may be beyond them
    std::map<Instant, Histogram> periods_;
};

}  // namespace plimsoll
