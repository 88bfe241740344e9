// Criterion R1: do failures remain without a named cause?
//
// Law: the share of incidents whose first failing component is known, with Wilson's interval; five
// incidents at the least, as the question to people asks for the last five. Without a list the
// dated answer of a person serves. Blind spot: the trigger on the list may be the first suspect and
// not the cause.
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <chrono>

namespace plimsoll::checks {
namespace {

constexpr Threshold least{.id = "untraceable-failures.least-incidents",
                          .value = 5,
                          .unit = "incidents",
                          .reason = "the question to people asks for the last five as well"};
constexpr Threshold good{.id = "untraceable-failures.good",
                         .value = 0.8,
                         .unit = "ratio",
                         .reason = "four of five named: one puzzle is forgiven"};
constexpr Threshold bad{.id = "untraceable-failures.bad",
                        .value = 0.5,
                        .unit = "ratio",
                        .reason = "below it a failure is more often a riddle than not"};
constexpr Threshold ages{.id = "untraceable-failures.ages-after",
                         .value = 180,
                         .unit = "days",
                         .reason = "people and tools change by the half-year; research/limits 1.7"};
constexpr std::array thresholds{least, good, bad, ages};

struct Traced {
    std::uint64_t known = 0;
    std::uint64_t all = 0;
    std::vector<Origin> unknown_at;
};

[[nodiscard]] Traced traced_in(const Incidents& incidents) {
    Traced traced;
    for (const Incident& incident : incidents.incidents) {
        ++traced.all;
        if (!incident.trigger.empty()) {
            ++traced.known;
        } else if (traced.unknown_at.size() < 10) {
            traced.unknown_at.push_back(incident.origin);
        }
    }
    return traced;
}

[[nodiscard]] Outcome outcome_of(Level level) noexcept {
    return level == Level::best ? Outcome::absent : Outcome::present;
}

[[nodiscard]] Finding from_incidents(const Traced& traced, const Settings& settings) {
    const model::ShareInterval range = model::wilson(traced.known, traced.all, 0.9);
    const double share = static_cast<double>(traced.known) / static_cast<double>(traced.all);
    Finding finding;
    // A level needs the point beyond its mark and the interval not beyond the opposite one.
    finding.level =
        share >= settings.value_of(good) && range.low >= settings.value_of(bad)    ? Level::best
        : share <= settings.value_of(bad) && range.high <= settings.value_of(good) ? Level::worst
                                                                                   : Level::middle;
    finding.outcome = outcome_of(*finding.level);
    finding.confidence = traced.all >= 10 ? Confidence::high : Confidence::medium;
    finding.confidence_why = fmt::format("{} incidents on the list", traced.all);
    finding.says = fmt::format("The component that failed first is known for {} of {} incidents "
                               "({:.0f} to {:.0f} %).",
                               traced.known,
                               traced.all,
                               100 * range.low,
                               100 * range.high);
    finding.measures.push_back({.id = "traced-share",
                                .name = "incidents whose first failing component is known",
                                .value = {.at = share, .low = range.low, .high = range.high},
                                .unit = "1",
                                .samples = static_cast<double>(traced.all),
                                .formula = "known / all, Wilson 90 %",
                                .origins = traced.unknown_at});
    finding.seen_at = traced.unknown_at;
    return finding;
}

void cross_check(Finding& finding, const Answer* answer) {
    if (answer == nullptr || !finding.level) {
        return;
    }
    const bool yes = answer->reply == Reply::yes;
    if (yes != (*finding.level == Level::best)) {
        finding.says += yes ? " The answer to incidents-traced says otherwise: the list counts."
                            : " The answer to incidents-traced is no: the list counts.";
        finding.seen_at.push_back(answer->origin);
    }
}

[[nodiscard]] Finding from_answer(const Answer& answer, const Settings& settings) {
    const bool yes = answer.reply == Reply::yes;
    const bool old =
        settings.now && answer.on &&
        *settings.now - *answer.on > std::chrono::days{static_cast<int>(settings.value_of(ages))};
    Finding finding;
    finding.level = yes ? Level::best : Level::worst;
    finding.outcome = outcome_of(*finding.level);
    finding.confidence = old || !answer.on ? Confidence::low : Confidence::medium;
    finding.confidence_why = !answer.on ? "an answer without a date"
                             : old      ? "the answer is more than half a year old"
                                        : "a dated answer";
    finding.says = yes ? "The cause of each of the last five incidents was named within a day"
                       : "Not every cause of the last five incidents was named within a day";
    finding.says += answer.note.empty() ? "." : ": " + answer.note;
    finding.seen_at.push_back(answer.origin);
    return finding;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Traced traced = traced_in(evidence.incidents);
    const Answer* answer = settings.answer("incidents-traced");
    if (static_cast<double>(traced.all) >= settings.value_of(least)) {
        Finding finding = from_incidents(traced, settings);
        cross_check(finding, answer);
        return finding;
    }
    if (answer != nullptr) {
        return from_answer(*answer, settings);
    }
    Finding finding;
    finding.says = fmt::format("Not assessed: {} incident{} on the list, and five are needed.",
                               traced.all,
                               traced.all == 1 ? "" : "s");
    finding.confidence_why = "too few incidents, and no answer";
    finding.gaps.push_back(
        {.id = "untraceable-failures",
         .missing = "five incidents with their triggers, or the answer incidents-traced",
         .would_add = "criterion R1",
         .how = "incidents.csv, or incidents-traced under [answers] in plimsoll.toml"});
    return finding;
}

}  // namespace

extern constinit const Check untraceable_failures{
    .id = "untraceable-failures",
    .asks = "Do failures remain without a named cause?",
    .why = "Where causes cannot be named, every repair is a guess. Blind spot: the trigger on the "
           "list may "
           "be the first suspect and not the cause.",
    .criterion = Criterion::untraceable_failures,
    .thresholds = thresholds,
    .claims = "001-140",
    .missing = {.what = "a list of incidents, or the answer to incidents-traced",
                .would_add = "criterion R1",
                .how = "incidents.csv, or incidents-traced under [answers] in plimsoll.toml"},
    .run = run,
};

}  // namespace plimsoll::checks
