// The whole product in one line: source -> reader -> evidence -> check -> finding -> verdict ->
// audit.
#pragma once

#include "app/read.hpp"
#include "core/audit.hpp"
#include "core/finding.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace plimsoll::app {

// What an answer that takes more than the evidence (the planner in the loop) does to the finding of
// a check, before the judgement.
struct Amendment {
    std::string check;
    std::function<void(Finding&)> amend;
};

// Judges what was read. Deterministic: `settings.now` is the only clock.
[[nodiscard]] Audit audit(const ReadResult& read,
                          const Settings& settings,
                          std::string_view tool_version,
                          const Amendment* amendment = nullptr);

// The Audit that `report`, `explain` and `diff` start from. Throws Error (untrusted) when the file
// is no Audit.
[[nodiscard]] Audit parse_audit(std::string_view json, const std::string& name);

}  // namespace plimsoll::app
