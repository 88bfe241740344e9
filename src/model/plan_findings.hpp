// Findings of one plan: what the best plan viewers point out, each with its rule, its node and its
// share.
//
// Rules: pev2's thresholds where they are public (research/plans.md section 2), else ours with the
// reason beside the number. A share is of the plan's time, or of its cost where nothing was
// measured. Blind spot: a plan is one execution with one set of values.
#pragma once

#include "core/texts.hpp"
#include "core/verdict.hpp"
#include "evidence/plans.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::model {

enum class PlanFindingKind : std::uint8_t {
    slow_node,
    costly_node,
    row_misestimate,
    rows_removed,
    slow_scan,
    inefficient_index,
    wrong_index_for_order,
    inefficient_nested_loop,
    late_or_filter,
    disk_sort,
    hash_batches,
    hash_aggregate_spill,
    lossy_bitmap,
    heap_fetches,
    large_offset,
    workers_not_launched,
    slow_planning,
    slow_triggers,
    jit_share,
    cache_misses,
    read_inefficiency,
    rescanned_subplan,
    hashed_subplan,
    memoize_overflow,
    json_filter,
    lock_rows,
    disabled_node
};

}  // namespace plimsoll::model

namespace plimsoll {
template <>
inline constexpr std::array<std::string_view, 27> texts_of<model::PlanFindingKind>{
    "slow-node",
    "costly-node",
    "row-misestimate",
    "rows-removed",
    "slow-scan",
    "inefficient-index",
    "wrong-index-for-order",
    "inefficient-nested-loop",
    "late-or-filter",
    "disk-sort",
    "hash-batches",
    "hash-aggregate-spill",
    "lossy-bitmap",
    "heap-fetches",
    "large-offset",
    "workers-not-launched",
    "slow-planning",
    "slow-triggers",
    "jit-share",
    "cache-misses",
    "read-inefficiency",
    "rescanned-subplan",
    "hashed-subplan",
    "memoize-overflow",
    "json-filter",
    "lock-rows",
    "disabled-node"};
}  // namespace plimsoll

namespace plimsoll::model {

struct PlanFinding {
    PlanFindingKind kind = PlanFindingKind::slow_node;
    std::size_t node = 0;
    int severity = 1;         // 1 to 3, as pev2 counts
    double value = 0;         // what the rule compares
    double share = 0;         // of the plan's time that the node has, 0..1
    std::string says;         // one sentence with the figures
    std::vector<Sign> signs;  // what it is evidence for
    std::string_view limit;   // "work_mem", "table growth" ...; empty when none
};

// In order of severity, then share.
[[nodiscard]] std::vector<PlanFinding> findings_of(const Plan& plan);

// Of the plan's time, or cost, 0..1: of one node, of each.
[[nodiscard]] double share_of(const Plan& plan, std::size_t node);
[[nodiscard]] std::vector<double> shares_of(const Plan& plan);

}  // namespace plimsoll::model
