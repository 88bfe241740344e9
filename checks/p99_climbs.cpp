// Sign 1: does p99 climb week over week though nothing that we were told of was changed?
//
// Law (research/latency 2.7, simulated there and in the tests): at least six whole weeks, exact
// one-sided Mann-Kendall on weekly medians of log p99 with p < 0.01 after Benjamini and Hochberg
// over all routes, a rise of 15 % or more by Theil and Sen that stands out of noise with a long
// memory (model/drift.hpp), and not more than half of it in one step. What rises only with the load
// is no climb but a resource that fills up (research 2.6; catalogue 000-10: "at matched load"):
// latent, for the same growth will make it one. It never says that nobody changed anything, but
// that no change in the list explains it.
#include "checks/latency/climb.hpp"
#include "checks/latency/climb_words.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/severity.hpp"

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_weeks{.id = "p99-climbs.least-weeks",
                                .value = 6,
                                .unit = "weeks",
                                .reason = "with five weeks the smallest possible p is 1/120"};
constexpr Threshold alpha{
    .id = "p99-climbs.p",
    .value = 0.01,
    .unit = "1",
    .reason = "0-2 % false alarms on series whose noise has a memory, simulated"};
constexpr Threshold least_rise{.id = "p99-climbs.least-rise",
                               .value = 0.15,
                               .unit = "ratio",
                               .reason = "below it a trend is real but small: false alarms halve"};
constexpr Threshold climb_share{.id = "p99-climbs.step-share",
                                .value = 0.5,
                                .unit = "ratio",
                                .reason = "a climb of half and more has 0.5 or less in one step in "
                                          "88-100 % of simulations at 13 weeks"};
constexpr Threshold regression_share{
    .id = "p99-climbs.regression-share",
    .value = 0.7,
    .unit = "ratio",
    .reason = "a single step of 50 % has 0.7 or more in 84-97 % of simulations at 13 weeks, and is "
              "called a climb in 0-6 %"};
constexpr Threshold sure_rise{.id = "p99-climbs.sure-rise",
                              .value = 0.30,
                              .unit = "ratio",
                              .reason = "noise with a long memory rises by so much in six weeks or "
                                        "more in under 2 % of simulations; a smaller rise must "
                                        "stand out of the days instead"};
constexpr Threshold sure_day_changes{
    .id = "p99-climbs.sure-day-changes",
    .value = 2.6,
    .unit = "times",
    .reason = "a rise of so many times what one day differs from the next stands out of the days"};
constexpr Threshold load_share{.id = "p99-climbs.load-share",
                               .value = 0.5,
                               .unit = "ratio",
                               .reason = "a cause is the cause from half on: where surely less "
                                         "than half of a rise is left at equal load (upper end "
                                         "of its 90 % interval), load is its cause"};
constexpr std::array thresholds{least_weeks,
                                alpha,
                                least_rise,
                                climb_share,
                                regression_share,
                                sure_rise,
                                sure_day_changes,
                                load_share};

[[nodiscard]] ClimbRules rules_from(const Settings& settings) {
    ClimbRules rules;
    rules.drift.least_weeks =
        static_cast<std::uint32_t>(std::max(6.0, settings.value_of(least_weeks)));
    rules.drift.p = settings.value_of(alpha);
    rules.drift.least_rise = settings.value_of(least_rise);
    rules.drift.sure_rise = settings.value_of(sure_rise);
    rules.drift.sure_day_changes = settings.value_of(sure_day_changes);
    rules.load_share = settings.value_of(load_share);
    rules.drift.shape.climb_at_most = settings.value_of(climb_share);
    rules.drift.shape.step_at_least = settings.value_of(regression_share);
    return rules;
}

// The rise over 13 weeks, not beyond what was seen.
[[nodiscard]] double quarter_rise(const model::Drift& drift) {
    return std::expm1(drift.slope.at * std::min(13.0, static_cast<double>(drift.weeks)));
}

[[nodiscard]] const Climb* worst_of(const std::vector<Climb>& climbs, const auto& counts) {
    const Climb* worst = nullptr;
    for (const Climb& climb : climbs) {
        if (counts(climb) && (worst == nullptr || climb.drift.rise > worst->drift.rise)) {
            worst = &climb;
        }
    }
    return worst;
}

[[nodiscard]] Finding not_assessable(const std::vector<Climb>& climbs) {
    Finding finding;
    std::uint32_t weeks = 0;
    std::size_t bounds = 0;
    for (const Climb& climb : climbs) {
        weeks = std::max(weeks, climb.drift.weeks);
        bounds += climb.series.bounds_only;
    }
    finding.says = words::too_short(weeks, bounds);
    finding.confidence_why = "fewer whole weeks than the test needs";
    finding.gaps.push_back({.id = "p99-climbs.weeks",
                            .missing = "six whole weeks of p99 of one route",
                            .would_add = "whether p99 climbs (sign 1)",
                            .how = "plimsoll how prometheus"});
    return finding;
}

void decide(Finding& finding,
            const std::vector<Climb>& climbs,
            const Events& events,
            const Settings& settings) {
    const Climb* climbing = worst_of(climbs, [](const Climb& climb) {
        return climb.rises && climb.drift.stands_out && climb.shape() == model::Shape::climb &&
               climb.cause != Cause::load;
    });
    const Climb* filling = worst_of(climbs, [](const Climb& climb) {
        return climb.rises && climb.drift.stands_out && climb.shape() == model::Shape::climb &&
               climb.cause == Cause::load;
    });
    const Climb* rising = worst_of(climbs, [](const Climb& climb) { return climb.rises; });
    const Climb* stepping = worst_of(climbs, [](const Climb& climb) { return climb.drift.steps; });
    const Climb* any = worst_of(climbs, [](const Climb& climb) {
        return climb.drift.level != model::DriftLevel::not_assessed;
    });
    const Climb& shown = climbing != nullptr   ? *climbing
                         : filling != nullptr  ? *filling
                         : rising != nullptr   ? *rising
                         : stepping != nullptr ? *stepping
                                               : *any;
    const bool undecided =
        climbing == nullptr && rising != nullptr && rising->shape() != model::Shape::step;
    finding.outcome = climbing != nullptr  ? Outcome::present
                      : filling != nullptr ? Outcome::latent
                      : undecided          ? Outcome::insufficient
                                           : Outcome::absent;
    finding.says = words::verdict(shown, climbs, events.deploys_listed);
    words::put_measures(finding, shown, climbs);
    words::put_confidence(finding, shown, events.deploys_listed, settings.zone);
    if (finding.outcome != Outcome::insufficient) {
        const double rise = climbing != nullptr  ? quarter_rise(shown.drift)
                            : filling != nullptr ? std::max(0.0, shown.matched->rise)
                                                 : 0;
        finding.score = model::severity(rise, {.ten = 0.10, .fifty = 0.50});
    }
    finding.seen_at.push_back(shown.series.first_seen);
    if (rising != nullptr || stepping != nullptr) {
        finding.exhibits.push_back(exhibit_of(shown, settings.zone));
    }
    if (climbing != nullptr) {
        finding.remedies.push_back(words::remedy(shown));
    }
    if (!events.deploys_listed && (rising != nullptr || stepping != nullptr)) {
        finding.gaps.push_back({.id = "p99-climbs.deploys",
                                .missing = "a list of deploys and changes (events.csv)",
                                .would_add = "whether a change explains the rise",
                                .how = "write events.csv: at,until,kind,service,what"});
    }
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const std::vector<Climb> climbs =
        climbs_of(evidence.latency, evidence.events, settings, rules_from(settings));
    const bool assessed = std::ranges::any_of(climbs, [](const Climb& climb) {
        return climb.drift.level != model::DriftLevel::not_assessed;
    });
    if (!assessed) {
        return not_assessable(climbs);
    }
    Finding finding;
    decide(finding, climbs, evidence.events, settings);
    return finding;
}

}  // namespace

extern constinit const Check p99_climbs{
    .id = "p99-climbs",
    .asks = "Does p99 climb week over week though no change explains it?",
    .why = "What grows under code that stays the same is data or load, and it goes on growing. "
           "Blind spots: "
           "noise that is nearly a random walk looks like a climb in 2-4 % of series; several "
           "steps pass as "
           "one; the list of changes may not be complete; weeks are those of UTC where no zone is "
           "told.",
    .sign = Sign::p99_climbs,
    .decides = true,
    .needs = {Kind::latency},
    .thresholds = thresholds,
    .claims = "000-10 004-10",
    .missing = {.what = "latency over six weeks or more (p99 by hour or day)",
                .would_add = "sign 1: whether p99 climbs",
                .how = "plimsoll how prometheus"},
    .run = run,
};

}  // namespace plimsoll::checks
