#include "app/ask.hpp"

#include "checks/history/boundaries.hpp"

#include <exception>
#include <optional>
#include <string>

namespace plimsoll::app {
namespace {

[[nodiscard]] Gap gap_of(const Check& check) {
    return {.id = std::string{check.id},
            .missing = std::string{check.missing.what},
            .would_add = std::string{check.missing.would_add},
            .how = std::string{check.missing.how}};
}

[[nodiscard]] Finding not_asked(const Check& check) {
    Finding finding;
    finding.says = "Not assessed: " + std::string{check.missing.what} + " is missing.";
    finding.confidence_why = "no evidence of the kind that this needs";
    finding.gaps.push_back(gap_of(check));
    return finding;
}

[[nodiscard]] Finding ask_one(const Check& check,
                              const Evidence& evidence,
                              const Settings& settings,
                              std::optional<checks::Boundaries>& boundaries) {
    const Kinds kinds = evidence.kinds();
    if (!kinds.covers(check.needs) || !kinds.meets(check.needs_any)) {
        return not_asked(check);
    }
    try {
        if (check.run_on_boundaries == nullptr) {
            return check.run(evidence, settings);
        }
        if (!boundaries) {
            boundaries = checks::measure_boundaries(evidence, settings);
        }
        return check.run_on_boundaries(evidence, settings, *boundaries);
    } catch (const std::exception& broken) {  // one broken check must not cost the user the rest
        Finding finding;
        finding.outcome = Outcome::failed;
        finding.says = std::string{"The check itself failed: "} + broken.what();
        return finding;
    }
}

}  // namespace

std::vector<Finding> ask(std::span<const Check* const> checks,
                         const Evidence& evidence,
                         const Settings& settings) {
    std::vector<Finding> findings;
    findings.reserve(checks.size());
    std::optional<checks::Boundaries> boundaries;  // measured for the first that asks
    for (const Check* check : checks) {
        Finding finding = ask_one(*check, evidence, settings, boundaries);
        finding.check = check->id;
        finding.asks = check->asks;
        for (Limit& limit : finding.limits) {
            limit.check = check->id;
        }
        for (Exhibit& exhibit : finding.exhibits) {
            exhibit.check = check->id;
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace plimsoll::app
