#include "checks/history/releases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t week = 7 * day;

// Moments of releases within the window; tags of one day are one release.
[[nodiscard]] std::vector<std::int64_t> release_times(const Boundaries& found,
                                                      const History& history) {
    std::vector<std::int64_t> out;
    for (const Release& release : history.releases) {
        const bool inside = release.at >= found.recent.sets.front().at + week &&
                            release.at <= found.recent.sets.back().at - week;
        if (inside && (out.empty() || release.at - out.back() >= day)) {
            out.push_back(release.at);
        }
    }
    return out;
}

// Marks the modules of the sets in [from, to); only fixes when asked.
void mark(const Boundaries& found,
          std::int64_t from,
          std::int64_t to,
          bool fixes_only,
          std::vector<bool>& modules) {
    const auto first = std::ranges::lower_bound(found.recent.sets, from, {}, &ChangeSet::at);
    for (auto set = first; set != found.recent.sets.end() && set->at < to; ++set) {
        if (fixes_only && !set->fix && !set->revert) {
            continue;
        }
        for (const std::uint32_t file :
             found.recent.files_of(static_cast<std::size_t>(set - found.recent.sets.begin()))) {
            modules[found.recent.module_of[file]] = true;
        }
    }
}

[[nodiscard]] bool fixed_elsewhere(const Boundaries& found,
                                   const std::vector<bool>& released,
                                   std::int64_t from,
                                   std::int64_t to) {
    std::vector<bool> fixed(released.size());
    mark(found, from, to, true, fixed);
    for (std::size_t i = 0; i < fixed.size(); ++i) {
        if (fixed[i] && !released[i]) {
            return true;
        }
    }
    return false;
}

}  // namespace

Regressions measure_regressions(const Boundaries& found,
                                const History& history,
                                const Settings& settings) {
    Regressions out;
    if (found.recent.sets.empty()) {
        return out;
    }
    const std::vector<std::int64_t> times = release_times(found, history);
    if (times.size() < 2 ||
        static_cast<double>(times.size() - 1) < settings.value_of(least_releases)) {
        return out;
    }
    for (std::size_t i = 1; i < times.size(); ++i) {
        std::vector<bool> released(found.recent.modules.size());
        mark(found, times[i - 1], times[i] + 1, false, released);
        std::vector<bool> fixed(released.size());
        mark(found, times[i] + 1, times[i] + 2 * day, true, fixed);
        ++out.releases;
        out.hot += std::ranges::find(fixed, true) != fixed.end() ? 1 : 0;
        out.failed += fixed_elsewhere(found, released, times[i] + 1, times[i] + week) ? 1 : 0;
        // Before the release there were fixes elsewhere too: how often by chance?
        std::vector<bool> earlier(found.recent.modules.size());
        mark(found, times[i - 1], times[i] - week, false, earlier);
        out.failed_before += fixed_elsewhere(found, earlier, times[i] - week, times[i]) ? 1 : 0;
    }
    out.share = share_of(out.failed, out.releases);
    return out;
}

Signal regression_signal(const Regressions& regressions,
                         const Boundaries& found,
                         const Settings& settings) {
    Signal out;
    out.measure = {
        .id = "regressions",
        .name = "releases followed within seven days by a fix in a module they did not touch",
        .value = regressions.share,
        .unit = "share",
        .samples = static_cast<double>(regressions.releases),
        .formula = fmt::format("{} of {} tagged releases; {} in the seven days before them",
                               regressions.failed,
                               regressions.releases,
                               regressions.failed_before),
        .origins = {found.origin}};
    if (regressions.releases == 0) {
        out.measure.value = {};
        return out;
    }
    const double limit = settings.value_of(regression_limit);
    // Counts only in excess of what the days before show.
    const Estimate before = share_of(regressions.failed_before, regressions.releases);
    out.band = regressions.share.low > limit && regressions.share.low > before.at ? Band::leaking
               : regressions.share.high <= limit                                  ? Band::clear
                                                                                  : Band::mixed;
    return out;
}

}  // namespace plimsoll::checks
