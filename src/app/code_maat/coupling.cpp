#include "model/coupling.hpp"

#include "app/clojure_order.hpp"
#include "app/code_maat/analyses.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace plimsoll::app::code_maat {
namespace {

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
        out.distinct.insert(
            out.distinct.end(), distinct.begin(), std::unique(distinct.begin(), distinct.end()));
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

}  // namespace

Table coupling(const CodeMaatRows& in, const CodeMaatOptions& options) {
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
    std::ranges::stable_sort(rows, [&](const CoupledRow& x, const CoupledRow& y) {
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

Table sum_of_coupling(const CodeMaatRows& in, const CodeMaatOptions& options) {
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
    std::ranges::stable_sort(kept, [](const auto& x, const auto& y) {
        return x.first != y.first ? x.first > y.first : clojure::text_less(y.second, x.second);
    });
    Table out{{"entity", "soc"}};
    for (const auto& [sum, entity] : kept) {
        out.push_back({entity, fmt::to_string(sum)});
    }
    return out;
}

}  // namespace plimsoll::app::code_maat
