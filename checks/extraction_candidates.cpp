// Which modules could be split off, because little else changes with them?
//
// Law: a candidate takes 5 % of the change sets or more, and at most a quarter of those touch
// another module (measured: rails activerecord 10 %, solidus admin 3 %, influx tsdb 24 %; saleor
// order 72 %). A module of which nearly all changes go outward is a contract (an API): marked,
// never extracted. Pairs of services that share 30 % of their changes belong together again. Blind
// spots: load is counted in changes here; what a module costs the database is a better reason to
// split it off.
#include "checks/history/exhibits.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

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
constexpr Threshold contract{
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
                                contract};

[[nodiscard]] Exhibit table(const std::vector<ModuleFacts>& modules,
                            const Boundaries& found,
                            const Settings& settings) {
    constexpr std::size_t most = 20;
    Exhibit out;
    out.key = "history.extraction";
    out.title = "Modules by how much of their change stays within them";
    out.caption = found.basis();
    out.columns = {{"module", "", false},
                   {"changes", "", true},
                   {"of all", "%", true},
                   {"outward", "%", true},
                   {"reading", "", false}};
    for (std::size_t i = 0; i < std::min(most, modules.size()); ++i) {
        const ModuleFacts& module = modules[i];
        const double load = static_cast<double>(module.sets) / std::max(1.0, found.sets());
        const double outward = module.outward_share();
        const std::string reading =
            outward >= settings.value_of(contract) ? "contract: do not extract"
            : outward <= settings.value_of(most_outward) && load >= settings.value_of(least_load)
                ? "candidate"
                : "";
        out.rows.push_back(
            {.cells = {{module.name, {}},
                       {fmt::to_string(module.sets), static_cast<double>(module.sets)},
                       {fmt::format("{:.0f}", 100 * load), 100 * load},
                       {fmt::format("{:.0f}", 100 * outward), 100 * outward},
                       {reading, {}}},
             .depth = 0,
             .share = outward,
             .note = {}});
    }
    out.left_out = modules.size() > most
                       ? fmt::format("{} modules with fewer changes", modules.size() - most)
                       : "";
    return out;
}

Finding run(const Evidence& evidence, const Settings& settings) {
    const Boundaries found = measure_boundaries(evidence.history, settings);
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const std::vector<ModuleFacts> modules = module_facts(found);
    Finding finding;
    std::string names;
    for (const ModuleFacts& module : modules) {
        const bool busy =
            static_cast<double>(module.sets) >= settings.value_of(least_load) * found.sets();
        const Estimate outward = share_of(module.outward, module.sets);
        if (busy && outward.at <= settings.value_of(most_outward)) {
            names += fmt::format("{}{} ({:.0f} % outward)",
                                 names.empty() ? "" : ", ",
                                 module.name,
                                 100 * outward.at);
            finding.measures.push_back(
                {.id = "outward." + module.name,
                 .name = "changes of " + module.name + " that touch another module",
                 .value = outward,
                 .unit = "share",
                 .samples = static_cast<double>(module.sets),
                 .formula = fmt::format("{} of {}", module.outward, module.sets),
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
    finding.exhibits = {table(modules, found, settings)};
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
    .run = run};

}  // namespace plimsoll::checks
