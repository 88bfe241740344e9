#include "readers/plans/postgres_tree.hpp"

#include "readers/plans/conditions.hpp"
#include "readers/plans/exclusive_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

// What findings and growth laws read, beside the fields that every node has.
constexpr auto kept = std::to_array<std::string_view>({"Strategy",
                                                       "Partial Mode",
                                                       "Join Type",
                                                       "Operation",
                                                       "Command",
                                                       "Scan Direction",
                                                       "Sort Method",
                                                       "Sort Space Used",
                                                       "Sort Space Type",
                                                       "Hash Batches",
                                                       "Original Hash Batches",
                                                       "Peak Memory Usage",
                                                       "Disk Usage",
                                                       "HashAgg Batches",
                                                       "Planned Partitions",
                                                       "Heap Fetches",
                                                       "Exact Heap Blocks",
                                                       "Lossy Heap Blocks",
                                                       "Workers Planned",
                                                       "Workers Launched",
                                                       "Cache Hits",
                                                       "Cache Misses",
                                                       "Cache Evictions",
                                                       "Cache Overflows",
                                                       "Cache Mode",
                                                       "Rows Removed by Join Filter",
                                                       "Rows Removed by Index Recheck",
                                                       "Subplans Removed",
                                                       "Shared Hit Blocks",
                                                       "Shared Read Blocks",
                                                       "Temp Read Blocks",
                                                       "Temp Written Blocks",
                                                       "I/O Read Time",
                                                       "Shared I/O Read Time",
                                                       "Temp I/O Read Time",
                                                       "Temp I/O Write Time",
                                                       "CTE Name",
                                                       "Function Name",
                                                       "Storage",
                                                       "Index Searches",
                                                       "Disabled",
                                                       "Custom Plan Provider",
                                                       "Schema",
                                                       "Single Copy",
                                                       "Parallel Aware",
                                                       "Params Evaluated",
                                                       "Maximum Storage",
                                                       "Conflict Resolution",
                                                       "Tuples Inserted"});
constexpr auto conditions = std::to_array<std::string_view>({"Index Cond",
                                                             "Recheck Cond",
                                                             "Hash Cond",
                                                             "Merge Cond",
                                                             "Join Filter",
                                                             "One-Time Filter",
                                                             "TID Cond",
                                                             "Order By",
                                                             "Sort Key",
                                                             "Presorted Key",
                                                             "Group Key",
                                                             "Cache Key",
                                                             "Function Call",
                                                             "Run Condition"});

constexpr std::size_t longest_condition = 4000;
constexpr std::size_t most_nodes = 20'000;  // ten thousand partitions, and some

[[nodiscard]] bool among(const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Kept only when it says something: PostgreSQL prints every counter, most of them 0.
[[nodiscard]] bool says_something(const std::string& text) {
    return !text.empty() && text != "0" && text != "0.0" && text != "0.000" && text != "false";
}

class TreeBuilder {
public:
    TreeBuilder(Plan& plan, bool keep_literals) : plan_{plan}, keep_literals_{keep_literals} {}

    void add(const Value& value, std::int32_t parent, double processes) {
        if (value.kind != Value::Kind::object || value.text_of("Node Type").empty()) {
            throw Refused{"a node has no type"};
        }
        if (plan_.nodes.size() >= most_nodes) {
            throw Refused{"more than " + std::to_string(most_nodes) + " nodes"};
        }
        const auto at = static_cast<std::int32_t>(plan_.nodes.size());
        plan_.nodes.push_back(node_of(value, parent));
        PlanNode& node = plan_.nodes.back();
        // An InitPlan is run by the leader alone.
        node.processes = node.relationship == "InitPlan" ? 1.0 : processes;
        if (const Value* times = value.find("Actual Total Time");
            times != nullptr && node.loops > 0) {
            node.total_ms = number_of(value, "Actual Total Time") * node.loops / node.processes;
        }
        if (value.find("Actual Loops") != nullptr && node.loops <= 0) {
            node.more["Never Executed"] = "true";
        }
        if (const Value* plans = value.find("Plans")) {
            const double below = processes_below(value, *plans, node);
            for (const Member& child : plans->members) {
                add(child.value, at, below);
            }
        }
    }

private:
    [[nodiscard]] PlanNode node_of(const Value& value, std::int32_t parent) {
        PlanNode node;
        node.parent = parent;
        node.type = value.text_of("Node Type");
        node.relation = value.text_of("Relation Name");
        node.alias = value.text_of("Alias");
        node.index = value.text_of("Index Name");
        node.relationship = value.text_of("Parent Relationship");
        node.name = value.text_of("Subplan Name");
        node.filter = condition(value.text_of("Filter"));
        node.cost_startup = number_of(value, "Startup Cost");
        node.cost_total = number_of(value, "Total Cost");
        node.rows_estimated = number_of(value, "Plan Rows");
        node.width = number_of(value, "Plan Width");
        node.loops = number_of(value, "Actual Loops");
        if (value.find("Actual Rows") != nullptr) {
            node.rows = number_of(value, "Actual Rows") * node.loops;
        }
        if (value.find("Rows Removed by Filter") != nullptr) {
            node.rows_removed = number_of(value, "Rows Removed by Filter") * node.loops;
        }
        keep_more(value, node);
        return node;
    }

    void keep_more(const Value& value, PlanNode& node) {
        for (const Member& member : value.members) {
            if (among(kept, member.name)) {
                std::string text = joined(member.value);
                if (says_something(text)) {
                    node.more[member.name] = std::move(text);
                }
            } else if (among(conditions, member.name)) {
                node.more[member.name] = condition(joined(member.value));
            }
        }
        drop_defaults(node);
        if (const Value* workers = value.find("Workers")) {
            keep_worst_of(*workers, node);
        }
        // A sort that is done in each process, or in groups, says so in lists of its own.
        for (const std::string_view groups : {"Full-sort Groups", "Pre-sorted Groups"}) {
            if (const Value* found = value.find(groups)) {
                if (found->find("Sort Space Disk") != nullptr) {
                    node.more["Sort Space Type"] = "Disk";
                }
            }
        }
    }

    // What the text form leaves out, so that all forms give the same.
    static void drop_defaults(PlanNode& node) {
        const auto drop = [&](const std::string& name, std::string_view usual) {
            const auto found = node.more.find(name);
            if (found != node.more.end() && found->second == usual) {
                node.more.erase(found);
            }
        };
        drop("Scan Direction", "Forward");
        drop("Partial Mode", "Simple");
        if (const auto batches = node.more.find("Hash Batches"); batches != node.more.end()) {
            drop("Original Hash Batches", batches->second);
        }
    }

    // One process that spills is a spill.
    static void keep_worst_of(const Value& workers, PlanNode& node) {
        for (const Member& worker : workers.members) {
            for (const std::string_view name :
                 {"Sort Method", "Sort Space Type", "Sort Space Used"}) {
                const std::string text = worker.value.text_of(name);
                const bool disk = worker.value.text_of("Sort Space Type") == "Disk";
                if (!text.empty() && (disk || !node.more.contains(std::string{name}))) {
                    node.more[std::string{name}] = text;
                }
            }
        }
    }

    [[nodiscard]] static double processes_below(const Value& value,
                                                const Value& plans,
                                                const PlanNode& node) {
        if (!node.type.starts_with("Gather")) {
            return node.processes;
        }
        for (const Member& child : plans.members) {
            if (child.value.text_of("Parent Relationship") == "Outer" && node.loops > 0) {
                return std::max(1.0, number_of(child.value, "Actual Loops") / node.loops);
            }
        }
        return number_of(value, "Workers Launched") + 1;
    }

    [[nodiscard]] std::string condition(const std::string& text) const {
        std::string kept_text = keep_literals_ ? text : without_literals(text);
        if (kept_text.size() > longest_condition) {
            kept_text.resize(longest_condition);  // generated conditions run to megabytes
        }
        return kept_text;
    }

    Plan& plan_;
    bool keep_literals_;
};

[[nodiscard]] double jit_time(const Value& result) {
    const Value* jit = result.find("JIT");
    const Value* timing = jit == nullptr ? nullptr : jit->find("Timing");
    return timing == nullptr ? 0 : number_of(*timing, "Total");
}

[[nodiscard]] double trigger_time(const Value& result) {
    double sum = 0;
    if (const Value* triggers = result.find("Triggers")) {
        for (const Member& trigger : triggers->members) {
            sum += number_of(trigger.value, "Time");
        }
    }
    return sum;
}

// auto_explain says "Query Text", MySQL "query"; people who collect plans write what they like.
[[nodiscard]] std::string statement_of(const Value& value, const std::string& around) {
    for (const std::string_view name :
         {"Query Text", "query", "Query", "sql", "statement", "query_text"}) {
        const Value* text = value.find(name);
        if (text != nullptr && text->kind == Value::Kind::scalar && !text->text.empty()) {
            return text->text;
        }
    }
    return around;
}

void search(const Value& value,
            bool (*is_plan)(const Value&) noexcept,
            const std::string& around,
            std::vector<FoundPlan>& out) {
    const std::string statement = statement_of(value, around);
    if (is_plan(value)) {
        out.push_back({.result = &value, .statement = statement});
        return;
    }
    for (const Member& member : value.members) {
        if (member.value.kind != Value::Kind::scalar) {
            search(member.value, is_plan, statement, out);
        }
    }
}

}  // namespace

double to_number(std::string_view text, std::string_view name) {
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw Refused{std::string{name} + " is not a number or out of range"};
    }
    // Costs of switched-off nodes reach 1e10, row estimates are clamped at 1e100 by the server.
    const bool measured = name.starts_with("Actual") || name.ends_with("Time");
    if (!(out >= 0) || out > (measured ? 1e15 : 1e200)) {
        throw Refused{std::string{name} + " is out of range"};
    }
    return out;
}

double number_of(const Value& object, std::string_view name) {
    const Value* found = object.find(name);
    if (found == nullptr || found->kind == Value::Kind::nothing) {
        return 0;
    }
    return to_number(found->text, name);
}

bool is_postgres_plan(const Value& value) noexcept {
    const Value* plan = value.find("Plan");
    return plan != nullptr && plan->kind == Value::Kind::object &&
           plan->find("Node Type") != nullptr;
}

std::vector<FoundPlan> find_plans(const Value& document, bool (*is_plan)(const Value&) noexcept) {
    std::vector<FoundPlan> out;
    search(document, is_plan, {}, out);
    return out;
}

Plan postgres_plan(const Value& result, bool keep_literals) {
    Plan plan;
    const Value* root = result.find("Plan");
    if (root == nullptr) {
        throw Refused{"there is no plan"};
    }
    TreeBuilder{plan, keep_literals}.add(*root, -1, 1.0);
    plan.analyzed = root->find("Actual Loops") != nullptr;
    if (result.find("Planning Time") != nullptr) {
        plan.planning_ms = number_of(result, "Planning Time");
    }
    plan.jit_ms = jit_time(result);
    plan.triggers_ms = trigger_time(result);
    if (result.find("Execution Time") != nullptr) {
        plan.total_ms = number_of(result, "Execution Time");
    } else if (plan.nodes.front().total_ms) {
        plan.total_ms = *plan.nodes.front().total_ms + plan.triggers_ms;
    }
    // The server's own id of the statement (VERBOSE, compute_query_id), kept with the root.
    if (const std::string id = result.text_of("Query Identifier"); !id.empty()) {
        plan.nodes.front().more["Query Identifier"] = id;
    }
    if (const Value* settings = result.find("Settings")) {
        for (const Member& setting : settings->members) {
            plan.settings[setting.name] = joined(setting.value);
        }
    }
    add_exclusive_times(plan);
    return plan;
}

}  // namespace plimsoll::readers::plans
