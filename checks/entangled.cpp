// Sign 4: does one feature touch many modules, so that a change here breaks something there?
//
// Law: five signals from history (history/signals.hpp); two must leave their band with the whole
// interval before anything is called entangled. Score: log-normal through P(change set touches
// three modules or more) = 0.08 -> 10 and 0.30 -> 50; where releases are tagged, through its
// geometric mean with the share of releases that were followed by a fix elsewhere. Blind spots:
// folders that are technical layers cross by design (said, and never called present); regressions
// that no commit message admits; work that was squashed into large commits.
#include "checks/history/exhibits.hpp"
#include "checks/history/releases.hpp"
#include "checks/history/signals.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::checks {
namespace {

constexpr std::array thresholds{
    least_sets,   largest_set, window_years,      window_sets,      one_module,
    leak_clear,   leak_red,    folder_leak_clear, folder_leak_red,  q_clear,
    q_red,        ami_clear,   ami_red,           schema_clear,     schema_red,
    spread_clear, spread_red,  clusters_exist,    regression_limit, least_releases};
constexpr model::ControlPoints curve{.ten = 0.08, .fifty = 0.30};

[[nodiscard]] std::vector<Remedy> remedies(const Boundaries& found) {
    std::vector<Remedy> out;
    constexpr std::size_t most = 3;
    for (const model::Coupled& pair : coupled_modules(found, 15)) {
        if (out.size() == most) {
            break;
        }
        const std::string& a = found.recent.modules[pair.a];
        const std::string& b = found.recent.modules[pair.b];
        out.push_back(
            {.id = fmt::format("boundary.{}.{}", a, b),
             .rung = Rung::boundary,
             .title = fmt::format("Give {} and {} one interface, or make them one module", a, b),
             .action = fmt::format(
                 "Let {} reach {} through one file only; {} of their {:.0f} average "
                 "changes touch both today. Begin with their file pairs in the exhibit.",
                 b,
                 a,
                 pair.shared,
                 pair.average()),
             .effort = "weeks",
             .reach = a + ", " + b,
             .undo = "revert the commits",
             .effects = {},
             .clears = {std::string{to_text(Sign::entangled)}},
             .verify = fmt::format(
                 "plimsoll inspect . --format json, coupling of {} and {} falls below 15 %", a, b),
             .model = "change coupling: moves no load limit"});
    }
    return out;
}

// Outcome from the number of signals that agree.
void judge(Finding& finding, const std::vector<Signal>& signals, bool layers) {
    const std::size_t red = count(signals, Band::leaking);
    const std::size_t clear = count(signals, Band::clear);
    finding.outcome = red >= 2 && !layers ? Outcome::present
                      : red >= 1          ? Outcome::latent
                      : clear >= 1        ? Outcome::absent
                                          : Outcome::latent;
    if (red == 0 && clear == 0) {
        finding.outcome = Outcome::insufficient;
    }
}

[[nodiscard]] std::string words(const Boundaries& found,
                                const std::vector<Signal>& signals,
                                const Groups& groups,
                                bool layers) {
    const auto spread = std::ranges::find(
        signals, std::string{"spread"}, [](const Signal& signal) { return signal.measure.id; });
    std::string out = fmt::format(
        "{:.0f} % of changes touch three modules or more ({:.0f} to {:.0f} %), leak {:.2f} "
        "({:.2f} to {:.2f}): {} of {} signals say entangled",
        100 * spread->measure.value.at,
        100 * spread->measure.value.low,
        100 * spread->measure.value.high,
        found.leak.ratio.at,
        found.leak.ratio.low,
        found.leak.ratio.high,
        count(signals, Band::leaking),
        signals.size() - count(signals, Band::unknown));
    if (layers) {
        out += fmt::format("; the folders are layers, history suggests {} feature clusters",
                           groups.clusters.size());
    }
    return out + " (" + found.basis() + ").";
}

void score(Finding& finding, const Signal& spread, const Regressions& regressions) {
    const bool both = regressions.releases != 0;
    const double x =
        both ? std::sqrt(spread.measure.value.at * regressions.share.at) : spread.measure.value.at;
    finding.score = model::severity(x, curve);
}

Finding run(const Evidence& evidence, const Settings& settings, const Boundaries& found) {
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const Groups& groups = found.groups;
    const Regressions regressions = measure_regressions(found, evidence.history, settings);
    std::vector<Signal> signals = group_signals(groups, found, settings);
    const bool layers = folders_are_layers(groups, signals, found, settings);
    signals.insert(signals.begin(),
                   {leak_signal(found, settings),
                    spread_signal(found, settings),
                    schema_signal(found, settings),
                    regression_signal(regressions, found, settings)});
    Finding finding;
    judge(finding, signals, layers);
    finding.says = words(found, signals, groups, layers);
    score(finding, signals[1], regressions);
    finding.confidence = confidence_of(found);
    finding.confidence_why = confidence_text(found);
    for (const Signal& signal : signals) {
        finding.measures.push_back(signal.measure);
    }
    finding.seen_at = {found.origin};
    finding.exhibits = {module_matrix(found),
                        module_pairs(found),
                        hidden_pairs(found),
                        hotspots(found, evidence.history)};
    if (finding.outcome == Outcome::present) {
        finding.remedies = remedies(found);
    }
    if (!found.recent.declared()) {
        finding.gaps.push_back(module_map_gap());
    }
    return finding;
}

}  // namespace

extern constinit const Check entangled{
    .id = "entangled",
    .asks = "Does one feature touch many modules?",
    .why = "What changes together is coupled, whatever the imports say (Gall 1998, Zimmermann "
           "2004). Two of five "
           "signals must agree: leak of the module map, changes over three modules, schema changes "
           "that cross, and "
           "how folders compare with what changes together. Blind to squashed work and to folders "
           "that are layers.",
    .sign = Sign::entangled,
    .decides = true,
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "000-70 000-71 002-30 002-33 001-40 004-16",
    .missing =
        {.what = "git history of the system's code",
         .would_add = "which modules change together, and whether boundaries hold (sign 4)",
         .how = "plimsoll audit path/to/repository  (or: git bundle create history.bundle HEAD)"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
