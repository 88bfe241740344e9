// Which modules could be split off, because little else changes with them?
//
// Law: a candidate takes 5 % of the change sets or more, and at most a quarter of those touch
// another module (measured: rails activerecord 10 %, solidus admin 3 %, influx tsdb 24 %; saleor
// order 72 %). A module of which nearly all changes go outward is a contract (an API): marked,
// never extracted; nor is one of a pair that changes as if it were one (history/merge_back.hpp).
// Where a statement log names the modules, candidates come in order of the database's time, which
// is a better reason to split one off than how often it changes. Blind spots: load that is not the
// database's; names that differ between log and map.
#include "checks/history/exhibits.hpp"
#include "checks/history/merge_back.hpp"
#include "checks/history/module_use.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace plimsoll::checks {
namespace {

constexpr Threshold most_outward{
    .id = "extraction-candidates.outward",
    .value = 0.25,
    .unit = "share",
    .reason = "influx tsdb 24 % was extracted well, saleor csv at 48 % would not be"};
constexpr Threshold least_load{
    .id = "extraction-candidates.load",
    .value = 0.05,
    .unit = "share",
    .reason = "a module that hardly changes gains nothing from a pipeline of its own"};
constexpr Threshold contract_share{
    .id = "extraction-candidates.contract",
    .value = 0.8,
    .unit = "share",
    .reason = "API modules: 93 % of their changes come with another module's"};
constexpr std::array thresholds{least_sets,
                                largest_set,
                                window_years,
                                window_sets,
                                one_module,
                                most_outward,
                                least_load,
                                contract_share};

enum class Reading : std::uint8_t { none, candidate, contract, one_of_a_pair };
constexpr std::array<std::string_view, 4> words{
    "", "candidate", "contract: do not extract", "changes as one with another: do not extract"};

struct Judged {
    ModuleFacts facts;
    Estimate outward;
    std::optional<double> database;  // share of its time
    Reading reading = Reading::none;
};

[[nodiscard]] Reading read_module(const Judged& module,
                                  bool paired,
                                  double sets,
                                  const Settings& settings) {
    const bool busy =
        static_cast<double>(module.facts.sets) >= settings.value_of(least_load) * sets;
    if (module.outward.at >= settings.value_of(contract_share)) {
        return Reading::contract;
    }
    if (!busy || module.outward.at > settings.value_of(most_outward)) {
        return Reading::none;
    }
    return paired ? Reading::one_of_a_pair : Reading::candidate;
}

// Modules in order of the database's time where it is known, else of their changes.
[[nodiscard]] std::vector<Judged> judge(const Boundaries& found,
                                        const std::vector<Together>& pairs,
                                        const ModuleUse& use,
                                        const Settings& settings) {
    std::vector<Judged> out;
    for (const ModuleFacts& facts : module_facts(found)) {
        const auto number =
            static_cast<std::uint32_t>(std::ranges::lower_bound(found.recent.modules, facts.name) -
                                       found.recent.modules.begin());
        Judged& module = out.emplace_back(Judged{.facts = facts,
                                                 .outward = share_of(facts.outward, facts.sets),
                                                 .database = use.share(number)});
        const bool paired = std::ranges::any_of(
            pairs, [&](const Together& pair) { return pair.a == number || pair.b == number; });
        module.reading = read_module(module, paired, found.sets(), settings);
    }
    std::ranges::stable_sort(out, [](const Judged& x, const Judged& y) {
        return x.database.value_or(0) > y.database.value_or(0);
    });
    return out;
}

[[nodiscard]] Exhibit table(const std::vector<Judged>& modules,
                            const ModuleUse& use,
                            const Boundaries& found) {
    constexpr std::size_t most = 20;
    Exhibit out;
    out.key = "history.extraction";
    out.title = "Modules by how much of their change stays within them";
    out.caption = found.basis();
    out.columns = {{"module", "", false},
                   {"changes", "", true},
                   {"of all", "%", true},
                   {"outward", "%", true},
                   {"of the database's time", "%", true},
                   {"reading", "", false}};
    if (!use.knows_any()) {
        out.columns.erase(out.columns.end() - 2);
    }
    for (std::size_t i = 0; i < std::min(most, modules.size()); ++i) {
        const Judged& module = modules[i];
        const double load = static_cast<double>(module.facts.sets) / std::max(1.0, found.sets());
        Row row;
        row.cells = {{module.facts.name, {}},
                     {fmt::to_string(module.facts.sets), static_cast<double>(module.facts.sets)},
                     {fmt::format("{:.0f}", 100 * load), 100 * load},
                     {fmt::format("{:.0f}", 100 * module.outward.at), 100 * module.outward.at}};
        if (use.knows_any()) {
            row.cells.push_back(
                module.database
                    ? Cell{fmt::format("{:.1f}", 100 * *module.database), 100 * *module.database}
                    : Cell{"not named", {}});
        }
        row.cells.push_back({std::string{words[static_cast<std::size_t>(module.reading)]}, {}});
        row.share = module.outward.at;
        out.rows.push_back(std::move(row));
    }
    out.left_out = modules.size() > most
                       ? fmt::format("{} modules with fewer changes", modules.size() - most)
                       : "";
    return out;
}

[[nodiscard]] std::string load_words(const Judged& module) {
    return fmt::format(
        "{} ({:.0f} % outward, {:.0f} to {:.0f}{})",
        module.facts.name,
        100 * module.outward.at,
        100 * module.outward.low,
        100 * module.outward.high,
        module.database ? fmt::format("; {:.1f} % of the database's time", 100 * *module.database)
                        : "");
}

Finding run(const Evidence& evidence, const Settings& settings, const Boundaries& found) {
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const std::vector<Together> pairs = belong_together(found, settings);
    const ModuleUse use = module_use(evidence.workload, settings, found.recent.modules);
    const std::vector<Judged> modules = judge(found, pairs, use, settings);
    Finding finding;
    std::string names;
    for (const Judged& module : modules) {
        if (module.reading == Reading::candidate) {
            names += (names.empty() ? "" : ", ") + load_words(module);
            finding.measures.push_back(
                {.id = "outward." + module.facts.name,
                 .name = "changes of " + module.facts.name + " that touch another module",
                 .value = module.outward,
                 .unit = "share",
                 .samples = static_cast<double>(module.facts.sets),
                 .formula = fmt::format("{} of {}", module.facts.outward, module.facts.sets),
                 .origins = {found.origin}});
        }
    }
    finding.outcome = Outcome::absent;  // a candidate is a chance, not a trouble
    finding.says = names.empty()
                       ? "No module of weight keeps its changes to itself (" + found.basis() + ")."
                       : "Could be split off: " + names + " (" + found.basis() + ").";
    finding.confidence = confidence_of(found);
    finding.confidence_why = confidence_text(found);
    finding.seen_at = {found.origin};
    finding.exhibits = {table(modules, use, found)};
    if (!pairs.empty()) {
        finding.says += fmt::format(" {} pairs change as if they were one module: {} and {} first.",
                                    pairs.size(),
                                    found.recent.modules[pairs.front().a],
                                    found.recent.modules[pairs.front().b]);
        finding.exhibits.push_back(together_table(pairs, found));
    }
    return finding;
}

}  // namespace

extern constinit const Check extraction_candidates{
    .id = "extraction-candidates",
    .asks = "Which modules could be split off?",
    .why = "What changes alone can be deployed alone. Premature extraction is the commonest error, "
           "so this advises only: "
           "split where load or cadence asks for it.",
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "004-20",
    .missing = {.what = "git history of the system's code",
                .would_add = "which modules could be split off",
                .how = "plimsoll audit path/to/repository"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
