#include "app/code_maat/table.hpp"

#include "app/clojure_order.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace plimsoll::app::code_maat {
namespace {

[[nodiscard]] Groups all_by(const CodeMaatRows& in,
                            std::uint32_t CodeMaatRow::*column,
                            const Names& names,
                            std::string_view key) {
    Numbers all(in.rows.size());
    std::iota(all.begin(), all.end(), 0U);
    return grouped(in.rows, all, column, names, key);
}

}  // namespace

Groups grouped(const std::vector<CodeMaatRow>& rows,
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

Groups by_rev(const CodeMaatRows& in) {
    return all_by(in, &CodeMaatRow::rev, in.revs, "rev");
}
Groups by_date(const CodeMaatRows& in) {
    return all_by(in, &CodeMaatRow::date, in.dates, "date");
}
Groups by_author(const CodeMaatRows& in) {
    return all_by(in, &CodeMaatRow::author, in.authors, "author");
}
Groups by_entity(const CodeMaatRows& in) {
    return all_by(in, &CodeMaatRow::entity, in.entities, "entity");
}

std::string text(const Names& names, std::uint32_t number) {
    return std::string{names.name(number)};
}

std::string centi(std::uint64_t part, std::uint64_t total) {
    const auto ratio = static_cast<float>(static_cast<double>(part) /
                                          static_cast<double>(std::max<std::uint64_t>(total, 1)));
    const double shown = 0.01 * std::floor(100 * double{ratio} + 0.5);
    const std::string out = fmt::format("{}", shown);
    return out.find('.') == std::string::npos ? out + ".0" : out;
}

std::string csv(const Table& table, std::int64_t most) {
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

}  // namespace plimsoll::app::code_maat
