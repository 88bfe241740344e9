#include "readers/plans/statement_text.hpp"

#include "readers/sql/classes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

constexpr std::size_t longest_statement = 1U << 18U;
constexpr std::size_t longest_shown = 4000;
constexpr std::size_t longest_prompt = 80;

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}
[[nodiscard]] bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](char x, char y) { return std::toupper(static_cast<unsigned char>(x)) == y; });
}
// The first word; "FORMAT=JSON" is one.
[[nodiscard]] std::string_view first_word(std::string_view text) {
    return text.substr(0, std::min(text.find_first_of(" \t\r\n("), text.size()));
}
[[nodiscard]] bool among(std::string_view word, const auto& words) {
    return std::ranges::any_of(words, [&](std::string_view one) { return same(word, one); });
}

constexpr std::array<std::string_view, 10> verbs{"SELECT",
                                                 "WITH",
                                                 "INSERT",
                                                 "UPDATE",
                                                 "DELETE",
                                                 "MERGE",
                                                 "VALUES",
                                                 "TABLE",
                                                 "REPLACE",
                                                 "EXECUTE"};
constexpr std::array<std::string_view, 4> options{"ANALYZE", "VERBOSE", "EXTENDED", "PARTITIONS"};

// Where the text that a person typed begins behind a prompt: "app=# ", "mysql> ", "MariaDB [app]>
// ".
[[nodiscard]] std::string_view behind_prompt(std::string_view line) {
    const std::size_t limit = std::min(line.size(), longest_prompt);
    for (const std::string_view mark : {"# ", "> "}) {
        const std::size_t at = line.substr(0, limit).find(mark);
        const std::string_view before = line.substr(0, at == std::string_view::npos ? 0 : at);
        if (at != std::string_view::npos && at > 0 &&
            before.find_first_of(";,") == std::string_view::npos) {
            return line.substr(at + mark.size());
        }
    }
    return line;
}

[[nodiscard]] bool begins_statement(std::string_view text) {
    text = trimmed(text);
    const std::string_view word = first_word(text);
    const std::string_view rest = trimmed(text.substr(word.size()));
    if (same(word, "EXPLAIN") || same(word, "DESCRIBE")) {
        return rest.empty() || !rest.starts_with('|');
    }
    const std::string_view next = first_word(rest);
    return same(word, "ANALYZE") && (among(next, verbs) || same(next, "FORMAT=JSON"));
}

// psql goes on with "app-# ", mysql with "    -> ".
[[nodiscard]] std::string_view behind_continuation(std::string_view line) {
    for (const std::string_view mark : {"-> ", "'> ", "\"> ", "`> "}) {
        const std::string_view text = trimmed(line);
        if (line.starts_with("  ") && text.starts_with(mark)) {
            return text.substr(mark.size());
        }
    }
    for (const std::string_view mark : {"-# ", "-> ", "(# ", "(> ", "'# ", "'> ", "\"# "}) {
        const std::size_t at = line.substr(0, longest_prompt).find(mark);
        if (at != std::string_view::npos && at > 0 &&
            line.substr(0, at).find_first_of(" \t") == std::string_view::npos) {
            return line.substr(at + mark.size());
        }
    }
    return line;
}

// A YAML text without its closing quote; what is escaped is so as in JSON.
[[nodiscard]] std::string unescaped(std::string_view text) {
    text = text.ends_with('"') ? text.substr(0, text.size() - 1) : text;
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            ++at;
            out += text[at] == 'n' ? '\n' : text[at] == 't' ? '\t' : text[at];
        } else {
            out += text[at];
        }
    }
    return out;
}

[[nodiscard]] bool ends_statement(std::string_view text) {
    text = trimmed(text);
    return text.ends_with(';') || text.ends_with("\\G") || text.ends_with("\\g");
}

}  // namespace

std::string_view without_explain(std::string_view sql) {
    sql = trimmed(sql);
    while (sql.ends_with(';') || sql.ends_with("\\G") || sql.ends_with("\\g")) {
        sql = trimmed(sql.substr(0, sql.size() - (sql.ends_with(';') ? 1 : 2)));
    }
    if (!begins_statement(sql)) {
        return sql;
    }
    sql = trimmed(sql.substr(first_word(sql).size()));
    if (sql.starts_with('(')) {
        const std::size_t end = sql.find(')');
        const std::string_view inside = sql.substr(0, end);
        // "explain (select 1)" has no options.
        if (!among(first_word(trimmed(inside.substr(1))), verbs)) {
            sql = end == std::string_view::npos ? std::string_view{} : trimmed(sql.substr(end + 1));
        }
        return sql;
    }
    while (!sql.empty()) {
        const std::string_view word = first_word(sql);
        if (same(word.substr(0, 7), "FORMAT=")) {
            sql = trimmed(sql.substr(word.size()));
        } else if (same(word, "FORMAT")) {  // FORMAT = JSON
            sql = trimmed(sql.substr(std::min(sql.find('='), sql.size() - 1) + 1));
            sql = trimmed(sql.substr(first_word(sql).size()));
        } else if (among(word, options)) {
            sql = trimmed(sql.substr(word.size()));
        } else {
            break;
        }
    }
    return sql;
}

void name_statement(std::string_view sql, Plan& plan) {
    sql = without_explain(sql);
    if (sql.empty()) {
        return;
    }
    sql::Normaliser normaliser{plan.product == "postgresql" ? sql::Dialect::postgres
                                                            : sql::Dialect::mysql};
    const std::string_view canonical = normaliser.canonical(sql);
    if (normaliser.unfinished() || canonical.empty()) {
        return;
    }
    plan.statement = sql::hash_of(canonical);
    plan.statement_text = sql::Normaliser::readable(canonical, longest_shown);
}

bool StatementEcho::begins(std::string_view line) {
    return begins_statement(line) || begins_statement(behind_prompt(line));
}

bool StatementEcho::take(std::string_view line, bool begins_plan) {
    constexpr std::string_view query_text = "Query Text:";
    if (trimmed(line).starts_with(query_text)) {
        held_.clear();
        std::string_view text = trimmed(trimmed(line).substr(query_text.size()));
        quoted_ = text.starts_with('"');  // YAML
        text.remove_prefix(quoted_ ? 1 : 0);
        append(text);
        open_ = true;
        return true;
    }
    if (open_) {
        // mysql's continuation prompt is the arrow of its plans.
        const bool numbers = line.find("(cost=") != std::string_view::npos ||
                             line.find("(actual ") != std::string_view::npos;
        const bool goes_on = line.starts_with("    -> ") && !numbers;
        if (begins_plan && !goes_on) {
            open_ = false;
            return false;
        }
        append(behind_continuation(line));
        open_ = !ends_statement(line);
        return true;
    }
    if (begins_plan || !begins(line)) {
        return false;
    }
    held_.clear();
    append(begins_statement(line) ? line : behind_prompt(line));
    open_ = !ends_statement(line);
    return true;
}

void StatementEcho::append(std::string_view part) {
    if (held_.size() + part.size() < longest_statement) {
        held_ += part;
        held_ += '\n';
    }
}

std::string StatementEcho::release() {
    open_ = false;
    std::string out = std::exchange(held_, {});
    if (std::exchange(quoted_, false)) {
        out = unescaped(trimmed(out));
    }
    return out;
}

}  // namespace plimsoll::readers::plans
