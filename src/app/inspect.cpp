#include "app/inspect.hpp"

#include "app/inspect_history.hpp"
#include "app/inspect_latency.hpp"
#include "app/inspect_pipelines.hpp"
#include "app/inspect_plans.hpp"
#include "app/inspect_workload.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

namespace plimsoll::app {

PlanQuestions plan_questions(const Settings& settings) {
    PlanQuestions out;
    for (const auto& [table, note] : settings.tables) {
        out.tables[table] = note;
    }
    for (const Check* check : all_checks()) {
        for (const Threshold& threshold : check->thresholds) {
            if (threshold.id == "plan-growth.budget") {
                out.budget_ms = settings.value_of(threshold);
            }
        }
    }
    return out;
}

wire::Json inspect_json(const Evidence& evidence,
                        const Settings& settings,
                        const PlanQuestions& questions) {
    wire::Json out = wire::Json::object();
    out["inputs"] = wire::to_json(evidence.inputs);
    if (!evidence.workload.empty()) {
        out["workload"] = inspect_workload(evidence.workload);
    }
    if (!evidence.plans.empty()) {
        out["plans"] = inspect_plans(evidence, questions);
    }
    if (!evidence.pipelines.empty()) {
        out["pipelines"] = inspect_pipelines(evidence.pipelines);
    }
    if (!evidence.latency.empty()) {
        out["latency"] = inspect_latency(evidence.latency);
    }
    if (!evidence.history.empty()) {
        out["history"] = inspect_history(evidence.history, settings);
    }
    if (!evidence.database.empty()) {
        out["database"] = wire::to_json(evidence.database);
    }
    if (!evidence.gauges.empty()) {
        out["gauges"] = inspect_gauges(evidence.gauges);
    }
    if (!evidence.events.empty()) {
        out["events"] = inspect_events(evidence.events);
    }
    if (!evidence.incidents.empty()) {
        out["incidents"] = inspect_incidents(evidence.incidents);
    }
    if (!evidence.load_tests.empty()) {
        out["load_tests"] = wire::to_json(evidence.load_tests.steps);
    }
    if (!evidence.calls.empty()) {
        out["calls"] = inspect_calls(evidence.calls);
    }
    return out;
}

std::string inspect_text(const Evidence& evidence,
                         const Settings& /*settings*/,
                         const PlanQuestions& questions) {
    std::string out;
    for (const Input& input : evidence.inputs) {
        out += fmt::format("{}\n  {}: {} bytes, {} records, {} skipped ({:.2f} % of bytes)\n",
                           input.name,
                           input.reader.empty() ? "not read" : input.reader,
                           input.bytes,
                           input.records,
                           input.skipped,
                           100 * input.unread_share());
        if (input.skipped != 0) {
            out += fmt::format("  first skipped: line {}: {}\n",
                               input.first_skipped.line,
                               input.first_skipped.why);
        }
        if (!input.note.empty()) {
            out += "  " + input.note + "\n";
        }
    }
    out += inspect_plans_text(evidence, questions);
    return out;
}

}  // namespace plimsoll::app
