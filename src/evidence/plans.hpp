// Plans: query plans as trees of nodes with exclusive times, whatever form they were printed in.
//
// Bounded: of the plans of one statement and shape, at most `most_of_a_shape` are kept, the slowest
// ones, so a log of a million auto_explain bodies costs no memory. What was dropped is counted.
#pragma once

#include "core/origin.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll {

struct PlanNode {
    std::int32_t parent = -1;  // index into Plan::nodes; nodes come in preorder
    std::string type;          // "Seq Scan"
    std::string relation;
    std::string alias;
    std::string index;
    std::string relationship;  // "Outer", "Inner", "InitPlan", "SubPlan" ...
    std::string name;          // "CTE recent", "SubPlan 1", "InitPlan 1 (returns $0)"
    std::string filter;        // literals already taken out, as in all conditions
    std::optional<double> exclusive_ms;
    std::optional<double> total_ms;      // inclusive, all loops, as time on the clock
    std::optional<double> rows;          // all loops and processes
    std::optional<double> rows_removed;  // by the filter; all loops and processes
    double rows_estimated = 0;           // a loop
    double loops = 0;                    // 0: never executed, or not known
    double processes = 1;                // that share the loops: more than 1 below a Gather
    double cost_total = 0;
    double cost_startup = 0;
    double width = 0;
    // As EXPLAIN (FORMAT JSON) of PostgreSQL names them, whatever the form: "Sort Method", "Hash
    // Batches", "Workers Launched", "Index Cond", "Group Key" ...; lists joined by ", ".
    std::map<std::string, std::string> more;
    friend bool operator==(const PlanNode&, const PlanNode&) = default;
    friend auto operator<=>(const PlanNode&, const PlanNode&) = default;
    static constexpr void fields(auto&& field) {
        field("parent", &PlanNode::parent);
        field("type", &PlanNode::type);
        field("relation", &PlanNode::relation);
        field("alias", &PlanNode::alias);
        field("index", &PlanNode::index);
        field("relationship", &PlanNode::relationship);
        field("name", &PlanNode::name);
        field("filter", &PlanNode::filter);
        field("exclusive_ms", &PlanNode::exclusive_ms);
        field("total_ms", &PlanNode::total_ms);
        field("rows", &PlanNode::rows);
        field("rows_removed", &PlanNode::rows_removed);
        field("rows_estimated", &PlanNode::rows_estimated);
        field("loops", &PlanNode::loops);
        field("processes", &PlanNode::processes);
        field("cost_total", &PlanNode::cost_total);
        field("cost_startup", &PlanNode::cost_startup);
        field("width", &PlanNode::width);
        field("more", &PlanNode::more);
    }
};

struct Plan {
    std::optional<double> total_ms;  // execution, with triggers; nothing without ANALYZE
    std::optional<double> planning_ms;
    double triggers_ms = 0;
    double jit_ms = 0;
    // What children measured beyond their parent, more than rounding explains: doubt about the
    // shares.
    double overlap_ms = 0;
    bool analyzed = false;
    std::uint64_t statement = 0;  // StatementClass id, 0 when the text is not known
    std::string statement_text;   // normalised, without literals
    std::string product = "postgresql";
    std::vector<PlanNode> nodes;
    std::map<std::string, std::string> settings;
    Origin origin;
    friend bool operator==(const Plan&, const Plan&) = default;
    friend auto operator<=>(const Plan&, const Plan&) = default;
    static constexpr void fields(auto&& field) {
        field("total_ms", &Plan::total_ms);
        field("planning_ms", &Plan::planning_ms);
        field("triggers_ms", &Plan::triggers_ms);
        field("jit_ms", &Plan::jit_ms);
        field("overlap_ms", &Plan::overlap_ms);
        field("analyzed", &Plan::analyzed);
        field("statement", &Plan::statement);
        field("statement_text", &Plan::statement_text);
        field("product", &Plan::product);
        field("nodes", &Plan::nodes);
        field("settings", &Plan::settings);
        field("origin", &Plan::origin);
    }
};

struct Plans {
    static constexpr std::size_t most_of_a_shape = 16;

    // By statement and shape (a hash over types, relations, indexes and conditions); largest first.
    std::map<std::string, std::vector<Plan>> by_shape;
    std::uint64_t seen = 0;

    [[nodiscard]] bool empty() const noexcept { return by_shape.empty(); }
    void add(Plan plan);
    void merge(const Plans& other);
    static constexpr void fields(auto&& field) {
        field("by_shape", &Plans::by_shape);
        field("seen", &Plans::seen);
    }
};

}  // namespace plimsoll
