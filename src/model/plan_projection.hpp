// Projection: what a statement's plan costs at N times the data, from today's plan alone.
//
// Law: every node's exclusive time is scaled by how often it runs and by the work of one run
// (plan_growth.hpp says how rows grow): scans linear, index look-ups + 12 % a decade, sorts n log
// n, hash tables and sorts dearer as they leave the processor's caches and work_mem, LIMIT stops
// what streams and nothing else, the inner side of a nested loop and a SubPlan run once a row of
// the outer. Planning and sending are constant. Precision, measured on 63 statements
// (research/plans.md): median factor off 1.2 to 1.4, nine in ten within 1.8 at 10x and 2.1 at 100x:
// the band around the point. Where evidence leaves a choice open, both ways are computed and the
// band covers them. Blind spots: warm cache, one session, the plan's shape stays, hardware stays.
// Concurrency, locks, a working set that outgrows the memory, bloat and changed values need other
// evidence.
#pragma once

#include "core/estimate.hpp"
#include "core/finding.hpp"
#include "core/texts.hpp"
#include "evidence/plans.hpp"
#include "model/plan_growth.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::model {

enum class GrowthClass : std::uint8_t { flat, logarithmic, linear, linearithmic, superlinear };

}  // namespace plimsoll::model

namespace plimsoll {
template <>
inline constexpr std::array<std::string_view, 5> texts_of<model::GrowthClass>{
    "flat", "logarithmic", "linear", "n log n", "superlinear"};
}  // namespace plimsoll

namespace plimsoll::model {

struct GrowthFacts {
    std::map<std::string, TableFacts> tables;
    std::optional<double>
        mean_ms;  // of the statement without EXPLAIN, from a log: it sets the scale
};

struct Projection {
    double scale = 1;
    Estimate factor;  // time at this scale over today's
    Estimate ms;      // nothing known without a measured time
    GrowthClass growth = GrowthClass::flat;
    std::size_t dominant = 0;   // the node with the most time there
    double dominant_share = 0;  // of the time there
    double rows_factor = 1;     // rows returned, relative to today
};

// The scale of data at which something begins that the plan of today does not show.
struct Cliffs {
    std::optional<double> sort_spills;      // work_mem is passed
    std::optional<double> hash_spills;      // work_mem x hash_mem_multiplier is passed
    std::optional<double> subplan_rescans;  // a hashed SubPlan no longer fits: quadratic from there
    std::optional<double> jit_starts;       // cost passes jit_above_cost
    std::optional<double> parallel_starts;  // a table passes min_parallel_table_scan_size
};

struct Outlook {
    std::vector<Projection> at;  // one for each scale asked for
    Cliffs cliffs;
    Confidence confidence = Confidence::none;
    std::vector<std::string> preconditions;
    std::vector<std::string> choices;         // what the evidence leaves open
    std::vector<std::string> unknown_tables;  // whose growth nobody told
    std::vector<std::string> small_tables;    // that grow, and have a few hundred rows today
    bool weak = false;                        // too small today to say more than the class
};

// What is known of the tables: what a person told of them, then sizes from a capture of the server,
// then those of the tables that a plan read whole.
[[nodiscard]] GrowthFacts growth_facts(const Plans& plans,
                                       const std::map<std::string, TableNote>& told,
                                       const std::map<std::string, std::int64_t>& captured_rows);

// `scales` are multiples of today's data, 1 or more.
[[nodiscard]] Outlook project(const Plan& plan,
                              const GrowthFacts& facts,
                              std::span<const double> scales);

// The smallest multiple of today's data, up to 10,000, at which the time passes the budget; 1 when
// it does today, nothing when it never does. [low, high] from the projection's band.
[[nodiscard]] std::optional<Estimate> scale_at_budget(const Plan& plan,
                                                      const GrowthFacts& facts,
                                                      double budget_ms);

}  // namespace plimsoll::model
