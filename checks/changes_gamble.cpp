// Criterion R4: is every change a gamble, as far as git shows it?
//
// Law: a gamble is frequent failure that nothing foretells. Frequent: releases followed by a fix
// within two days (DORA's low band begins at 15 %). Foretold: how well size and reach of a change
// tell which ones are followed by a fix of the same file within 14 days (area under the curve: 0.5
// is a coin, 1 is certainty). Blind spots: levels of fixing depend on how messages are written (5
// to 38 % in healthy projects), so fixes alone decide nothing; without tagged releases git cannot
// answer, CI and deployments can.
#include "checks/history/aftermath.hpp"
#include "checks/history/fix_course.hpp"
#include "checks/history/releases.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold hotfix_limit{.id = "changes-gamble.hotfixes",
                                 .value = 0.15,
                                 .unit = "share",
                                 .reason = "DORA's low band: change failure rate above 15 %"};
constexpr Threshold foretold{
    .id = "changes-gamble.foretold",
    .value = 0.6,
    .unit = "AUC",
    .reason = "0.5 is a coin; below 0.6 size and reach of a change say next to nothing"};
constexpr std::array thresholds{
    least_sets, largest_set, window_years, window_sets, least_releases, hotfix_limit, foretold};

[[nodiscard]] Measure measure(std::string id,
                              std::string name,
                              const Estimate& value,
                              std::string unit,
                              double samples,
                              std::string formula,
                              const Boundaries& found) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = value,
            .unit = std::move(unit),
            .samples = samples,
            .formula = std::move(formula),
            .origins = {found.origin}};
}

Finding run(const Evidence& evidence, const Settings& settings, const Boundaries& found) {
    if (found.sets() < settings.value_of(least_sets)) {
        return not_judged(found, settings);
    }
    const Aftermath aftermath = measure_aftermath(found);
    const Regressions releases = measure_regressions(found, evidence.history, settings);
    const auto reverts =
        static_cast<std::uint64_t>(std::ranges::count(found.recent.sets, true, &ChangeSet::revert));
    Finding finding;
    finding.measures = {measure("reverts",
                                "changes that revert another",
                                share_of(reverts, found.recent.sets.size()),
                                "share",
                                found.sets(),
                                fmt::format("{} of {}", reverts, found.recent.sets.size()),
                                found),
                        measure("fix-after",
                                "changes followed within 14 days by a fix of one of their files",
                                share_of(aftermath.followed, aftermath.changes),
                                "share",
                                static_cast<double>(aftermath.changes),
                                "levels tell of messages; see its course, among equal sizes",
                                found),
                        measure("foretold",
                                "how well the size of a change foretells that a fix follows",
                                aftermath.foretold,
                                "AUC",
                                static_cast<double>(aftermath.changes),
                                "Mann-Whitney U over the number of pairs",
                                found)};
    const FixCourse course = fix_course(found);
    if (course.per_year) {
        finding.measures.push_back(measure(
            "fix-after-course",
            "change of the share that a fix follows, among changes of equal sizes",
            {.at = course.per_year->at, .low = course.per_year->low, .high = course.per_year->high},
            "share a year",
            static_cast<double>(course.changes),
            fmt::format("Theil and Sen over {} quarters, standardised to the sizes of all",
                        course.quarters.size()),
            found));
        finding.exhibits.push_back(fix_course_series(course, found));
    }
    finding.seen_at = {found.origin};
    if (releases.releases == 0) {
        finding.says = fmt::format(
            "Not judged from git: {} tagged releases in the window, {:.0f} are needed; {:.1f} % of "
            "changes revert another.",
            evidence.history.releases.size(),
            settings.value_of(least_releases),
            100 * finding.measures.front().value.at);
        finding.gaps.push_back(
            {.id = "changes-gamble.failures",
             .missing = "releases or deployments, and which of them failed",
             .would_add = "how often a change fails (criterion R4)",
             .how = "plimsoll how github   # runs and deployments; or tag releases in git"});
        return finding;
    }
    const Estimate hot = share_of(releases.hot, releases.releases);
    finding.measures.insert(finding.measures.begin(),
                            measure("hotfixes",
                                    "releases followed within two days by a fix",
                                    hot,
                                    "share",
                                    static_cast<double>(releases.releases),
                                    fmt::format("{} of {} tags", releases.hot, releases.releases),
                                    found));
    const bool coin =
        aftermath.foretold.has_point() && aftermath.foretold.high < settings.value_of(foretold);
    const double limit = settings.value_of(hotfix_limit);
    finding.level = hot.low > limit && coin ? Level::worst
                    : hot.high < limit      ? Level::best
                                            : Level::middle;
    finding.outcome = finding.level == Level::worst  ? Outcome::present
                      : finding.level == Level::best ? Outcome::absent
                                                     : Outcome::latent;
    finding.says = fmt::format("{:.0f} % of releases ({:.0f} to {:.0f} %) were followed by a fix "
                               "within two days; the size "
                               "of a change foretells fixes with AUC {:.2f} ({}).",
                               100 * hot.at,
                               100 * hot.low,
                               100 * hot.high,
                               aftermath.foretold.at,
                               found.basis());
    finding.confidence = Confidence::low;
    finding.confidence_why = "commit messages and tags stand in for deployments and failures";
    return finding;
}

}  // namespace

extern constinit const Check changes_gamble{
    .id = "changes-gamble",
    .asks = "Is every change a gamble?",
    .why = "A team that cannot foretell which change breaks is past evolving in small steps. Git "
           "shows only what was "
           "fixed in a hurry; deployments and incidents show what failed.",
    .criterion = Criterion::changes_gamble,
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "001-143 002-53",
    .missing =
        {.what = "git history of the system's code, with release tags",
         .would_add = "how often changes are followed by fixes (criterion R4, up to 2.5 points)",
         .how = "plimsoll audit path/to/repository  (or: git bundle create history.bundle --all)"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
