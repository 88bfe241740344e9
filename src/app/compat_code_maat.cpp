#include "app/compat_code_maat.hpp"

#include "app/clojure_order.hpp"
#include "core/error.hpp"
#include "model/coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace plimsoll::app {
namespace {

using Table = std::vector<std::vector<std::string>>;
using Numbers = std::vector<std::uint32_t>;

// Rows that agree in one column, in the order of incanter's $group-by.
struct Groups {
    Numbers keys;
    std::vector<Numbers> rows;  // indexes, beside keys
};

[[nodiscard]] Groups grouped(const std::vector<CodeMaatRow>& rows,
                             std::span<const std::uint32_t> chosen,
                             std::uint32_t CodeMaatRow::*column,
                             const Names& names,
                             std::string_view key) {
    Groups in;
    std::unordered_map<std::uint32_t, std::size_t> place;
    for (const std::uint32_t at : chosen) {
        const std::uint32_t value = rows[at].*column;
        const auto [found, fresh] = place.emplace(value, in.keys.size());
        if (fresh) {
            in.keys.push_back(value);
            in.rows.emplace_back();
        }
        in.rows[found->second].push_back(at);
    }
    Numbers hashes;
    for (const std::uint32_t value : in.keys) {
        hashes.push_back(clojure::hash_entry(key, names.name(value)));
    }
    Groups out;
    for (const std::uint32_t at : clojure::map_order(hashes)) {
        out.keys.push_back(in.keys[at]);
        out.rows.push_back(std::move(in.rows[at]));
    }
    return out;
}

[[nodiscard]] Numbers all_of(const std::vector<CodeMaatRow>& rows) {
    Numbers out(rows.size());
    std::iota(out.begin(), out.end(), 0U);
    return out;
}

[[nodiscard]] Groups by_rev(const CodeMaatRows& in) {
    return grouped(in.rows, all_of(in.rows), &CodeMaatRow::rev, in.revs, "rev");
}
[[nodiscard]] Groups by_entity(const CodeMaatRows& in) {
    return grouped(in.rows, all_of(in.rows), &CodeMaatRow::entity, in.entities, "entity");
}

[[nodiscard]] std::string text(const Names& names, std::uint32_t number) {
    return std::string{names.name(number)};
}

// Stable, by a key computed once an element.
template <class Value>
void sort_by(std::vector<Value>& values, const auto& less) {
    std::ranges::stable_sort(values, less);
}

// ---- coupling

struct ChangeSets {
    std::vector<Numbers> entities;  // rows of each set that is small enough, in order of the groups
    Numbers ends;
    Numbers distinct;
};

[[nodiscard]] ChangeSets small_sets(const CodeMaatRows& in, std::int64_t largest) {
    ChangeSets out;
    for (const Numbers& rows : by_rev(in).rows) {
        if (static_cast<std::int64_t>(rows.size()) > largest) {
            continue;
        }
        Numbers& entities = out.entities.emplace_back();
        for (const std::uint32_t row : rows) {
            entities.push_back(in.rows[row].entity);
        }
        Numbers distinct = entities;
        std::ranges::sort(distinct);
        const auto rest = std::ranges::unique(distinct);
        out.distinct.insert(out.distinct.end(), distinct.begin(), rest.begin());
        out.ends.push_back(static_cast<std::uint32_t>(out.distinct.size()));
    }
    return out;
}

using Pair = std::pair<std::uint32_t, std::uint32_t>;
[[nodiscard]] Pair unordered(std::uint32_t a, std::uint32_t b) {
    return {std::min(a, b), std::max(a, b)};
}

// The pairs in the order in which they came, when they are few enough for an array map.
[[nodiscard]] std::optional<std::vector<Pair>> few_pairs(const ChangeSets& sets) {
    constexpr std::size_t most = 8;
    std::vector<Pair> out;
    for (const Numbers& entities : sets.entities) {
        for (const std::uint32_t a : entities) {
            for (const std::uint32_t b : entities) {
                if (a != b && std::ranges::find(out, unordered(a, b)) == out.end()) {
                    out.push_back(unordered(a, b));
                    if (out.size() > most) {
                        return std::nullopt;
                    }
                }
            }
        }
    }
    return out;
}

// When a pair came first: the set, and the place within it. Asked only where two hashes are equal.
[[nodiscard]] std::pair<std::size_t, std::size_t> first_seen(const ChangeSets& sets,
                                                             const Pair& pair) {
    for (std::size_t set = 0; set < sets.entities.size(); ++set) {
        const Numbers& entities = sets.entities[set];
        const auto a =
            static_cast<std::size_t>(std::ranges::find(entities, pair.first) - entities.begin());
        const auto b =
            static_cast<std::size_t>(std::ranges::find(entities, pair.second) - entities.begin());
        if (a < entities.size() && b < entities.size()) {
            return {set, std::min(a, b) * entities.size() + std::max(a, b)};
        }
    }
    return {sets.entities.size(), 0};
}

struct CoupledRow {
    model::Coupled pair;
    std::string entity;
    std::string coupled;
    std::uint64_t degree = 0;
    std::uint64_t average = 0;
    std::uint64_t rank = 0;
};

[[nodiscard]] CoupledRow coupled_row(const CodeMaatRows& in, const model::Coupled& pair) {
    CoupledRow out{
        .pair = pair, .entity = text(in.entities, pair.a), .coupled = text(in.entities, pair.b)};
    if (clojure::text_less(out.coupled, out.entity)) {
        std::swap(out.entity, out.coupled);
        std::swap(out.pair.sets_of_a, out.pair.sets_of_b);
    }
    const std::uint64_t both = std::uint64_t{pair.sets_of_a} + pair.sets_of_b;
    out.degree = 200 * std::uint64_t{pair.shared} / both;
    out.average = (both + 1) / 2;
    return out;
}

[[nodiscard]] Table coupling(const CodeMaatRows& in, const CodeMaatOptions& options) {
    const ChangeSets sets = small_sets(in, options.max_changeset_size);
    const auto least_shared =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(options.min_shared_revs, 0, 1 << 30));
    const std::vector<model::Coupled> pairs =
        model::coupled_pairs({sets.ends, sets.distinct},
                             in.entities.size(),
                             {.min_average = static_cast<double>(options.min_revs),
                              .min_shared = least_shared,
                              .min_degree = static_cast<double>(options.min_coupling)});
    const auto few = few_pairs(sets);
    std::vector<CoupledRow> rows;
    for (const model::Coupled& pair : pairs) {
        CoupledRow row = coupled_row(in, pair);
        if (static_cast<std::int64_t>(row.degree) > options.max_coupling) {
            continue;
        }
        row.rank = few ? static_cast<std::uint64_t>(
                             std::ranges::find(*few, unordered(pair.a, pair.b)) - few->begin())
                       : clojure::walk_rank(clojure::hash_ordered(std::array{
                             clojure::hash_text(row.entity), clojure::hash_text(row.coupled)}));
        rows.push_back(std::move(row));
    }
    sort_by(rows, [&](const CoupledRow& x, const CoupledRow& y) {
        if (std::tie(x.degree, x.average) != std::tie(y.degree, y.average)) {
            return std::tie(x.degree, x.average) > std::tie(y.degree, y.average);
        }
        return x.rank != y.rank ? x.rank < y.rank
                                : first_seen(sets, {x.pair.a, x.pair.b}) <
                                      first_seen(sets, {y.pair.a, y.pair.b});
    });
    Table out{{"entity", "coupled", "degree", "average-revs"}};
    if (options.verbose_results) {
        out.front().insert(
            out.front().end(),
            {"first-entity-revisions", "second-entity-revisions", "shared-revisions"});
    }
    for (const CoupledRow& row : rows) {
        out.push_back(
            {row.entity, row.coupled, fmt::to_string(row.degree), fmt::to_string(row.average)});
        if (options.verbose_results) {
            out.back().insert(out.back().end(),
                              {fmt::to_string(row.pair.sets_of_a),
                               fmt::to_string(row.pair.sets_of_b),
                               fmt::to_string(row.pair.shared)});
        }
    }
    return out;
}

// ---- sum of coupling, revisions, age

[[nodiscard]] Table sum_of_coupling(const CodeMaatRows& in, const CodeMaatOptions& options) {
    std::vector<std::int64_t> sums(in.entities.size());
    for (const Numbers& rows : by_rev(in).rows) {
        for (const std::uint32_t row : rows) {
            sums[in.rows[row].entity] += static_cast<std::int64_t>(rows.size()) - 1;
        }
    }
    std::vector<std::pair<std::int64_t, std::string>> kept;
    for (std::uint32_t entity = 0; entity < sums.size(); ++entity) {
        if (sums[entity] > options.min_revs) {
            kept.emplace_back(sums[entity], text(in.entities, entity));
        }
    }
    sort_by(kept, [](const auto& x, const auto& y) {
        return x.first != y.first ? x.first > y.first : clojure::text_less(y.second, x.second);
    });
    Table out{{"entity", "soc"}};
    for (const auto& [sum, entity] : kept) {
        out.push_back({entity, fmt::to_string(sum)});
    }
    return out;
}

[[nodiscard]] Table revisions(const CodeMaatRows& in) {
    const Groups groups = by_entity(in);
    Numbers order = all_of(std::vector<CodeMaatRow>(groups.keys.size()));
    sort_by(order, [&](std::uint32_t x, std::uint32_t y) {
        return groups.rows[x].size() > groups.rows[y].size();
    });
    Table out{{"entity", "n-revs"}};
    for (const std::uint32_t at : order) {
        out.push_back({text(in.entities, groups.keys[at]), fmt::to_string(groups.rows[at].size())});
    }
    return out;
}

// Whole months from a day to a moment: adding a month to the 31st gives the last day of a shorter
// month.
[[nodiscard]] std::int64_t months_between(Instant from, Instant to) {
    const auto day = std::chrono::floor<std::chrono::days>(from);
    const std::chrono::year_month_day begin{day};
    const std::chrono::year_month_day end{std::chrono::floor<std::chrono::days>(to)};
    std::int64_t months =
        (static_cast<int>(end.year()) - static_cast<int>(begin.year())) * std::int64_t{12} +
        static_cast<unsigned>(end.month()) - static_cast<unsigned>(begin.month());
    const std::chrono::year_month_day_last last{end.year(),
                                                std::chrono::month_day_last{end.month()}};
    if (end.day() < std::min(begin.day(), last.day())) {
        --months;
    }
    return months;
}

[[nodiscard]] Instant age_now(const CodeMaatOptions& options, const Settings& settings) {
    const std::optional<Instant> now =
        options.age_time_now.empty() ? settings.now : parse_instant(options.age_time_now);
    if (!now) {
        throw Error{{.status = Status::usage,
                     .what = "age needs a day that counts as now",
                     .where = "--age-time-now " + options.age_time_now,
                     .why = "it is no date",
                     .remedy = "--age-time-now 2026-11-20"}};
    }
    return *now;
}

[[nodiscard]] Table age(const CodeMaatRows& in,
                        const CodeMaatOptions& options,
                        const Settings& settings) {
    const Instant now = age_now(options, settings);
    std::vector<std::pair<std::int64_t, std::uint32_t>> ages;
    const Groups groups = by_entity(in);
    for (std::size_t i = 0; i < groups.keys.size(); ++i) {
        std::optional<Instant> latest;
        for (const std::uint32_t row : groups.rows[i]) {
            const std::optional<Instant> day = parse_instant(in.dates.name(in.rows[row].date));
            if (day && *day < now && (!latest || *latest < *day)) {
                latest = day;
            }
        }
        if (latest) {
            ages.emplace_back(months_between(*latest, now), groups.keys[i]);
        }
    }
    sort_by(ages, [](const auto& x, const auto& y) { return x.first < y.first; });
    Table out{{"entity", "age-months"}};
    for (const auto& [months, entity] : ages) {
        out.push_back({text(in.entities, entity), fmt::to_string(months)});
    }
    return out;
}

// ---- people

struct Contribution {
    std::uint32_t author = 0;
    std::uint64_t added = 0;
    std::uint64_t deleted = 0;
};

struct Owned {
    std::uint32_t entity = 0;
    std::vector<Contribution> by;  // in the order of $group-by
};

// Entities by name, each with its authors.
[[nodiscard]] std::vector<Owned> contributions(const CodeMaatRows& in) {
    const Groups groups = by_entity(in);
    std::vector<Owned> out;
    for (std::size_t i = 0; i < groups.keys.size(); ++i) {
        Owned owned{.entity = groups.keys[i], .by = {}};
        const Groups authors =
            grouped(in.rows, groups.rows[i], &CodeMaatRow::author, in.authors, "author");
        for (std::size_t who = 0; who < authors.keys.size(); ++who) {
            Contribution sum{.author = authors.keys[who]};
            for (const std::uint32_t row : authors.rows[who]) {
                sum.added += in.rows[row].added;
                sum.deleted += in.rows[row].deleted;
            }
            owned.by.push_back(sum);
        }
        out.push_back(std::move(owned));
    }
    sort_by(out, [&](const Owned& x, const Owned& y) {
        return clojure::text_less(in.entities.name(x.entity), in.entities.name(y.entity));
    });
    return out;
}

[[nodiscard]] Table entity_ownership(const CodeMaatRows& in) {
    Table out{{"entity", "author", "added", "deleted"}};
    for (const Owned& owned : contributions(in)) {
        for (const Contribution& part : owned.by) {
            out.push_back({text(in.entities, owned.entity),
                           text(in.authors, part.author),
                           fmt::to_string(part.added),
                           fmt::to_string(part.deleted)});
        }
    }
    return out;
}

// As Java prints 0.01 times a whole number: 0.29, 0.57 as 0.5700000000000001, 1.0.
[[nodiscard]] std::string centi(std::uint64_t own, std::uint64_t total) {
    const auto ratio = static_cast<float>(static_cast<double>(own) /
                                          static_cast<double>(std::max<std::uint64_t>(total, 1)));
    const double shown = 0.01 * std::floor(100 * double{ratio} + 0.5);
    const std::string out = fmt::format("{}", shown);
    return out.find('.') == std::string::npos ? out + ".0" : out;
}

// Of equal contributions the last in the order wins: code-maat sorts upwards and reverses.
[[nodiscard]] Table main_developers(const CodeMaatRows& in) {
    Table out{{"entity", "main-dev", "added", "total-added", "ownership"}};
    for (const Owned& owned : contributions(in)) {
        std::uint64_t total = 0;
        const Contribution* most = &owned.by.front();
        for (const Contribution& part : owned.by) {
            total += part.added;
            most = part.added >= most->added ? &part : most;
        }
        out.push_back({text(in.entities, owned.entity),
                       text(in.authors, most->author),
                       fmt::to_string(most->added),
                       fmt::to_string(total),
                       centi(most->added, total)});
    }
    return out;
}

struct Peers {
    std::uint32_t me = 0;
    std::uint32_t peer = 0;
    std::uint64_t shared = 0;
};

// How often each pair of authors works on the same entity, in the order of the map of frequencies.
[[nodiscard]] std::vector<Peers> shared_work(const CodeMaatRows& in) {
    const std::vector<Owned> owned = contributions(in);
    Numbers hashes;
    for (const Owned& entity : owned) {
        hashes.push_back(clojure::hash_entry("entity", in.entities.name(entity.entity)));
    }
    Numbers author_hash;
    for (std::uint32_t author = 0; author < in.authors.size(); ++author) {
        author_hash.push_back(clojure::hash_text(in.authors.name(author)));
    }
    std::vector<Peers> pairs;
    Numbers pair_hashes;
    std::unordered_map<std::uint64_t, std::size_t> place;
    for (const std::uint32_t at : clojure::map_order(hashes)) {
        for (const Contribution& me : owned[at].by) {
            for (const Contribution& peer : owned[at].by) {
                const auto [found, fresh] =
                    place.emplace(std::uint64_t{me.author} << 32U | peer.author, pairs.size());
                if (fresh) {
                    pairs.push_back({me.author, peer.author, 0});
                    pair_hashes.push_back(clojure::hash_ordered(
                        std::array{author_hash[me.author], author_hash[peer.author]}));
                }
                ++pairs[found->second].shared;
            }
        }
    }
    std::vector<Peers> out;
    for (const std::uint32_t at : clojure::map_order(pair_hashes)) {
        out.push_back(pairs[at]);
    }
    return out;
}

[[nodiscard]] Table communication(const CodeMaatRows& in) {
    const std::vector<Peers> pairs = shared_work(in);
    std::vector<std::uint64_t> own(in.authors.size());
    for (const Peers& pair : pairs) {
        own[pair.me] = pair.me == pair.peer ? pair.shared : own[pair.me];
    }
    struct Row {
        Peers pair;
        std::uint64_t average;
        std::uint64_t strength;
    };
    std::vector<Row> rows;
    for (const Peers& pair : pairs) {
        if (pair.me != pair.peer) {
            const std::uint64_t average = (own[pair.me] + own[pair.peer] + 1) / 2;
            rows.push_back({pair, average, 100 * pair.shared / average});
        }
    }
    sort_by(rows, [&](const Row& x, const Row& y) {
        return x.strength != y.strength
                   ? x.strength > y.strength
                   : clojure::text_less(in.authors.name(y.pair.me), in.authors.name(x.pair.me));
    });
    Table out{{"author", "peer", "shared", "average", "strength"}};
    for (const Row& row : rows) {
        out.push_back({text(in.authors, row.pair.me),
                       text(in.authors, row.pair.peer),
                       fmt::to_string(row.pair.shared),
                       fmt::to_string(row.average),
                       fmt::to_string(row.strength)});
    }
    return out;
}

// ---- output

[[nodiscard]] std::string csv(const Table& table, std::int64_t most) {
    std::string out;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (most >= 0 && row > static_cast<std::size_t>(most)) {
            break;
        }
        for (std::size_t i = 0; i < table[row].size(); ++i) {
            const std::string& cell = table[row][i];
            out += i == 0 ? "" : ",";
            if (cell.find_first_of(",\"\r\n") == std::string::npos) {
                out += cell;
                continue;
            }
            out += '"';
            for (const char c : cell) {
                out += c == '"' ? "\"\"" : std::string(1, c);
            }
            out += '"';
        }
        out += '\n';
    }
    return out;
}

[[nodiscard]] Table analyse(const CodeMaatRows& in,
                            const CodeMaatOptions& options,
                            const Settings& settings) {
    if (options.analysis == "coupling") {
        return coupling(in, options);
    }
    if (options.analysis == "soc") {
        return sum_of_coupling(in, options);
    }
    if (options.analysis == "revisions") {
        return revisions(in);
    }
    if (options.analysis == "age") {
        return age(in, options, settings);
    }
    if (options.analysis == "communication") {
        return communication(in);
    }
    if (options.analysis == "entity-ownership") {
        return entity_ownership(in);
    }
    if (options.analysis == "main-dev") {
        return main_developers(in);
    }
    throw Error{
        {.status = Status::usage,
         .what = "there is no such analysis",
         .where = "--analysis " + options.analysis,
         .why =
             "known are age, communication, coupling, entity-ownership, main-dev, revisions, soc",
         .remedy = "choose one of them"}};
}

}  // namespace

std::string compat_code_maat(std::span<const std::string> paths,
                             const CodeMaatOptions& options,
                             const Settings& settings) {
    CodeMaatRows rows = code_maat_rows(paths);
    if (!options.group.empty()) {
        apply_groups(rows, options.group);
    }
    if (options.temporal_period > 0) {
        apply_temporal_period(rows, options.temporal_period);
    }
    return csv(analyse(rows, options, settings), options.rows);
}

}  // namespace plimsoll::app
