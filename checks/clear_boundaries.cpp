// Criterion E1: are there clear internal boundaries to evolve along?
//
// Law: best when two of the four boundary signals (leak, modularity, agreement, schema changes) are
// clear and none leaks; worst when two leak; middle in between. Folders that are technical layers
// are middle: history then suggests feature clusters to draw boundaries around, which is work, not
// a reason to rebuild. Blind spots: as history/boundaries.hpp; a module map drawn by a person is
// worth more than any folder.
#include "checks/history/signals.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr std::array thresholds{least_sets,
                                largest_set,
                                window_years,
                                window_sets,
                                one_module,
                                leak_clear,
                                leak_red,
                                folder_leak_clear,
                                folder_leak_red,
                                q_clear,
                                q_red,
                                ami_clear,
                                ami_red,
                                schema_clear,
                                schema_red,
                                clusters_exist};

[[nodiscard]] Level level_of(const std::vector<Signal>& signals, bool layers) {
    const std::size_t red = count(signals, Band::leaking);
    const std::size_t clear = count(signals, Band::clear);
    if (red >= 2 && !layers) {
        return Level::worst;
    }
    return clear >= 2 && red == 0 ? Level::best : Level::middle;
}

// The clusters that history suggests, when the folders are not what changes together.
[[nodiscard]] Exhibit clusters(const Groups& groups) {
    constexpr std::size_t most = 12;
    constexpr std::size_t shown = 6;
    Exhibit out;
    out.key = "history.feature-clusters";
    out.title = "What changes together, whatever the folders say";
    out.caption = fmt::format(
        "Communities of five files or more (Louvain, modularity {:.2f}) among {} files.",
        groups.modularity,
        groups.files);
    out.columns = {{"cluster", "", false}, {"files", "", true}, {"for example", "", false}};
    for (std::size_t i = 0; i < std::min(most, groups.clusters.size()); ++i) {
        const std::vector<std::string>& files = groups.clusters[i];
        std::string some;
        for (std::size_t file = 0; file < std::min(shown, files.size()); ++file) {
            some += (some.empty() ? "" : ", ") +
                    files[file * files.size() / std::min(shown, files.size())];
        }
        out.rows.push_back(
            {.cells = {{fmt::format("{}", i + 1), {}},
                       {fmt::format("{}", files.size()), static_cast<double>(files.size())},
                       {some, {}}},
             .depth = 0,
             .share = {},
             .note = {}});
    }
    if (groups.clusters.size() > most) {
        out.left_out = fmt::format("{} smaller clusters", groups.clusters.size() - most);
    }
    return out;
}

[[nodiscard]] std::string words(const Boundaries& found,
                                const std::vector<Signal>& signals,
                                const Groups& groups,
                                bool layers) {
    std::string out = fmt::format(
        "{} of {} boundary signals are clear, {} leak (leak {:.2f}, {:.2f} to {:.2f}; {})",
        count(signals, Band::clear),
        signals.size() - count(signals, Band::unknown),
        count(signals, Band::leaking),
        found.leak.ratio.at,
        found.leak.ratio.low,
        found.leak.ratio.high,
        found.basis());
    if (layers) {
        out += fmt::format("; your folders are layers, history suggests {} feature clusters",
                           groups.clusters.size());
    }
    return out + ".";
}

Finding run(const Evidence&, const Settings& settings, const Boundaries& found) {
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const Groups& groups = found.groups;
    std::vector<Signal> signals = group_signals(groups, found, settings);
    const bool layers = folders_are_layers(groups, signals, found, settings);
    signals.insert(signals.begin(), {leak_signal(found, settings), schema_signal(found, settings)});
    Finding finding;
    finding.level = level_of(signals, layers);
    finding.outcome = finding.level == Level::best    ? Outcome::absent
                      : finding.level == Level::worst ? Outcome::present
                                                      : Outcome::latent;
    finding.says = words(found, signals, groups, layers);
    finding.confidence = confidence_of(found);
    finding.confidence_why = confidence_text(found);
    for (const Signal& signal : signals) {
        finding.measures.push_back(signal.measure);
    }
    finding.measures.push_back({.id = "effective-modules",
                                .name = "modules, as if all were touched equally",
                                .value = Estimate::exactly(found.leak.effective_modules),
                                .unit = "modules",
                                .samples = static_cast<double>(found.recent.modules.size()),
                                .formula = "1 / sum of squared shares of touched files",
                                .origins = {found.origin}});
    finding.seen_at = {found.origin};
    if (!groups.clusters.empty()) {
        finding.exhibits.push_back(clusters(groups));
    }
    if (!found.recent.declared()) {
        finding.gaps.push_back(module_map_gap());
    }
    return finding;
}

}  // namespace

extern constinit const Check clear_boundaries{
    .id = "clear-boundaries",
    .asks = "Are there clear internal boundaries to evolve along?",
    .why = "A monolith with boundaries can be split along them; one without must find them first. "
           "Boundaries are what "
           "changes respect, not what folders claim. Blind to boundaries that nobody has had "
           "reason to cross yet.",
    .criterion = Criterion::clear_boundaries,
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "001-130 001-44 004-21",
    .missing =
        {.what = "git history of the system's code",
         .would_add = "whether internal boundaries hold (criterion E1, up to 3 points)",
         .how = "plimsoll audit path/to/repository  (or: git bundle create history.bundle HEAD)"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
