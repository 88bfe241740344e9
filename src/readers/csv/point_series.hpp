// The points of one series of ready percentiles, as the rows of a table bring them.
//
// Nearly every table is in order of time, with the rows of its routes in turns: points are
// appended, and only late ones are looked up. They are handed on as a map whose nodes lie side by
// side, which is walked several times faster than one that grew in turns with two hundred others.
#pragma once

#include "core/instant.hpp"
#include "evidence/latency.hpp"

#include <deque>
#include <map>
#include <optional>

namespace plimsoll::readers::csv {

struct TimedPoint {
    Instant at;
    Percentiles values;
    std::optional<double> rate;  // requests a second, where the table has no count
};

class PointSeries {
public:
    struct Place {
        TimedPoint* point;  // until the next call
        bool fresh;         // it was made by this call
    };
    [[nodiscard]] Place at(Instant at);
    // Empties the series. Points without a percentile are left out; a rate becomes a count by the
    // least distance of two points, which is what one of them stands for.
    [[nodiscard]] std::map<Instant, Percentiles> take();

private:
    std::deque<TimedPoint> ordered_;  // a deque: never copied whole, and given back piece by piece
    std::map<Instant, TimedPoint> late_;
};

}  // namespace plimsoll::readers::csv
