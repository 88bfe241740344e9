#include "app/gate.hpp"
#include "model/regression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace plimsoll::app {
namespace {

template <class Thing>
[[nodiscard]] const Thing* find_by_id(const std::vector<Thing>& all, std::string_view id) {
    const auto found = std::ranges::lower_bound(all, id, std::less{}, &Thing::id);  // all are by id
    return found == all.end() || found->id != id ? nullptr : &*found;
}

[[nodiscard]] bool is_measured(const KnownLimit& limit) {
    return limit.status == LimitStatus::measured || limit.status == LimitStatus::above_range;
}

[[nodiscard]] Estimate estimate_of(const auto& placed) {
    return {.at = placed.at, .low = placed.low, .high = placed.high};
}

[[nodiscard]] std::string multiple(const Estimate& value) {
    const std::string point = value.has_point() ? shown(value.at, "x") + " " : std::string{};
    return point + (std::isfinite(value.high)
                        ? fmt::format("({:.2g} to {:.2g})", value.low, value.high)
                        : fmt::format("({:.2g} or more)", value.low));
}

[[nodiscard]] std::string from_to(const Estimate& now, const Estimate& before) {
    return fmt::format("{}, was {}", multiple(now), multiple(before));
}

// A multiple is worse when it is lower: the whole interval of the change must lie below the floor.
[[nodiscard]] Change change_of(const Estimate& ratio, double floor) {
    if (ratio.high < 1 / (1 + floor)) {
        return Change::worse;
    }
    if (ratio.low > 1 + floor) {
        return Change::better;
    }
    return ratio.high < 1 || ratio.low > 1 ? Change::small : Change::unchanged;
}

[[nodiscard]] std::optional<double> point_of(double at) {
    return std::isfinite(at) ? std::optional{at} : std::nullopt;
}

[[nodiscard]] GateRow limit_row(const Present& present,
                                const KnownLimit& before,
                                double confidence,
                                double floor) {
    GateRow row{.id = before.id, .kind = "limit", .name = before.name, .unit = "x"};
    row.baseline = point_of(before.at);
    row.explain = "plimsoll explain " + before.check;
    const KnownLimit* now = find_by_id(present.snapshot.limits, before.id);
    if (now == nullptr || !is_measured(*now)) {
        row.change = Change::missing;
        row.alarm = Alarm::red;
        row.says = fmt::format("was {}, and cannot be measured from this evidence",
                               multiple(estimate_of(before)));
        return row;
    }
    row.measured = point_of(now->at);
    row.effect = model::ratio_of(estimate_of(*now), estimate_of(before), confidence);
    row.change = change_of(row.effect, floor);
    row.alarm = row.change == Change::worse ? Alarm::red : Alarm::none;
    row.says = from_to(estimate_of(*now), estimate_of(before));
    row.place = place_of(present.audit, now->check);
    if (row.alarm == Alarm::red) {
        row.fix = fix_for(present.audit, {before.check, before.id});
    }
    return row;
}

// The load line itself. Lower only because a limit is measured now that never was: knowledge, not a
// regression.
[[nodiscard]] GateRow line_row(const Present& present,
                               const Snapshot& before,
                               double confidence,
                               double floor) {
    const LoadLine& now = present.snapshot.load_line;
    GateRow row{.id = "load-line", .kind = "limit", .name = "load line", .unit = "x"};
    row.measured = point_of(now.at);
    row.baseline = point_of(before.load_line.at);
    row.effect = model::ratio_of(estimate_of(now), estimate_of(before.load_line), confidence);
    row.change = change_of(row.effect, floor);
    row.says = from_to(estimate_of(now), estimate_of(before.load_line));
    row.explain = "plimsoll explain load_line";
    if (row.change == Change::worse) {
        const KnownLimit* first = find_by_id(before.limits, now.first_limit);
        const bool known = first != nullptr && is_measured(*first);
        row.change = known ? Change::worse : Change::fresh;
        row.alarm = known ? Alarm::red : Alarm::amber;
        row.says += known ? "; first limit: " + now.first_limit
                          : "; " + now.first_limit + " is measured for the first time";
        row.fix = fix_for(present.audit, {now.first_limit});
    }
    return row;
}

[[nodiscard]] bool assessed(Outcome outcome) {
    return outcome == Outcome::present || outcome == Outcome::absent || outcome == Outcome::latent;
}

// Of the finding itself, or of its check where the subject is new.
[[nodiscard]] bool was_assessed(const Snapshot& before, const KnownFinding& finding) {
    const KnownFinding* check = find_by_id(before.findings, finding.check);
    const KnownFinding* same = find_by_id(before.findings, finding.id);
    return (same != nullptr && assessed(same->outcome)) ||
           (same == nullptr && check != nullptr && assessed(check->outcome));
}

void present_finding(const Present& present,
                     const Snapshot& before,
                     const KnownFinding& finding,
                     const GateOptions& options,
                     GateRow& row) {
    const KnownFinding* same = find_by_id(before.findings, finding.id);
    const bool stood = same != nullptr && same->outcome == finding.outcome && same->trouble;
    if (stood) {
        row.change = Change::standing;
        row.alarm = options.policy == GatePolicy::all && finding.outcome == Outcome::present
                        ? Alarm::red
                        : Alarm::none;
    } else {
        const bool rules = before.rules_version != present.snapshot.rules_version &&
                           options.policy != GatePolicy::all;
        const bool sure = finding.outcome == Outcome::present &&
                          finding.confidence >= Confidence::medium && !rules;
        row.change = Change::fresh;
        row.alarm = sure && (was_assessed(before, finding) || options.policy == GatePolicy::all)
                        ? Alarm::red
                        : Alarm::amber;
    }
    if (row.alarm != Alarm::none) {
        row.fix = fix_for(present.audit, {finding.check, finding.id});
    }
}

[[nodiscard]] std::string words_of(const Present& present, const KnownFinding& finding) {
    for (const Finding& one : present.audit.findings) {
        if (one.check == finding.check && !one.says.empty()) {
            return one.says;
        }
    }
    for (const SignVerdict& sign : present.audit.signs) {
        if (to_text(sign.id) == finding.check && finding.id.starts_with("sign/")) {
            return sign.says.empty() ? sign.title : sign.says;
        }
    }
    return std::string{to_text(finding.outcome)};
}

[[nodiscard]] GateRow finding_head(const KnownFinding& finding) {
    return {.id = finding.id,
            .kind = finding.id.starts_with("sign/") ? "sign" : "finding",
            .name = finding.id,
            .explain = "plimsoll explain " + finding.check};
}

[[nodiscard]] GateRow vanished(const KnownFinding& known, const KnownFinding* now) {
    GateRow row = finding_head(known);
    const bool looked = now != nullptr && assessed(now->outcome);
    if (known.outcome == Outcome::present && known.trouble && (looked || known.id != known.check)) {
        row.change = Change::fixed;
        row.says = "was present, and was looked for and not found";
        return row;
    }
    if (looked) {
        row.change = Change::unchanged;
        row.says = std::string{to_text(now->outcome)};
        return row;
    }
    // The kinds of evidence are there (their absence is a row of its own), only too little of them.
    row.change = Change::gone;
    row.alarm = Alarm::amber;
    row.says = fmt::format("was {}, and cannot be told from this evidence", to_text(known.outcome));
    return row;
}

}  // namespace

void limit_rows(const Present& present,
                const Snapshot& before,
                const GateOptions& options,
                GateResult& out) {
    const auto compared = [](const KnownLimit& limit) { return is_measured(limit); };
    const auto many = std::ranges::count_if(before.limits, compared) + 1;
    const double confidence = 1 - options.alpha / static_cast<double>(many);
    const LoadLine& now = present.snapshot.load_line;
    if (before.load_line.measured > 0 && now.measured > 0) {
        out.rows.push_back(line_row(present, before, confidence, options.effect));
        out.line_change = out.rows.back().effect;
    }
    for (const KnownLimit& limit : before.limits) {
        if (is_measured(limit)) {
            out.rows.push_back(limit_row(present, limit, confidence, options.effect));
        }
    }
}

void finding_rows(const Present& present,
                  const Snapshot& before,
                  const GateOptions& options,
                  GateResult& out) {
    for (const KnownFinding& finding : present.snapshot.findings) {
        const bool shows =
            finding.outcome == Outcome::present || finding.outcome == Outcome::latent;
        if (finding.trouble && shows) {
            GateRow row = finding_head(finding);
            row.says = words_of(present, finding);
            row.place = place_of(present.audit, finding.check);
            present_finding(present, before, finding, options, row);
            out.rows.push_back(std::move(row));
        }
    }
    for (const KnownFinding& known : before.findings) {
        const KnownFinding* now = find_by_id(present.snapshot.findings, known.id);
        const bool shown_above =
            now != nullptr && now->trouble &&
            (now->outcome == Outcome::present || now->outcome == Outcome::latent);
        if (!shown_above && assessed(known.outcome)) {
            out.rows.push_back(vanished(known, now));
        }
    }
}

}  // namespace plimsoll::app
