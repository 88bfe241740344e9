#include "app/clojure_order.hpp"
#include "app/code_maat/analyses.hpp"
#include "app/code_maat/contributions.hpp"

#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>

namespace plimsoll::app::code_maat {
namespace {

// Of equal contributions the last in the order wins: code-maat sorts upwards and reverses.
[[nodiscard]] Table by_most_lines(const CodeMaatRows& in,
                                  std::uint64_t Contribution::*lines,
                                  const std::string& what) {
    Table out{{"entity", "main-dev", what, "total-" + what, "ownership"}};
    for (const Owned& owned : contributions(in)) {
        std::uint64_t total = 0;
        const Contribution* most = &owned.by.front();
        for (const Contribution& part : owned.by) {
            total += part.*lines;
            most = part.*lines >= most->*lines ? &part : most;
        }
        out.push_back({text(in.entities, owned.entity),
                       text(in.authors, most->author),
                       fmt::to_string(most->*lines),
                       fmt::to_string(total),
                       centi(most->*lines, total)});
    }
    return out;
}

[[nodiscard]] std::uint64_t revisions_of(const Owned& owned) {
    std::uint64_t out = 0;
    for (const Contribution& part : owned.by) {
        out += part.revs;
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

}  // namespace

Table entity_ownership(const CodeMaatRows& in) {
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

Table main_developers(const CodeMaatRows& in) {
    return by_most_lines(in, &Contribution::added, "added");
}

Table refactoring_main_developers(const CodeMaatRows& in) {
    return by_most_lines(in, &Contribution::deleted, "removed");
}

Table entity_effort(const CodeMaatRows& in) {
    Table out{{"entity", "author", "author-revs", "total-revs"}};
    for (const Owned& owned : contributions(in)) {
        const std::string total = fmt::to_string(revisions_of(owned));
        for (const Contribution& part : owned.by) {
            out.push_back({text(in.entities, owned.entity),
                           text(in.authors, part.author),
                           fmt::to_string(part.revs),
                           total});
        }
    }
    return out;
}

Table main_developers_by_revisions(const CodeMaatRows& in) {
    Table out{{"entity", "main-dev", "added", "total-added", "ownership"}};
    for (const Owned& owned : contributions(in)) {
        const std::uint64_t total = revisions_of(owned);
        const Contribution& most = *std::ranges::max_element(owned.by, {}, &Contribution::revs);
        out.push_back({text(in.entities, owned.entity),
                       text(in.authors, most.author),
                       fmt::to_string(most.revs),
                       fmt::to_string(total),
                       centi(most.revs, total)});
    }
    return out;
}

Table fragmentation(const CodeMaatRows& in) {
    struct Row {
        std::uint32_t entity;
        std::uint64_t revs;
        std::string value;
        double fractal;
    };
    std::vector<Row> rows;
    const Groups groups = by_entity(in);
    for (std::size_t i = 0; i < groups.keys.size(); ++i) {
        const std::uint64_t revs = groups.rows[i].size();
        std::uint64_t squares = 0;
        for (const Numbers& part :
             grouped(in.rows, groups.rows[i], &CodeMaatRow::author, in.authors, "author").rows) {
            squares += std::uint64_t{part.size()} * part.size();
        }
        const std::string value = centi(revs * revs - squares, revs * revs);
        rows.push_back({groups.keys[i], revs, value, std::stod(value)});
    }
    std::ranges::stable_sort(rows, [](const Row& x, const Row& y) {
        return x.fractal != y.fractal ? x.fractal > y.fractal : x.revs > y.revs;
    });
    Table out{{"entity", "fractal-value", "total-revs"}};
    for (const Row& row : rows) {
        out.push_back({text(in.entities, row.entity), row.value, fmt::to_string(row.revs)});
    }
    return out;
}

Table communication(const CodeMaatRows& in) {
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
    std::ranges::stable_sort(rows, [&](const Row& x, const Row& y) {
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

}  // namespace plimsoll::app::code_maat
