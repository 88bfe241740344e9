// Criterion E4: could the business not bear a rebuild?
//
// No log shows what a company can afford. "No" is a veto on rebuilding; it is never assumed either
// way.
#include "core/answer_finding.hpp"
#include "core/check.hpp"

#include <array>

namespace plimsoll::checks {
namespace {

constexpr std::array thresholds{answers_age_after};

[[nodiscard]] Finding run(const Evidence& /*evidence*/, const Settings& settings) {
    return finding_from_answer(
        {.question = "rebuild-affordable",
         .yes_says = "The business could bear months of slower feature delivery",
         .no_says = "The business could not bear months of slower feature delivery",
         .yes_outcome = Outcome::absent,
         .no_outcome = Outcome::present,
         .yes_level = Level::worst,
         .no_level = Level::best},
        settings);
}

}  // namespace

extern constinit const Check business_cannot_bear{
    .id = "business-cannot-bear",
    .asks = "Could the business not bear a rebuild?",
    .why = "A rewrite is itself the larger risk: it takes the months in which features stop.",
    .criterion = Criterion::business_cannot_bear,
    .thresholds = thresholds,
    .claims = "001-133 003-16",
    .missing = {.what = "the answer to rebuild-affordable",
                .would_add = "a criterion of the verdict that only a person knows",
                .how = "plimsoll explain rebuild-affordable"},
    .run = run,
};

}  // namespace plimsoll::checks
