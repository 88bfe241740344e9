// The gate: does what was measured now hold against what is remembered, and against what is asked?
//
// Three policies. new: what became worse since the baseline, and budgets. budget: budgets only.
// all: also trouble that stood in the baseline already. Red rows fail (exit 1); evidence that was
// there before, or is required, and is missing now is an answer of its own (exit 4); amber rows are
// printed. A series without enough new runs is amber and says what it could have shown. What the
// baseline never measured cannot have become worse: it is amber, once.
// Blind spots: rewriting the baseline after every gate lets a slow climb through; only p99-climbs
// looks for those.
#pragma once

#include "app/baseline.hpp"
#include "core/error.hpp"
#include "core/gate.hpp"
#include "core/settings.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

enum class GatePolicy : std::uint8_t { fresh, budget, all };
enum class FailOn : std::uint8_t { red, amber, none };

}  // namespace plimsoll::app

namespace plimsoll {
template <>
inline constexpr std::array<std::string_view, 3> texts_of<app::GatePolicy>{"new", "budget", "all"};
template <>
inline constexpr std::array<std::string_view, 3> texts_of<app::FailOn>{"red", "amber", "none"};
}  // namespace plimsoll

namespace plimsoll::app {

struct GateOptions {
    GatePolicy policy = GatePolicy::fresh;
    FailOn fail_on = FailOn::red;
    std::optional<double> min_load_line;
    std::map<std::string, std::string> most;  // id, value with or without a unit
    double effect = 0.10;
    double tail_effect = 0.25;
    double alpha = 0.05;
    std::uint64_t min_runs = 8;
    std::uint64_t min_baseline_runs = 20;
    std::set<std::string> required;  // kinds of evidence
    bool allow_missing_baseline = false;
    bool soft = false;
    std::vector<std::string> only;  // globs of row ids or check ids
    std::vector<std::string> skip;
};

struct MigrationOutlook;  // app/gate_migration.hpp

// What is known of the present. `audit` may be empty where only a snapshot is at hand: then rows
// have no fix and no place.
struct Present {
    const Snapshot& snapshot;
    const Audit& audit;
    const Settings& settings;                     // the clock, by which acceptances expire
    const MigrationOutlook* migration = nullptr;  // when one is to be judged as well
};

// Throws Error: (untrusted) when the baseline is missing, or of another system; (usage) when a
// budget's value is no number.
[[nodiscard]] GateResult gate(const Present& present,
                              const FoundBaseline& baseline,
                              const GateOptions& options);

// 0 passed (or soft, or fail_on none), 1 failed, 4 missing.
[[nodiscard]] Status status_of(const GateResult& result);

// --- the parts, one for each kind of row

using Rows = std::vector<GateRow>;
void series_rows(const Present& present,
                 const Snapshot& before,
                 const GateOptions& options,
                 GateResult& out);
void limit_rows(const Present& present,
                const Snapshot& before,
                const GateOptions& options,
                GateResult& out);
void finding_rows(const Present& present,
                  const Snapshot& before,
                  const GateOptions& options,
                  GateResult& out);
void budget_rows(const Present& present, const GateOptions& options, GateResult& out);

// The first step of the ladder that speaks to one of these checks or signs.
[[nodiscard]] std::string fix_for(const Audit& audit, const std::vector<std::string>& checks);
// Where a check read what it says.
[[nodiscard]] Origin place_of(const Audit& audit, std::string_view check);
// '*' stands for any characters, '?' for one.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text) noexcept;
// "12.3 min", "840 ms", "4.1x", "12".
[[nodiscard]] std::string shown(double value, std::string_view unit);
// "+14 %"
[[nodiscard]] std::string shown_change(double ratio);

}  // namespace plimsoll::app
