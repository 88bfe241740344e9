// Multiplicity: p values of many questions asked at once, adjusted so that they may be compared
// with one alpha. With 200 endpoints an unadjusted 1 % rule alarms twice on nothing.
#pragma once

#include <span>
#include <vector>

namespace plimsoll::model {

// Holm (1979): chance of any false alarm <= alpha, whatever the dependence. For gates.
// Answers are in the order given, not below their p, at most 1.
[[nodiscard]] std::vector<double> holm(std::span<const double> p_values);

// Benjamini and Hochberg (1995): expected share of false alarms among alarms <= alpha, for
// independent or positively dependent questions. For reports.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace plimsoll::model
