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

void inspect_json(const Evidence& evidence,
                  const Settings& settings,
                  const PlanQuestions& questions,
                  const std::optional<wire::Json>& planned,
                  const wire::JsonStream::Sink& sink) {
    wire::JsonStream out{sink};
    out.member("inputs", wire::to_json(evidence.inputs));
    if (!evidence.workload.empty()) {
        out.open_object("workload");
        inspect_workload(evidence.workload, out);
        out.close();
    }
    if (!evidence.plans.empty()) {
        out.member("plans", inspect_plans(evidence, questions));
    }
    if (!evidence.pipelines.empty()) {
        out.member("pipelines", inspect_pipelines(evidence.pipelines));
    }
    if (!evidence.latency.empty()) {
        out.member("latency", inspect_latency(evidence.latency));
    }
    if (!evidence.history.empty()) {
        out.member("history", inspect_history(evidence.history, settings));
    }
    if (!evidence.database.empty()) {
        out.member("database", wire::to_json(evidence.database));
    }
    if (!evidence.gauges.empty()) {
        out.member("gauges", inspect_gauges(evidence.gauges));
    }
    if (!evidence.events.empty()) {
        out.member("events", inspect_events(evidence.events));
    }
    if (!evidence.incidents.empty()) {
        out.member("incidents", inspect_incidents(evidence.incidents));
    }
    if (!evidence.load_tests.empty()) {
        out.member("load_tests", wire::to_json(evidence.load_tests.steps));
    }
    if (!evidence.calls.empty()) {
        out.member("calls", inspect_calls(evidence.calls));
    }
    if (planned) {
        out.member("planner", *planned);
    }
    out.finish();
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
