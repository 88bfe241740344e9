// What the planner in the loop says, for `inspect`: as JSON and as text.
#pragma once

#include "app/planner/loop.hpp"
#include "evidence/evidence.hpp"
#include "wire/json.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::app::planner {

struct PlannerRequest {
    std::string programs;     // --pg-bindir; "auto": found
    std::string search_path;  // PATH, to find them
    std::string
        statements;      // SQL; empty: those of the plans read, then those of pg_stat_statements
    std::string change;  // SQL
    std::string values_key;  // the user's: his captures' stand-ins are recognised by it
    std::vector<double> scales;
    std::optional<double> budget_ms;
    std::map<std::string, TableGrowth> growth;
    bool cliffs = true;
    std::function<void(const std::string&)> progress = {};
};

// What the planner was asked, of which capture, and its answers.
struct PlannerAnswers {
    const DatabaseCapture* capture = nullptr;  // in the evidence
    std::map<std::string, Growth> growth;
    std::vector<double> scales;  // 1 first
    std::vector<Planned> statements;
    std::vector<std::string> notes;
    bool recognises = false;  // the capture's stand-ins are of the user's key
};
// Throws as inspect_planner.
[[nodiscard]] PlannerAnswers ask(const Evidence& evidence, const PlannerRequest& request);

// Of the latest capture in the evidence. Throws Error (untrusted) when there is none, or none with
// tables.
[[nodiscard]] wire::Json inspect_planner(const Evidence& evidence, const PlannerRequest& request);
[[nodiscard]] std::string planner_text(const wire::Json& planned);

}  // namespace plimsoll::app::planner
