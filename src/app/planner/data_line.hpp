// Data line: how much more data the statements of an audit bear, by the planner and by the growth
// law, joined.
//
// Law: both say at which multiple of today's data a statement passes its budget (loop.hpp,
// model/plan_projection). Two ways that agree within two times narrow each other: what both allow,
// and the geometric mean. Where they differ by more, both stand, there is no point between them,
// and the fact that would settle it is named. A statement whose tables nobody said how they grow
// bounds nothing, in either direction: a parent that stays makes each key of its children larger.
// Blind spots: those of both laws; a statement that neither a plan nor pg_stat_statements shows.
#pragma once

#include "app/planner/report.hpp"
#include "core/finding.hpp"
#include "core/settings.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::app::planner {

struct StatementLine {
    std::string name;
    std::optional<double> ms;         // today
    std::optional<Estimate> plan;     // by the planner; infinite where it never breaks
    std::optional<Estimate> law;      // offline
    std::optional<Estimate> changed;  // by the planner, after the change that was asked about
    Estimate both;
    std::string disagrees;          // empty, or both and what would settle it
    std::set<std::string> tables;   // that it reads
    std::set<std::string> unknown;  // those of them of which nobody said how they grow
    Origin origin;
};

struct DataLine {
    double budget_ms = 0;
    bool change = false;
    std::vector<StatementLine> statements;   // the first to break first
    std::map<std::string, Estimate> growth;  // of tables a week, as it was seen
    std::vector<std::string> notes;
};

// One range from two; nothing known of one leaves the other.
struct Joined {
    Estimate range;
    bool agree = true;
};
[[nodiscard]] Joined join_lines(const std::optional<Estimate>& plan,
                                const std::optional<Estimate>& law);

// Throws what inspect_planner does. The request's budget is that of plan-growth.
[[nodiscard]] DataLine data_line(const Evidence& evidence,
                                 const Settings& settings,
                                 const PlannerRequest& request);

// The finding of plan-growth with the limit of the data that follows, the table and what is open.
void put_data_line(const DataLine& line, double target, Finding& finding);

}  // namespace plimsoll::app::planner
