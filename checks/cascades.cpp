// Are bad spells of one service followed by bad spells of another?
//
// Law (research/latency 5.1, model/cascade): spells of two services within five minutes, more often
// than whole-hour shifts of one series give, and one of them first by a sign test on the onsets. It
// says "were followed by" and never "caused": a shared cause with a delay looks the same. Blind
// spots: needs values by the minute over two days or more; three shared spells show that two belong
// together, six or more who is first.
#include "checks/latency/minutes.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/cascade.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold most_services{
    .id = "cascades.services",
    .value = 12,
    .unit = "services",
    .reason = "132 ordered pairs at 1 % each; more would find some by chance"};
constexpr Threshold least_spells{.id = "cascades.spells",
                                 .value = 6,
                                 .unit = "spells",
                                 .reason = "five in one order still happen by chance in 3 %"};
constexpr std::array thresholds{most_services, least_spells};

struct Found {
    const MinuteSeries* first = nullptr;
    const MinuteSeries* other = nullptr;
    model::Cascade cascade;
};

[[nodiscard]] std::vector<Found> pairs_of(const std::vector<MinuteSeries>& services) {
    std::vector<std::vector<std::size_t>> onsets;
    for (const MinuteSeries& service : services) {
        onsets.push_back(model::onsets(service.values));
    }
    std::vector<Found> out;
    for (std::size_t i = 0; i < services.size(); ++i) {
        for (std::size_t j = 0; j < services.size(); ++j) {
            if (i != j) {
                out.push_back(
                    {.first = &services[i],
                     .other = &services[j],
                     .cascade = model::cascade(onsets[i], onsets[j], services[i].values.size())});
            }
        }
    }
    return out;
}

[[nodiscard]] Measure measure_of(const Found& found) {
    const model::ShareInterval range = model::wilson(found.cascade.hits, found.cascade.spells, 0.9);
    return {
        .id = "followed." + found.first->service + "." + found.other->service,
        .name = "bad spells of " + found.first->service + " with one of " + found.other->service +
                " within 5 minutes",
        .value = {.at = static_cast<double>(found.cascade.hits) /
                        static_cast<double>(found.cascade.spells),
                  .low = range.low,
                  .high = range.high},
        .unit = "1",
        .samples = static_cast<double>(found.cascade.spells),
        .formula = "hits / spells, Wilson 90 %; together by whole-hour shifts, first by sign test",
        .origins = {found.first->first_seen, found.other->first_seen}};
}

void describe(Finding& finding,
              const std::vector<Found>& pairs,
              const std::vector<Found>& leading,
              const Zone& zone) {
    if (leading.empty()) {
        finding.outcome = Outcome::absent;
        finding.says = fmt::format(
            "In none of {} pairs of services are bad spells of one followed by bad spells "
            "of the other more often than by chance.",
            pairs.size());
    } else {
        const Found& worst = *std::ranges::max_element(
            leading, {}, [](const Found& found) { return found.cascade.hits; });
        finding.outcome = Outcome::present;
        finding.says = fmt::format(
            "{} of {} bad spells of {} were followed by one of {} within 5 minutes ({} after, "
            "{} before); traces would show whether one calls the other.",
            worst.cascade.hits,
            worst.cascade.spells,
            worst.first->service,
            worst.other->service,
            worst.cascade.after,
            worst.cascade.before);
    }
    finding.confidence = Confidence::low;
    finding.confidence_why =
        fmt::format("an association in time, {} pairs tried, against the usual day of {}",
                    pairs.size(),
                    zone.name);
    for (const Found& found : leading) {
        finding.measures.push_back(measure_of(found));
    }
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const std::vector<MinuteSeries> services =
        minute_series(evidence.latency,
                      static_cast<std::size_t>(settings.value_of(most_services)),
                      settings.zone);
    Finding finding;
    const std::vector<Found> pairs = pairs_of(services);
    std::vector<Found> leading;
    std::size_t assessable = 0;
    for (const Found& found : pairs) {
        const bool enough =
            static_cast<double>(found.cascade.spells) >= settings.value_of(least_spells);
        assessable += enough ? 1 : 0;
        if (enough && found.cascade.leads) {
            leading.push_back(found);
        }
    }
    if (assessable == 0) {
        finding.says = "Not assessed: fewer than two services with latency by the minute over two "
                       "days and six "
                       "bad spells.";
        finding.gaps.push_back(
            {.id = "cascades",
             .missing = "latency of two or more services by the minute",
             .would_add = "whether bad spells of one are followed by those of another",
             .how = "plimsoll how prometheus (step 1m, two weeks)"});
        return finding;
    }
    describe(finding, pairs, leading, settings.zone);
    return finding;
}

}  // namespace

extern constinit const Check cascades{
    .id = "cascades",
    .asks = "Are bad spells of one service followed by bad spells of another?",
    .why = "A failure that travels shows as spells in order. Correlation and Granger's test flag "
           "shared causes "
           "and crons as well and are not used. Blind spot: a shared cause with a delay looks the "
           "same.",
    .sign = Sign::blast_radius,
    .needs = {Kind::latency},
    .thresholds = thresholds,
    .missing = {.what = "latency of two or more services by the minute",
                .would_add = "whether bad spells of one are followed by those of another",
                .how = "plimsoll how prometheus (step 1m, two weeks)"},
    .run = run,
};

}  // namespace plimsoll::checks
