#include "checks/history/boundaries.hpp"

#include "evidence/evidence.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace plimsoll::checks {
namespace {

constexpr double seconds_a_year = 365.25 * 86'400;

// The first set of the window: its years, stretched until it holds enough.
[[nodiscard]] std::size_t window_start(const ChangeSets& all, const Settings& settings) {
    if (all.sets.empty()) {
        return 0;
    }
    const auto length = static_cast<std::int64_t>(settings.value_of(window_years) * seconds_a_year);
    const std::int64_t from = all.sets.back().at - length;
    const auto found = std::ranges::lower_bound(all.sets, from, {}, &ChangeSet::at);
    const auto by_time = static_cast<std::size_t>(found - all.sets.begin());
    const auto least = static_cast<std::size_t>(std::max(0.0, settings.value_of(window_sets)));
    return std::min(by_time, all.sets.size() - std::min(least, all.sets.size()));
}

// The sets from `from` on, by the same map.
[[nodiscard]] ChangeSets tail(const ChangeSets& all, std::size_t from) {
    const std::uint32_t skipped = from == 0 ? 0 : all.ends[from - 1];
    ChangeSets out{
        .unit = all.unit,
        .source = all.source,
        .modules = all.modules,
        .files = all.files,
        .module_of = all.module_of,
        .sets = {all.sets.begin() + static_cast<std::ptrdiff_t>(from), all.sets.end()},
        .ends = {all.ends.begin() + static_cast<std::ptrdiff_t>(from), all.ends.end()},
        .touches = {all.touches.begin() + static_cast<std::ptrdiff_t>(skipped), all.touches.end()},
        .account = all.account};
    for (std::uint32_t& end : out.ends) {
        end -= skipped;
    }
    return out;
}

[[nodiscard]] ModuleSets module_sets(const ChangeSets& changes) {
    ModuleSets out;
    out.ends.reserve(changes.ends.size());
    out.modules.reserve(changes.touches.size());
    for (std::size_t set = 0; set < changes.sets.size(); ++set) {
        const auto begin = static_cast<std::ptrdiff_t>(out.modules.size());
        for (const std::uint32_t file : changes.files_of(set)) {
            out.modules.push_back(changes.module_of[file]);
        }
        std::sort(out.modules.begin() + begin, out.modules.end());
        out.modules.erase(std::unique(out.modules.begin() + begin, out.modules.end()),
                          out.modules.end());
        out.ends.push_back(static_cast<std::uint32_t>(out.modules.size()));
    }
    return out;
}

}  // namespace

Boundaries measure_boundaries(const History& history, const Settings& settings) {
    Boundaries out;
    const ChangeRules rules{.largest = static_cast<std::uint32_t>(
                                std::clamp(settings.value_of(largest_set), 2.0, 1e6))};
    out.all = change_sets(history, settings, rules);
    out.from = window_start(out.all, settings);
    out.recent = tail(out.all, out.from);
    out.by_module = module_sets(out.recent);
    for (std::size_t set = 0; set < out.recent.sets.size(); ++set) {
        out.touched.push_back(static_cast<std::uint32_t>(out.by_module.view()[set].size()));
    }
    out.leak = model::leak(out.view(), out.recent.module_of, out.recent.modules.size());
    out.origin = history.first_seen;
    if (why_not(out, settings).empty()) {
        out.groups = find_groups(out.recent);
    }
    return out;
}

Boundaries measure_boundaries(const Evidence& evidence, const Settings& settings) {
    return measure_boundaries(evidence.history, settings);
}

std::string Boundaries::basis() const {
    if (recent.sets.empty()) {
        return "no change sets";
    }
    const auto date = [](std::int64_t seconds) { return to_date(instant(seconds * 1'000'000)); };
    return fmt::format("{} {}s from {} to {}, {}",
                       recent.sets.size(),
                       to_text(recent.unit),
                       date(recent.sets.front().at),
                       date(recent.sets.back().at),
                       recent.map_text());
}

std::string why_not(const Boundaries& found, const Settings& settings) {
    if (found.sets() < settings.value_of(least_sets)) {
        const ChangeAccount& account = found.all.account;
        return fmt::format(
            "only {} usable {}s of {} commits (left out: {} merges, {} by bots, {} without product "
            "code, {} too large, {} cut off by a shallow clone, {} in no module); {:.0f} are "
            "needed",
            found.recent.sets.size(),
            to_text(found.recent.unit),
            account.commits,
            account.merges,
            account.bots,
            account.without_product,
            account.too_large,
            account.cut,
            account.without_module,
            settings.value_of(least_sets));
    }
    if (found.recent.modules.size() < 2 ||
        found.leak.largest_share > settings.value_of(one_module)) {
        return fmt::format(
            "there are no boundaries to measure: one of {} takes {:.0f} % of all touched files",
            found.recent.map_text(),
            100 * found.leak.largest_share);
    }
    return {};
}

Gap module_map_gap() {
    return {.id = "module-map",
            .missing = "a module map drawn by a person",
            .would_add = "boundaries judged by what you mean by a module instead of by folders",
            .how = "in plimsoll.toml: [modules] \"src/billing/**\" = \"billing\""};
}

Finding not_judged(const Boundaries& found, const Settings& settings) {
    Finding out;
    out.says = "Not judged: " + why_not(found, settings) + ".";
    out.confidence_why = "too little to judge";
    if (!found.recent.sets.empty()) {
        out.measures.push_back(leak_measure(found));
    }
    if (found.all.account.cut != 0) {
        out.gaps.push_back({.id = "history.depth",
                            .missing = "the history before the shallow clone's edge",
                            .would_add = "change coupling and boundaries",
                            .how = "git fetch --unshallow"});
    }
    if (found.sets() >= settings.value_of(least_sets)) {
        out.gaps.push_back(module_map_gap());
    }
    out.seen_at = {found.origin};
    return out;
}

Confidence confidence_of(const Boundaries& found) {
    constexpr double plenty = 1000;
    constexpr double enough = 500;
    if (found.recent.declared() && found.sets() >= plenty) {
        return Confidence::high;
    }
    return found.recent.declared() || found.sets() >= enough ? Confidence::medium : Confidence::low;
}

std::string confidence_text(const Boundaries& found) {
    return found.basis() + (found.recent.declared() ? "" : " (drawn by nobody: folders)");
}

Estimate share_of(std::uint64_t k, std::uint64_t n) {
    constexpr double confidence = 0.9;
    const model::ShareInterval interval = model::wilson(k, n, confidence);
    return {.at = n == 0 ? std::numeric_limits<double>::quiet_NaN()
                         : static_cast<double>(k) / static_cast<double>(n),
            .low = interval.low,
            .high = interval.high};
}

Measure leak_measure(const Boundaries& found) {
    return {.id = "leak",
            .name = "change sets that cross modules, over what chance would give",
            .value = found.leak.ratio,
            .unit = "ratio",
            .samples = found.sets(),
            .formula = fmt::format(
                "{} crossing / {:.1f} expected from module shares; {}, {:.1f} effective",
                found.leak.crossing,
                found.leak.expected,
                found.recent.map_text(),
                found.leak.effective_modules),
            .origins = {found.origin}};
}

}  // namespace plimsoll::checks
