// Cascade: are the bad spells of one service followed by bad spells of another?
//
// Correlation and Granger's test cannot tell a cascade from a shared cause or two crons on the
// hour: they flag 95-100 % of those (research/latency.md 5.1). Here a bad spell is three robust
// standard deviations above the usual value of that minute of the day for two minutes or more;
// spells of two services within five minutes are hits; how many hits chance gives is seen by
// shifting one series by whole hours, which keeps crons where they are; and who was first is a sign
// test on the onsets. Blind spots: needs values by the minute, at five minutes the direction is
// lost; never proves a cause.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plimsoll::model {

struct CascadeRules {
    double deviations = 3;  // robust standard deviations above the usual
    std::size_t least_minutes = 2;
    std::size_t join_gap = 5;  // minutes: spells nearer than that are one
    std::size_t window = 5;    // minutes between onsets that count as together
    double p_together = 0.01;
    double p_first = 0.025;  // both directions of a pair are asked: 5 % over the two
};

// Minutes at which bad spells begin. `values`: one a minute from midnight on, whole days,
// logarithms; NaN where there is none. Nothing for less than two days.
[[nodiscard]] std::vector<std::size_t> onsets(std::span<const double> values,
                                              const CascadeRules& rules = {});

struct Cascade {
    std::size_t spells = 0;  // of the one that may be the cause
    std::size_t hits = 0;    // those with a spell of the other within the window
    double p_together = 1;   // by all circular shifts of whole hours
    std::size_t after = 0;   // hits in which the other came later
    std::size_t before = 0;
    double p_first = 1;  // sign test, one-sided, ties dropped
    bool together = false;
    bool leads = false;  // together, and first: "were followed by", never "caused"
};

// `minutes`: length of both series, whole hours.
[[nodiscard]] Cascade cascade(std::span<const std::size_t> first,
                              std::span<const std::size_t> other,
                              std::size_t minutes,
                              const CascadeRules& rules = {});

}  // namespace plimsoll::model
