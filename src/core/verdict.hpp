// The words of judgement: five signs, eight criteria, three stages, five outcomes.
#pragma once

#include "core/texts.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

enum class Sign : std::uint8_t {
    p99_climbs,
    deploys_drag,
    blast_radius,
    entangled,
    database_bound
};
template <>
inline constexpr std::array<std::string_view, 5> texts_of<Sign>{
    "p99-climbs", "deploys-drag", "blast-radius", "entangled", "database-bound"};

// E: reasons to evolve. R: reasons to rebuild.
enum class Criterion : std::uint8_t {
    clear_boundaries,
    team_understands,
    constraints_localised,
    business_cannot_bear,
    untraceable_failures,
    unsupported_need,
    whole_system_changes,
    changes_gamble
};
template <>
inline constexpr std::array<std::string_view, 8> texts_of<Criterion>{"E1-clear-boundaries",
                                                                     "E2-team-understands",
                                                                     "E3-constraints-localised",
                                                                     "E4-business-cannot-bear",
                                                                     "R1-untraceable-failures",
                                                                     "R2-unsupported-need",
                                                                     "R3-whole-system-changes",
                                                                     "R4-changes-gamble"};

enum class StageAnswer : std::uint8_t { safe, undecided, breaks, unknown };
template <>
inline constexpr std::array<std::string_view, 4> texts_of<StageAnswer>{
    "safe", "undecided", "breaks", "unknown"};

enum class VerdictOutcome : std::uint8_t {
    nothing_needed,
    evolve,
    rebuild,
    insufficient,
    merge_back
};
template <>
inline constexpr std::array<std::string_view, 5> texts_of<VerdictOutcome>{
    "nothing-needed", "evolve", "rebuild", "insufficient", "merge-back"};

}  // namespace plimsoll
