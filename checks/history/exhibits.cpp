#include "checks/history/exhibits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace plimsoll::checks {
namespace {

[[nodiscard]] Cell text(std::string value) {
    return {.text = std::move(value), .value = std::nullopt};
}
[[nodiscard]] Cell number(double value, std::string shown) {
    return {.text = std::move(shown), .value = value};
}
[[nodiscard]] Cell whole(double value) {
    return number(value, fmt::format("{:.0f}", value));
}

[[nodiscard]] Exhibit pair_table(const std::vector<model::Coupled>& pairs,
                                 const std::vector<std::string>& names,
                                 std::string_view thing) {
    constexpr std::size_t most = 20;
    Exhibit out;
    out.columns = {{std::string{thing}, "", false},
                   {"changes with", "", false},
                   {"together", "", true},
                   {"alone and together", "", true},
                   {"degree", "%", true}};
    for (std::size_t i = 0; i < std::min(most, pairs.size()); ++i) {
        const model::Coupled& pair = pairs[i];
        out.rows.push_back(
            {.cells = {text(names[pair.a]),
                       text(names[pair.b]),
                       whole(pair.shared),
                       text(fmt::format("{} and {}", pair.sets_of_a, pair.sets_of_b)),
                       number(pair.degree(), fmt::format("{:.0f}", pair.degree()))},
             .depth = 0,
             .share = std::min(1.0, pair.degree() / 100),
             .note = {}});
    }
    if (pairs.size() > most) {
        out.left_out = fmt::format("{} more pairs", pairs.size() - most);
    }
    return out;
}

}  // namespace

std::vector<ModuleFacts> module_facts(const Boundaries& found) {
    std::vector<ModuleFacts> out(found.recent.modules.size());
    const model::SetsView view = found.by_module.view();
    for (std::size_t set = 0; set < view.size(); ++set) {
        for (const std::uint32_t module : view[set]) {
            ++out[module].sets;
            out[module].outward += view[set].size() > 1 ? 1 : 0;
        }
    }
    for (const std::uint32_t file : found.recent.touches) {
        ++out[found.recent.module_of[file]].touches;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].name = found.recent.modules[i];
    }
    std::erase_if(out, [](const ModuleFacts& module) { return module.sets == 0; });
    std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return a.sets > b.sets; });
    return out;
}

std::vector<model::Coupled> coupled_modules(const Boundaries& found, double least_degree) {
    return model::coupled_pairs(found.by_module.view(),
                                found.recent.modules.size(),
                                {.min_average = 10, .min_shared = 5, .min_degree = least_degree});
}

std::vector<model::Coupled> coupled_across(const Boundaries& found) {
    std::vector<model::Coupled> pairs =
        model::coupled_pairs(found.view(), found.recent.files.size(), {.min_degree = 30});
    std::erase_if(pairs, [&](const model::Coupled& pair) {
        return found.recent.module_of[pair.a] == found.recent.module_of[pair.b];
    });
    return pairs;
}

Exhibit module_matrix(const Boundaries& found) {
    constexpr std::size_t most = 14;
    std::vector<ModuleFacts> modules = module_facts(found);
    const std::size_t left = modules.size() - std::min(most, modules.size());
    modules.resize(modules.size() - left);
    std::map<std::pair<std::string, std::string>, double> degree;
    for (const model::Coupled& pair : coupled_modules(found)) {
        const std::string& a = found.recent.modules[pair.a];
        const std::string& b = found.recent.modules[pair.b];
        degree[{a, b}] = degree[{b, a}] = pair.degree() / 100;
    }
    Exhibit out;
    out.key = "history.module-matrix";
    out.form = Form::matrix;
    out.title = "Modules that change together";
    out.caption =
        "Change sets that touch both, over the average of what touches either: " + found.basis() +
        ". Blind spot: what is changed in two separate commits is not seen.";
    out.unit = "share of changes in common";
    out.columns.push_back({"module", "", false});
    for (const ModuleFacts& row : modules) {
        out.columns.push_back({row.name, "", true});
        Row cells;
        cells.cells.push_back(text(row.name));
        for (const ModuleFacts& column : modules) {
            const auto at = degree.find({row.name, column.name});
            cells.cells.push_back(
                row.name == column.name
                    ? Cell{}
                    : Cell{.text = {}, .value = at == degree.end() ? 0 : at->second});
        }
        out.rows.push_back(std::move(cells));
    }
    out.left_out = left == 0 ? "" : fmt::format("{} modules with fewer changes", left);
    return out;
}

Exhibit module_pairs(const Boundaries& found) {
    Exhibit out = pair_table(coupled_modules(found, 5), found.recent.modules, "module");
    out.key = "history.module-pairs";
    out.title = "Pairs of modules, by how much of their change they share";
    out.caption = found.basis();
    return out;
}

Exhibit hidden_pairs(const Boundaries& found) {
    Exhibit out = pair_table(coupled_across(found), found.recent.files, "file");
    out.key = "history.hidden-coupling";
    out.title = "Files of different modules that change together";
    out.caption = "At least 5 changes in common and 30 % of both. No import need connect them: a "
                  "shared table, "
                  "a copied rule or a wire format does.";
    return out;
}

Exhibit hotspots(const Boundaries& found, const History& history) {
    constexpr std::size_t most = 15;
    std::vector<std::uint32_t> changes(found.recent.files.size());
    for (const std::uint32_t file : found.recent.touches) {
        ++changes[file];
    }
    struct Spot {
        std::uint32_t file;
        double lines;
        double indent;
        double heat;
    };
    std::vector<Spot> spots;
    for (std::uint32_t file = 0; file < changes.size(); ++file) {
        const auto live =
            std::ranges::lower_bound(history.live, found.recent.files[file], {}, &LiveFile::path);
        if (live != history.live.end() && live->path == found.recent.files[file] &&
            live->lines != 0 && changes[file] > 1) {
            const auto indent = static_cast<double>(live->indent);
            spots.push_back(
                {file, static_cast<double>(live->lines), indent, changes[file] * (1 + indent)});
        }
    }
    std::ranges::stable_sort(spots, [](const Spot& a, const Spot& b) { return a.heat > b.heat; });
    Exhibit out;
    out.key = "history.hotspots";
    out.title = "Hotspots: complicated files that keep changing";
    out.caption = "Change sets in the window times levels of indentation today. Of the 100 files "
                  "that change most.";
    out.columns = {{"file", "", false},
                   {"module", "", false},
                   {"changes", "", true},
                   {"lines", "tiles", true},  // a map: as large as long, as dark as hot
                   {"indentation", "levels a line", true}};
    for (std::size_t i = 0; i < std::min(most, spots.size()); ++i) {
        const Spot& spot = spots[i];
        out.rows.push_back({.cells = {text(found.recent.files[spot.file]),
                                      text(found.recent.modules[found.recent.module_of[spot.file]]),
                                      whole(changes[spot.file]),
                                      whole(spot.lines),
                                      number(spot.indent / spot.lines,
                                             fmt::format("{:.1f}", spot.indent / spot.lines))},
                            .depth = 0,
                            .share = spot.heat / spots.front().heat,
                            .note = {}});
    }
    return out;
}

}  // namespace plimsoll::checks
