// The gate: what is remembered of an earlier state (Snapshot), and what is said about the present
// one beside it (GateResult).
//
// Contracts: schema "plimsoll.baseline/1" of the file that is committed, "plimsoll.gate/1" of the
// result. Fields are only ever added. A snapshot holds samples, not only points, because no test
// can be made of points; it holds no literal of a query. Findings are known by check and subject,
// never by a value or a line, so that a baseline is not outdated by a figure that moved.
#pragma once

#include "core/audit.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// Measurements of one thing, in order of time; more is worse.
struct Series {
    std::string id;     // "ci/CI/main/wall"
    std::string name;   // "CI on main, from trigger to end"
    std::string kind;   // of the evidence: "pipelines"
    std::string unit;   // of a value: "ms"
    std::string file;   // what CI shows beside a line: ".github/workflows/ci.yml"; may be empty
    bool tail = false;  // a high percentile
    bool follows_day = false;          // compared within the hours of the day, in two windows
    std::int64_t begins = 0;           // of the first value, seconds since 1970
    std::vector<std::int64_t> steps;   // seconds from each value to the next
    std::vector<std::int64_t> values;  // >= 1
    static constexpr void fields(auto&& field) {
        field("id", &Series::id);
        field("name", &Series::name);
        field("kind", &Series::kind);
        field("unit", &Series::unit);
        field("file", &Series::file);
        field("tail", &Series::tail);
        field("follows_day", &Series::follows_day);
        field("begins", &Series::begins);
        field("steps", &Series::steps);
        field("values", &Series::values);
    }
};

// A limit as it stood: what the load line was made of.
struct KnownLimit {
    std::string id;
    std::string name;
    Axis axis = Axis::load;
    LimitStatus status = LimitStatus::missing;
    double at = std::numeric_limits<double>::quiet_NaN();
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    std::string check;
    static constexpr void fields(auto&& field) {
        field("id", &KnownLimit::id);
        field("name", &KnownLimit::name);
        field("axis", &KnownLimit::axis);
        field("status", &KnownLimit::status);
        field("at", &KnownLimit::at);
        field("low", &KnownLimit::low);
        field("high", &KnownLimit::high);
        field("check", &KnownLimit::check);
    }
};

// What a check, or a sign, said. The id is the check's, with "/subject" where it has one.
struct KnownFinding {
    std::string id;
    std::string check;
    Outcome outcome = Outcome::insufficient;
    Confidence confidence = Confidence::none;
    bool trouble = false;  // what it says is present is bad: some criteria are good when they hold
    static constexpr void fields(auto&& field) {
        field("id", &KnownFinding::id);
        field("check", &KnownFinding::check);
        field("outcome", &KnownFinding::outcome);
        field("confidence", &KnownFinding::confidence);
        field("trouble", &KnownFinding::trouble);
    }
};

// Somebody decided to live with it, for a time.
struct Accepted {
    std::string id;  // of a series, limit, finding or budget
    std::string reason;
    std::optional<Instant> expires;
    std::string by;
    static constexpr void fields(auto&& field) {
        field("id", &Accepted::id);
        field("reason", &Accepted::reason);
        field("expires", &Accepted::expires);
        field("by", &Accepted::by);
    }
};

struct Snapshot {
    std::string schema = "plimsoll.baseline/1";
    std::string tool_version;
    std::string rules_version;
    std::string system;  // empty when nobody named it
    Span span;
    std::vector<std::string> kinds_supplied;
    LoadLine load_line;
    std::vector<KnownLimit> limits;      // by id
    std::vector<KnownFinding> findings;  // by id
    std::vector<Series> series;          // by id
    std::vector<Accepted> accepted;      // by id
    static constexpr void fields(auto&& field) {
        field("schema", &Snapshot::schema);
        field("tool_version", &Snapshot::tool_version);
        field("rules_version", &Snapshot::rules_version);
        field("system", &Snapshot::system);
        field("span", &Snapshot::span);
        field("kinds_supplied", &Snapshot::kinds_supplied);
        field("load_line", &Snapshot::load_line);
        field("limits", &Snapshot::limits);
        field("findings", &Snapshot::findings);
        field("series", &Snapshot::series);
        field("accepted", &Snapshot::accepted);
    }
};

enum class GateVerdict : std::uint8_t { passed, failed, missing };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<GateVerdict>{
    "passed", "failed", "missing"};

// What became of one thing. `fresh` is a finding that the baseline does not have; `gone` a series
// or finding that can no longer be looked for; `missing` evidence that was there or is required.
enum class Change : std::uint8_t {
    fresh,
    worse,
    over_budget,
    expired,
    missing,
    standing,
    too_few,
    gone,
    small,
    passing,
    better,
    fixed,
    unchanged,
    within_budget
};
template <>
inline constexpr std::array<std::string_view, 14> texts_of<Change>{"new",
                                                                   "worse",
                                                                   "over-budget",
                                                                   "acceptance-expired",
                                                                   "missing",
                                                                   "standing",
                                                                   "too-few",
                                                                   "gone",
                                                                   "small",
                                                                   "passing",
                                                                   "better",
                                                                   "fixed",
                                                                   "unchanged",
                                                                   "within-budget"};

enum class Alarm : std::uint8_t { none, amber, red };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<Alarm>{"none", "amber", "red"};

struct GateRow {
    std::string id;
    std::string
        kind;  // "series", "limit", "finding", "sign", "budget", "evidence", "migration" ...
    std::string name;
    Change change = Change::unchanged;
    Alarm alarm = Alarm::none;
    std::string says;  // one sentence with its figures
    std::optional<double> measured;
    std::optional<double> baseline;
    std::string unit;
    Estimate effect;  // measured / baseline, 95 % interval of this row alone
    std::optional<double> p;
    std::optional<double> p_adjusted;  // Holm, over all series
    std::uint64_t samples = 0;
    std::uint64_t baseline_samples = 0;
    double memory = 0;                 // lag-1 autocorrelation that was allowed for
    std::optional<double> detectable;  // the smallest ratio that would have been shown
    Origin place;
    std::string fix;       // the least disruptive remedy known for it
    std::string explain;   // the command that says more
    std::string accepted;  // why, and until when, somebody accepted it; it then does not count
    static constexpr void fields(auto&& field) {
        field("id", &GateRow::id);
        field("kind", &GateRow::kind);
        field("name", &GateRow::name);
        field("change", &GateRow::change);
        field("alarm", &GateRow::alarm);
        field("says", &GateRow::says);
        field("measured", &GateRow::measured);
        field("baseline", &GateRow::baseline);
        field("unit", &GateRow::unit);
        field("effect", &GateRow::effect);
        field("p", &GateRow::p);
        field("p_adjusted", &GateRow::p_adjusted);
        field("samples", &GateRow::samples);
        field("baseline_samples", &GateRow::baseline_samples);
        field("memory", &GateRow::memory);
        field("detectable", &GateRow::detectable);
        field("place", &GateRow::place);
        field("fix", &GateRow::fix);
        field("explain", &GateRow::explain);
        field("accepted", &GateRow::accepted);
    }
};

// The rules in force, as far as a reader of the result needs them.
struct GateRules {
    std::string policy;
    std::string fail_on;
    double effect = 0;
    double tail_effect = 0;
    double alpha = 0;
    std::uint64_t min_runs = 0;
    std::uint64_t min_baseline_runs = 0;
    bool soft = false;  // the verdict does not set the exit status
    static constexpr void fields(auto&& field) {
        field("policy", &GateRules::policy);
        field("fail_on", &GateRules::fail_on);
        field("effect", &GateRules::effect);
        field("tail_effect", &GateRules::tail_effect);
        field("alpha", &GateRules::alpha);
        field("min_runs", &GateRules::min_runs);
        field("min_baseline_runs", &GateRules::min_baseline_runs);
        field("soft", &GateRules::soft);
    }
};

struct GateResult {
    std::string schema = "plimsoll.gate/1";
    std::string tool_version;
    std::string system;
    std::string baseline;  // where it came from; empty when there is none
    GateVerdict verdict = GateVerdict::missing;
    std::string says;  // the verdict in one sentence
    LoadLine before;
    LoadLine after;
    bool has_before = false;
    Estimate line_change;  // after / before
    GateRules rules;
    std::uint64_t series_judged = 0;
    std::map<std::string, std::uint64_t> counts;  // rows by change
    std::vector<GateRow> rows;                    // the worst first
    std::vector<std::string> notes;               // what a reader of the verdict must know
    static constexpr void fields(auto&& field) {
        field("schema", &GateResult::schema);
        field("tool_version", &GateResult::tool_version);
        field("system", &GateResult::system);
        field("baseline", &GateResult::baseline);
        field("verdict", &GateResult::verdict);
        field("says", &GateResult::says);
        field("before", &GateResult::before);
        field("after", &GateResult::after);
        field("has_before", &GateResult::has_before);
        field("line_change", &GateResult::line_change);
        field("rules", &GateResult::rules);
        field("series_judged", &GateResult::series_judged);
        field("counts", &GateResult::counts);
        field("rows", &GateResult::rows);
        field("notes", &GateResult::notes);
    }
};

struct GateStyle {
    bool colour = false;
    std::string comment_id = "plimsoll";  // by which a sticky comment is found again
};

// A gate's result in one format, within the limits of the platform that takes it; what is left out
// is the least bad, and is counted. Defined in reports/gate/.
struct GateReport {
    std::string_view id;      // what --format takes
    std::string_view writes;  // one line for --help
    std::string (*write)(const GateResult&, const GateStyle&) = nullptr;
};
[[nodiscard]] std::span<const GateReport* const> all_gate_reports() noexcept;

}  // namespace plimsoll
