#include "readers/plans/text_node.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) {
        return false;
    }
    text.remove_prefix(word.size());
    return true;
}

// "rows=12 width=4)": what stands behind `name`, up to a blank or a bracket.
[[nodiscard]] std::string_view behind(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(at + name.size());
    return text.substr(0, text.find_first_of(" ),"));
}

void add_if(Value& node, std::string_view name, std::string_view text) {
    if (!text.empty()) {
        node.add_text(std::string{name}, std::string{text});
    }
}

void add_range(Value& node,
               std::string_view text,
               std::string_view first,
               std::string_view second) {
    const std::size_t dots = text.find("..");
    if (dots != std::string_view::npos) {
        add_if(node, first, text.substr(0, dots));
        add_if(node, second, text.substr(dots + 2));
    }
}

void add_numbers(std::string_view text, Value& node) {
    if (const std::size_t cost = text.find("(cost="); cost != std::string_view::npos) {
        const std::string_view part = text.substr(cost, text.find(')', cost) - cost + 1);
        add_range(node, behind(part, "(cost="), "Startup Cost", "Total Cost");
        add_if(node, "Plan Rows", behind(part, " rows="));
        add_if(node, "Plan Width", behind(part, " width="));
    }
    if (const std::size_t actual = text.find("(actual "); actual != std::string_view::npos) {
        const std::string_view part = text.substr(actual);
        add_range(node, behind(part, " time="), "Actual Startup Time", "Actual Total Time");
        add_if(node, "Actual Rows", behind(part, " rows="));
        add_if(node, "Actual Loops", behind(part, " loops="));
    } else if (text.find("(never executed)") != std::string_view::npos) {
        node.add_text("Actual Loops", "0");
        node.add_text("Actual Rows", "0");
    }
}

// A name that may be quoted and hold blanks; takes it off the front.
[[nodiscard]] std::string take_name(std::string_view& text) {
    std::string out;
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (quoted || text[at] != ' '); ++at) {
        if (text[at] == '"') {
            quoted = !quoted;
        } else {
            out += text[at];
        }
    }
    text = trimmed(text.substr(at));
    return out;
}

// "public.orders o": schema, table, alias.
void add_relation(std::string_view text, std::string_view key, Value& node) {
    std::string name = take_name(text);
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos && key != "Index Name" && key != "Alias") {
        node.add_text("Schema", name.substr(0, dot));
        name.erase(0, dot + 1);
    }
    const std::string alias = text.empty() ? name : take_name(text);
    node.add_text(std::string{key}, std::move(name));
    if (key != "Index Name" && key != "Alias") {
        node.add_text("Alias", alias);
    }
}

void add_type(Value& node, std::string_view type) {
    node.add_text("Node Type", std::string{type});
}

[[nodiscard]] bool add_aggregate(std::string_view text, Value& node) {
    std::string_view mode;
    if (take(text, "Partial ")) {
        mode = "Partial";
    } else if (take(text, "Finalize ")) {
        mode = "Finalize";
    }
    constexpr std::array<Pair, 4> kinds{{{"HashAggregate", "Hashed"},
                                         {"GroupAggregate", "Sorted"},
                                         {"MixedAggregate", "Mixed"},
                                         {"Aggregate", "Plain"}}};
    for (const auto& [name, strategy] : kinds) {
        if (text == name) {
            add_type(node, "Aggregate");
            node.add_text("Strategy", std::string{strategy});
            add_if(node, "Partial Mode", mode);
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool add_join(std::string_view text, Value& node) {
    constexpr std::array<Pair, 3> joins{
        {{"Nested Loop", "Nested Loop"}, {"Hash", "Hash Join"}, {"Merge", "Merge Join"}}};
    for (const auto& [begin, type] : joins) {
        std::string_view rest = text;
        if (!take(rest, begin) || (!rest.empty() && rest.front() != ' ')) {
            continue;
        }
        rest = trimmed(rest);
        if (rest.ends_with("Join") || (rest.empty() && begin == "Nested Loop")) {
            rest = trimmed(rest.substr(0, rest.size() - std::min<std::size_t>(rest.size(), 4)));
            add_type(node, type);
            node.add_text("Join Type", rest.empty() ? "Inner" : std::string{rest});
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool add_change(std::string_view text, Value& node) {
    for (const std::string_view operation : {"Insert", "Update", "Delete", "Merge"}) {
        std::string_view rest = text;
        take(rest, "Foreign ");
        if (take(rest, operation) && take(rest, " on ")) {
            add_type(node, "ModifyTable");
            node.add_text("Operation", std::string{operation});
            add_relation(rest, "Relation Name", node);
            return true;
        }
    }
    return false;
}

// "HashSetOp Except", "SetOp Intersect All"
[[nodiscard]] bool add_set_operation(std::string_view text, Value& node) {
    const bool hashed = take(text, "Hash");
    if (!take(text, "SetOp")) {
        return false;
    }
    add_type(node, "SetOp");
    node.add_text("Strategy", hashed ? "Hashed" : "Sorted");
    add_if(node, "Command", trimmed(text));
    return true;
}

void add_scan(std::string_view text, Value& node) {
    const std::size_t on = text.find(" on ");
    std::string_view type = text.substr(0, on);
    std::string_view rest = on == std::string_view::npos ? std::string_view{} : text.substr(on + 4);
    if (const std::size_t is_using = type.find(" using "); is_using != std::string_view::npos) {
        std::string_view index = type.substr(is_using + 7);
        type = type.substr(0, is_using);
        node.add_text("Index Name", take_name(index));
    }
    if (type.ends_with(" Backward")) {
        type.remove_suffix(9);
        node.add_text("Scan Direction", "Backward");
    }
    if (type.starts_with("Custom Scan (")) {
        node.add_text("Custom Plan Provider", std::string{type.substr(13, type.find(')') - 13)});
        type = "Custom Scan";
    }
    add_type(node, type);
    if (rest.empty()) {
        return;
    }
    constexpr std::array<Pair, 8> keys{{{"Bitmap Index Scan", "Index Name"},
                                        {"CTE Scan", "CTE Name"},
                                        {"WorkTable Scan", "CTE Name"},
                                        {"Function Scan", "Function Name"},
                                        {"Subquery Scan", "Alias"},
                                        {"Values Scan", "Alias"},
                                        {"Table Function Scan", "Table Function Name"},
                                        {"Named Tuplestore Scan", "Tuplestore Name"}}};
    const auto key = std::ranges::find(keys, type, &Pair::first);
    add_relation(rest, key == keys.end() ? "Relation Name" : key->second, node);
}

[[nodiscard]] std::string without_unit(std::string_view text) {
    return std::string{text.substr(0, text.find_first_not_of("0123456789."))};
}

// "shared hit=3 read=4, temp read=1 written=2" as "Shared Hit Blocks" and so on.
void add_counters(std::string_view text, std::string_view ending, Value& node) {
    std::string group;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,"), text.size());
        std::string word{text.substr(0, end)};
        text = trimmed(text.substr(std::min(text.size(), end + 1)));
        if (word.empty()) {
            continue;
        }
        word[0] = static_cast<char>(word[0] >= 'a' && word[0] <= 'z' ? word[0] - 32 : word[0]);
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) {
            group = word + " ";
        } else {
            node.add_text(group + word.substr(0, equals) + std::string{ending},
                          word.substr(equals + 1));
        }
    }
}

// "Buckets: 1024  Batches: 5 (originally 1)  Memory Usage: 30kB": properties two blanks apart.
void add_several(std::string_view line, std::string_view type, Value& node) {
    const bool hash = type == "Hash";
    const bool memoize = type == "Memoize";
    while (!line.empty()) {
        const std::size_t gap = line.find("  ");
        const std::string_view part = trimmed(line.substr(0, gap));
        line = gap == std::string_view::npos ? std::string_view{} : trimmed(line.substr(gap));
        const std::size_t colon = part.find(": ");
        if (colon == std::string_view::npos) {
            continue;
        }
        const std::string_view key = part.substr(0, colon);
        const std::string_view value = part.substr(colon + 2);
        if (key == "Batches") {
            node.add_text(hash ? "Hash Batches" : "HashAgg Batches", without_unit(value));
            const std::size_t before = value.find("originally ");
            add_if(node,
                   "Original Hash Batches",
                   before == std::string_view::npos ? std::string_view{}
                                                    : behind(value, "originally "));
        } else if (key == "Memory Usage" || key == "Disk Usage") {
            node.add_text(key == "Memory Usage" ? "Peak Memory Usage" : "Disk Usage",
                          without_unit(value));
        } else if (key == "Memory" || key == "Disk") {
            node.add_text("Sort Space Used", without_unit(value));
            node.add_text("Sort Space Type", std::string{key});
        } else {
            node.add_text((memoize ? "Cache " : "") + std::string{key}, std::string{value});
        }
    }
}

}  // namespace

Value parse_node_line(std::string_view text) {
    Value node;
    node.kind = Value::Kind::object;
    std::size_t numbers = text.find("  (cost=");
    for (const std::string_view begin : {" (cost=", " (actual ", " (never executed)"}) {
        numbers = std::min(numbers, text.find(begin));
    }
    std::string_view name = trimmed(text.substr(0, numbers));
    if (take(name, "Parallel ")) {
        node.add_text("Parallel Aware", "true");
    }
    take(name, "Async ");
    if (!add_aggregate(name, node) && !add_join(name, node) && !add_change(name, node) &&
        !add_set_operation(name, node)) {
        add_scan(name, node);
    }
    if (numbers != std::string_view::npos) {
        add_numbers(text.substr(numbers), node);
    }
    return node;
}

void add_property(std::string_view line, Value& node) {
    line = trimmed(line);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
        return;
    }
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 2));
    const std::string type = node.text_of("Node Type");
    constexpr std::array<std::string_view, 8> several{"Sort Method",
                                                      "Buckets",
                                                      "Batches",
                                                      "Hits",
                                                      "Memory Usage",
                                                      "Planned Partitions",
                                                      "Disk Usage",
                                                      "Storage"};
    if (key == "Buffers") {
        add_counters(value, " Blocks", node);
    } else if (key == "I/O Timings") {
        add_counters(value, " Time", node);
    } else if (key == "Heap Blocks") {
        add_if(node, "Exact Heap Blocks", behind(value, "exact="));
        add_if(node, "Lossy Heap Blocks", behind(value, "lossy="));
    } else if (std::ranges::find(several, key) != several.end()) {
        add_several(line, type, node);
    } else {
        node.add_text(std::string{key}, std::string{value});
    }
}

}  // namespace plimsoll::readers::plans
