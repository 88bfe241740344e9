#include "app/planner/migration.hpp"

#include "app/planner/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

namespace plimsoll::app::planner {
namespace {

constexpr double page_in_memory = 0.05;        // of what a page costs by the settings
constexpr double fewer = 0.9;                  // pages at this price tell what they cost: a cost is
                                               // linear in it while the plan is the same
constexpr std::size_t most_statements = 1000;  // by time; the rest counts as not planned

// A table as the catalogue has it: equal texts, equal for every plan.
struct Relation {
    std::string oid;
    std::string looks;  // columns, indexes, constraints, storage
    double indexes = 0;
};
using Catalogue = std::map<std::string, Relation>;  // by "schema.name"

[[nodiscard]] Catalogue catalogue_of(Link& link) {
    Catalogue out;
    for (std::vector<std::string>& row : link.rows(
             "select n.nspname || '.' || c.relname, c.oid::text, (select count(*) from pg_index i "
             "where i.indrelid = c.oid)::text, concat_ws(' ', c.relkind, c.reloptions::text, "
             "(select "
             "string_agg(concat_ws(':', a.attname, a.atttypid, a.atttypmod, a.attnotnull), ',' "
             "order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and "
             "not a.attisdropped), (select string_agg(pg_get_indexdef(i.indexrelid), ';' order by "
             "i.indexrelid) from pg_index i where i.indrelid = c.oid), (select "
             "string_agg(pg_get_constraintdef(k.oid), ';' order by k.oid) from pg_constraint k "
             "where k.conrelid = c.oid)) from pg_class c join pg_namespace n on n.oid = "
             "c.relnamespace where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f') and "
             "n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'")) {
        out[row[0]] = {.oid = row[1], .looks = std::move(row[3]), .indexes = std::stod(row[2])};
    }
    return out;
}

[[nodiscard]] std::string bare(const std::string& key) {
    return key.substr(key.find('.') + 1);
}

// What a migration touched, by bare names: a text that has none of them is none of its business.
struct Touched {
    std::set<std::string> names;           // tables, and views over them
    std::set<std::string> unknown;         // tables of which nobody knows how they are filled
    std::map<std::string, double> dearer;  // tables with new indexes: the most a write may cost
};

void add_views(const DatabaseCapture& capture, std::set<std::string>& names) {
    for (bool more = true; more;) {
        more = false;
        for (const auto& [key, table] : capture.tables) {
            const bool over =
                !table.definition.empty() && !names.contains(table.name) &&
                std::ranges::any_of(names, [&text = table.definition](const std::string& name) {
                    return names_word(text, name);
                });
            if (over) {
                names.insert(table.name);
                more = true;
            }
        }
    }
}

[[nodiscard]] Touched touched_by(const Catalogue& before,
                                 const Catalogue& after,
                                 const std::set<std::string>& lost,
                                 const DatabaseCapture& capture) {
    Touched out;
    for (const auto& [key, was] : before) {
        const auto now = after.find(key);
        if (now == after.end() || now->second.looks != was.looks || now->second.oid != was.oid) {
            out.names.insert(bare(key));
        }
        if (now != after.end() && now->second.indexes > was.indexes) {
            out.dearer[bare(key)] = (1 + now->second.indexes) / (1 + was.indexes);
        }
    }
    for (const auto& [key, now] : after) {
        const auto was = before.find(key);
        if (was == before.end() || was->second.oid != now.oid || lost.contains(key)) {
            out.unknown.insert(bare(key));
            out.names.insert(bare(key));
        }
    }
    add_views(capture, out.names);
    return out;
}

[[nodiscard]] bool mentions(const Touched& touched, const std::string& text) {
    return std::ranges::any_of(touched.names,
                               [&](const std::string& name) { return names_word(text, name); });
}

[[nodiscard]] bool reads_unknown(const Touched& touched, const Explained& plan) {
    return std::ranges::any_of(
        plan.nodes, [&](const Node& node) { return touched.unknown.contains(node.relation); });
}

[[nodiscard]] std::string first_word(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
            break;
        }
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

template <std::size_t N>
[[nodiscard]] bool one_of(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// Statements that have no plan, and take as long after a migration as before. COPY, CALL, DO and
// REFRESH are not among them: there is work behind their words.
[[nodiscard]] bool has_no_plan(const std::string& text) {
    static constexpr std::array<std::string_view, 28> words{
        "begin",   "start", "commit", "end",      "rollback", "abort",      "savepoint",
        "release", "set",   "reset",  "show",     "discard",  "deallocate", "listen",
        "notify",  "lock",  "vacuum", "analyze",  "create",   "alter",      "drop",
        "comment", "grant", "revoke", "truncate", "reindex",  "checkpoint", "explain"};
    return one_of(words, first_word(text));
}

// The most that a write may cost for the indexes that its table got.
[[nodiscard]] double dearest(const Touched& touched, const std::string& text) {
    static constexpr std::array<std::string_view, 3> writes{"insert", "update", "merge"};
    double out = 1;
    if (one_of(writes, first_word(text))) {
        for (const auto& [table, factor] : touched.dearer) {
            out = names_word(text, table) ? std::max(out, factor) : out;
        }
    }
    return out;
}

// What the shadow cannot show: it has no rows, no other sessions and no configuration file.
void note_unseen(std::string_view sql, std::vector<std::string>& notes) {
    static constexpr std::array<std::string_view, 9> data{
        "insert", "update", "delete", "merge", "truncate", "copy", "cluster", "vacuum", "refresh"};
    for (const Asked& one : statements_in(sql)) {
        const std::string word = first_word(one.text);
        if (one_of(data, word)) {
            notes.push_back(fmt::format(
                "line {} of the migration ({}) changes data, which moves no figure here",
                one.line,
                word));
        } else if (word == "alter" && (names_word(one.text.substr(0, 24), "system") ||
                                       names_word(one.text.substr(0, 24), "database") ||
                                       names_word(one.text.substr(0, 24), "role"))) {
            notes.push_back(fmt::format(
                "line {} of the migration changes settings, which moves no figure here", one.line));
        }
    }
}

// Plans of every statement as the shadow is now.
[[nodiscard]] std::vector<Costed> plans_of(Shadow& shadow, const std::vector<Asked>& statements) {
    std::vector<Costed> out;
    for (const Asked& one : statements) {
        out.push_back({.plan = shadow.explain(one)});
    }
    shadow.scale_page_costs(fewer);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const Explained cheaper = out[i].plan.ok() ? shadow.explain(statements[i]) : out[i].plan;
        if (cheaper.ok() && cheaper.shape() == out[i].plan.shape()) {
            out[i].pages =
                std::clamp((out[i].plan.cost - cheaper.cost) / (1 - fewer), 0.0, out[i].plan.cost);
        }
    }
    shadow.scale_page_costs(1);
    return out;
}

// Sums over statements; what is not known has no factor.
struct Sum {
    double known = 0;  // shares
    Estimate work = Estimate::exactly(0);
    void add(double share, const Estimate& factor) {
        known += share;
        work.at += share * factor.at;
        work.low += share * factor.low;
        work.high += share * factor.high;
    }
};

}  // namespace

bool names_word(std::string_view text, std::string_view word) {
    const auto part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
    };
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    };
    if (word.empty()) {
        return false;
    }
    for (auto from = text.begin();;) {
        const auto found = std::search(from, text.end(), word.begin(), word.end(), same);
        if (found == text.end()) {
            return false;
        }
        const auto end = found + static_cast<std::ptrdiff_t>(word.size());
        if ((found == text.begin() || !part(*(found - 1))) && (end == text.end() || !part(*end))) {
            return true;
        }
        from = found + 1;
    }
}

UpPart up_part(std::string_view file) {
    static constexpr std::array<std::string_view, 6> marks{
        "goose down", "migrate down", "migrate:down", "!downs", "down migration", "@undo"};
    std::size_t number = 1;
    for (std::size_t at = 0; at < file.size(); ++number) {
        const std::size_t end = std::min(file.find('\n', at), file.size());
        std::string line;
        for (const char c : file.substr(at, end - at)) {
            line += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin != std::string::npos &&
            (line.compare(begin, 2, "--") == 0 || line[begin] == '#')) {
            const std::size_t words =
                std::min(line.find_first_not_of("-#+/ \t", begin), line.size());
            const std::string_view rest = std::string_view{line}.substr(words);
            if (std::ranges::any_of(
                    marks, [&](std::string_view mark) { return rest.starts_with(mark); })) {
                return {.sql = std::string{file.substr(0, at)}, .mark = number};
            }
        }
        at = end + 1;
    }
    return {.sql = std::string{file}};
}

Estimate factor_between(const Asked& asked, const Costed& before, const Costed& after) {
    const auto ratio = [](double now, double was) { return was > 0 ? now / was : 1; };
    const double by_settings = ratio(after.plan.cost, before.plan.cost);
    const bool same_shape = before.plan.shape() == after.plan.shape();
    if (same_shape && std::abs(by_settings - 1) < 1e-6) {
        return Estimate::exactly(1);
    }
    double planning = 0;  // the share that stays
    if (asked.ms && *asked.ms > 0) {
        planning = std::min(asked.planning_ms / *asked.ms, 0.9);
    }
    const auto in_memory = [](const Costed& one) {
        return one.plan.cost - (1 - page_in_memory) * *one.pages;
    };
    const bool both = before.pages && after.pages;
    const double from_memory = both ? ratio(in_memory(after), in_memory(before)) : by_settings;
    const double least_band = both || same_shape ? 2 : 4;
    Estimate out{.at = planning + (1 - planning) * std::sqrt(by_settings * from_memory),
                 .low = std::numeric_limits<double>::infinity(),
                 .high = 0};
    for (const double cost : {by_settings, from_memory}) {
        const double factor = planning + (1 - planning) * cost;
        const double band = std::min(least_band, std::max(factor, 1 / std::max(factor, 1e-9)));
        out.low = std::min(out.low, factor / band);
        out.high = std::max(out.high, factor * band);
    }
    return out;
}

MigrationEffect effect_of_migration(const ScratchCluster& cluster,
                                    const DatabaseCapture& capture,
                                    std::map<std::string, Growth> growth,
                                    std::string_view sql) {
    MigrationEffect out;
    const std::vector<Asked> statements = statements_of(capture, most_statements);
    out.statements = statements.size();
    Shadow shadow{cluster, capture, std::move(growth)};
    Link look{cluster.connection("shadow")};
    const Catalogue was = catalogue_of(look);
    const std::vector<Costed> before = plans_of(shadow, statements);
    out.refused = shadow.attempt(std::string{sql});
    if (out.refused) {
        return out;
    }
    const Touched touched = touched_by(was, catalogue_of(look), shadow.lost(), capture);
    const std::vector<Costed> planned = plans_of(shadow, statements);
    Sum sum;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const Asked& asked = statements[i];
        if (!before[i].plan.ok()) {
            if (has_no_plan(asked.text) || !mentions(touched, asked.text)) {
                sum.add(asked.share, Estimate::exactly(1));
            }
            continue;
        }
        const Explained& after = planned[i].plan;
        Moved moved{.asked = asked,
                    .factor = Estimate::exactly(1),
                    .before = before[i].plan.shape(),
                    .after = after.shape(),
                    .broken = after.refused};
        if (!after.ok()) {
            sum.add(asked.share, moved.factor);  // counted, and said on its own
        } else if (reads_unknown(touched, after)) {
            continue;
        } else {
            moved.factor = factor_between(asked, before[i], planned[i]);
            moved.factor.high *= dearest(touched, asked.text);
            sum.add(asked.share, moved.factor);
        }
        if (!after.ok() || moved.factor.high != 1 || moved.factor.low != 1) {
            out.moved.push_back(std::move(moved));
        }
    }
    out.known_share = std::min(1.0, sum.known);
    if (sum.known > 0) {
        out.work = sum.work.times(1 / sum.known);
    }
    std::ranges::stable_sort(out.moved, [](const Moved& a, const Moved& b) {
        const auto weight = [](const Moved& one) {
            return one.broken.empty() ? one.asked.share * std::abs(one.factor.at - 1) : 1e300;
        };
        return weight(a) > weight(b);
    });
    for (const std::string& table : touched.unknown) {
        out.notes.push_back(fmt::format(
            "the migration makes or replaces {}: how it will be filled is not known", table));
    }
    note_unseen(sql, out.notes);
    out.notes.insert(out.notes.end(), shadow.notes().begin(), shadow.notes().end());
    return out;
}

}  // namespace plimsoll::app::planner
