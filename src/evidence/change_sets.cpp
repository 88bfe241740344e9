#include "evidence/change_sets.hpp"

#include "evidence/glob.hpp"
#include "evidence/module_map.hpp"
#include "evidence/path_class.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace plimsoll {
namespace {

constexpr std::uint32_t dropped = std::numeric_limits<std::uint32_t>::max();

// What every commit that counts belongs to, and the order of the units.
struct Units {
    std::vector<std::uint32_t> first;    // for each unit the commit that dates it
    std::vector<std::uint32_t> unit_of;  // for each commit, or `dropped`
};

[[nodiscard]] bool is_masked(std::int64_t seconds, const Settings& settings) {
    const Instant at = instant(seconds * 1'000'000);
    return std::ranges::any_of(
        settings.masks, [&](const Mask& mask) { return mask.from <= at && at < mask.until; });
}

[[nodiscard]] ChangeUnit choose_unit(const History& history,
                                     const ChangeRules& rules,
                                     ChangeAccount& account) {
    for (const Commit& commit : history.commits) {
        const bool merge = commit.is(Commit::merge);
        account.merges += merge ? 1 : 0;
        if (commit.is(Commit::first_parent)) {
            ++account.main_line;
            account.main_line_merges += merge ? 1 : 0;
        }
    }
    account.commits = history.commits.size();
    return static_cast<double>(account.main_line_merges) >
                   rules.merge_share * static_cast<double>(account.main_line)
               ? ChangeUnit::pull_request
               : ChangeUnit::commit;
}

[[nodiscard]] Units units_of(const History& history, const Settings& settings, ChangeSets& out) {
    Units units;
    units.unit_of.assign(history.commits.size(), dropped);
    std::vector<std::uint32_t> by_landing(history.commits.size(), dropped);
    for (std::uint32_t i = 0; i < history.commits.size(); ++i) {
        const Commit& commit = history.commits[i];
        const std::uint32_t dated_by = out.unit == ChangeUnit::commit ? i : commit.landed;
        if (commit.is(Commit::merge)) {
            continue;
        }
        if (commit.is(Commit::bot)) {
            ++out.account.bots;
        } else if (commit.is(Commit::cut)) {
            ++out.account.cut;
        } else if (is_masked(history.commits[dated_by].committed, settings)) {
            ++out.account.masked;
        } else {
            std::uint32_t& unit = by_landing[dated_by];
            if (unit == dropped) {
                unit = static_cast<std::uint32_t>(units.first.size());
                units.first.push_back(dated_by);
            }
            units.unit_of[i] = unit;
        }
    }
    return units;
}

// By class of path, and what .gitattributes calls generated or vendored.
[[nodiscard]] std::vector<bool> product_paths(const History& history, const ChangeRules& rules) {
    std::vector<bool> out(history.paths.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string& path = history.paths[i];
        const PathClass kind = class_of_path(path);
        out[i] = kind == PathClass::product || (kind == PathClass::test && rules.keep_tests);
        for (std::size_t rule = 0; out[i] && rule < history.attributes.size(); ++rule) {
            out[i] = !glob_matches(history.attributes[rule].pattern, path);
        }
    }
    return out;
}

// The product files of every unit, ascending, each once; a column, and where each unit's part ends.
struct UnitFiles {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> paths;
};

// Sorts what lies from `from` on, where it is not sorted yet, and takes out what is there twice.
void settle_tail(std::vector<std::uint32_t>& paths, std::size_t from) {
    const auto begin = paths.begin() + static_cast<std::ptrdiff_t>(from);
    if (std::adjacent_find(begin, paths.end(), std::greater_equal{}) != paths.end()) {
        std::sort(begin, paths.end());
        paths.erase(std::unique(begin, paths.end()), paths.end());
    }
}

// Every check of boundaries asks for change sets: one pass counts, one fills, nothing is sorted
// that a commit has in order.
[[nodiscard]] UnitFiles files_of_units(const History& history,
                                       const Units& units,
                                       const ChangeRules& rules) {
    const std::vector<std::uint32_t> today = follow_moves(history);
    const std::vector<bool> product = product_paths(history, rules);
    std::vector<std::uint32_t> starts(units.first.size() + 1);
    for (std::size_t i = 0; i < history.commits.size(); ++i) {
        if (units.unit_of[i] != dropped) {
            starts[units.unit_of[i] + 1] += static_cast<std::uint32_t>(history.touched(i).size());
        }
    }
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> paths(starts.back());
    std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
    for (std::size_t i = 0; i < history.commits.size(); ++i) {
        if (units.unit_of[i] == dropped) {
            continue;
        }
        std::uint32_t& at = next[units.unit_of[i]];
        for (const std::uint32_t path : history.touched(i)) {
            if (product[today[path]]) {
                paths[at++] = today[path];
            }
        }
    }
    UnitFiles out;
    out.ends.reserve(next.size());
    out.paths.reserve(paths.size());
    for (std::size_t unit = 0; unit < next.size(); ++unit) {
        const std::size_t from = out.paths.size();
        out.paths.insert(out.paths.end(),
                         paths.begin() + static_cast<std::ptrdiff_t>(starts[unit]),
                         paths.begin() + static_cast<std::ptrdiff_t>(next[unit]));
        settle_tail(out.paths, from);
        out.ends.push_back(static_cast<std::uint32_t>(out.paths.size()));
    }
    return out;
}

[[nodiscard]] std::vector<ChangeSet> facts_of(const History& history,
                                              const Units& units,
                                              ChangeUnit unit) {
    std::vector<ChangeSet> out(units.first.size());
    if (unit == ChangeUnit::commit) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            const Commit& commit = history.commits[units.first[i]];
            out[i] = {.at = commit.committed,
                      .begun = commit.authored,
                      .author = commit.author,
                      .fix = commit.is(Commit::fix),
                      .revert = commit.is(Commit::revert)};
        }
        return out;
    }
    std::vector<std::pair<std::int64_t, std::uint32_t>> begun(
        out.size(), {std::numeric_limits<std::int64_t>::max(), dropped});
    for (std::uint32_t i = 0; i < history.commits.size(); ++i) {
        if (units.unit_of[i] == dropped) {
            continue;
        }
        const Commit& commit = history.commits[i];
        ChangeSet& set = out[units.unit_of[i]];
        auto& first = begun[units.unit_of[i]];
        first = std::min(first, {commit.authored, commit.author});
        // A pull request is a fix when its first commit is, a revert when any is.
        set.revert = set.revert || commit.is(Commit::revert);
        if (first == std::pair{commit.authored, commit.author}) {
            set.fix = commit.is(Commit::fix);
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].at = history.commits[units.first[i]].committed;
        out[i].begun = begun[i].first;
        out[i].author = begun[i].second;
        out[i].revert = out[i].revert && out[i].fix;
    }
    return out;
}

// The units in order of time; of equal times, of the commits that date them. Digit by digit, from
// the lowest (radix sort): every check of boundaries needs it, and comparing costs ten times that.
[[nodiscard]] std::vector<std::uint32_t> by_time(const std::vector<ChangeSet>& facts,
                                                 const Units& units) {
    constexpr unsigned digit_bits = 11;
    constexpr std::size_t digits = 1U << digit_bits;
    std::vector<std::uint32_t> order(facts.size());
    std::iota(order.begin(), order.end(), 0U);
    if (facts.empty()) {
        return order;
    }
    const auto first = [&](std::uint32_t unit) { return units.first[unit]; };
    if (!std::ranges::is_sorted(order, {}, first)) {
        std::ranges::sort(order, {}, first);
    }
    const auto bounds = std::ranges::minmax(facts, {}, &ChangeSet::at);
    const auto age = [&](std::int64_t at) {  // wild dates: the difference may need all 64 bits
        return static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(bounds.min.at);
    };
    std::vector<std::pair<std::uint64_t, std::uint32_t>> from;
    from.reserve(facts.size());
    for (const std::uint32_t unit : order) {
        from.emplace_back(age(facts[unit].at), unit);
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> into(from.size());
    for (unsigned shift = 0; shift < 64 && age(bounds.max.at) >> shift != 0; shift += digit_bits) {
        std::array<std::uint32_t, digits + 1> starts{};
        for (const auto& [key, unit] : from) {
            ++starts[(key >> shift) % digits + 1];
        }
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        for (const auto& one : from) {
            into[starts[(one.first >> shift) % digits]++] = one;
        }
        from.swap(into);
    }
    std::ranges::transform(from, order.begin(), [](const auto& one) { return one.second; });
    return order;
}

// Units with their files, without the empty and the too large ones, in order of time.
void fill_sets(ChangeSets& out,
               const History& history,
               const Units& units,
               const UnitFiles& unit_files,
               const ChangeRules& rules) {
    const std::vector<ChangeSet> facts = facts_of(history, units, out.unit);
    std::vector<std::uint32_t> file_of(history.paths.size(), dropped);
    std::vector<bool> schema;
    out.sets.reserve(facts.size());
    out.ends.reserve(facts.size());
    out.touches.reserve(unit_files.paths.size());
    for (const std::uint32_t unit : by_time(facts, units)) {
        const std::uint32_t from = unit == 0 ? 0 : unit_files.ends[unit - 1];
        const std::uint32_t size = unit_files.ends[unit] - from;
        if (size == 0 || size > rules.largest) {
            ++(size == 0 ? out.account.without_product : out.account.too_large);
            continue;
        }
        ChangeSet& set = out.sets.emplace_back(facts[unit]);
        for (const std::uint32_t path : std::span{unit_files.paths}.subspan(from, size)) {
            if (file_of[path] == dropped) {
                file_of[path] = static_cast<std::uint32_t>(out.files.size());
                out.files.push_back(history.paths[path]);
                schema.push_back(is_schema_path(history.paths[path]));
            }
            out.touches.push_back(file_of[path]);
            set.schema = set.schema || schema[file_of[path]];
        }
        out.ends.push_back(static_cast<std::uint32_t>(out.touches.size()));
    }
}

}  // namespace

// Oldest first; a move back takes the earlier move away, so chains have an end.
std::vector<std::uint32_t> follow_moves(const History& history) {
    const auto number = [&](const std::string& path) {
        const auto found = std::ranges::lower_bound(history.paths, path);
        return found != history.paths.end() && *found == path
                   ? static_cast<std::uint32_t>(found - history.paths.begin())
                   : dropped;
    };
    std::unordered_map<std::uint32_t, std::uint32_t> moved;
    for (const Rename& rename : history.renames) {
        const std::uint32_t from = number(rename.from);
        const std::uint32_t to = number(rename.to);
        if (from != dropped && to != dropped && from != to) {
            moved[from] = to;
            moved.erase(to);
        }
    }
    std::vector<std::uint32_t> out(history.paths.size());
    for (std::uint32_t path = 0; path < out.size(); ++path) {
        out[path] = path;
        for (auto next = moved.find(path); next != moved.end(); next = moved.find(out[path])) {
            out[path] = next->second;
        }
    }
    return out;
}

ChangeSets change_sets(const History& history, const Settings& settings, const ChangeRules& rules) {
    ChangeSets out;
    out.unit = choose_unit(history, rules, out.account);
    const Units units = units_of(history, settings, out);
    fill_sets(out, history, units, files_of_units(history, units, rules), rules);
    map_modules(out, history, settings, rules);
    drop_unmapped(out);
    return out;
}

std::string ChangeSets::map_text() const {
    return std::to_string(modules.size()) + (modules.size() == 1 ? " module" : " modules") +
           " from " + std::string{to_text(source)};
}

}  // namespace plimsoll
