// Sign 3: does one failed component take much of the system with it?
//
// Law: of the incidents whose first failing component is known, the share that took half of all
// features; Wilson's interval, for incidents are few, and records that overlap in time are one
// incident, for it needs independent draws. Present from three incidents on, when even the lower
// end exceeds one in five. Where nobody says how many features there are, half of those that the
// list names are wide in low confidence (features that never failed are not in it), and what took
// less is surely narrow. Without incidents the structure may show it as latent: a service whose
// failure reaches others over calls that are synchronous, critical and without a time-out. Blind
// spots: a list of memorable incidents overstates it; a service drawn from memory may have more
// calls (failure-spreads reads traces).
#include "checks/incidents/blast.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <cmath>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_incidents{
    .id = "blast-radius.least-incidents",
    .value = 3,
    .unit = "incidents",
    .reason = "with two, even 2 of 2 leaves a share of 0.43 possible"};
constexpr Threshold wide_share{
    .id = "blast-radius.wide",
    .value = 0.5,
    .unit = "ratio",
    .reason = "half of the features is more than any one component owns"};
constexpr Threshold several{.id = "blast-radius.several",
                            .value = 3,
                            .unit = "features",
                            .reason =
                                "without their number: two may be the pair that one component "
                                "serves, three are more than its own"};
constexpr Threshold present_above{.id = "blast-radius.present-above",
                                  .value = 0.2,
                                  .unit = "ratio",
                                  .reason = "one incident in five is a pattern and not bad luck"};
constexpr std::array thresholds{least_incidents, wide_share, several, present_above};

[[nodiscard]] std::string wide_means(const Blast& blast) {
    return blast.features_total
               ? fmt::format("half or more of {:.0f} features", *blast.features_total)
               : fmt::format("{:.0f} or more features", std::ceil(blast.wide_from));
}

void put_incidents(Finding& finding, const Blast& blast, const model::ShareInterval& share) {
    const double seen = static_cast<double>(blast.wide) / static_cast<double>(blast.judged);
    finding.measures.push_back({.id = "wide-share",
                                .name = "incidents of one trigger that took " + wide_means(blast),
                                .value = {.at = seen, .low = share.low, .high = share.high},
                                .unit = "1",
                                .samples = static_cast<double>(blast.judged),
                                .formula = "wide / single-trigger incidents, Wilson 90 %",
                                .origins = blast.origins});
    if (blast.mean_share_lost) {
        finding.measures.push_back(
            {.id = "features-lost",
             .name = "share of features that one failed component takes",
             .value = *blast.mean_share_lost,
             .unit = "1",
             .samples = static_cast<double>(blast.judged),
             .formula = "mean of features down / features_total; lowest and highest",
             .origins = blast.origins});
        finding.score = model::severity(blast.mean_share_lost->at, {.ten = 0.1, .fifty = 0.35});
    } else {
        finding.gaps.push_back({.id = "blast-radius.features-total",
                                .missing = "how many features there are",
                                .would_add = "the share that each incident took, and a score",
                                .how = "features_total = 12 under [system] in plimsoll.toml"});
    }
    finding.seen_at = blast.origins;
    finding.exhibits.push_back(incidents_exhibit(blast));
}

[[nodiscard]] Finding from_incidents(const Blast& blast, const Settings& settings) {
    Finding finding;
    const model::ShareInterval share = model::wilson(blast.wide, blast.judged, 0.9);
    const model::ShareInterval most = model::wilson(blast.perhaps_wide, blast.judged, 0.9);
    const double limit = settings.value_of(present_above);
    finding.outcome = share.low > limit   ? Outcome::present
                      : most.high < limit ? Outcome::absent
                                          : Outcome::insufficient;
    put_incidents(finding, blast, share);
    finding.says =
        fmt::format("{} of {} incidents with one known trigger took {} ({:.0f} to {:.0f} %).",
                    blast.wide,
                    blast.judged,
                    wide_means(blast),
                    100 * share.low,
                    100 * share.high);
    if (finding.outcome == Outcome::insufficient) {
        finding.score.reset();
        finding.says += " That leaves it open whether this is the pattern.";
    } else {
        finding.confidence = blast.judged >= 10 ? Confidence::high : Confidence::medium;
    }
    finding.confidence_why =
        fmt::format("{} incidents judged, {} without trigger, {} without features",
                    blast.judged,
                    blast.no_trigger,
                    blast.no_features);
    if (blast.joined > 0) {
        finding.confidence_why += fmt::format(", {} records part of another", blast.joined);
    }
    if (!blast.features_total && finding.outcome == Outcome::present) {
        finding.confidence = Confidence::low;
        finding.confidence_why += ", and how many features there are is not told";
    }
    return finding;
}

void put_structure(Finding& finding, const Structure& structure) {
    finding.outcome = Outcome::latent;
    finding.confidence = structure.declared_only ? Confidence::low : Confidence::medium;
    finding.confidence_why = structure.declared_only
                                 ? "calls as a person drew them, no incident list"
                                 : "calls seen in traces, no incident list";
    finding.says = structure_sentence(structure);
    finding.measures.push_back(
        {.id = "reach",
         .name = "services that fall with " + structure.worst,
         .value = Estimate::exactly(static_cast<double>(structure.worst_reach.size())),
         .unit = "services",
         .samples = static_cast<double>(structure.services),
         .formula = "callers reached over synchronous critical calls, no time-out",
         .origins = structure.origins});
    finding.score = model::severity(structure.mean_share, {.ten = 0.1, .fifty = 0.35});
    finding.seen_at = structure.origins;
    finding.exhibits.push_back(structure_exhibit(structure));
    finding.remedies.push_back(timeout_remedy(structure));
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Blast blast = blast_of(
        evidence.incidents, settings, settings.value_of(wide_share), settings.value_of(several));
    // Where traces are, failure-spreads plays the structure through instead.
    const Structure structure =
        evidence.calls.shapes.empty() ? structure_of(evidence.calls, settings) : Structure{};
    Finding finding;
    if (static_cast<double>(blast.judged) >= settings.value_of(least_incidents)) {
        finding = from_incidents(blast, settings);
    } else {
        finding.says =
            fmt::format("Not assessed: {} incident{} with one known trigger and its features, and "
                        "three are needed.",
                        blast.judged,
                        blast.judged == 1 ? "" : "s");
        finding.gaps.push_back({.id = "blast-radius.incidents",
                                .missing = "three incidents with trigger and features_down",
                                .would_add = "sign 3 as a share with an interval",
                                .how = "incidents.csv: started,ended,trigger,features_down,what"});
    }
    if (finding.outcome == Outcome::insufficient && !structure.worst_reach.empty()) {
        finding.exhibits.clear();
        finding.measures.clear();
        const std::string before = finding.says;
        put_structure(finding, structure);
        finding.says += blast.judged == 0 ? "" : " " + before;
    } else if (finding.outcome == Outcome::present && !structure.worst_reach.empty()) {
        finding.exhibits.push_back(structure_exhibit(structure));
        finding.remedies.push_back(timeout_remedy(structure));
    }
    if (finding.outcome == Outcome::present && finding.remedies.empty()) {
        finding.remedies.push_back(isolation_remedy(blast));
    }
    return finding;
}

}  // namespace

extern constinit const Check blast_radius{
    .id = "blast-radius",
    .asks = "Does one failed component take much of the system with it?",
    .why = "Synchronous calls without time-out pass a failure on: threads wait, pools fill, "
           "callers fall. "
           "Blind spots: a list of memorable incidents overstates it; calls drawn from memory are "
           "not all.",
    .sign = Sign::blast_radius,
    .decides = true,
    .needs_any = {Kind::incidents, Kind::calls},
    .thresholds = thresholds,
    .claims = "000-50 000-51 000-52 000-53 000-54 002-16",
    .missing = {.what = "a list of incidents (incidents.csv) or of calls (services.csv, traces)",
                .would_add = "sign 3: whether one failed component takes the rest with it",
                .how = "write incidents.csv: started,ended,trigger,features_down,what"},
    .run = run,
};

}  // namespace plimsoll::checks
