// Criterion R3: do changes reach across the whole system?
//
// Law: a change set that touches a quarter of the effective modules (1 / sum of squared shares),
// and three at least, counts as whole-system. Measured: 1-2 % in healthy systems, 7-14 % in
// middling ones, 21-27 % in tangled ones. Blind spots: what breaks elsewhere without being changed
// there (incidents show that); few modules make the quarter small, so the least of three decides
// there.
#include "checks/history/boundaries.hpp"
#include "checks/history/quarters.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::checks {
namespace {

constexpr Threshold quarter_of_modules{
    .id = "whole-system-changes.part",
    .value = 0.25,
    .unit = "share",
    .reason = "a change to a quarter of the system cannot be reviewed or rolled back as one thing"};
constexpr Threshold healthy{.id = "whole-system-changes.healthy",
                            .value = 0.04,
                            .unit = "share",
                            .reason = "healthy systems 1-2 %, middling ones from 7 %: halfway"};
constexpr Threshold tangled{
    .id = "whole-system-changes.tangled",
    .value = 0.18,
    .unit = "share",
    .reason = "middling systems up to 14 %, tangled ones from 21 %: halfway"};
constexpr std::array thresholds{least_sets,
                                largest_set,
                                window_years,
                                window_sets,
                                one_module,
                                quarter_of_modules,
                                healthy,
                                tangled};

[[nodiscard]] Level level_of(const Estimate& share, const Settings& settings) {
    return share.low > settings.value_of(tangled)    ? Level::worst
           : share.high < settings.value_of(healthy) ? Level::best
                                                     : Level::middle;
}

Finding run(const Evidence&, const Settings& settings, const Boundaries& found) {
    if (!why_not(found, settings).empty()) {
        return not_judged(found, settings);
    }
    const double reach =
        std::max(3.0, settings.value_of(quarter_of_modules) * found.leak.effective_modules);
    const auto wide = static_cast<std::uint64_t>(std::ranges::count_if(
        found.touched, [&](std::uint32_t modules) { return modules >= reach; }));
    const Estimate share = share_of(wide, found.touched.size());
    Finding finding;
    finding.level = level_of(share, settings);
    finding.outcome = finding.level == Level::best    ? Outcome::absent
                      : finding.level == Level::worst ? Outcome::present
                                                      : Outcome::latent;
    finding.says = fmt::format(
        "{:.1f} % of changes ({:.1f} to {:.1f} %) touch a quarter of the system, {:.0f} modules "
        "or more of {:.1f} effective ones ({}).",
        100 * share.at,
        100 * share.low,
        100 * share.high,
        std::ceil(reach),
        found.leak.effective_modules,
        found.basis());
    finding.confidence = confidence_of(found);
    finding.confidence_why = confidence_text(found);
    finding.measures = {
        {.id = "whole-system",
         .name = "changes that touch a quarter of the effective modules",
         .value = share,
         .unit = "share",
         .samples = found.sets(),
         .formula = fmt::format(
             "{} of {} with {:.0f} modules or more", wide, found.touched.size(), std::ceil(reach)),
         .origins = {found.origin}}};
    finding.seen_at = {found.origin};
    finding.exhibits = {crossing_by_quarter(found)};
    if (!found.recent.declared()) {
        finding.gaps.push_back(module_map_gap());
    }
    return finding;
}

}  // namespace

extern constinit const Check whole_system_changes{
    .id = "whole-system-changes",
    .asks = "Do changes reach across the whole system?",
    .why = "When every change reaches everywhere, there is nothing to evolve along: the direct "
           "reading of the rebuild "
           "clause. Blind to what breaks where nothing was changed.",
    .criterion = Criterion::whole_system_changes,
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "001-142 004-14",
    .missing =
        {.what = "git history of the system's code",
         .would_add = "how far changes reach (criterion R3, up to 3 points)",
         .how = "plimsoll audit path/to/repository  (or: git bundle create history.bundle HEAD)"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
