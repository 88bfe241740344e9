#include "verdict/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::verdict::wording {
namespace {

[[nodiscard]] const Limit* limit_named(const Audit& audit, const std::string& id) {
    const auto found = std::ranges::find(audit.limits, id, &Limit::id);
    return found == audit.limits.end() ? nullptr : &*found;
}

[[nodiscard]] std::string first_limit_name(const Audit& audit) {
    const Limit* first = limit_named(audit, audit.load_line.first_limit);
    return first == nullptr ? audit.load_line.first_limit : first->name;
}

[[nodiscard]] std::string outcome_sentence(const Verdict& verdict) {
    switch (verdict.outcome) {
        case VerdictOutcome::nothing_needed:
            return "Nothing is needed now.";
        case VerdictOutcome::evolve:
            return "Evolve, do not rebuild.";
        case VerdictOutcome::rebuild:
            return "Rebuild: the evidence speaks for it even at its most favourable reading.";
        case VerdictOutcome::merge_back:
            return "Merge services back that always change together.";
        case VerdictOutcome::insufficient:
            return "Not enough evidence to decide between evolving and rebuilding (" +
                   verdict.leaning + ").";
    }
    return {};
}

}  // namespace

std::string multiple(double value) {
    if (std::isnan(value)) {
        return "?";
    }
    if (value > 1000) {
        return ">1000x";
    }
    return value < 1    ? fmt::format("{:.2f}x", value)
           : value < 10 ? fmt::format("{:.1f}x", value)
                        : fmt::format("{:.0f}x", value);
}

std::string plain(double value) {
    return fmt::format("{}", value);
}

std::string headline(const Audit& audit) {
    const LoadLine& line = audit.load_line;
    if (line.measured == 0) {
        return "How much more load it takes is not known: no limit could be measured.";
    }
    const std::string first = first_limit_name(audit);
    if (std::isnan(line.at)) {
        return fmt::format("Good for at most {} today's load; the {} gives way first.",
                           multiple(line.high),
                           first);
    }
    // The interval stands in the sentence: a point alone would be surer than the evidence.
    const std::string range =
        std::isfinite(line.high)
            ? fmt::format(" ({} to {})", multiple(line.low), multiple(line.high))
            : std::string{};
    const std::string gives_way = line.first_limits.size() > 1
                                      ? fmt::format("Most likely the {} gives way first.", first)
                                      : fmt::format("The {} gives way first.", first);
    if (line.high < 1) {
        return fmt::format("Already past its load line at today's peak: requests wait for the {}.",
                           first);
    }
    if (line.at < 1) {
        return fmt::format("Most likely past its load line at today's peak: good for {}{}. {}",
                           multiple(line.at),
                           range,
                           gives_way);
    }
    return fmt::format("Good for {} today's load{}. {}", multiple(line.at), range, gives_way);
}

std::string subline(const Audit& audit) {
    std::string out = outcome_sentence(audit.verdict);
    const auto lifts = [](const Prescription& rung) {
        return rung.effect && rung.effect->to > rung.effect->from;
    };
    const auto count = std::ranges::count_if(audit.prescriptions, lifts);
    const auto last = std::find_if(audit.prescriptions.rbegin(), audit.prescriptions.rend(), lifts);
    if (last != audit.prescriptions.rend()) {
        // Without a best estimate of the line a step moves what is known of it: its upper bound.
        const bool bound = last->effect->low <= 0 && last->effect->to == last->effect->high;
        out += fmt::format(" {} move{} the load line to {}{}.",
                           count == 1 ? std::string{"One step"} : fmt::format("{} steps", count),
                           count == 1 ? "s" : "",
                           bound ? "at most " : "",
                           multiple(last->effect->to));
    }
    if (const std::optional<LoadLine>& planned = audit.planned_line;
        planned && planned->measured > audit.load_line.measured) {
        out += fmt::format(
            " With data and team growing as planned: {}.",
            std::isnan(planned->at) ? "at most " + multiple(planned->high) : multiple(planned->at));
    }
    if (audit.load_line.measured < audit.load_line.known) {
        out += fmt::format(" {} of {} limits measured; one of the others may be lower.",
                           audit.load_line.measured,
                           audit.load_line.known);
    }
    return out;
}

std::string verdict(const Audit& audit) {
    const Verdict& found = audit.verdict;
    std::string out = outcome_sentence(found);
    if (found.outcome == VerdictOutcome::evolve || found.outcome == VerdictOutcome::rebuild) {
        out += fmt::format(
            " Points towards rebuilding: {:+.1f} to {:+.1f}.", found.total_low, found.total_high);
    }
    if (found.structural) {
        out += fmt::format(" {} signs with different causes: the trouble is structural.",
                           found.independent_signs);
    } else if (!found.common_cause.empty()) {
        out += fmt::format(" Two signs have one cause in common ({}) and count once.",
                           found.common_cause);
    }
    return out;
}

}  // namespace plimsoll::verdict::wording
