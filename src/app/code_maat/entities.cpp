#include "app/code_maat/analyses.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <chrono>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace plimsoll::app::code_maat {
namespace {

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

[[nodiscard]] std::size_t distinct(const std::vector<CodeMaatRow>& rows,
                                   std::span<const std::uint32_t> chosen,
                                   std::uint32_t CodeMaatRow::*column) {
    std::set<std::uint32_t> out;
    for (const std::uint32_t row : chosen) {
        out.insert(rows[row].*column);
    }
    return out.size();
}

}  // namespace

Table summary(const CodeMaatRows& in) {
    Numbers all(in.rows.size());
    std::iota(all.begin(), all.end(), 0U);
    const auto count = [&](std::uint32_t CodeMaatRow::*column) {
        return fmt::to_string(distinct(in.rows, all, column));
    };
    return {{"statistic", "value"},
            {"number-of-commits", count(&CodeMaatRow::rev)},
            {"number-of-entities", count(&CodeMaatRow::entity)},
            {"number-of-entities-changed", fmt::to_string(in.rows.size())},
            {"number-of-authors", count(&CodeMaatRow::author)}};
}

Table revisions(const CodeMaatRows& in) {
    const Groups groups = by_entity(in);
    Numbers order(groups.keys.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](std::uint32_t x, std::uint32_t y) {
        return groups.rows[x].size() > groups.rows[y].size();
    });
    Table out{{"entity", "n-revs"}};
    for (const std::uint32_t at : order) {
        out.push_back({text(in.entities, groups.keys[at]), fmt::to_string(groups.rows[at].size())});
    }
    return out;
}

Table authors(const CodeMaatRows& in) {
    struct Row {
        std::size_t authors;
        std::size_t revs;
        std::uint32_t entity;
    };
    std::vector<Row> rows;
    const Groups groups = by_entity(in);
    for (std::size_t i = 0; i < groups.keys.size(); ++i) {
        rows.push_back({distinct(in.rows, groups.rows[i], &CodeMaatRow::author),
                        groups.rows[i].size(),
                        groups.keys[i]});
    }
    std::ranges::stable_sort(rows, [](const Row& x, const Row& y) {
        return std::tie(x.authors, x.revs) > std::tie(y.authors, y.revs);
    });
    Table out{{"entity", "n-authors", "n-revs"}};
    for (const Row& row : rows) {
        out.push_back(
            {text(in.entities, row.entity), fmt::to_string(row.authors), fmt::to_string(row.revs)});
    }
    return out;
}

Table age(const CodeMaatRows& in, const CodeMaatOptions& options, const Settings& settings) {
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
    std::ranges::stable_sort(ages, [](const auto& x, const auto& y) { return x.first < y.first; });
    Table out{{"entity", "age-months"}};
    for (const auto& [months, entity] : ages) {
        out.push_back({text(in.entities, entity), fmt::to_string(months)});
    }
    return out;
}

}  // namespace plimsoll::app::code_maat
