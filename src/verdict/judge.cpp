#include "verdict/judge.hpp"

#include "verdict/criteria.hpp"
#include "verdict/ladder.hpp"
#include "verdict/load_line.hpp"
#include "verdict/signs.hpp"
#include "verdict/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace plimsoll::verdict {
namespace {

[[nodiscard]] std::string spaced(std::string_view id) {
    std::string out{id};
    std::ranges::replace(out, '-', ' ');
    return out;
}

// Not every system has a queue or a third party behind a quota; whether this one does only a person
// knows. The answer "no" to the check's id says so; evidence of one outweighs it.
[[nodiscard]] const Answer* said_to_have_none(const Check& check, const Settings& settings) {
    constexpr std::array<std::string_view, 2> may_lack{"background-queue", "third-party-quota"};
    const Answer* answer = settings.answer(check.id);
    const bool none = answer != nullptr && answer->reply == Reply::no;
    return none && std::ranges::find(may_lack, check.id) != may_lack.end() ? answer : nullptr;
}

// The limits of all findings, lowest first; a limit that could not be placed is kept as missing.
[[nodiscard]] std::vector<Limit> collect_limits(std::span<const Check* const> checks,
                                                std::span<const Finding> findings,
                                                const Settings& settings) {
    std::vector<Limit> out;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        out.insert(out.end(), findings[i].limits.begin(), findings[i].limits.end());
        const Answer* none = said_to_have_none(*checks[i], settings);
        if (checks[i]->limit && findings[i].limits.empty() && none != nullptr) {
            out.push_back({.id = std::string{checks[i]->id},
                           .name = spaced(checks[i]->id),
                           .basis = "this system has none, says " + to_text(none->origin),
                           .axis = *checks[i]->limit,
                           .status = LimitStatus::not_applicable,
                           .grade = Grade::D,
                           .check = std::string{checks[i]->id}});
        } else if (checks[i]->limit && findings[i].limits.empty()) {
            const bool told = !findings[i].gaps.empty();
            out.push_back({.id = std::string{checks[i]->id},
                           .name = spaced(checks[i]->id),
                           .basis = told ? findings[i].gaps.front().missing : findings[i].says,
                           .axis = *checks[i]->limit,
                           .status = LimitStatus::missing,
                           .missing_input = told ? findings[i].gaps.front().missing
                                                 : std::string{checks[i]->missing.what},
                           .check = std::string{checks[i]->id}});
        }
    }
    const auto height = [](const Limit& limit) {
        const bool placed = limit.status == LimitStatus::measured;
        const double at = std::isnan(limit.at) ? limit.high : limit.at;
        return std::tuple{limit.axis, !placed, placed ? at : 0.0, limit.id};
    };
    std::ranges::sort(out, {}, height);
    return out;
}

// Exhibits get numbers, and findings learn which are theirs: first those of sign 1, so that the
// evidence reads in the order of the signs; of one sign first those of the check that decides it.
[[nodiscard]] std::vector<Exhibit> number_exhibits(std::span<const Check* const> checks,
                                                   std::vector<Finding>& findings) {
    std::vector<std::size_t> order(findings.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        const Check& check = *checks[i];
        const std::size_t sign =
            check.sign ? static_cast<std::size_t>(*check.sign) : texts_of<Sign>.size();
        return std::pair{sign, !check.decides};
    });
    std::vector<Exhibit> out;
    for (const std::size_t i : order) {
        for (Exhibit& exhibit : findings[i].exhibits) {
            exhibit.id = "E" + std::to_string(out.size() + 1);
            out.push_back(exhibit);
        }
    }
    return out;
}

[[nodiscard]] std::vector<Gap> collect_gaps(std::span<const Finding> findings) {
    std::vector<Gap> out;
    for (const Finding& finding : findings) {
        for (const Gap& gap : finding.gaps) {
            if (!gap.missing.empty() && std::ranges::find(out, gap) == out.end()) {
                out.push_back(gap);
            }
        }
    }
    return out;
}

[[nodiscard]] std::vector<Offer> collect_offers(std::span<const Finding> findings) {
    std::vector<Offer> out;
    for (const Finding& finding : findings) {
        for (const Remedy& remedy : finding.remedies) {
            std::vector<std::string> evidence{finding.check};
            for (const Exhibit& exhibit : finding.exhibits) {
                evidence.push_back(exhibit.id);
            }
            out.push_back({.remedy = remedy, .evidence = std::move(evidence)});
        }
    }
    return out;
}

[[nodiscard]] std::vector<std::string> present(std::span<const SignVerdict> signs) {
    std::vector<std::string> out;
    for (const SignVerdict& sign : signs) {
        if (sign.state == Outcome::present) {
            out.emplace_back(to_text(sign.id));
        }
    }
    return out;
}

// Nothing is needed only when everything was looked at: no sign, and the asked stage is safe.
[[nodiscard]] bool nothing_needed(const Audit& audit) {
    return stage(audit.load_line, audit.target) == StageAnswer::safe &&
           std::ranges::all_of(
               audit.signs, [](const SignVerdict& sign) { return sign.state == Outcome::absent; });
}

// Advice, where nothing speaks for rebuilding: services that always change together.
[[nodiscard]] bool merge_back(std::span<const Finding> findings) {
    const auto services = std::ranges::find(findings, "premature-services", &Finding::check);
    return services != findings.end() && services->outcome == Outcome::present;
}

void list_overrides(const Settings& settings, Audit& audit) {
    for (const auto& [id, changed] : settings.thresholds) {
        audit.overrides.push_back({.id = id,
                                   .value = wording::plain(changed.value),
                                   .reason = changed.reason,
                                   .origin = to_text(changed.origin)});
    }
    for (const Mask& mask : settings.masks) {
        audit.overrides.push_back({.id = "mask",
                                   .value = to_text(mask.from) + " to " + to_text(mask.until),
                                   .reason = mask.why,
                                   .origin = settings.path});
    }
}

}  // namespace

Audit judge(std::span<const Check* const> checks,
            std::vector<Finding> findings,
            const Settings& settings) {
    Audit audit;
    audit.system = settings.system_name;
    audit.target = settings.target;
    audit.exhibits = number_exhibits(checks, findings);
    audit.limits = collect_limits(checks, findings, settings);
    audit.load_line = load_line(audit.limits);
    if (!settings.growth.empty()) {
        audit.planned_line = load_line(audit.limits, settings.growth);
    }
    audit.stages = stages(audit.load_line);
    audit.signs = signs(checks, findings);
    audit.verdict = evolve_or_rebuild(checks, findings, settings);
    const SignCount count = count_signs(checks, findings, audit.signs);
    audit.verdict.signs_present = static_cast<int>(present(audit.signs).size());
    audit.verdict.independent_signs = count.independent;
    audit.verdict.structural = count.independent >= 2;
    audit.verdict.common_cause = count.common_cause;
    if (nothing_needed(audit)) {
        audit.verdict.outcome = VerdictOutcome::nothing_needed;
    }
    const bool may_advise = audit.verdict.outcome == VerdictOutcome::evolve ||
                            audit.verdict.outcome == VerdictOutcome::nothing_needed;
    if (may_advise && merge_back(findings)) {
        audit.verdict.outcome = VerdictOutcome::merge_back;
    }
    audit.prescriptions =
        ladder(audit.limits, collect_offers(findings), present(audit.signs), settings.target);
    audit.gaps = collect_gaps(findings);
    list_overrides(settings, audit);
    audit.findings = std::move(findings);
    audit.headline = wording::headline(audit);
    audit.subline = wording::subline(audit);
    audit.verdict.says = wording::verdict(audit);
    return audit;
}

}  // namespace plimsoll::verdict
