// Growth laws: how many rows a table, a key and a condition give when there is N times the data.
//
// What grows, and how, is a fact that no plan shows; it comes from the user (TableGrowth):
//   static: as it is. denser: N times the rows over the same time. longer: the same rate over N
//   times the time.
// Laws for a condition (research/plans.md 3.2; measured on 63 statements at 1x, 10x, 100x):
//   equal to a unique key: one row, whatever N.
//   equal to a foreign key (orders.customer_id): rows per key grow as table / parent table.
//   equal to another column: PostgreSQL's own rule of n_distinct: with less than 10 rows a value,
//   values grow with
//     the table and rows a value stay; with more, values are fixed and rows a value grow with the
//     table.
//   a value with more than 20 times the usual rows (a "whale") grows with the table.
//   a window of time: grows with a denser table, stays in a longer one. A fixed bound on a growing
//   key: stays. anything else selects a constant share of the table.
// Foreign keys are told (TableFacts::refers: [tables], or the catalogue of a live server); where
// they are not, a name stands for one: x_id refers to x, xs, xes, or ies for y. Blind spots: a
// value distribution that changes with growth; where the law has a choice, Side says which way it
// is taken.
#pragma once

#include "core/settings.hpp"
#include "evidence/plans.hpp"
#include "model/plan_conditions.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::model {

struct TableFacts {
    std::optional<double> rows;  // today
    TableGrowth growth = TableGrowth::unknown;
    std::map<std::string, std::string> refers;  // foreign keys: column, the table that it points to
};

// Which way a choice is taken that the evidence leaves open.
enum class Side : std::uint8_t { low, likely, high };

// Rows of tables that the plan itself shows: whole tables that it read.
[[nodiscard]] std::map<std::string, double> sizes_in(const Plan& plan);

class GrowthLaws {
public:
    // `tables` by name, as the user writes them; a partition is found by the name it begins with.
    GrowthLaws(const Plan& plan,
               const std::map<std::string, TableFacts>& tables,
               double scale,
               Side side);

    [[nodiscard]] double of_table(std::string_view relation) const;
    // Rows that a condition on one table selects, relative to today, at least 1. `matched` are the
    // rows it selects today, in a loop; `index` is the index it goes through, empty for a filter.
    [[nodiscard]] double of_condition(std::string_view relation,
                                      std::string_view condition,
                                      double matched,
                                      std::string_view index) const;
    // Distinct values of a column, relative to today; nothing when only its fan-out can tell.
    [[nodiscard]] std::optional<double> of_values(std::string_view relation,
                                                  std::string_view column) const;
    // Groups by a key, of `rows` rows that themselves grow by `rows_growth`.
    [[nodiscard]] double of_groups(std::string_view group_key,
                                   double groups,
                                   double rows,
                                   double rows_growth) const;
    // How much an equality of two tables' columns divides the pairs, relative to today; nothing
    // when not known.
    [[nodiscard]] std::optional<double> of_join_domain(std::string_view condition) const;
    [[nodiscard]] std::string relation_of_alias(std::string_view alias) const;

    [[nodiscard]] const std::set<std::string>& notes() const noexcept { return notes_; }
    [[nodiscard]] const std::set<std::string>& unknown_tables() const noexcept { return unknown_; }

private:
    [[nodiscard]] const TableFacts* facts_of(std::string_view relation) const;
    [[nodiscard]] std::optional<std::string> parent_of(std::string_view relation,
                                                       std::string_view column) const;
    [[nodiscard]] double of_comparison(std::string_view relation,
                                       const Comparison& comparison,
                                       double matched,
                                       bool unique_index) const;
    [[nodiscard]] double of_equality(std::string_view relation,
                                     const Comparison& comparison,
                                     double matched) const;
    [[nodiscard]] double of_range(std::string_view relation, const Comparison& comparison) const;
    [[nodiscard]] std::optional<double> rows_of(std::string_view relation) const;

    const std::map<std::string, TableFacts>& tables_;
    std::map<std::string, double> sizes_;
    std::map<std::string, std::string> aliases_;
    std::set<std::string> relations_;
    double scale_;
    Side side_;
    mutable std::set<std::string> notes_;  // choices made, for the user
    mutable std::set<std::string> unknown_;
};

}  // namespace plimsoll::model
