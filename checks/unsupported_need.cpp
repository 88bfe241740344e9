// Criterion R2: is there a need in sight that today's architecture cannot support?
//
// No log shows a requirement that has not been built yet; only a person knows. So this is an answer (grade D), dated,
// and half its weight is gone after half a year.
#include "core/check.hpp"

#include <chrono>

namespace plimsoll::checks {
namespace {

constexpr Threshold ages{.id = "unsupported-need.ages-after", .value = 180, .unit = "days",
                         .reason = "plans are made by the half-year; research/limits 1.7"};

[[nodiscard]] Finding run(const Evidence& /*evidence*/, const Settings& settings) {
    const Answer* answer = settings.answer("near-term-requirement");
    Finding finding;
    if (answer == nullptr) {
        finding.says = "Nobody said whether something is due within 12 months that the architecture cannot support.";
        finding.gaps.push_back({.id = "near-term-requirement",
                                .missing = "the answer to near-term-requirement",
                                .would_add = "one of the two criteria that only a person knows",
                                .how = "plimsoll explain near-term-requirement"});
        return finding;
    }
    const bool exists = answer->reply == Reply::yes;
    const bool old = settings.now && answer->on &&
                     *settings.now - *answer->on > std::chrono::days{static_cast<int>(settings.value_of(ages))};
    finding.outcome = exists ? Outcome::present : Outcome::absent;
    finding.level = exists ? Level::worst : Level::best;
    finding.confidence = old || !answer->on ? Confidence::low : Confidence::medium;
    finding.confidence_why = answer->on ? (old ? "the answer is more than half a year old" : "a dated answer")
                                        : "the answer carries no date";
    finding.says = exists ? "A need is in sight that today's architecture cannot support"
                          : "No need is in sight that today's architecture cannot support";
    finding.says += answer->note.empty() ? "." : ": " + answer->note;
    finding.seen_at.push_back(answer->origin);
    return finding;
}

constexpr std::array thresholds{ages};

}  // namespace

extern constinit const Check unsupported_need{
    .id = "unsupported-need",
    .asks = "Is something due within 12 months that today's architecture cannot support?",
    .why = "A data model, tenancy or regions that were not designed in cost a rebuild of what they touch. Blind spot: "
           "a wish is not a requirement; ask for the date and the customer.",
    .criterion = Criterion::unsupported_need,
    .thresholds = thresholds,
    .claims = "001-141 002-60 002-61 002-62 002-63 002-64 002-65",
    .missing = {.what = "the answer to near-term-requirement",
                .would_add = "criterion R2",
                .how = "plimsoll explain near-term-requirement"},
    .run = run,
};

}  // namespace plimsoll::checks
