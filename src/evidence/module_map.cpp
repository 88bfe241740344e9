#include "evidence/module_map.hpp"

#include "evidence/glob.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll {
namespace {

[[nodiscard]] std::vector<std::string> configured_modules(const std::vector<std::string>& files,
                                                          const Settings& settings) {
    std::vector<std::string> out(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        for (const auto& [pattern, module] : settings.modules) {
            if (glob_matches(pattern, files[i])) {
                out[i] = module;
                break;
            }
        }
    }
    return out;
}

[[nodiscard]] std::vector<std::string> owned_modules(const std::vector<std::string>& files,
                                                     const std::vector<PathRule>& owners) {
    std::vector<std::string> out(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        for (auto rule = owners.rbegin(); rule != owners.rend(); ++rule) {
            if (glob_matches(rule->pattern, files[i])) {
                out[i] = rule->value;
                break;
            }
        }
    }
    return out;
}

// Owners divide the changes when they cover most of them and none holds nearly all.
[[nodiscard]] bool divides(const std::vector<std::string>& names,
                           const std::vector<std::uint64_t>& touches) {
    constexpr double least_covered = 0.6;
    constexpr double largest_share = 0.8;
    std::map<std::string_view, std::uint64_t> by_name;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        all += touches[i];
        if (!names[i].empty()) {
            by_name[names[i]] += touches[i];
        }
    }
    std::uint64_t covered = 0;
    std::uint64_t largest = 0;
    for (const auto& [name, count] : by_name) {
        covered += count;
        largest = std::max(largest, count);
    }
    const auto total = static_cast<double>(std::max<std::uint64_t>(all, 1));
    return by_name.size() >= 2 && static_cast<double>(covered) / total >= least_covered &&
           static_cast<double>(largest) / total <= largest_share;
}

}  // namespace

void map_modules(ChangeSets& out,
                 const History& history,
                 const Settings& settings,
                 const ChangeRules& rules) {
    std::vector<std::uint64_t> touches(out.files.size());
    for (const std::uint32_t file : out.touches) {
        ++touches[file];
    }
    std::vector<std::string> names;
    if (!settings.modules.empty()) {
        out.source = ModuleSource::configured;
        names = configured_modules(out.files, settings);
    } else {
        names = owned_modules(out.files, history.owners);
        out.source = ModuleSource::code_owners;
        if (!divides(names, touches)) {
            out.source = ModuleSource::folders;
            names = folder_modules(out.files, touches, rules.largest_folder);
        }
    }
    const std::set<std::string> distinct(names.begin(), names.end());
    std::ranges::copy_if(
        distinct, std::back_inserter(out.modules), [](const auto& name) { return !name.empty(); });
    for (const std::string& name : names) {
        const auto found = std::ranges::lower_bound(out.modules, name);
        out.module_of.push_back(name.empty()
                                    ? ChangeSets::no_module
                                    : static_cast<std::uint32_t>(found - out.modules.begin()));
    }
}

void drop_unmapped(ChangeSets& out) {
    if (std::ranges::find(out.module_of, ChangeSets::no_module) == out.module_of.end()) {
        return;
    }
    ChangeSets kept;
    for (std::size_t i = 0; i < out.sets.size(); ++i) {
        const std::size_t before = kept.touches.size();
        for (const std::uint32_t file : out.files_of(i)) {
            if (out.module_of[file] != ChangeSets::no_module) {
                kept.touches.push_back(file);
            }
        }
        if (kept.touches.size() == before) {
            ++out.account.without_module;
            continue;
        }
        kept.sets.push_back(out.sets[i]);
        kept.ends.push_back(static_cast<std::uint32_t>(kept.touches.size()));
    }
    out.sets = std::move(kept.sets);
    out.ends = std::move(kept.ends);
    out.touches = std::move(kept.touches);
}

}  // namespace plimsoll
