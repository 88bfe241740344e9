#include "app/inspect_history.hpp"

#include "checks/history/boundaries.hpp"
#include "checks/history/exhibits.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace plimsoll::app {
namespace {

using wire::Json;

constexpr std::size_t most_pairs = 1000;
constexpr std::size_t most_files = 1000;

[[nodiscard]] Json moment(std::int64_t seconds) {
    return to_text(instant(seconds * 1'000'000));
}

void put_account(Json& out, const History& history, const checks::Boundaries& found) {
    const ChangeAccount& account = found.all.account;
    out["commits"] = history.commits.size();
    out["merges"] = account.merges;
    out["bots"] = static_cast<std::uint64_t>(std::ranges::count_if(
        history.commits, [](const Commit& commit) { return commit.is(Commit::bot); }));
    out["files"] = history.live.empty() ? history.paths.size() : history.live.size();
    out["paths"] = history.paths.size();
    out["authors"] = history.authors.size();
    out["releases"] = history.releases.size();
    out["shallow"] = history.shallow;
    out["partial"] = history.partial;
    Json heads = Json::array();
    for (const CommitId& head : history.heads) {
        heads.push_back(to_text(head));
    }
    out["heads"] = heads;
    out["unit"] = to_text(found.all.unit);
    out["change_sets"] = found.all.sets.size();
    out["left_out"] = Json{{"merges", account.merges},
                           {"bots", account.bots},
                           {"cut_off", account.cut},
                           {"masked", account.masked},
                           {"without_product_code", account.without_product},
                           {"too_large", account.too_large},
                           {"without_module", account.without_module}};
    if (!found.all.sets.empty()) {
        out["span"] = Json{{"from", moment(found.all.sets.front().at)},
                           {"to", moment(found.all.sets.back().at)}};
    }
}

// The module map and what is measured on it, in the window that the checks judge.
void put_modules(Json& out, const checks::Boundaries& found) {
    out["module_map"] = to_text(found.recent.source);
    std::map<std::uint32_t, std::uint64_t> files;
    for (const std::uint32_t module : found.recent.module_of) {
        ++files[module];
    }
    Json modules = Json::array();
    for (const checks::ModuleFacts& module : checks::module_facts(found)) {
        const auto at = std::ranges::lower_bound(found.recent.modules, module.name) -
                        found.recent.modules.begin();
        modules.push_back({{"name", module.name},
                           {"files", files[static_cast<std::uint32_t>(at)]},
                           {"change_sets", module.sets},
                           {"touches", module.touches},
                           {"outward", wire::to_json(module.outward_share())}});
    }
    out["modules"] = modules;
    out["leak"] =
        Json{{"at", wire::to_json(found.leak.ratio.at)},
             {"low", wire::to_json(found.leak.ratio.low)},
             {"high", wire::to_json(found.leak.ratio.high)},
             {"change_sets", found.leak.sets},
             {"crossing", found.leak.crossing},
             {"expected", wire::to_json(found.leak.expected)},
             {"effective_modules", wire::to_json(found.leak.effective_modules)},
             {"window_from",
              found.recent.sets.empty() ? Json(nullptr) : moment(found.recent.sets.front().at)}};
}

[[nodiscard]] Json pairs_json(const std::vector<model::Coupled>& pairs,
                              const std::vector<std::string>& names) {
    Json out = Json::array();
    for (std::size_t i = 0; i < std::min(most_pairs, pairs.size()); ++i) {
        const model::Coupled& pair = pairs[i];
        const bool in_order = names[pair.a] < names[pair.b];
        out.push_back({{"a", names[in_order ? pair.a : pair.b]},
                       {"b", names[in_order ? pair.b : pair.a]},
                       {"shared", pair.shared},
                       {"average", pair.average()},
                       {"degree", pair.degree()}});
    }
    return out;
}

// Who changed each file, most changed first; over the whole history.
[[nodiscard]] Json churn(const History& history, const ChangeSets& sets) {
    std::vector<std::map<std::uint32_t, std::uint64_t>> by(sets.files.size());
    std::vector<std::uint64_t> count(sets.files.size());
    std::vector<std::int64_t> last(sets.files.size());
    for (std::size_t set = 0; set < sets.sets.size(); ++set) {
        for (const std::uint32_t file : sets.files_of(set)) {
            ++by[file][sets.sets[set].author];
            ++count[file];
            last[file] = std::max(last[file], sets.sets[set].at);
        }
    }
    std::vector<std::uint32_t> order;
    for (std::uint32_t file = 0; file < count.size(); ++file) {
        if (count[file] != 0) {
            order.push_back(file);
        }
    }
    std::ranges::sort(order, [&](std::uint32_t x, std::uint32_t y) {
        return count[x] != count[y] ? count[x] > count[y] : sets.files[x] < sets.files[y];
    });
    Json out = Json::array();
    for (std::size_t i = 0; i < std::min(most_files, order.size()); ++i) {
        const std::uint32_t file = order[i];
        const auto main =
            std::ranges::max_element(by[file], {}, [](const auto& entry) { return entry.second; });
        out.push_back(
            {{"file", sets.files[file]},
             {"module", sets.modules[sets.module_of[file]]},
             {"change_sets", count[file]},
             {"authors", by[file].size()},
             {"main_author", history.authors[main->first]},
             {"owned", static_cast<double>(main->second) / static_cast<double>(count[file])},
             {"last", moment(last[file])}});
    }
    return out;
}

}  // namespace

Json inspect_history(const History& history, const Settings& settings) {
    const checks::Boundaries found = checks::measure_boundaries(history, settings);
    Json out = Json::object();
    put_account(out, history, found);
    put_modules(out, found);
    const std::vector<model::Coupled> pairs =
        model::coupled_pairs({found.all.ends, found.all.touches}, found.all.files.size());
    out["coupling"] = pairs_json(pairs, found.all.files);
    out["coupling_pairs"] = pairs.size();
    out["module_coupling"] = pairs_json(checks::coupled_modules(found), found.recent.modules);
    out["churn"] = churn(history, found.all);
    return out;
}

}  // namespace plimsoll::app
