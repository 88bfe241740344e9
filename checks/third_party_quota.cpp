// Limit: at what multiple of today's load does a third party stop answering, because its quota is
// used up?
//
// Law: a quota is a rate that nobody can buy in the moment: limit / rate, where the peak second
// decides at the low end and the mean rate at the high one (a provider may average over its
// window). Blind spots: quotas that nobody wrote down; a provider that answers more slowly before
// it refuses, which shows in the request threads.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

namespace plimsoll::checks {
namespace {

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    for (const Samples& rate : gauges_named(evidence, settings, "quota.", ".per_second")) {
        const UsedUp words{.check = "third-party-quota",
                           .noun = "quota of " + rate.name,
                           .unit = "calls/s",
                           .what = "calls to " + rate.name};
        if (const std::optional<Limit> limit = used_up(rate, words)) {
            finding.limits.push_back(*limit);
            continue;
        }
        finding.limits.push_back({.id = "third-party-quota." + rate.name,
                                  .name = words.noun,
                                  .missing_input = "the quota itself: the limit column of quota." +
                                                   rate.name + ".per_second in gauges.csv"});
    }
    conclude(finding, settings, "sampled rates against the quota that was told");
    if (finding.says.empty()) {
        finding.says = "Not assessed: no rate of calls to a third party with its quota.";
        finding.gaps.push_back(
            {.id = "third-party-quota",
             .missing = "the rate of calls to each third party, and its quota",
             .would_add = "the multiple at which a provider refuses",
             .how = "gauges.csv: at,quota.NAME.per_second,12,50; where there is no third "
                    "party: [answers] third-party-quota = \"no\" in plimsoll.toml"});
    }
    return finding;
}

}  // namespace

extern constinit const Check third_party_quota{
    .id = "third-party-quota",
    .asks = "At what multiple of today's load does a third party refuse?",
    .why = "A quota is the one limit that no engineering of one's own moves. Blind spots: quotas "
           "that nobody wrote "
           "down; a provider that slows down before it refuses.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .claims = "001-13",
    .missing = {.what = "rates of calls to third parties and their quotas",
                .would_add = "the multiple at which a provider refuses",
                .how = "gauges.csv: quota.NAME.per_second with its limit; where there is none: "
                       "[answers] third-party-quota = \"no\""},
    .run = run,
};

}  // namespace plimsoll::checks
