#include "checks/history/groups.hpp"

#include "model/communities.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace plimsoll::checks {
namespace {

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

struct Sets {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> things;
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

// The latest sets: groups of files are found among these, for the graph costs most of the time of
// an audit.
[[nodiscard]] model::SetsView latest(const ChangeSets& changes, Sets& own) {
    constexpr std::size_t most = 10'000;
    const model::SetsView view{changes.ends, changes.touches};
    if (view.size() <= most) {
        return view;
    }
    const std::size_t first = view.size() - most;
    const std::uint32_t skipped = view.ends[first - 1];
    own.things.assign(view.things.begin() + skipped, view.things.end());
    for (const std::uint32_t end : view.ends.subspan(first)) {
        own.ends.push_back(end - skipped);
    }
    return {own.ends, own.things};
}

// The sets without each `folds`-th stretch of time.
[[nodiscard]] GroupFigures without(const model::SetsView& view,
                                   const ChangeSets& changes,
                                   std::size_t fold,
                                   std::size_t folds) {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> things;
    for (std::size_t set = 0; set < view.size(); ++set) {
        if (set * folds / view.size() != fold) {
            things.insert(things.end(), view[set].begin(), view[set].end());
            ends.push_back(static_cast<std::uint32_t>(things.size()));
        }
    }
    return divide({ends, things}, changes).figures();
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

Groups find_groups(const ChangeSets& changes) {
    constexpr std::size_t least_files = 20;
    constexpr std::size_t folds = 5;
    Groups out;
    Sets own;
    const model::SetsView view = latest(changes, own);
    const Division division = divide(view, changes);
    out.files = division.graph.nodes;
    if (out.files < least_files) {
        return out;
    }
    const GroupFigures figures = division.figures();
    std::vector<GroupFigures> without_one;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        without_one.push_back(without(view, changes, fold, folds));
    }
    out.modularity = figures.modularity;
    out.ratio = jackknife(figures.ratio, without_one, &GroupFigures::ratio);
    out.agreement = jackknife(figures.agreement, without_one, &GroupFigures::agreement);
    list_clusters(division, changes, out);
    return out;
}

}  // namespace plimsoll::checks
