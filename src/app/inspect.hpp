// Inspect: what was read, before anything is judged: as JSON (contract: design.md section 4) or as
// text.
#pragma once

#include "app/inspect_plans.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "wire/json_stream.hpp"

#include <optional>
#include <string>

namespace plimsoll::app {

// What [tables] of the configuration says of their sizes and growth, for projections.
[[nodiscard]] PlanQuestions plan_questions(const Settings& settings);

// Handed to `sink` in pieces, so that its size costs no memory; `planned` is what the planner said.
void inspect_json(const Evidence& evidence,
                  const Settings& settings,
                  const PlanQuestions& questions,
                  const std::optional<wire::Json>& planned,
                  const wire::JsonStream::Sink& sink);
// One paragraph an input and a kind, for people.
[[nodiscard]] std::string inspect_text(const Evidence& evidence,
                                       const Settings& settings,
                                       const PlanQuestions& questions = {});

}  // namespace plimsoll::app
