// A finding from a person's answer: dated, graded D, and half its weight gone after half a year.
//
// What no log shows (a plan, a budget) only a person knows. An answer never reaches high
// confidence, one without a date or an old one only low, which the verdict counts half. No answer
// is `insufficient`, never a default.
#pragma once

#include "core/finding.hpp"
#include "core/settings.hpp"

#include <string_view>

namespace plimsoll {

inline constexpr Threshold answers_age_after{
    .id = "answers.age-after",
    .value = 180,
    .unit = "days",
    .reason = "plans are made by the half-year; research/limits 1.7"};

// What the two replies to one question mean.
struct AnswerRule {
    std::string_view question;  // id
    std::string_view yes_says;  // without the full stop
    std::string_view no_says;
    Outcome yes_outcome = Outcome::present;
    Outcome no_outcome = Outcome::absent;
    Level yes_level = Level::worst;
    Level no_level = Level::best;
};

[[nodiscard]] Finding finding_from_answer(const AnswerRule& rule, const Settings& settings);

}  // namespace plimsoll
