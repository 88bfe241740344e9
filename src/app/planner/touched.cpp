#include "app/planner/touched.hpp"

#include "app/planner/link.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace plimsoll::app::planner {
namespace {

[[nodiscard]] std::string bare(const std::string& key) {
    return key.substr(key.find('.') + 1);
}

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

}  // namespace

Catalogue catalogue_of(Link& link) {
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

Touched touched_by(const Catalogue& before,
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

bool mentions(const Touched& touched, const std::string& text) {
    return std::ranges::any_of(touched.names,
                               [&](const std::string& name) { return names_word(text, name); });
}

bool reads_unknown(const Touched& touched, const Explained& plan) {
    return std::ranges::any_of(
        plan.nodes, [&](const Node& node) { return touched.unknown.contains(node.relation); });
}

double dearest(const Touched& touched, const std::string& text) {
    static constexpr std::array<std::string_view, 3> writes{"insert", "update", "merge"};
    double out = 1;
    if (std::ranges::find(writes, first_word(text)) != writes.end()) {
        for (const auto& [table, factor] : touched.dearer) {
            out = names_word(text, table) ? std::max(out, factor) : out;
        }
    }
    return out;
}

std::string first_word(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
            break;
        }
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

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

}  // namespace plimsoll::app::planner
