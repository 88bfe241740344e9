#include "readers/plans/conditions.hpp"
#include "readers/plans/mysql.hpp"
#include "readers/plans/postgres_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

// What wraps what, in versions 1 of MySQL and in MariaDB, and the operation that it stands for.
constexpr std::array<Named, 21> wrappers{
    {{"query_block", ""},
     {"recursive_union", "Recursive Union"},
     {"ordering_operation", "Sort"},
     {"filesort", "Sort"},
     {"grouping_operation", "Group aggregate"},
     {"duplicates_removal", "Temporary table with deduplication"},
     {"temporary_table", "Temporary table"},
     {"windowing", "Window aggregate"},
     {"window_functions_computation", "Window aggregate"},
     {"buffer_result", "Buffer result"},
     {"materialized", "Materialize"},
     {"materialized_from_subquery", "Materialize"},
     {"union_result", "Union"},
     {"read_sorted_file", "Read sorted file"},
     {"block-nl-join", "Block nested loop"},
     {"range-checked-for-each-record", "Range checked for each record"},
     {"having_subqueries", ""},
     {"expression_cache", "Expression cache"},
     {"optimized_away_subqueries", ""},
     {"subquery", ""},
     {"insert_from", ""}}};
constexpr std::array<std::string_view, 7> subqueries{"attached_subqueries",
                                                     "select_list_subqueries",
                                                     "subqueries",
                                                     "order_by_subqueries",
                                                     "group_by_subqueries",
                                                     "having_subqueries",
                                                     "optimized_away_subqueries"};

// Costs are texts in version 1; rows may be fractions; null where nothing ran.
[[nodiscard]] std::optional<double> number(const Value& value, std::string_view name) {
    const Value* found = value.find(name);
    if (found == nullptr || found->kind != Value::Kind::scalar || found->text.empty()) {
        return std::nullopt;
    }
    return to_number(found->text, name);
}

class JsonTree {
public:
    JsonTree(Plan& plan, bool keep_literals) : plan_{plan}, keep_literals_{keep_literals} {}

    void add_block(const Value& value, std::int32_t parent, std::string_view relationship) {
        PlanNode node;
        node.parent = parent;
        node.type = "Query block";
        node.relationship = relationship;
        fill(value, node);
        const std::int32_t at = push(std::move(node));
        add_content(value, at);
    }
    // Version 2: "operation" with "inputs".
    void add_operation(const Value& value, std::int32_t parent, std::string_view relationship) {
        PlanNode node;
        node.parent = parent;
        node.relationship = relationship;
        describe_operation(value.text_of("operation"), keep_literals_, node);
        if (const std::string table = value.text_of("table_name"); !table.empty()) {
            node.relation = table;
        }
        if (const std::string index = value.text_of("index_name"); !index.empty()) {
            node.index = index;
        }
        if (const std::string condition = value.text_of("condition");
            !condition.empty() && node.type == "Filter") {
            node.filter = scrubbed(condition);
        }
        node.cost_total = number(value, "estimated_total_cost").value_or(0);
        node.rows_estimated = number(value, "estimated_rows").value_or(0);
        if (const std::optional<double> loops = number(value, "actual_loops")) {
            plan_.analyzed = true;
            node.loops = *loops;
            node.rows = number(value, "actual_rows").value_or(0) * *loops;
            if (*loops > 0) {
                node.total_ms = number(value, "actual_last_row_ms").value_or(0) * *loops;
            }
        }
        const std::int32_t at = push(std::move(node));
        for (const std::string_view list :
             {"inputs", "inputs_from_select_list", "inputs_from_condition"}) {
            if (const Value* inputs = value.find(list)) {
                for (const Member& input : inputs->members) {
                    add_operation(input.value, at, list == "inputs" ? "" : "SubPlan");
                }
            }
        }
    }

private:
    std::int32_t push(PlanNode node) {
        if (plan_.nodes.size() >= 20'000) {
            throw Refused{"more than 20000 nodes"};
        }
        plan_.nodes.push_back(std::move(node));
        return static_cast<std::int32_t>(plan_.nodes.size()) - 1;
    }
    [[nodiscard]] std::string scrubbed(const std::string& text) const {
        std::string kept = keep_literals_ ? text : without_literals(text, Quoting::mysql);
        kept.resize(std::min<std::size_t>(kept.size(), 4000));
        return kept;
    }

    void fill(const Value& value, PlanNode& node) {
        if (const std::optional<double> loops = number(value, "r_loops")) {
            plan_.analyzed = true;
            node.loops = *loops;
            if (const std::optional<double> rows = number(value, "r_rows")) {
                const double kept = number(value, "r_filtered").value_or(100) / 100;
                node.rows = *rows * *loops * kept;
                node.rows_removed = *rows * *loops * (1 - kept);
            }
        }
        const std::optional<double> table = number(value, "r_table_time_ms");
        const std::optional<double> other = number(value, "r_other_time_ms");
        if (table || other) {
            node.total_ms = table.value_or(0) + other.value_or(0);
        } else if (const std::optional<double> total = number(value, "r_total_time_ms")) {
            node.total_ms = *total;
        }
        const Value* cost = value.find("cost_info");
        if (cost != nullptr) {
            const double read =
                number(*cost, "read_cost").value_or(0) + number(*cost, "eval_cost").value_or(0);
            node.cost_total = number(*cost, "query_cost").value_or(read);
        } else {
            node.cost_total = number(value, "cost").value_or(0);
        }
    }

    void add_table(const Value& value, std::int32_t parent) {
        PlanNode node;
        node.parent = parent;
        fill(value, node);
        node.relation = value.text_of("table_name");
        node.alias = node.relation;
        node.index = value.text_of("key");
        node.filter = scrubbed(value.text_of("attached_condition"));
        node.rows_estimated =
            number(value, "rows_examined_per_scan").value_or(number(value, "rows").value_or(0));
        const std::string access = value.text_of("access_type");
        node.type = access == "ALL"     ? "Table scan"
                    : access == "index" ? "Index scan"
                    : access == "range" ? "Index range scan"
                    : access == "const" || access == "eq_ref" || access == "system"
                        ? "Single-row index lookup"
                    : access.empty() ? "Result"
                                     : "Index lookup";
        if (node.type.find("lookup") != std::string::npos) {
            node.more["Index Cond"] = lookup_condition(value);
        }
        if (node.relation.starts_with('<')) {
            node.relation.clear();
        }
        const std::int32_t at = push(std::move(node));
        add_content(value, at);
    }

    // Which columns are looked up with what: "used_key_parts" beside "ref".
    [[nodiscard]] std::string lookup_condition(const Value& value) const {
        std::string out;
        const Value* parts = value.find("used_key_parts");
        const Value* with = value.find("ref");
        for (std::size_t i = 0; parts != nullptr && i < parts->members.size(); ++i) {
            std::string right =
                with != nullptr && i < with->members.size() ? with->members[i].value.text : "const";
            right = right == "const" ? "?" : right;
            out += (out.empty() ? "(" : " AND ") + parts->members[i].value.text + " = " + right;
        }
        return out.empty() ? out : out + ")";
    }

    // A list of tables runs as nested loops, the first outermost: ((a, b), c).
    void add_join(const Value& list, std::int32_t parent) {
        std::int32_t under = parent;
        const std::size_t tables = list.members.size();
        std::vector<std::int32_t> loops;
        for (std::size_t i = 1; i < tables; ++i) {
            PlanNode node;
            node.parent = under;
            node.type = "Nested Loop";
            node.more["Join Type"] = "Inner";
            under = push(std::move(node));
            loops.push_back(under);
        }
        for (std::size_t i = 0; i < tables; ++i) {
            const std::int32_t owner = loops.empty() ? parent
                                       : i == 0      ? loops.back()
                                                     : loops[loops.size() - i];
            const std::size_t before = plan_.nodes.size();
            add_content(list.members[i].value, owner);
            if (i > 0 && before < plan_.nodes.size()) {
                plan_.nodes[before].relationship = "Inner";
            }
        }
    }

    void add_content(const Value& value, std::int32_t parent) {
        for (const Member& member : value.members) {
            const auto wrapper = std::ranges::find(wrappers, member.name, &Named::first);
            if (member.name == "table") {
                add_table(member.value, parent);
            } else if (member.name == "nested_loop") {
                add_join(member.value, parent);
            } else if (std::ranges::find(subqueries, member.name) != subqueries.end()) {
                for (const Member& sub : member.value.members) {
                    const Value* block = sub.value.find("query_block");
                    add_block(block != nullptr ? *block : sub.value, parent, "SubPlan");
                }
            } else if (member.name == "query_specifications") {
                for (const Member& part : member.value.members) {
                    const Value* block = part.value.find("query_block");
                    add_block(block != nullptr ? *block : part.value, parent, "Member");
                }
            } else if (wrapper != wrappers.end() && member.value.kind == Value::Kind::object) {
                if (wrapper->second.empty()) {
                    add_block(member.value, parent, "");
                    continue;
                }
                PlanNode node;
                node.parent = parent;
                node.type = wrapper->second;
                fill(member.value, node);
                if (const std::string key = member.value.text_of("sort_key"); !key.empty()) {
                    node.more["Sort Key"] = scrubbed(key);
                }
                add_content(member.value, push(std::move(node)));
            } else {
                // What a version adds around a table ("materialization", "recursive_union",
                // "expression_cache" in a list) must not hide it.
                add_within(member.value, parent);
            }
        }
    }
    void add_within(const Value& value, std::int32_t parent) {
        if (value.kind == Value::Kind::object) {
            add_content(value, parent);
        } else if (value.kind == Value::Kind::list) {
            for (const Member& member : value.members) {
                add_within(member.value, parent);
            }
        }
    }

    Plan& plan_;
    bool keep_literals_;
};

// A node that says no time of its own takes that of what is below it.
void total_up(Plan& plan) {
    std::vector<double> below(plan.nodes.size(), 0);
    for (std::size_t i = plan.nodes.size(); i-- > 0;) {
        PlanNode& node = plan.nodes[i];
        node.total_ms = std::max(node.total_ms.value_or(0), below[i]);
        if (node.parent >= 0) {
            below[static_cast<std::size_t>(node.parent)] += *node.total_ms;
        }
    }
}

}  // namespace

bool is_mysql_plan(const Value& value) noexcept {
    const Value* block = value.find("query_block");
    const Value* plan = value.find("query_plan");
    return (block != nullptr && block->kind == Value::Kind::object) ||
           (plan != nullptr && plan->kind == Value::Kind::object) ||
           (value.find("operation") != nullptr &&
            (value.find("inputs") != nullptr || value.find("access_type") != nullptr));
}

Plan mysql_json_plan(const Value& document, bool keep_literals) {
    Plan plan;
    plan.product = "mysql";
    JsonTree tree{plan, keep_literals};
    const Value* query_plan = document.find("query_plan");
    if (const Value* block = document.find("query_block")) {
        tree.add_block(*block, -1, "");
        if (plan.analyzed || document.find("query_optimization") != nullptr) {
            plan.product = "mariadb";  // MySQL has no ANALYZE in this form
        }
        if (const Value* optimiser = document.find("query_optimization")) {
            plan.planning_ms = number(*optimiser, "r_total_time_ms");
        }
        if (plan.analyzed) {
            total_up(plan);
        }
    } else {
        tree.add_operation(query_plan != nullptr ? *query_plan : document, -1, "");
    }
    complete(plan);
    plan.total_ms = plan.analyzed ? plan.nodes.front().total_ms : std::nullopt;
    return plan;
}

}  // namespace plimsoll::readers::plans
