#include "readers/plans/yaml_plan.hpp"

#include "readers/plans/json_documents.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

[[nodiscard]] std::string unquoted(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        return std::string{text};
    }
    std::string out;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        if (text[at] == '\\' && at + 2 < text.size()) {
            ++at;  // explain.c escapes as JSON does; what is escaped matters little in a plan
            out += text[at] == 'n' ? '\n' : text[at] == 't' ? '\t' : text[at];
        } else {
            out += text[at];
        }
    }
    return out;
}

[[nodiscard]] Value scalar(std::string text) {
    Value value;
    value.kind = Value::Kind::scalar;
    value.text = std::move(text);
    return value;
}

// Lines with their indentation; an item's dash counts as indentation of what follows it.
class Yaml {
public:
    Yaml(const std::vector<std::string>& lines, std::uint64_t first_line)
        : lines_{lines}, first_line_{first_line} {}

    Value block(std::size_t depth) {
        if (depth > deepest) {
            fail("nested more than " + std::to_string(deepest) + " deep");
        }
        Value out;
        skip_empty();
        if (at_ >= lines_.size()) {
            return out;
        }
        const std::size_t indent = indent_here();
        out.kind =
            rest().starts_with("- ") || rest() == "-" ? Value::Kind::list : Value::Kind::object;
        while (skip_empty() && indent_here() == indent) {
            if (out.kind == Value::Kind::list) {
                if (!rest().starts_with('-')) {
                    break;
                }
                item(out, depth);
            } else {
                member(out, indent, depth);
            }
        }
        return out;
    }

private:
    [[noreturn]] void fail(std::string why) const {
        throw Broken{.line = first_line_ + at_, .why = std::move(why)};
    }
    bool skip_empty() {
        while (at_ < lines_.size() &&
               lines_[at_].find_first_not_of(" \r", column_) == std::string::npos) {
            ++at_;
            column_ = 0;
        }
        return at_ < lines_.size();
    }
    [[nodiscard]] std::size_t indent_here() const {
        return lines_[at_].find_first_not_of(" \r", column_);
    }
    [[nodiscard]] std::string_view rest() const {
        const std::string_view line = lines_[at_];
        return line.substr(std::min(line.size(), indent_here()));
    }
    void next_line() {
        ++at_;
        column_ = 0;
    }

    void item(Value& out, std::size_t depth) {
        const std::string_view text = rest().substr(1);
        const std::size_t content = text.find_first_not_of(" \r");
        if (content == std::string_view::npos) {
            next_line();
            out.add({}, block(depth + 1));
        } else if (text[content] != '"' &&
                   (text.find(": ") != std::string_view::npos || text.ends_with(':'))) {
            column_ = indent_here() + 1;
            out.add({}, block(depth + 1));
        } else {
            out.add({}, scalar(unquoted(text.substr(content))));
            next_line();
        }
    }

    void member(Value& out, std::size_t indent, std::size_t depth) {
        const std::string_view text = rest();
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) {
            fail("a line without a key");
        }
        std::string key = unquoted(text.substr(0, colon));
        std::string_view value = text.substr(colon + 1);
        value.remove_prefix(std::min(value.size(), value.find_first_not_of(' ')));
        next_line();
        if (!value.empty() && value != "\r") {
            out.add(std::move(key), scalar(unquoted(value)));
        } else if (skip_empty() && indent_here() > indent) {
            out.add(std::move(key), block(depth + 1));
        }
    }

    const std::vector<std::string>& lines_;
    std::uint64_t first_line_;
    std::size_t at_ = 0;
    std::size_t column_ = 0;  // where the current line goes on, behind a dash
};

[[nodiscard]] Value element(const pugi::xml_node& node, std::size_t depth) {
    if (depth > deepest) {
        throw Broken{.line = 0, .why = "nested more than " + std::to_string(deepest) + " deep"};
    }
    Value out;
    const std::string_view name = node.name();
    bool has_elements = false;
    for (const pugi::xml_node& child : node.children()) {
        has_elements = has_elements || child.type() == pugi::node_element;
    }
    // EXPLAIN wraps each result in a Query; auto_explain's result stands in <explain> itself.
    const bool list = name == "Plans" || name == "Workers" || name == "Triggers" ||
                      (name == "explain" && node.child("Query")) ||
                      std::string_view{node.first_child().name()} == "Item";
    if (!has_elements) {
        return list ? out : scalar(node.child_value());
    }
    out.kind = list ? Value::Kind::list : Value::Kind::object;
    for (const pugi::xml_node& child : node.children()) {
        if (child.type() != pugi::node_element) {
            continue;
        }
        std::string key = child.name();
        std::ranges::replace(key, '-', ' ');
        key = key == "I/O" || !key.starts_with("I O ") ? key : "I/O " + key.substr(4);
        for (const std::string_view io : {"Shared I O ", "Local I O ", "Temp I O "}) {
            if (key.starts_with(io)) {
                key = std::string{io.substr(0, io.size() - 4)} + "I/O " + key.substr(io.size());
            }
        }
        out.add(list ? std::string{} : std::move(key), element(child, depth + 1));
    }
    return out;
}

}  // namespace

Value parse_yaml(const std::vector<std::string>& lines, std::uint64_t first_line) {
    return Yaml{lines, first_line}.block(0);
}

Value parse_xml(std::string_view text, std::uint64_t first_line) {
    pugi::xml_document document;
    // pugixml parses without recursion; the walk above is bounded.
    const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
    if (!parsed) {
        const auto at =
            std::clamp<std::ptrdiff_t>(parsed.offset, 0, static_cast<std::ptrdiff_t>(text.size()));
        const auto lines = std::count(text.begin(), text.begin() + at, '\n');
        throw Broken{.line = first_line + static_cast<std::uint64_t>(lines),
                     .why = "not valid XML"};
    }
    try {
        return element(document.document_element(), 0);
    } catch (Broken& broken) {
        broken.line = first_line;
        throw;
    }
}

}  // namespace plimsoll::readers::plans
