// Kinds of plan nodes: what growth laws and findings distinguish, whatever the product calls a
// node.
#pragma once

#include "evidence/plans.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace plimsoll::model {

enum class NodeKind : std::uint8_t {
    table_scan,
    index_scan,
    bitmap_index,
    bitmap_heap,
    bitmap_combine,
    limit,
    sort,
    incremental_sort,
    group_all,
    group_hashed,
    group_sorted,
    hash,
    hash_join,
    merge_join,
    nested_loop,
    materialize,
    memoize,
    append,
    modify,
    gather,
    cte_scan,
    pass
};

[[nodiscard]] NodeKind kind_of(const PlanNode& node);

// Must it take in all of its input before it gives the first row? Then a LIMIT above it saves
// nothing below.
[[nodiscard]] bool is_blocking(NodeKind kind) noexcept;

// A property that is a number; nothing when it is not there or none.
[[nodiscard]] std::optional<double> number_in(const PlanNode& node, std::string_view name);
[[nodiscard]] std::string_view text_in(const PlanNode& node, std::string_view name);

// A loop's rows: measured, or estimated where nothing was.
[[nodiscard]] double rows_a_loop(const PlanNode& node);

[[nodiscard]] bool is_init_plan(const PlanNode& node);  // CTEs included
[[nodiscard]] bool is_sub_plan(const PlanNode& node);

// For each node its children in order.
[[nodiscard]] std::vector<std::vector<std::size_t>> children_of(const Plan& plan);

// Does it read a table or an index at all? What does not, as pg_sleep, takes as long at any size of
// the data, however long that is.
[[nodiscard]] bool reads_a_table(const Plan& plan);

// The table that a node reads; for a bitmap index scan that of the heap scan above it. Empty when
// none.
[[nodiscard]] std::string_view relation_of(const Plan& plan, std::size_t node);

}  // namespace plimsoll::model
