#include "model/plan_conditions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>

namespace plimsoll::model {
namespace {

constexpr std::size_t deepest = 64;  // parentheses around a condition that are taken off

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\n");
    if (from == std::string_view::npos) {
        return {};
    }
    return text.substr(from, text.find_last_not_of(" \t\n") - from + 1);
}

// The place after the bracket that closes the one at `at`; the end when none does.
[[nodiscard]] std::size_t after_bracket(std::string_view text, std::size_t at) {
    int depth = 0;
    for (; at < text.size(); ++at) {
        depth += text[at] == '(' || text[at] == '[' ? 1 : 0;
        depth -= text[at] == ')' || text[at] == ']' ? 1 : 0;
        if (depth == 0) {
            return at + 1;
        }
    }
    return text.size();
}

[[nodiscard]] std::string_view without_brackets(std::string_view text) {
    text = trimmed(text);
    for (std::size_t i = 0; i < deepest && text.size() > 1 && text.front() == '(' &&
                            text.back() == ')' && after_bracket(text, 0) == text.size();
         ++i) {
        text = trimmed(text.substr(1, text.size() - 2));
    }
    return text;
}

[[nodiscard]] bool same_word(std::string_view text, std::size_t at, std::string_view word) {
    if (text.size() - at < word.size()) {
        return false;
    }
    return std::equal(
        word.begin(),
        word.end(),
        text.begin() + static_cast<std::ptrdiff_t>(at),
        [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

// Parts between a word such as " and " outside brackets; the `and` of a `between` does not cut.
[[nodiscard]] std::vector<std::string_view> cut(std::string_view text, std::string_view word) {
    std::vector<std::string_view> out;
    std::size_t from = 0;
    bool between = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '(' || text[at] == '[') {
            at = after_bracket(text, at);
        } else if (same_word(text, at, " between ")) {
            between = true;
            at += 8;
        } else if (same_word(text, at, word)) {
            if (between && word == " and ") {
                between = false;
                at += word.size() - 1;
                continue;
            }
            out.push_back(text.substr(from, at - from));
            from = at + word.size();
            at = from;
        } else {
            ++at;
        }
    }
    out.push_back(text.substr(from));
    return out;
}

[[nodiscard]] bool contains_word(std::string_view text, std::string_view part) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (same_word(text, at, part)) {
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool is_temporal(std::string_view text) {
    constexpr std::array<std::string_view, 6> words{
        "::timestamp", "::date", "::interval", "now()", "current_", "curdate"};
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return contains_word(text, word); });
}

[[nodiscard]] bool is_temporal_name(std::string_view column) {
    constexpr std::array<std::string_view, 4> endings{"_at", "_on", "date", "time"};
    constexpr std::array<std::string_view, 5> names{"created", "updated", "timestamp", "day", "ts"};
    return std::ranges::any_of(endings,
                               [&](std::string_view end) { return column.ends_with(end); }) ||
           std::ranges::find(names, column) != names.end();
}

// Takes off casts: (email)::text, ?::timestamp with time zone.
[[nodiscard]] std::string_view without_cast(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '(' || text[at] == '[') {
            at = after_bracket(text, at);
        } else if (text.substr(at).starts_with("::")) {
            return without_brackets(text.substr(0, at));
        } else {
            ++at;
        }
    }
    return without_brackets(text);
}

// Does an operand hold a column somewhere? Values, parameters and calls without a column do not.
[[nodiscard]] ColumnName column_within(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (std::isalpha(c) == 0 && c != '_' && c != '"' && c != '`') {
            // A cast's type is no column.
            at = text.substr(at).starts_with("::")
                     ? std::min(text.size(), text.find_first_of(")+-,", at))
                     : at + 1;
            continue;
        }
        const std::size_t end = std::min(text.size(), text.find_first_of(" ()[],+-*/:<>=", at));
        const std::string_view word = text.substr(at, end - at);
        const bool call = end < text.size() && text[end] == '(';
        const ColumnName name = column_name(word);
        if (!call && !name.column.empty() && (!name.qualifier.empty() || text == word)) {
            return name;
        }
        at = std::max(end, at + 1);
    }
    return {};
}

struct Operator {
    std::size_t at = 0;
    std::size_t size = 0;
    Compare how = Compare::other;
};

[[nodiscard]] std::optional<Operator> find_operator(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        if (rest.front() == '(' || rest.front() == '[') {
            at = after_bracket(text, at);
            continue;
        }
        if (rest.starts_with("->") || rest.starts_with("#>") || rest.starts_with("@>") ||
            rest.starts_with("<@")) {
            at += rest.starts_with("->>") || rest.starts_with("#>>") ? 3 : 2;
            continue;
        }
        if (rest.starts_with("<=>")) {
            return Operator{.at = at, .size = 3, .how = Compare::equal};
        }
        if (rest.starts_with("<>") || rest.starts_with("!=")) {
            return Operator{.at = at, .size = 2, .how = Compare::other};
        }
        if (rest.starts_with("<=") || rest.starts_with(">=")) {
            return Operator{
                .at = at, .size = 2, .how = rest.front() == '<' ? Compare::below : Compare::above};
        }
        if (rest.front() == '<' || rest.front() == '>') {
            return Operator{
                .at = at, .size = 1, .how = rest.front() == '<' ? Compare::below : Compare::above};
        }
        if (rest.front() == '=') {
            return Operator{.at = at, .size = 1, .how = Compare::equal};
        }
        if (same_word(text, at, " between ")) {
            return Operator{.at = at, .size = 9, .how = Compare::between};
        }
        if (same_word(text, at, " in (")) {
            return Operator{.at = at, .size = 4, .how = Compare::equal};
        }
        ++at;
    }
    return std::nullopt;
}

[[nodiscard]] Comparison comparison(std::string_view text) {
    Comparison out;
    text = without_brackets(text);
    const std::optional<Operator> op = find_operator(text);
    if (!op) {
        return out;
    }
    std::string_view left = text.substr(0, op->at);
    std::string_view right = text.substr(op->at + op->size);
    Compare how = op->how;
    if (column_name(without_cast(left)).column.empty() &&
        !column_name(without_cast(right)).column.empty()) {
        std::swap(left, right);  // "? < created_at"
        how = how == Compare::below ? Compare::above : how == Compare::above ? Compare::below : how;
    }
    ColumnName name = column_name(without_cast(left));
    const ColumnName other = column_within(without_brackets(right));
    out.how = how;
    out.qualifier = std::move(name.qualifier);
    out.column = std::move(name.column);
    out.constant = other.column.empty();
    out.other_qualifier = other.qualifier;
    out.other_column = other.column;
    out.temporal = is_temporal(right) || is_temporal_name(out.column);
    return out;
}

// created_at >= ? and created_at < ? are one window.
void join_bounds(Alternative& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            const bool bounds = (all[i].how == Compare::below && all[j].how == Compare::above) ||
                                (all[i].how == Compare::above && all[j].how == Compare::below);
            if (bounds && !all[i].column.empty() && all[i].column == all[j].column &&
                all[i].qualifier == all[j].qualifier) {
                all[i].how = Compare::between;
                all[i].constant = all[i].constant && all[j].constant;
                all.erase(all.begin() + static_cast<std::ptrdiff_t>(j));
                break;
            }
        }
    }
}

}  // namespace

ColumnName column_name(std::string_view text) {
    text = trimmed(text);
    std::vector<std::string> parts(1);
    char quote = '\0';
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (quote != '\0') {
            if (c == quote) {
                quote = '\0';
            } else {
                parts.back() += c;
            }
        } else if (c == '"' || c == '`') {
            quote = c;
        } else if (c == '.') {
            parts.emplace_back();
        } else if (std::isalnum(u) != 0 || c == '_' || u >= 0x80U) {
            parts.back() += c;
        } else {
            return {};
        }
    }
    const std::string& last = parts.back();
    const bool value = last.empty() ||
                       std::isdigit(static_cast<unsigned char>(last.front())) != 0 ||
                       last == "NULL" || last == "true" || last == "false";
    if (value) {
        return {};
    }
    return {.qualifier = parts.size() > 1 ? parts[parts.size() - 2] : std::string{},
            .column = last};
}

std::vector<std::string_view> list_items(std::string_view list) {
    std::vector<std::string_view> out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < list.size();) {
        if (list[at] == '(' || list[at] == '[') {
            at = after_bracket(list, at);
        } else if (list[at] == ',') {
            out.push_back(trimmed(list.substr(from, at - from)));
            from = ++at;
        } else {
            ++at;
        }
    }
    if (!trimmed(list.substr(from)).empty()) {
        out.push_back(trimmed(list.substr(from)));
    }
    return out;
}

std::vector<Alternative> comparisons(std::string_view condition) {
    std::vector<Alternative> out;
    condition = without_brackets(condition);
    if (condition.empty()) {
        return out;
    }
    for (const std::string_view alternative : cut(condition, " or ")) {
        Alternative& all = out.emplace_back();
        for (const std::string_view part : cut(without_brackets(alternative), " and ")) {
            const std::string_view inner = without_brackets(part);
            all.push_back(cut(inner, " or ").size() > 1 ? Comparison{} : comparison(inner));
        }
        join_bounds(all);
    }
    return out;
}

}  // namespace plimsoll::model
