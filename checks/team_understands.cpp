// Criterion E2: does the team understand how the system behaves under load?
//
// A test beyond today's peak whose result was forecast is the proof; nothing that is logged
// replaces it.
#include "core/answer_finding.hpp"
#include "core/check.hpp"

#include <array>

namespace plimsoll::checks {
namespace {

constexpr std::array thresholds{answers_age_after};

[[nodiscard]] Finding run(const Evidence& /*evidence*/, const Settings& settings) {
    return finding_from_answer(
        {.question = "load-tested",
         .yes_says = "A load beyond today's peak was tested, with the result forecast",
         .no_says = "No load beyond today's peak was tested",
         .yes_outcome = Outcome::present,
         .no_outcome = Outcome::absent,
         .yes_level = Level::best,
         .no_level = Level::worst},
        settings);
}

}  // namespace

extern constinit const Check team_understands{
    .id = "team-understands",
    .asks = "Does the team understand how the system behaves under load?",
    .why = "Who has forecast a load test knows where it gives way; who has not is guessing.",
    .criterion = Criterion::team_understands,
    .thresholds = thresholds,
    .claims = "001-131",
    .missing = {.what = "the answer to load-tested",
                .would_add = "a criterion of the verdict that only a person knows",
                .how = "plimsoll explain load-tested"},
    .run = run,
};

}  // namespace plimsoll::checks
