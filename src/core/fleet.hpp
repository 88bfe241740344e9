// Fleet: audits over time, of one system and of many; and their reports.
//
// Reports are pure functions of these values, as those of an Audit are: they compute nothing.
#pragma once

#include "core/audit.hpp"
#include "core/report.hpp"
#include "core/since_last.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// What a store knows of one audit without opening it.
struct PastAudit {
    std::string id;  // of its content: the same audit stored twice is one
    std::string system;
    Instant taken_at;
    std::string tool_version;
    std::string rules_version;
    std::string rescored_from;  // the audit whose evidence was judged again by newer rules
    Estimate line;
    std::string first_limit;
    double target = 10;
    int measured = 0;
    int known = 0;
    int signs_present = 0;
    VerdictOutcome outcome = VerdictOutcome::insufficient;
    static constexpr void fields(auto&& field) {
        field("id", &PastAudit::id);
        field("system", &PastAudit::system);
        field("taken_at", &PastAudit::taken_at);
        field("tool_version", &PastAudit::tool_version);
        field("rules_version", &PastAudit::rules_version);
        field("rescored_from", &PastAudit::rescored_from);
        field("line", &PastAudit::line);
        field("first_limit", &PastAudit::first_limit);
        field("target", &PastAudit::target);
        field("measured", &PastAudit::measured);
        field("known", &PastAudit::known);
        field("signs_present", &PastAudit::signs_present);
        field("outcome", &PastAudit::outcome);
    }
};

// A step that an audit prescribed, what it foretold, and what the audit after it saw.
struct PastPrediction {
    Instant taken_at;
    std::string step;
    std::string title;
    Estimate foretold;
    Estimate came;     // not known while the step is open
    std::string says;  // empty until a later audit looked
    static constexpr void fields(auto&& field) {
        field("taken_at", &PastPrediction::taken_at);
        field("step", &PastPrediction::step);
        field("title", &PastPrediction::title);
        field("foretold", &PastPrediction::foretold);
        field("came", &PastPrediction::came);
        field("says", &PastPrediction::says);
    }
};

// One system over time, oldest first. Where rules changed, the old evidence judged by the new rules
// stands beside the audit as it was: the difference of the two is the rules', not the system's.
struct SystemHistory {
    std::string system;
    std::vector<PastAudit> audits;
    std::vector<PastAudit> rescored;  // of the same instants, by newer rules
    std::vector<PastPrediction> predictions;
    static constexpr void fields(auto&& field) {
        field("system", &SystemHistory::system);
        field("audits", &SystemHistory::audits);
        field("rescored", &SystemHistory::rescored);
        field("predictions", &SystemHistory::predictions);
    }
};

// Why a system stands where it stands in a fleet; the order is the order of need.
enum class Need : std::uint8_t {
    overloaded,    // today's load is above its line
    got_worse,     // the line moved down, really
    rebuild,       // the verdict asks for a decision
    below_target,  // breaks before the stage that is asked for
    stale,         // not audited for long, beside the rest of the fleet
    blind,         // too little evidence to say
    holds
};
template <>
inline constexpr std::array<std::string_view, 7> texts_of<Need>{
    "overloaded", "got-worse", "rebuild", "below-target", "stale", "blind", "holds"};

struct FleetRow {
    PastAudit now;
    std::optional<PastAudit> before;
    Move move = Move::not_comparable;  // of the load line
    Need need = Need::holds;
    std::string why;
    static constexpr void fields(auto&& field) {
        field("now", &FleetRow::now);
        field("before", &FleetRow::before);
        field("move", &FleetRow::move);
        field("need", &FleetRow::need);
        field("why", &FleetRow::why);
    }
};

// Systems, those that need a person first at the top.
struct Fleet {
    std::vector<FleetRow> rows;
    static constexpr void fields(auto&& field) { field("rows", &Fleet::rows); }
};

// reports/fleet/*.cpp
[[nodiscard]] std::string history_text(const SystemHistory& history, const Style& style);
[[nodiscard]] std::string history_html(const SystemHistory& history);
[[nodiscard]] std::string fleet_text(const Fleet& fleet, const Style& style);
[[nodiscard]] std::string fleet_html(const Fleet& fleet);

}  // namespace plimsoll
