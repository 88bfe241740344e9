// The words of judgement as people read them; the Audit has them as ids. Shared by every report, so
// that a sign is not "latent" in one and "emerging" in another.
#pragma once

#include "core/audit.hpp"

#include <string_view>

namespace plimsoll::reports::shared {

// Present, Latent, Not seen, Not assessed. A check that failed assessed nothing.
[[nodiscard]] std::string_view state_word(Outcome outcome) noexcept;
// "present", "latent", "absent", "unknown": for style sheets.
[[nodiscard]] std::string_view state_class(Outcome outcome) noexcept;

[[nodiscard]] std::string_view outcome_word(VerdictOutcome outcome) noexcept;
// One sentence of what the outcome means for the reader.
[[nodiscard]] std::string_view outcome_sentence(VerdictOutcome outcome) noexcept;

[[nodiscard]] std::string_view stage_word(StageAnswer answer) noexcept;
[[nodiscard]] std::string_view confidence_word(Confidence confidence) noexcept;
// "complete", "sampled", "one-sided", "a person's answer"
[[nodiscard]] std::string_view grade_word(Grade grade) noexcept;
[[nodiscard]] std::string_view axis_word(Axis axis) noexcept;  // "load", "data", "team"
// "better", "cannot be told", ...
[[nodiscard]] std::string_view move_word(Move move) noexcept;
// Are the figures of a step upper bounds only, because the load line has no best estimate? Then
// "1.0x -> 1.4x" would promise what nobody measured.
[[nodiscard]] bool is_bound(const LineEffect& effect) noexcept;
// How disruptive a rung is, in two or three words.
[[nodiscard]] std::string_view rung_word(Rung rung) noexcept;

}  // namespace plimsoll::reports::shared
