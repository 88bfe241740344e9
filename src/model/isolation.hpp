// Isolation: while a dependency is in trouble, are requests slower that never call it?
//
// The only proof in series of time that two kinds of requests share something finite, threads
// mostly. Spells of trouble are compared with the minutes around them, so that the hour and the day
// are the same; each spell is one observation, for its minutes are not independent; the sign test
// asks whether more of them than chance gives were slower. Blind spots: what makes the dependency
// fail may slow the others itself (a shared host).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace plimsoll::model {

struct IsolationRules {
    std::size_t join_gap = 5;      // minutes: spells nearer than that are one
    std::size_t around = 30;       // minutes before and after that a spell is compared with
    std::size_t least_around = 5;  // of those, how many must have a value
    std::size_t least_spells = 5;  // five of five is p = 1/32
    double p = 0.05;
};

struct Isolation {
    std::size_t spells = 0;  // that could be compared
    std::size_t slower = 0;
    double log_ratio = 0;  // median over spells of (within less around)
    double p = 1;          // sign test, one-sided
};

// `trouble` and `values` one a minute, of one length; values are logarithms, NaN where there is
// none. Nothing for fewer spells than the rules ask for.
[[nodiscard]] std::optional<Isolation> isolation(std::span<const bool> trouble,
                                                 std::span<const double> values,
                                                 const IsolationRules& rules = {});

}  // namespace plimsoll::model
