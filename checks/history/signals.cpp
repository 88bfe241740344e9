#include "checks/history/signals.hpp"

#include "model/communities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::checks {
namespace {

// Larger is worse, unless `good_is_high`. A band is left only when the whole interval has left it.
[[nodiscard]] Band band_of(const Estimate& value, double clear, double red, bool good_is_high) {
    if (!value.has_point()) {
        return Band::unknown;
    }
    if (good_is_high) {
        return value.low >= clear ? Band::clear : value.high < red ? Band::leaking : Band::mixed;
    }
    return value.high <= clear ? Band::clear : value.low > red ? Band::leaking : Band::mixed;
}

struct GroupFigures {
    double modularity = 0;
    double ratio = 0;
    double agreement = 0;
};

struct Division {
    model::Graph graph;
    std::vector<std::uint32_t> module;  // beside the graph's nodes
    std::vector<std::uint32_t> group;
    [[nodiscard]] GroupFigures figures() const {
        GroupFigures out;
        out.modularity = model::modularity(graph, group);
        out.ratio = out.modularity > 0 ? model::modularity(graph, module) / out.modularity
                                       : std::numeric_limits<double>::quiet_NaN();
        out.agreement = model::adjusted_mutual_information(module, group);
        return out;
    }
};

[[nodiscard]] Division divide(const model::SetsView& sets, const ChangeSets& changes) {
    Division out;
    out.graph = model::co_change_graph(sets, changes.files.size());
    for (const std::uint32_t file : out.graph.thing) {
        out.module.push_back(changes.module_of[file]);
    }
    out.group = model::louvain(out.graph);
    return out;
}

// The sets without each `folds`-th stretch of time.
[[nodiscard]] GroupFigures without(const Boundaries& found, std::size_t fold, std::size_t folds) {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> things;
    const model::SetsView view = found.view();
    for (std::size_t set = 0; set < view.size(); ++set) {
        if (set * folds / view.size() != fold) {
            things.insert(things.end(), view[set].begin(), view[set].end());
            ends.push_back(static_cast<std::uint32_t>(things.size()));
        }
    }
    return divide({ends, things}, found.recent).figures();
}

// Delete-a-group jackknife: the spread over figures that each leave out one stretch of time.
[[nodiscard]] Estimate jackknife(double at,
                                 const std::vector<GroupFigures>& folds,
                                 double GroupFigures::*figure) {
    const auto n = static_cast<double>(folds.size());
    double mean = 0;
    for (const GroupFigures& fold : folds) {
        mean += fold.*figure / n;
    }
    double squares = 0;
    for (const GroupFigures& fold : folds) {
        squares += (fold.*figure - mean) * (fold.*figure - mean);
    }
    constexpr double ninety_percent = 2.13;  // Student, four degrees of freedom
    const double half = ninety_percent * std::sqrt((n - 1) / n * squares);
    if (std::isnan(at) || std::isnan(half)) {
        return {};
    }
    return {.at = at, .low = at - half, .high = at + half};
}

void list_clusters(const Division& division, const ChangeSets& changes, Groups& out) {
    constexpr std::size_t least_files = 5;
    std::vector<std::vector<std::string>> groups;
    for (std::size_t node = 0; node < division.group.size(); ++node) {
        groups.resize(std::max<std::size_t>(groups.size(), division.group[node] + 1));
        groups[division.group[node]].push_back(changes.files[division.graph.thing[node]]);
    }
    for (std::vector<std::string>& group : groups) {
        if (group.size() >= least_files) {
            std::ranges::sort(group);
            out.clusters.push_back(std::move(group));
        }
    }
    std::ranges::stable_sort(out.clusters,
                             [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

}  // namespace

Groups find_groups(const Boundaries& found) {
    constexpr std::size_t least_files = 20;
    constexpr std::size_t folds = 5;
    Groups out;
    const Division division = divide(found.view(), found.recent);
    out.files = division.graph.nodes;
    if (out.files < least_files) {
        return out;
    }
    const GroupFigures figures = division.figures();
    std::vector<GroupFigures> without_one;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        without_one.push_back(without(found, fold, folds));
    }
    out.modularity = figures.modularity;
    out.ratio = jackknife(figures.ratio, without_one, &GroupFigures::ratio);
    out.agreement = jackknife(figures.agreement, without_one, &GroupFigures::agreement);
    list_clusters(division, found.recent, out);
    return out;
}

Signal leak_signal(const Boundaries& found, const Settings& settings) {
    const bool declared = found.recent.declared();
    return {.measure = leak_measure(found),
            .band = band_of(found.leak.ratio,
                            settings.value_of(declared ? leak_clear : folder_leak_clear),
                            settings.value_of(declared ? leak_red : folder_leak_red),
                            false),
            .of_folders = true};
}

Signal spread_signal(const Boundaries& found, const Settings& settings) {
    const auto three = static_cast<std::uint64_t>(
        std::ranges::count_if(found.touched, [](std::uint32_t modules) { return modules >= 3; }));
    const Estimate share = share_of(three, found.touched.size());
    return {.measure = {.id = "spread",
                        .name = "change sets that touch three modules or more",
                        .value = share,
                        .unit = "share",
                        .samples = found.sets(),
                        .formula = fmt::format("{} of {}", three, found.touched.size()),
                        .origins = {found.origin}},
            .band = band_of(
                share, settings.value_of(spread_clear), settings.value_of(spread_red), false)};
}

Signal schema_signal(const Boundaries& found, const Settings& settings) {
    constexpr std::uint64_t least = 20;
    std::uint64_t schema = 0;
    std::uint64_t crossing = 0;
    for (std::size_t i = 0; i < found.recent.sets.size(); ++i) {
        if (found.recent.sets[i].schema) {
            ++schema;
            crossing += found.touched[i] > 1 ? 1 : 0;
        }
    }
    const Estimate share = share_of(crossing, schema);
    return {.measure = {.id = "schema",
                        .name = "schema changes that cross modules",
                        .value = share,
                        .unit = "share",
                        .samples = static_cast<double>(schema),
                        .formula = fmt::format(
                            "{} of {} change sets with migrations or SQL", crossing, schema),
                        .origins = {found.origin}},
            .band = schema < least ? Band::unknown
                                   : band_of(share,
                                             settings.value_of(schema_clear),
                                             settings.value_of(schema_red),
                                             false)};
}

std::vector<Signal> group_signals(const Groups& groups,
                                  const Boundaries& found,
                                  const Settings& settings) {
    const auto signal = [&](std::string id, std::string name, const Estimate& value, Band band) {
        return Signal{.measure = {.id = std::move(id),
                                  .name = std::move(name),
                                  .value = value,
                                  .unit = "ratio",
                                  .samples = found.sets(),
                                  .formula = fmt::format(
                                      "{} files, {} communities of 5 or more, Louvain Q {:.2f}",
                                      groups.files,
                                      groups.clusters.size(),
                                      groups.modularity),
                                  .origins = {found.origin}},
                      .band = band,
                      .of_folders = true};
    };
    return {
        signal("modularity",
               "modularity of the modules over that of the best division found",
               groups.ratio,
               band_of(groups.ratio, settings.value_of(q_clear), settings.value_of(q_red), true)),
        signal(
            "agreement",
            "agreement of the modules with what changes together (adjusted mutual information)",
            groups.agreement,
            band_of(
                groups.agreement, settings.value_of(ami_clear), settings.value_of(ami_red), true))};
}

bool folders_are_layers(const Groups& groups,
                        const std::vector<Signal>& signals,
                        const Boundaries& found,
                        const Settings& settings) {
    const bool across = std::ranges::any_of(signals, [](const Signal& signal) {
        return signal.of_folders && signal.measure.id != "leak" && signal.band == Band::leaking;
    });
    return !found.recent.declared() && across &&
           groups.modularity >= settings.value_of(clusters_exist);
}

std::size_t count(const std::vector<Signal>& signals, Band band) {
    return static_cast<std::size_t>(std::ranges::count(signals, band, &Signal::band));
}

}  // namespace plimsoll::checks
