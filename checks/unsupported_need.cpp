// Criterion R2: is there a need in sight that today's architecture cannot support?
//
// No log shows a requirement that has not been built yet. Blind spot: a wish is not a requirement;
// ask for the date.
#include "core/answer_finding.hpp"
#include "core/check.hpp"

#include <array>

namespace plimsoll::checks {
namespace {

constexpr std::array thresholds{answers_age_after};

[[nodiscard]] Finding run(const Evidence& /*evidence*/, const Settings& settings) {
    return finding_from_answer(
        {.question = "near-term-requirement",
         .yes_says = "A need is in sight that today's architecture cannot support",
         .no_says = "No need is in sight that today's architecture cannot support",
         .yes_outcome = Outcome::present,
         .no_outcome = Outcome::absent,
         .yes_level = Level::worst,
         .no_level = Level::best},
        settings);
}

}  // namespace

extern constinit const Check unsupported_need{
    .id = "unsupported-need",
    .asks = "Is something due within 12 months that today's architecture cannot support?",
    .why = "A data model, tenancy or regions that were not designed in cost a rebuild of what they "
           "touch.",
    .criterion = Criterion::unsupported_need,
    .thresholds = thresholds,
    .claims = "001-141 002-60 002-61 002-62 002-63 002-64 002-65",
    .missing = {.what = "the answer to near-term-requirement",
                .would_add = "a criterion of the verdict that only a person knows",
                .how = "plimsoll explain near-term-requirement"},
    .run = run,
};

}  // namespace plimsoll::checks
