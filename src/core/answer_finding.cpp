#include "core/answer_finding.hpp"

#include <string>

namespace plimsoll {
namespace {

[[nodiscard]] Finding unanswered(const AnswerRule& rule) {
    const std::string question{rule.question};
    Finding finding;
    finding.says = "Nobody answered the question " + question + ".";
    finding.confidence_why = "only a person knows";
    finding.gaps.push_back({.id = question,
                            .missing = "the answer to " + question,
                            .would_add = "a criterion of the verdict that only a person knows",
                            .how = "plimsoll explain " + question});
    return finding;
}

}  // namespace

Finding finding_from_answer(const AnswerRule& rule, const Settings& settings) {
    const Answer* answer = settings.answer(rule.question);
    if (answer == nullptr) {
        return unanswered(rule);
    }
    const bool yes = answer->reply == Reply::yes;
    const std::chrono::days most{static_cast<int>(settings.value_of(answers_age_after))};
    const bool old = settings.now && answer->on && *settings.now - *answer->on > most;
    Finding finding;
    finding.outcome = yes ? rule.yes_outcome : rule.no_outcome;
    finding.level = yes ? rule.yes_level : rule.no_level;
    finding.confidence = old || !answer->on ? Confidence::low : Confidence::medium;
    finding.confidence_why = !answer->on ? "the answer carries no date"
                             : old       ? "the answer is more than half a year old"
                                         : "a dated answer";
    finding.says = yes ? rule.yes_says : rule.no_says;
    finding.says += answer->note.empty() ? "." : ": " + answer->note + ".";
    finding.seen_at.push_back(answer->origin);
    return finding;
}

}  // namespace plimsoll
