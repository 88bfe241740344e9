// Audit: the whole result. Its JSON is the product; every report is a rendering of it.
//
// Contract (schema "plimsoll.audit/1"): fields are only ever added. Reports compute nothing: every
// figure they print is a field here.
#pragma once

#include "core/exhibit.hpp"
#include "core/finding.hpp"
#include "core/input_record.hpp"
#include "core/since_last.hpp"
#include "core/verdict.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll {

// The lowest of the limits on the load axis: [min of lows, min of highs].
struct LoadLine {
    double at = std::numeric_limits<double>::quiet_NaN();
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    std::string first_limit;                // id of the limit with the lowest point
    std::vector<std::string> first_limits;  // every limit that could be first
    int measured = 0;
    int known = 0;  // limits that there are to measure
    static constexpr void fields(auto&& field) {
        field("at", &LoadLine::at);
        field("low", &LoadLine::low);
        field("high", &LoadLine::high);
        field("first_limit", &LoadLine::first_limit);
        field("first_limits", &LoadLine::first_limits);
        field("measured", &LoadLine::measured);
        field("known", &LoadLine::known);
    }
};

struct SignVerdict {
    Sign id = Sign::p99_climbs;
    std::string title;
    Outcome state = Outcome::insufficient;
    std::optional<int> score;
    int threshold = 50;  // the score at which it counts
    Confidence confidence = Confidence::none;
    std::string confidence_why;
    std::string says;
    std::vector<Measure> measures;
    std::vector<std::string> findings;  // ids of checks
    std::vector<std::string> exhibits;
    std::string why_patching_fails;
    std::string re_architecture;
    std::string would_prove_wrong;
    static constexpr void fields(auto&& field) {
        field("id", &SignVerdict::id);
        field("title", &SignVerdict::title);
        field("state", &SignVerdict::state);
        field("score", &SignVerdict::score);
        field("threshold", &SignVerdict::threshold);
        field("confidence", &SignVerdict::confidence);
        field("confidence_why", &SignVerdict::confidence_why);
        field("says", &SignVerdict::says);
        field("measures", &SignVerdict::measures);
        field("findings", &SignVerdict::findings);
        field("exhibits", &SignVerdict::exhibits);
        field("why_patching_fails", &SignVerdict::why_patching_fails);
        field("re_architecture", &SignVerdict::re_architecture);
        field("would_prove_wrong", &SignVerdict::would_prove_wrong);
    }
};

// One row of the printed table. Points towards rebuilding; unknown spans best to worst.
struct CriterionVerdict {
    Criterion id = Criterion::clear_boundaries;
    std::string title;
    std::optional<Level> level;
    double points_low = 0;
    double points_high = 0;
    std::string basis;  // "measured", "answered", "missing"
    std::string says;
    std::string check;
    static constexpr void fields(auto&& field) {
        field("id", &CriterionVerdict::id);
        field("title", &CriterionVerdict::title);
        field("level", &CriterionVerdict::level);
        field("points_low", &CriterionVerdict::points_low);
        field("points_high", &CriterionVerdict::points_high);
        field("basis", &CriterionVerdict::basis);
        field("says", &CriterionVerdict::says);
        field("check", &CriterionVerdict::check);
    }
};

struct Verdict {
    VerdictOutcome outcome = VerdictOutcome::insufficient;
    std::string says;
    std::string leaning;
    double total_low = 0;  // of all points, prior included
    double total_high = 0;
    double prior = 0;
    std::vector<CriterionVerdict> criteria;
    std::vector<std::string> flips;
    bool structural = false;  // two or more signs that have no one cause in common
    int signs_present = 0;
    int independent_signs = 0;
    std::string common_cause;
    static constexpr void fields(auto&& field) {
        field("outcome", &Verdict::outcome);
        field("says", &Verdict::says);
        field("leaning", &Verdict::leaning);
        field("total_low", &Verdict::total_low);
        field("total_high", &Verdict::total_high);
        field("prior", &Verdict::prior);
        field("criteria", &Verdict::criteria);
        field("flips", &Verdict::flips);
        field("structural", &Verdict::structural);
        field("signs_present", &Verdict::signs_present);
        field("independent_signs", &Verdict::independent_signs);
        field("common_cause", &Verdict::common_cause);
    }
};

// The load line before and after a rung.
struct LineEffect {
    double from = 0;
    double to = 0;
    double low = 0;
    double high = 0;
    static constexpr void fields(auto&& field) {
        field("from", &LineEffect::from);
        field("to", &LineEffect::to);
        field("low", &LineEffect::low);
        field("high", &LineEffect::high);
    }
};

struct Prescription {
    std::string id;
    int order = 0;  // 1-based
    Rung rung = Rung::measure;
    std::string title;
    std::string action;
    std::string effort;
    std::string reach;
    std::string undo;
    std::optional<LineEffect> effect;
    std::string also;  // what else it does: "clears deploys-drag"
    std::vector<std::string> clears;
    std::string verify;
    std::string model;
    std::vector<std::string> evidence;  // check ids and exhibits
    static constexpr void fields(auto&& field) {
        field("id", &Prescription::id);
        field("order", &Prescription::order);
        field("rung", &Prescription::rung);
        field("title", &Prescription::title);
        field("action", &Prescription::action);
        field("effort", &Prescription::effort);
        field("reach", &Prescription::reach);
        field("undo", &Prescription::undo);
        field("effect", &Prescription::effect);
        field("also", &Prescription::also);
        field("clears", &Prescription::clears);
        field("verify", &Prescription::verify);
        field("model", &Prescription::model);
        field("evidence", &Prescription::evidence);
    }
};

// A threshold that the user changed, or a stretch of time that was left out: always shown.
struct Override {
    std::string id;
    std::string value;
    std::string reason;
    std::string origin;
    static constexpr void fields(auto&& field) {
        field("id", &Override::id);
        field("value", &Override::value);
        field("reason", &Override::reason);
        field("origin", &Override::origin);
    }
};

struct Audit {
    std::string schema = "plimsoll.audit/1";
    std::string tool_version;
    std::string rules_version;  // hash of every threshold and point in force
    std::string system;
    std::optional<Instant> audited_at;
    Span span;
    std::string headline;  // one sentence a stakeholder reads first
    std::string subline;   // verdict and what the cheap steps buy
    double target = 10;
    LoadLine load_line;
    std::vector<Limit> limits;
    std::map<std::string, StageAnswer> stages;  // "10x", "100x", "1000x"
    std::vector<SignVerdict> signs;
    Verdict verdict;
    std::vector<Prescription> prescriptions;
    std::vector<Finding> findings;
    std::vector<Exhibit> exhibits;
    std::vector<Input> inputs;
    std::vector<std::string> kinds_supplied;
    std::vector<std::string> kinds_known;
    std::vector<Gap> gaps;
    std::vector<Override> overrides;
    std::vector<std::string> warnings;
    std::string redacted;  // what was taken out for outsiders; empty when nothing was
    std::optional<SinceLast> since_last;  // when an earlier audit was given
    static constexpr void fields(auto&& field) {
        field("schema", &Audit::schema);
        field("tool_version", &Audit::tool_version);
        field("rules_version", &Audit::rules_version);
        field("system", &Audit::system);
        field("audited_at", &Audit::audited_at);
        field("span", &Audit::span);
        field("headline", &Audit::headline);
        field("subline", &Audit::subline);
        field("target", &Audit::target);
        field("load_line", &Audit::load_line);
        field("limits", &Audit::limits);
        field("stages", &Audit::stages);
        field("signs", &Audit::signs);
        field("verdict", &Audit::verdict);
        field("prescriptions", &Audit::prescriptions);
        field("findings", &Audit::findings);
        field("exhibits", &Audit::exhibits);
        field("inputs", &Audit::inputs);
        field("kinds_supplied", &Audit::kinds_supplied);
        field("kinds_known", &Audit::kinds_known);
        field("gaps", &Audit::gaps);
        field("overrides", &Audit::overrides);
        field("warnings", &Audit::warnings);
        field("redacted", &Audit::redacted);
        field("since_last", &Audit::since_last);
    }
};

}  // namespace plimsoll
