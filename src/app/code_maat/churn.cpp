#include "app/clojure_order.hpp"
#include "app/code_maat/analyses.hpp"
#include "app/code_maat/contributions.hpp"

#include <fmt/format.h>

#include <utility>

namespace plimsoll::app::code_maat {
namespace {

// Lines and rows of one group.
struct Churn {
    std::string name;
    std::uint64_t added = 0;
    std::uint64_t deleted = 0;
    std::uint64_t commits = 0;
};

[[nodiscard]] std::vector<Churn> churn_of(const CodeMaatRows& in,
                                          const Groups& groups,
                                          const Names& names) {
    std::vector<Churn> out;
    for (std::size_t i = 0; i < groups.keys.size(); ++i) {
        Churn& churn = out.emplace_back(Churn{.name = text(names, groups.keys[i])});
        churn.commits = groups.rows[i].size();
        for (const std::uint32_t row : groups.rows[i]) {
            churn.added += in.rows[row].added;
            churn.deleted += in.rows[row].deleted;
        }
    }
    return out;
}

[[nodiscard]] Table table_of(std::string_view column, const std::vector<Churn>& churns) {
    Table out{{std::string{column}, "added", "deleted", "commits"}};
    for (const Churn& churn : churns) {
        out.push_back({churn.name,
                       fmt::to_string(churn.added),
                       fmt::to_string(churn.deleted),
                       fmt::to_string(churn.commits)});
    }
    return out;
}

}  // namespace

std::vector<Owned> contributions(const CodeMaatRows& in) {
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
            sum.revs = authors.rows[who].size();
            owned.by.push_back(sum);
        }
        out.push_back(std::move(owned));
    }
    std::ranges::stable_sort(out, [&](const Owned& x, const Owned& y) {
        return clojure::text_less(in.entities.name(x.entity), in.entities.name(y.entity));
    });
    return out;
}

Table churn_by_date(const CodeMaatRows& in) {
    std::vector<Churn> churns = churn_of(in, by_date(in), in.dates);
    std::ranges::stable_sort(churns, {}, &Churn::name);
    return table_of("date", churns);
}

Table churn_by_author(const CodeMaatRows& in) {
    std::vector<Churn> churns = churn_of(in, by_author(in), in.authors);
    std::ranges::stable_sort(
        churns, [](const Churn& x, const Churn& y) { return clojure::text_less(x.name, y.name); });
    return table_of("author", churns);
}

Table churn_by_entity(const CodeMaatRows& in) {
    std::vector<Churn> churns = churn_of(in, by_entity(in), in.entities);
    std::ranges::stable_sort(churns, std::greater{}, &Churn::added);
    return table_of("entity", churns);
}

}  // namespace plimsoll::app::code_maat
