#include "readers/plans/text_plan.hpp"

#include "readers/plans/json_documents.hpp"
#include "readers/plans/postgres_tree.hpp"
#include "readers/plans/text_node.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

constexpr std::array<std::string_view, 13> roots_without_cost{"Seq Scan on ",
                                                              "Index Scan ",
                                                              "Index Only Scan ",
                                                              "Bitmap Heap Scan on ",
                                                              "Aggregate",
                                                              "Sort",
                                                              "Limit",
                                                              "Hash ",
                                                              "Nested Loop",
                                                              "Merge ",
                                                              "Gather",
                                                              "Result",
                                                              "Append"};

[[nodiscard]] std::size_t indent_of(std::string_view line) {
    const std::size_t at = line.find_first_not_of(" \t");
    return at == std::string_view::npos ? line.size() : at;
}
[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}
[[nodiscard]] bool has_numbers(std::string_view line) {
    return line.find("(cost=") != std::string_view::npos ||
           line.find("(actual time=") != std::string_view::npos ||
           line.find("(actual rows=") != std::string_view::npos ||
           line.find("(never executed)") != std::string_view::npos;
}
[[nodiscard]] bool is_heading(std::string_view text) {
    return (text.starts_with("InitPlan ") || text.starts_with("SubPlan ") ||
            text.starts_with("CTE ")) &&
           !has_numbers(text) && text.find(": ") == std::string_view::npos;
}
// The name on an arrow's line.
[[nodiscard]] std::string_view after_arrow(std::string_view text) {
    return text.starts_with("->") ? trimmed(text.substr(2)) : text;
}

// The nodes open at a line, outermost first; the tree is put together from the back of `nodes`.
class TextTree {
public:
    void add(const std::string& line) {
        const std::string_view text = trimmed(line);
        const std::size_t indent = indent_of(line);
        if (text.empty()) {
            return;
        }
        if (is_node_line(line) || nodes_.empty()) {
            add_node(text, indent);
        } else if (is_heading(text)) {
            heading_ = text;
            heading_indent_ = indent;
        } else if (!add_to_result(text, indent)) {
            add_to_node(text, indent);
        }
    }

    Value finish() {
        // Children come after their parents, so moving from the back moves whole sub-trees.
        for (std::size_t i = nodes_.size(); i-- > 1;) {
            std::vector<Member>& kids = nodes_[nodes_[i].parent].children;
            std::reverse(nodes_[i].children.begin(), nodes_[i].children.end());
            close(nodes_[i]);
            kids.push_back({.name = {}, .value = std::move(nodes_[i].value)});
        }
        if (!nodes_.empty()) {
            std::reverse(nodes_[0].children.begin(), nodes_[0].children.end());
            close(nodes_[0]);
            result_.add("Plan", std::move(nodes_[0].value));
        }
        result_.kind = Value::Kind::object;
        triggers_.kind = Value::Kind::list;
        result_.add("Triggers", std::move(triggers_));
        return std::move(result_);
    }

private:
    struct Node {
        Value value;
        std::vector<Member> children;
        std::size_t parent = 0;
        std::size_t name_at = 0;  // column
        std::size_t depth = 0;
    };

    static void close(Node& node) {
        if (!node.children.empty()) {
            Value list;
            list.kind = Value::Kind::list;
            list.members = std::move(node.children);
            node.value.add("Plans", std::move(list));
        }
    }

    void add_node(std::string_view text, std::size_t indent) {
        const bool arrow = text.starts_with("->");
        const std::string_view name = after_arrow(text);
        while (open_.size() > 1 && nodes_[open_.back()].name_at >= indent) {
            open_.pop_back();
        }
        Node node;
        node.value = parse_node_line(name);
        node.name_at = indent + (arrow ? static_cast<std::size_t>(name.data() - text.data()) : 0);
        node.parent = open_.empty() ? 0 : open_.back();
        node.depth = nodes_.empty() ? 0 : nodes_[node.parent].depth + 1;
        if (node.depth > deepest / 2) {
            throw Refused{"nested more than " + std::to_string(deepest / 2) + " deep"};
        }
        if (!nodes_.empty()) {
            name_relationship(node, indent);
        }
        open_.push_back(nodes_.size());
        nodes_.push_back(std::move(node));
    }

    void name_relationship(Node& node, std::size_t indent) {
        if (!heading_.empty() && indent > heading_indent_) {
            const bool sub = heading_.starts_with("SubPlan");
            node.value.add_text("Parent Relationship", sub ? "SubPlan" : "InitPlan");
            node.value.add_text("Subplan Name", std::string{heading_});
            heading_ = {};
            return;
        }
        Node& parent = nodes_[node.parent];
        const std::string type = parent.value.text_of("Node Type");
        const bool join = type == "Nested Loop" || type == "Hash Join" || type == "Merge Join" ||
                          type == "Recursive Union";
        const bool members = type.ends_with("Append") || type == "BitmapAnd" || type == "BitmapOr";
        std::size_t& inputs = inputs_[node.parent];
        const std::string_view relationship = members                   ? "Member"
                                              : type == "Subquery Scan" ? "Subquery"
                                              : join && inputs > 0      ? "Inner"
                                                                        : "Outer";
        ++inputs;
        node.value.add_text("Parent Relationship", std::string{relationship});
    }

    // What stands below the tree, or "Settings" and "JIT" with what belongs to them.
    [[nodiscard]] bool add_to_result(std::string_view text, std::size_t indent) {
        const auto number = [&](std::string_view key) {
            const std::string_view value = trimmed(text.substr(key.size()));
            return std::string{value.substr(0, value.find(' '))};
        };
        if (text.starts_with("Planning Time:") || text.starts_with("Planning time:")) {
            result_.add_text("Planning Time", number("Planning Time:"));
        } else if (text.starts_with("Execution Time:") || text.starts_with("Execution time:")) {
            result_.add_text("Execution Time", number("Execution Time:"));
        } else if (text.starts_with("Total runtime:")) {
            result_.add_text("Execution Time", number("Total runtime:"));
        } else if (text.starts_with("Trigger ") && text.find("time=") != std::string_view::npos) {
            Value trigger;
            trigger.kind = Value::Kind::object;
            const std::string_view time = text.substr(text.find("time=") + 5);
            trigger.add_text("Time", std::string{time.substr(0, time.find(' '))});
            triggers_.add({}, std::move(trigger));
        } else if (text.starts_with("Settings: ")) {
            add_settings(text.substr(10));
        } else if (text == "JIT:" || text == "Planning:" || text.starts_with("Serialization:")) {
            section_ = text;
            section_indent_ = indent;
        } else if (!section_.empty() && indent > section_indent_) {
            add_jit(text);
        } else {
            if (text.starts_with("Query Identifier:")) {
                result_.add_text("Query Identifier", number("Query Identifier:"));
                return true;
            }
            return text.starts_with("Query Text:");
        }
        return true;
    }

    void add_jit(std::string_view text) {
        const std::size_t total = text.find("Total ");
        if (section_ != "JIT:" || !text.starts_with("Timing:") || total == std::string_view::npos) {
            return;
        }
        Value timing;
        timing.kind = Value::Kind::object;
        const std::string_view value = text.substr(total + 6);
        timing.add_text("Total", std::string{value.substr(0, value.find(' '))});
        Value jit;
        jit.kind = Value::Kind::object;
        jit.add("Timing", std::move(timing));
        result_.add("JIT", std::move(jit));
    }

    // work_mem = '64MB', jit = 'off'
    void add_settings(std::string_view text) {
        Value settings;
        settings.kind = Value::Kind::object;
        while (!text.empty()) {
            const std::size_t equals = text.find(" = '");
            const std::size_t end =
                equals == std::string_view::npos ? equals : text.find('\'', equals + 4);
            if (end == std::string_view::npos) {
                break;
            }
            settings.add_text(std::string{trimmed(text.substr(0, equals))},
                              std::string{text.substr(equals + 4, end - equals - 4)});
            text = text.substr(end + 1);
            text = text.starts_with(", ") ? text.substr(2) : std::string_view{};
        }
        result_.add("Settings", std::move(settings));
    }

    void add_to_node(std::string_view text, std::size_t indent) {
        std::size_t owner = open_.back();
        for (std::size_t i = open_.size(); i-- > 0;) {
            owner = open_[i];
            if (nodes_[owner].name_at < indent) {
                break;
            }
        }
        if (text.starts_with("Worker ")) {
            const std::size_t colon = text.find(": ");
            if (colon != std::string_view::npos && text.find("Disk: ") != std::string_view::npos) {
                add_property(text.substr(colon + 2),
                             nodes_[owner].value);  // one process that spills is a spill
            }
            return;
        }
        add_property(text, nodes_[owner].value);
    }

    std::vector<Node> nodes_;
    std::vector<std::size_t> open_;
    std::map<std::size_t, std::size_t> inputs_;
    std::string_view heading_;
    std::size_t heading_indent_ = 0;
    std::string_view section_;
    std::size_t section_indent_ = 0;
    Value result_;
    Value triggers_;
};

[[nodiscard]] int open_brackets(std::string_view text) {
    int open = 0;
    bool quoted = false;
    for (const char c : text) {
        quoted = c == '\'' ? !quoted : quoted;
        open += !quoted && c == '(' ? 1 : 0;
        open -= !quoted && c == ')' ? 1 : 0;
    }
    return open;
}

}  // namespace

bool is_node_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.starts_with("->")) {
        return true;
    }
    // "Filter: (cost=..." is none: a property has its colon before the numbers.
    const std::size_t numbers =
        std::min({text.find("(cost="), text.find("(actual "), text.find("(never executed)")});
    if (!has_numbers(text) || numbers == 0) {
        return false;
    }
    // Nor is the wrapped end of a node's line, "width=16) (actual time=...".
    const std::string_view name = text.substr(0, numbers);
    return name.find(": ") == std::string_view::npos && name.find('=') == std::string_view::npos &&
           !text.starts_with("Worker ");
}

bool is_root_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.starts_with("->") || text.empty()) {
        return false;
    }
    return is_node_line(line) ||
           (text.find(": ") == std::string_view::npos && text.find(';') == std::string_view::npos &&
            std::ranges::any_of(roots_without_cost, [&](std::string_view root) {
                return root.ends_with(' ') ? text.starts_with(root) : text == root;
            }));
}

std::vector<std::string> rejoined(const std::vector<std::string>& lines) {
    std::vector<std::string> out;
    int open = 0;
    for (const std::string& line : lines) {
        const std::string_view text = trimmed(line);
        const bool numbers = text.starts_with("(cost=") || text.starts_with("(actual ") ||
                             text.starts_with("(never ");
        const bool continues = open > 0 && !text.starts_with("->");
        if (!out.empty() && (continues || numbers) && out.back().size() < 1U << 20U) {
            out.back() += ' ';
            out.back() += text;
            open += open_brackets(text);
        } else {
            out.push_back(line);
            open = open_brackets(text);
        }
    }
    return out;
}

Value parse_text_plan(const std::vector<std::string>& lines) {
    const std::vector<std::string> whole = rejoined(lines);
    TextTree tree;
    for (const std::string& line : whole) {
        tree.add(line);
    }
    return tree.finish();
}

}  // namespace plimsoll::readers::plans
