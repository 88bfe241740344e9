// Were services cut where changes are not?
//
// Law: services that change together are one module with a network inside (catalogue 001-64):
// change sets that touch two services or more, of all that touch any; over three in ten, with the
// interval, says merge back. Which: the pairs that change together as if they were one
// (history/merge_back.hpp). Blind spots: services in repositories of their own do not meet
// in one change set; a contract that is changed on both sides on purpose.
#include "checks/history/merge_back.hpp"
#include "checks/history/module_use.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr Threshold together{
    .id = "premature-services.together",
    .value = 0.3,
    .unit = "share of changes",
    .reason = "catalogue 001-64: change coupling between services over 30 %"};
constexpr Threshold least_services{
    .id = "premature-services.least",
    .value = 3,
    .unit = "services",
    .reason = "two services that change together may be one contract"};
constexpr std::array thresholds{
    together, least_services, merge_degree, least_sets, largest_set, window_years, window_sets};

[[nodiscard]] std::set<std::string> services_of(const Calls& calls) {
    std::set<std::string> out;
    for (const auto& [who, edge] : calls.edges) {
        out.insert(plain_name(who.first));
        out.insert(plain_name(who.second));
    }
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence,
                          const Settings& settings,
                          const Boundaries& found) {
    Finding finding;
    const std::set<std::string> services = services_of(evidence.calls);
    std::vector<bool> is_service;
    std::size_t modules = 0;
    for (const std::string& module : found.recent.modules) {
        is_service.push_back(services.contains(plain_name(module)));
        modules += is_service.back() ? 1 : 0;
    }
    std::uint64_t any = 0;
    std::uint64_t several = 0;
    for (std::size_t set = 0; set < found.recent.sets.size(); ++set) {
        std::set<std::uint32_t> touched;
        for (const std::uint32_t file : found.recent.files_of(set)) {
            const std::uint32_t module = found.recent.module_of[file];
            if (module < is_service.size() && is_service[module]) {
                touched.insert(module);
            }
        }
        any += touched.empty() ? 0 : 1;
        several += touched.size() >= 2 ? 1 : 0;
    }
    if (static_cast<double>(modules) < settings.value_of(least_services) ||
        static_cast<double>(any) < settings.value_of(least_sets)) {
        finding.says = fmt::format(
            "Not assessed: {} modules of the history are services that call each other, with {} "
            "changes.",
            modules,
            any);
        finding.gaps.push_back(
            {.id = "premature-services",
             .missing = "one history of three services or more that call each other",
             .would_add = "whether services were cut where changes are not",
             .how = "services.csv with the names of the services as the module map has them"});
        return finding;
    }
    const Estimate share = share_of(several, any);
    const double limit = settings.value_of(together);
    finding.outcome = share.low > limit    ? Outcome::present
                      : share.high < limit ? Outcome::absent
                                           : Outcome::insufficient;
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format("{} changes of {} services", any, modules);
    finding.says = fmt::format(
        "{:.0f} % ({:.0f} to {:.0f} %) of changes to a service touch another one too ({}).",
        100 * share.at,
        100 * share.low,
        100 * share.high,
        found.basis());
    finding.measures.push_back({.id = "together",
                                .name = "changes of a service that touch another",
                                .value = share,
                                .unit = "share of changes",
                                .samples = static_cast<double>(any),
                                .formula = fmt::format("{} of {}, Wilson 90 %", several, any),
                                .origins = {found.origin}});
    finding.seen_at = {found.origin};
    const std::vector<Together> pairs = belong_together(found, settings, is_service);
    if (!pairs.empty()) {
        finding.exhibits = {together_table(pairs, found)};
    }
    if (finding.outcome == Outcome::present) {
        finding.remedies = merge_back_remedies(pairs, found);
    }
    return finding;
}

}  // namespace

extern constinit const Check premature_services{
    .id = "premature-services",
    .asks = "Were services cut where changes are not?",
    .why = "Services that change together are one module with a network inside: slower, and no "
           "more independent. Blind "
           "spot: services in repositories of their own.",
    .needs = {Kind::history, Kind::calls},
    .thresholds = thresholds,
    .claims = "001-64",
    .missing = {.what = "the history of several services and who calls whom",
                .would_add = "whether services should be merged back",
                .how = "the repository, and services.csv with the names of its services"},
    .run = on_its_own<run>,
    .run_on_boundaries = run,
};

}  // namespace plimsoll::checks
