// Which modules are coupled through a table?
//
// Law: two modules that touch one table, one of them writing, are coupled whatever their imports
// say (catalogue 000-78); the history shows whether that coupling costs anything: pairs that also
// change together, with the low end of the interval over the limit, are present; shared tables
// whose modules change apart are latent. Names join log and repository
// (checks/history/module_use.hpp). Blind spots: what only one of the two names; tables that were
// not touched in the log's hours.
#include "checks/history/exhibits.hpp"
#include "checks/history/merge_back.hpp"
#include "checks/history/module_use.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace plimsoll::checks {
namespace {

constexpr Threshold together{
    .id = "coupled-tables.together",
    .value = 0.15,
    .unit = "share of changes",
    .reason = "from there on sign 4 prescribes one interface between two modules"};
constexpr std::array thresholds{
    least_sets, largest_set, window_years, window_sets, one_module, together};

using Pair = std::pair<std::uint32_t, std::uint32_t>;

struct SharedBy {
    std::vector<std::string> tables;
    bool both_write = false;  // one of the tables, at least
    double time_us = 0;
    Origin origin;
    Together changes;
};

// Pairs of modules over one table that one of them writes at least.
[[nodiscard]] std::map<Pair, SharedBy> shared_tables_of(const ModuleUse& use) {
    std::map<Pair, SharedBy> out;
    for (const auto& [name, table] : use.tables) {
        const std::set<std::uint32_t> all = table.all();
        for (auto a = all.begin(); a != all.end(); ++a) {
            for (auto b = std::next(a); b != all.end(); ++b) {
                const bool first = table.writers.contains(*a);
                const bool second = table.writers.contains(*b);
                if (first || second) {
                    SharedBy& pair = out[{*a, *b}];
                    pair.tables.push_back(name);
                    pair.both_write = pair.both_write || (first && second);
                    pair.time_us += table.time_us;
                    keep_first(pair.origin, table.origin);
                }
            }
        }
    }
    return out;
}

void join_changes(std::map<Pair, SharedBy>& pairs, const Boundaries& found) {
    const std::vector<model::Coupled> coupled = coupled_modules(found);
    for (std::pair<const Pair, SharedBy>& pair : pairs) {
        const auto at = std::ranges::find_if(coupled, [&pair](const model::Coupled& modules) {
            return Pair{modules.a, modules.b} == pair.first;
        });
        if (at != coupled.end()) {
            pair.second.changes =
                together_of(at->a, at->b, at->sets_of_a, at->sets_of_b, at->shared);
        }
    }
}

[[nodiscard]] Exhibit table_of(const std::map<Pair, SharedBy>& pairs,
                               const ModuleUse& use,
                               const Boundaries& found) {
    constexpr std::size_t most = 20;
    constexpr std::size_t named = 4;
    std::vector<std::pair<Pair, SharedBy>> rows(pairs.begin(), pairs.end());
    std::ranges::stable_sort(rows, [](const auto& x, const auto& y) {
        return x.second.changes.shared != y.second.changes.shared
                   ? x.second.changes.shared > y.second.changes.shared
                   : x.second.time_us > y.second.time_us;
    });
    Exhibit out;
    out.key = "coupled-tables";
    out.title = "Modules over one table, and whether they change together";
    out.caption = fmt::format("Modules by {}; {}.",
                              use.by_application ? "application name" : "the owners of tables",
                              found.basis());
    out.columns = {{"module", "", false},
                   {"and", "", false},
                   {"tables", "", false},
                   {"both write", "", false},
                   {"of the database's time", "%", true},
                   {"changes in common", "%", true}};
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
        const auto& [modules, shared] = rows[i];
        const std::size_t shown = std::min(named, shared.tables.size());
        std::string tables =
            fmt::format("{}",
                        fmt::join(shared.tables.begin(),
                                  shared.tables.begin() + static_cast<std::ptrdiff_t>(shown),
                                  ", "));
        if (shared.tables.size() > shown) {
            tables += fmt::format(" and {} more", shared.tables.size() - shown);
        }
        const double time = 100 * shared.time_us / std::max(1.0, use.total_us);
        const double degree = shared.changes.shared == 0 ? 0 : 100 * shared.changes.degree.at;
        out.rows.push_back({.cells = {{found.recent.modules[modules.first], {}},
                                      {found.recent.modules[modules.second], {}},
                                      {std::move(tables), {}},
                                      {shared.both_write ? "yes" : "no", {}},
                                      {fmt::format("{:.1f}", time), time},
                                      {fmt::format("{:.0f}", degree), degree}},
                            .depth = 0,
                            .share = degree / 100,
                            .note = to_text(shared.origin)});
    }
    out.left_out = rows.size() > most ? fmt::format("{} more pairs", rows.size() - most) : "";
    return out;
}

[[nodiscard]] Finding no_names(const ModuleUse& use, const Boundaries& found) {
    Finding finding;
    finding.says = fmt::format(
        "Not assessed: {} of {} modules have a name that the log or [tables] knows too.",
        use.named.size(),
        found.recent.modules.size());
    finding.confidence_why = "names of the two do not meet";
    finding.gaps.push_back(
        {.id = "coupled-tables",
         .missing = "names that join modules and tables",
         .would_add = "which modules are coupled through a table",
         .how = "application_name as the module map has it, and %a in log_line_prefix; or [tables] "
                "orders = \"billing\" in plimsoll.toml"});
    finding.seen_at = {found.origin};
    return finding;
}

Finding run(const Evidence& evidence, const Settings& settings, const Boundaries& found) {
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const ModuleUse use = module_use(evidence.workload, settings, found.recent.modules);
    if (use.named.size() < 2) {
        return no_names(use, found);
    }
    std::map<Pair, SharedBy> pairs = shared_tables_of(use);
    join_changes(pairs, found);
    Finding finding;
    finding.seen_at = {found.origin};
    std::uint64_t moving = 0;
    std::string names;
    for (const auto& [modules, shared] : pairs) {
        if (shared.changes.shared != 0 && shared.changes.degree.low > settings.value_of(together)) {
            ++moving;
            names += fmt::format("{}{} and {}",
                                 names.empty() ? "" : ", ",
                                 found.recent.modules[modules.first],
                                 found.recent.modules[modules.second]);
            finding.seen_at.push_back(shared.origin);
        }
    }
    finding.outcome = moving != 0      ? Outcome::present
                      : !pairs.empty() ? Outcome::latent
                                       : Outcome::absent;
    finding.says = fmt::format(
        "{} pairs of modules meet in a table that one of them writes{} ({}).",
        pairs.size(),
        moving == 0 ? ", none of which is seen to change together"
                    : fmt::format(", and {} of them change together: {}", moving, names),
        found.basis());
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format("{} modules named by {}; {} statement classes",
                                         use.named.size(),
                                         use.by_application ? "applications" : "owners of tables",
                                         evidence.workload.statements.size());
    const auto count = [&](std::string id, std::string name, std::uint64_t value) {
        finding.measures.push_back({.id = std::move(id),
                                    .name = std::move(name),
                                    .value = Estimate::exactly(static_cast<double>(value)),
                                    .unit = "pairs",
                                    .samples = found.sets(),
                                    .formula = found.recent.map_text(),
                                    .origins = {found.origin}});
    };
    count("over-one-table", "pairs of modules over one table", pairs.size());
    count("moving", "... that change together", moving);
    if (!pairs.empty()) {
        finding.exhibits = {table_of(pairs, use, found)};
    }
    return finding;
}

}  // namespace

extern constinit const Check coupled_tables{
    .id = "coupled-tables",
    .asks = "Which modules are coupled through a table?",
    .why = "A table that two modules touch is an interface that no import shows. Joined from git "
           "and the statement log by name; blind to what is named differently in the two.",
    .needs = {Kind::history, Kind::workload},
    .thresholds = thresholds,
    .claims = "000-78",
    .missing = {.what = "git history and a statement log of the same system",
                .would_add = "which modules are coupled through a table",
                .how = "plimsoll audit path/to/repository postgresql.log"},
    .run = on_its_own<run>,
    .run_on_boundaries = run,
};

}  // namespace plimsoll::checks
