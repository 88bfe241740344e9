#include "readers/plans/conditions.hpp"
#include "readers/plans/exclusive_time.hpp"
#include "readers/plans/json_documents.hpp"
#include "readers/plans/mysql.hpp"
#include "readers/plans/postgres_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}
[[nodiscard]] std::string_view behind(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    return at == std::string_view::npos
               ? std::string_view{}
               : text.substr(at + name.size(),
                             text.find_first_of(" )", at + name.size()) - at - name.size());
}
[[nodiscard]] std::string_view last_of(std::string_view range) {
    const std::size_t dots = range.find("..");
    return dots == std::string_view::npos ? range : range.substr(dots + 2);
}
[[nodiscard]] std::string_view first_word(std::string_view text) {
    text = trimmed(text);
    return text.substr(0, text.find_first_of(" :("));
}

void read_numbers(std::string_view text, PlanNode& node, Plan& plan) {
    const std::size_t cost = text.rfind("(cost=");
    const std::size_t actual = text.rfind("(actual time=");
    if (cost != std::string_view::npos) {
        const std::string_view part = text.substr(cost);
        node.cost_total = to_number(last_of(behind(part, "(cost=")), "cost");
        if (const std::string_view rows = behind(part, " rows="); !rows.empty()) {
            node.rows_estimated = to_number(rows, "rows");
        }
    }
    if (text.find("(never executed)") != std::string_view::npos) {
        node.more["Never Executed"] = "true";
        node.rows = 0;
        plan.analyzed = true;
    } else if (actual != std::string_view::npos) {
        const std::string_view part = text.substr(actual);
        const std::string_view time = last_of(behind(part, "(actual time="));
        node.loops = to_number(behind(part, " loops="), "Actual Loops");
        node.rows = to_number(behind(part, " rows="), "Actual Rows") * node.loops;
        node.total_ms = to_number(time, "Actual Time") * node.loops;
        plan.analyzed = true;
    }
}

}  // namespace

bool is_mysql_tree_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    return text.starts_with("-> ") && text.size() > 3 && text[3] != ' ';
}
bool is_mysql_tree_root(std::string_view line) {
    return is_mysql_tree_line(line) && line.find("->") < 4;
}

void describe_operation(std::string_view text, bool keep_literals, PlanNode& node) {
    text = trimmed(text);
    const auto condition = [&](std::string_view part) {
        std::string kept =
            keep_literals ? std::string{part} : without_literals(part, Quoting::mysql);
        kept.resize(std::min<std::size_t>(kept.size(), 4000));
        return kept;
    };
    const std::size_t end =
        std::min({text.find(" on "), text.find(": "), text.find(" ("), text.size()});
    node.type = text.substr(0, end);
    std::string_view rest = text.substr(end);
    if (rest.starts_with(" on ")) {
        node.relation = first_word(rest.substr(4));
        std::erase(node.relation, '`');
        node.alias = node.relation;
        if (node.relation.starts_with('<')) {
            node.relation.clear();  // <temporary>, <union1,2>
        }
        const std::size_t is_using = rest.find(" using ");
        if (is_using != std::string_view::npos) {
            node.index = first_word(rest.substr(is_using + 7));
            const std::size_t bracket = rest.find('(', is_using);
            if (bracket != std::string_view::npos) {
                node.more["Index Cond"] = condition(rest.substr(bracket));
            }
        }
    } else if (node.type == "Filter" && rest.size() > 2) {
        node.filter = condition(rest.substr(2));
    } else if (node.type.starts_with("Sort") && rest.size() > 2) {
        node.more["Sort Key"] = condition(rest.substr(2, rest.find(", limit ") - 2));
        if (rest.find(", limit ") != std::string_view::npos) {
            node.more["Sort Method"] = "top-N heapsort";
        }
    } else if (node.type.find("hash join") != std::string::npos || node.type.find("Hash") == 0) {
        node.more["Hash Cond"] = condition(rest);
    } else if (node.type.starts_with("Nested loop")) {
        node.more["Join Type"] = node.type.find("left") != std::string::npos   ? "Left"
                                 : node.type.find("semi") != std::string::npos ? "Semi"
                                 : node.type.find("anti") != std::string::npos ? "Anti"
                                                                               : "Inner";
    }
}

void complete(Plan& plan) {
    std::map<std::int32_t, int> inputs;
    for (PlanNode& node : plan.nodes) {
        if (node.parent >= 0 && node.relationship.empty()) {
            const PlanNode& parent = plan.nodes[static_cast<std::size_t>(node.parent)];
            const bool join = parent.type.find("join") != std::string::npos ||
                              parent.type.find("loop") != std::string::npos ||
                              parent.type.find("Loop") != std::string::npos;
            node.relationship = join && inputs[node.parent]++ > 0 ? "Inner" : "Outer";
        }
    }
    for (std::size_t i = plan.nodes.size(); i-- > 1;) {
        const PlanNode& node = plan.nodes[i];
        if (node.parent < 0) {
            continue;
        }
        PlanNode& parent = plan.nodes[static_cast<std::size_t>(node.parent)];
        if (parent.type == "Filter" && node.relationship == "Outer" && parent.rows && node.rows) {
            parent.rows_removed = std::max(0.0, *node.rows - *parent.rows);
        }
    }
    add_exclusive_times(plan);
}

Plan mysql_tree_plan(const std::vector<std::string>& lines, bool keep_literals) {
    Plan plan;
    plan.product = "mysql";
    std::vector<std::pair<std::size_t, std::int32_t>> open;  // column of the arrow, node
    std::string heading;
    for (const std::string& line : lines) {
        const std::size_t indent = line.find_first_not_of(" \t");
        const std::string_view text = trimmed(line);
        if (text.empty()) {
            continue;
        }
        if (!text.starts_with("->")) {
            break;  // the client's footer
        }
        std::string_view operation = trimmed(text.substr(2));
        const std::size_t column = indent < 4 ? 0 : indent;  // a frame's margin before the root
        while (!open.empty() && open.back().first >= column) {
            open.pop_back();
        }
        if (open.size() > deepest / 2) {
            throw Refused{"nested more than " + std::to_string(deepest / 2) + " deep"};
        }
        PlanNode node;
        node.parent = open.empty() ? (plan.nodes.empty() ? -1 : 0) : open.back().second;
        read_numbers(operation, node, plan);
        for (const std::string_view begin : {"(cost=", "(actual time=", "(never executed)"}) {
            operation = trimmed(operation.substr(0, operation.rfind(begin)));
        }
        describe_operation(operation, keep_literals, node);
        if (node.type.starts_with("Select #")) {
            node.relationship = "SubPlan";
        }
        open.emplace_back(column, static_cast<std::int32_t>(plan.nodes.size()));
        plan.nodes.push_back(std::move(node));
    }
    if (plan.nodes.empty()) {
        throw Refused{"there is no plan"};
    }
    // "Select #2 (subquery ...)" is a heading: its child does the work.
    for (std::size_t i = plan.nodes.size(); i-- > 1;) {
        PlanNode& node = plan.nodes[i];
        PlanNode& parent = plan.nodes[static_cast<std::size_t>(node.parent)];
        if (parent.relationship == "SubPlan" && !parent.total_ms) {
            parent.total_ms = node.total_ms;
            parent.rows = node.rows;
            parent.loops = node.loops;
        }
    }
    complete(plan);
    plan.total_ms = plan.nodes.front().total_ms;
    return plan;
}

}  // namespace plimsoll::readers::plans
