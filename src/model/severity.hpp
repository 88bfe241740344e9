// Severity: one measured value as a whole number from 0 (good) to 100, on a published curve.
//
// The curve is a log-normal distribution function through two control points, as Lighthouse's
// scores are: ten at `ten`, fifty at `fifty`. It is floored, never rounded, so that a control point
// means what it says (Lighthouse issue 13316). Scores are for sorting: they are not averaged, not
// multiplied by confidence, and the measured value is printed beside them.
#pragma once

#include <optional>

namespace plimsoll::model {

// Both in the unit of the measured value, > 0 and different. `ten` above `fifty` describes a
// value where less is worse.
struct ControlPoints {
    double ten = 0;
    double fifty = 0;
};

// 0..100; nothing for NaN or for control points that define no curve. Values <= 0 lie at the
// curve's zero end. At `ten` the score is exactly 10, at `fifty` exactly 50.
[[nodiscard]] std::optional<int> severity(double value, ControlPoints points) noexcept;

}  // namespace plimsoll::model
