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

constexpr std::size_t most_statements = 1000;  // by time; the rest counts as not planned

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

MigrationEffect effect_of_migration(const ScratchCluster& cluster,
                                    const DatabaseCapture& capture,
                                    std::map<std::string, Growth> growth,
                                    std::string_view sql) {
    MigrationEffect out;
    const std::vector<Asked> statements = statements_of(capture, most_statements);
    out.statements = statements.size();
    Shadow shadow{cluster, capture, std::move(growth)};
    Link look{cluster.connection(shadow.database())};
    const Catalogue was = catalogue_of(look);
    const std::vector<Costed> before = costed_plans(shadow, statements);
    out.refused = shadow.attempt(std::string{sql});
    if (out.refused) {
        return out;
    }
    const Touched touched = touched_by(was, catalogue_of(look), shadow.lost(), capture);
    const std::vector<Costed> planned = costed_plans(shadow, statements);
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
