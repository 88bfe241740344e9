#include "readers/sql/facts.hpp"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll::readers::sql {
namespace {

// Longer texts are bulk loads whose start says it all, and a parse tree costs fifty times the text.
constexpr std::size_t longest_parsed = 65'536;

// The strongest thing that several statements of one text do.
[[nodiscard]] int strength(StatementKind kind) {
    switch (kind) {
        case StatementKind::ddl:
            return 6;
        case StatementKind::write:
            return 5;
        case StatementKind::locking_read:
            return 4;
        case StatementKind::read:
            return 3;
        case StatementKind::transaction:
            return 2;
        case StatementKind::utility:
            return 1;
        case StatementKind::other:
            return 0;
    }
    return 0;
}

void raise(StatementKind& kind, StatementKind to) {
    if (strength(to) > strength(kind)) {
        kind = to;
    }
}

// The value of "key":"value" that starts at `at`, which is behind the opening quote of the value.
[[nodiscard]] std::string value_at(std::string_view json, std::size_t at) {
    std::string value;
    while (at < json.size() && json[at] != '"') {
        if (json[at] == '\\' && at + 1 < json.size()) {
            ++at;
        }
        value += json[at++];
    }
    return value;
}

// Where `key` is from `at` on, or npos. A parse tree is full of quotes, at each of which a search
// for the first byte of a key would stop: memmem leaps.
[[nodiscard]] std::size_t find_key(std::string_view json, std::string_view key, std::size_t at) {
    if (at >= json.size()) {
        return std::string_view::npos;
    }
    const void* const found = memmem(json.data() + at, json.size() - at, key.data(), key.size());
    return found == nullptr
               ? std::string_view::npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - json.data());
}

template <class Use>
void each(std::string_view json, std::string_view key, const Use& use) {
    for (std::size_t at = find_key(json, key, 0); at != std::string_view::npos;
         at = find_key(json, key, at)) {
        at += key.size();
        use(at);
    }
}

// A RangeVar from its first key on: {"schemaname":"s","relname":"t",...
[[nodiscard]] std::string relation_at(std::string_view json, std::size_t at) {
    constexpr std::string_view catalog = R"("catalogname":")";
    constexpr std::string_view schema = R"("schemaname":")";
    constexpr std::string_view relation = R"("relname":")";
    std::string name;
    if (json.substr(at).starts_with(catalog)) {
        at = find_key(json, schema, at);
    }
    if (at != std::string_view::npos && json.substr(at).starts_with(schema)) {
        name = value_at(json, at + schema.size()) + ".";
        at = find_key(json, relation, at);
    }
    if (at == std::string_view::npos || !json.substr(at).starts_with(relation)) {
        return {};
    }
    return name + value_at(json, at + relation.size());
}

void read_tables(std::string_view json, Facts& facts) {
    std::set<std::string> common;  // names of WITH queries are no tables
    each(json, R"("ctename":")", [&](std::size_t at) { common.insert(value_at(json, at)); });
    const auto add = [&](std::set<std::string>& to, std::size_t at) {
        std::string name = relation_at(json, at);
        if (!name.empty() && !common.contains(name)) {
            to.insert(std::move(name));
        }
    };
    for (const std::string_view key : {R"("RangeVar":{)", R"("relation":{)", R"("rel":{)"}) {
        each(json, key, [&](std::size_t at) { add(facts.tables, at); });
    }
    for (const std::string_view verb : {R"("InsertStmt":{"relation":{)",
                                        R"("UpdateStmt":{"relation":{)",
                                        R"("DeleteStmt":{"relation":{)",
                                        R"("MergeStmt":{"relation":{)"}) {
        each(json, verb, [&](std::size_t at) { add(facts.written, at); });
    }
    each(json, R"("CopyStmt":{"relation":{)", [&](std::size_t at) {
        if (find_key(json, R"("is_from":true)", at) != std::string_view::npos) {
            add(facts.written, at);
        }
    });
    each(json, R"("TruncateStmt":{"relations":[{"RangeVar":{)", [&](std::size_t at) {
        add(facts.written, at);
    });
}

[[nodiscard]] StatementKind kind_of_node(std::string_view node) {
    if (node == "SelectStmt") {
        return StatementKind::read;
    }
    if (node == "InsertStmt" || node == "UpdateStmt" || node == "DeleteStmt" ||
        node == "MergeStmt") {
        return StatementKind::write;
    }
    if (node == "TransactionStmt") {
        return StatementKind::transaction;
    }
    const bool defines = node.starts_with("Create") || node.starts_with("Alter") ||
                         node.starts_with("Drop") || node.starts_with("Rename") ||
                         node == "IndexStmt" || node == "TruncateStmt" || node == "ReindexStmt" ||
                         node == "RefreshMatViewStmt" || node == "GrantStmt" ||
                         node == "ViewStmt" || node == "CommentStmt" || node == "DefineStmt";
    return defines ? StatementKind::ddl : StatementKind::utility;
}

[[nodiscard]] StatementKind read_kind(std::string_view json, const Facts& facts) {
    StatementKind kind = StatementKind::other;
    each(json, R"({"stmt":{")", [&](std::size_t at) {
        raise(kind, kind_of_node(value_at(json, at)));
    });
    if (find_key(json, R"("lockingClause":)", 0) != std::string_view::npos) {
        raise(kind, StatementKind::locking_read);
    }
    if (!facts.written.empty()) {
        raise(kind, StatementKind::write);
    }
    if (find_key(json, R"("CopyStmt":)", 0) != std::string_view::npos && facts.written.empty()) {
        raise(kind, StatementKind::read);
    }
    return kind;
}

[[nodiscard]] std::optional<Facts> facts_by_grammar(const std::string& text) {
    PgQueryParseResult result = pg_query_parse(text.c_str());
    std::optional<Facts> facts;
    if (result.error == nullptr && result.parse_tree != nullptr) {
        const std::string_view json{result.parse_tree};
        facts.emplace();
        read_tables(json, *facts);
        facts->kind = read_kind(json, *facts);
    }
    pg_query_free_parse_result(result);
    return facts;
}

[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t stop = std::min(text.find_first_of(" (),;", at), text.size());
        if (stop > at) {
            words.push_back(text.substr(at, stop - at));
        }
        if (stop < text.size() && text[stop] != ' ') {
            words.push_back(text.substr(stop, 1));
        }
        at = stop + 1;
    }
    return words;
}

[[nodiscard]] bool is_name(std::string_view word) {
    const auto first = static_cast<unsigned char>(word.front());
    return std::isalpha(first) != 0 || first == '_' || first == '"' || first == '`' || first >= 128;
}

// Without the quotes that are not needed to tell tables apart.
[[nodiscard]] std::string plain_name(std::string_view word) {
    std::string name{word};
    std::erase_if(name, [](char c) { return c == '"' || c == '`'; });
    return name;
}

[[nodiscard]] StatementKind kind_of_verb(std::string_view verb) {
    struct Verb {
        std::string_view word;
        StatementKind kind;
    };
    static constexpr std::array<Verb, 30> verbs{{
        {"select", StatementKind::read},
        {"table", StatementKind::read},
        {"values", StatementKind::read},
        {"fetch", StatementKind::read},
        {"with", StatementKind::read},
        {"(", StatementKind::read},
        {"insert", StatementKind::write},
        {"update", StatementKind::write},
        {"delete", StatementKind::write},
        {"replace", StatementKind::write},
        {"merge", StatementKind::write},
        {"load", StatementKind::write},
        {"create", StatementKind::ddl},
        {"alter", StatementKind::ddl},
        {"drop", StatementKind::ddl},
        {"truncate", StatementKind::ddl},
        {"rename", StatementKind::ddl},
        {"grant", StatementKind::ddl},
        {"reindex", StatementKind::ddl},
        {"begin", StatementKind::transaction},
        {"start", StatementKind::transaction},
        {"commit", StatementKind::transaction},
        {"rollback", StatementKind::transaction},
        {"end", StatementKind::transaction},
        {"abort", StatementKind::transaction},
        {"savepoint", StatementKind::transaction},
        {"release", StatementKind::transaction},
        {"set", StatementKind::utility},
        {"show", StatementKind::utility},
        {"use", StatementKind::utility},
    }};
    const auto* found = std::ranges::find(verbs, verb, &Verb::word);
    return found == verbs.end() ? StatementKind::utility : found->kind;
}

// `columns`: a bracket behind the name lists columns and is no call.
// Adds the names after a word such as FROM: "a", "a as x, b", "only a"; stops at what is no name.
void take_names(std::span<const std::string_view> words,
                std::size_t at,
                bool columns,
                std::set<std::string>& names) {
    static constexpr std::array<std::string_view, 9> skipped{
        "only", "ignore", "low_priority", "delayed", "if", "not", "exists", "lateral", "into"};
    while (at < words.size()) {
        while (at < words.size() && std::ranges::find(skipped, words[at]) != skipped.end()) {
            ++at;
        }
        const bool call = !columns && at + 1 < words.size() && words[at + 1] == "(" &&
                          words[at].data() + words[at].size() == words[at + 1].data();
        if (at == words.size() || !is_name(words[at]) || words[at] == "select" || call) {
            return;
        }
        names.insert(plain_name(words[at++]));
        for (int alias = 0; alias < 2 && at < words.size() && is_name(words[at]); ++alias) {
            ++at;
        }
        if (at == words.size() || words[at] != ",") {
            return;
        }
        ++at;
    }
}

}  // namespace

Facts facts_by_words(std::string_view canonical) {
    const std::vector<std::string_view> words = words_of(canonical);
    Facts facts;
    if (words.empty()) {
        return facts;
    }
    std::set<std::string> common;
    facts.kind = kind_of_verb(words.front());
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const std::string_view before = i == 0 ? std::string_view{} : words[i - 1];
        if (word == "as" && i + 1 < words.size() && words[i + 1] == "(" && i > 0) {
            common.insert(plain_name(before));
        }
        const bool deletes = word == "from" && before == "delete";
        const bool updates = word == "update" && before != "for" && before != "key" &&
                             before != "on" && before != "duplicate";
        const bool writes = deletes || updates || word == "into" || (word == "replace" && i == 0);
        if (writes) {
            take_names(words, i + 1, writes, facts.written);
            raise(facts.kind, StatementKind::write);
        }
        if (writes || word == "from" || word == "join" || word == "straight_join" ||
            word == "table") {
            take_names(words, i + 1, writes, facts.tables);
        }
        if ((word == "update" || word == "share") && before == "for") {
            raise(facts.kind, StatementKind::locking_read);
        }
    }
    for (const std::string& name : common) {
        facts.tables.erase(name);
    }
    return facts;
}

Facts facts_of(std::string_view canonical, Dialect dialect) {
    if (dialect == Dialect::postgres && canonical.size() <= longest_parsed) {
        const std::string text = Normaliser::readable(canonical, 2 * longest_parsed);
        if (std::optional<Facts> facts = facts_by_grammar(text)) {
            return *std::move(facts);
        }
    }
    return facts_by_words(canonical.substr(0, longest_parsed));
}

}  // namespace plimsoll::readers::sql
