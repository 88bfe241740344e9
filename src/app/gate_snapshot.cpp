#include "app/gate_snapshot.hpp"

#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::app {
namespace {

[[nodiscard]] const Check* check_named(std::string_view id) {
    for (const Check* check : all_checks()) {
        if (check->id == id) {
            return check;
        }
    }
    return nullptr;
}

// A criterion that holds may be good news; a sign or a limit that is present never is.
[[nodiscard]] bool trouble(const Finding& finding) {
    const Check* check = check_named(finding.check);
    const bool criterion_only =
        check != nullptr && check->criterion && !check->sign && !check->limit;
    return !criterion_only || finding.level == Level::worst;
}

[[nodiscard]] std::vector<KnownFinding> findings_of(const Audit& audit) {
    std::vector<KnownFinding> out;
    for (const Finding& finding : audit.findings) {
        out.push_back({.id = finding.check,
                       .check = finding.check,
                       .outcome = finding.outcome,
                       .confidence = finding.confidence,
                       .trouble = trouble(finding)});
        // What explains half or more of it is a subject of its own: another statement that is asked
        // in a loop is a new finding, though the question was answered before.
        for (const auto& [cause, share] : finding.causes) {
            if (share >= 0.5 && finding.outcome == Outcome::present) {
                out.push_back({.id = fmt::format("{}/{}", finding.check, cause),
                               .check = finding.check,
                               .outcome = finding.outcome,
                               .confidence = finding.confidence,
                               .trouble = trouble(finding)});
            }
        }
    }
    for (const SignVerdict& sign : audit.signs) {
        out.push_back({.id = fmt::format("sign/{}", to_text(sign.id)),
                       .check = std::string{to_text(sign.id)},
                       .outcome = sign.state,
                       .confidence = sign.confidence,
                       .trouble = true});
    }
    std::ranges::sort(out, {}, &KnownFinding::id);
    return out;
}

[[nodiscard]] std::vector<KnownLimit> limits_of(const Audit& audit) {
    std::vector<KnownLimit> out;
    for (const Limit& limit : audit.limits) {
        out.push_back({.id = limit.id,
                       .name = limit.name,
                       .axis = limit.axis,
                       .status = limit.status,
                       .at = limit.at,
                       .low = limit.low,
                       .high = limit.high,
                       .check = limit.check});
    }
    std::ranges::stable_sort(out, {}, &KnownLimit::id);
    const auto same = [](const KnownLimit& a, const KnownLimit& b) { return a.id == b.id; };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

}  // namespace

Snapshot snapshot_of(const Audit& audit, const Evidence& evidence, const Settings& settings) {
    Snapshot out;
    out.tool_version = audit.tool_version;
    out.rules_version = audit.rules_version;
    out.system = settings.system_name;
    out.span = audit.span;
    out.kinds_supplied = audit.kinds_supplied;
    out.load_line = audit.load_line;
    out.limits = limits_of(audit);
    out.findings = findings_of(audit);
    out.series = series_of(evidence, settings);
    return out;
}

}  // namespace plimsoll::app
