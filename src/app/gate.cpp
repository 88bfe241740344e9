#include "app/gate.hpp"

#include "app/gate_migration.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace plimsoll::app {
namespace {

[[nodiscard]] bool shares_anything(const Snapshot& a, const Snapshot& b) {
    const auto shared = [](const auto& one, const auto& other) {
        return std::ranges::any_of(one, [&](const auto& item) {
            return std::ranges::any_of(other, [&](const auto& each) { return each.id == item.id; });
        });
    };
    const auto empty = [](const Snapshot& s) { return s.series.empty() && s.limits.empty(); };
    return empty(a) || empty(b) || shared(a.series, b.series) || shared(a.limits, b.limits);
}

// Names tell two systems apart; where one side has none, nothing in common does.
void refuse_other_system(const Snapshot& now, const FoundBaseline& baseline) {
    const Snapshot& before = baseline.snapshot;
    const bool named = !now.system.empty() && !before.system.empty();
    if (named ? now.system == before.system : shares_anything(now, before)) {
        return;
    }
    throw Error{
        {.status = Status::untrusted,
         .what = "the baseline is of another system",
         .where = baseline.name,
         .why = named ? fmt::format(
                            "it is of \"{}\", the evidence of \"{}\"", before.system, now.system)
                      : "it shares no series and no limit with the evidence",
         .remedy = "name its own baseline, or say --system NAME if it was renamed and write "
                   "the baseline again"}};
}

void require_baseline(const FoundBaseline& baseline, const GateOptions& options) {
    if (baseline.found || baseline.name.empty() || options.allow_missing_baseline) {
        return;
    }
    throw Error{
        {.status = Status::untrusted,
         .what = "the baseline is missing",
         .where = baseline.name,
         .why = "nothing lies there",
         .remedy = "the first run writes it: --allow-missing-baseline --write-baseline FILE"}};
}

void evidence_rows(const Present& present,
                   const FoundBaseline& baseline,
                   const GateOptions& options,
                   GateResult& out) {
    const std::vector<std::string>& given = present.snapshot.kinds_supplied;
    const auto add = [&](const std::string& kind, std::string why) {
        const bool twice = std::ranges::any_of(
            out.rows, [&](const GateRow& row) { return row.id == "evidence/" + kind; });
        if (!twice && std::ranges::find(given, kind) == given.end()) {
            out.rows.push_back({.id = "evidence/" + kind,
                                .kind = "evidence",
                                .name = "evidence: " + kind,
                                .change = Change::missing,
                                .alarm = Alarm::red,
                                .says = fmt::format("no evidence of {}, which {}", kind, why),
                                .explain = "plimsoll doctor"});
        }
    };
    for (const std::string& kind : options.required) {
        add(kind, "is required");
    }
    if (options.policy != GatePolicy::budget) {
        for (const std::string& kind : baseline.snapshot.kinds_supplied) {
            add(kind, "the baseline has");
        }
    }
}

// What somebody asked for by name is judged whatever --only and --skip say.
[[nodiscard]] bool asked_for(const GateRow& row, const GateOptions& options) {
    return row.kind == "budget" || row.kind == "migration" || row.id == "evidence/migration" ||
           (row.kind == "evidence" && options.required.contains(row.id.substr(9)));
}

[[nodiscard]] bool picked(const GateRow& row, const GateOptions& options) {
    const auto any = [&](const std::vector<std::string>& patterns) {
        return std::ranges::any_of(patterns, [&](const std::string& pattern) {
            return matches(pattern, row.id) || matches(pattern, row.kind) ||
                   (row.explain.starts_with("plimsoll explain ") &&
                    matches(pattern, row.explain.substr(17)));
        });
    };
    return asked_for(row, options) ||
           ((options.only.empty() || any(options.only)) && !any(options.skip));
}

// A decision of somebody's takes a row out of the count while it lasts, and is a red row of its own
// when it has expired.
void accept(const Snapshot& before, const Settings& settings, GateResult& out) {
    Rows expired;
    for (const Accepted& one : before.accepted) {
        const bool over = one.expires && settings.now && *settings.now >= *one.expires;
        const std::string until = one.expires ? " until " + to_date(*one.expires) : "";
        for (GateRow& row : out.rows) {
            if (row.id == one.id && row.alarm != Alarm::none && !over) {
                row.accepted = one.reason + until;
                row.alarm = Alarm::none;
            }
        }
        if (over) {
            expired.push_back({.id = one.id,
                               .kind = "acceptance",
                               .name = one.id,
                               .change = Change::expired,
                               .alarm = Alarm::red,
                               .says = fmt::format("accepted{}{}, which is over: {}",
                                                   one.by.empty() ? "" : " by " + one.by,
                                                   until,
                                                   one.reason),
                               .fix =
                                   "put it right, accept it again with a new date, or remove it: "
                                   "plimsoll baseline prune"});
        }
    }
    out.rows.insert(out.rows.end(), expired.begin(), expired.end());
}

void sort_rows(Rows& rows) {
    const auto key = [](const GateRow& row) {
        const double size = std::isnan(row.effect.at) ? 0 : std::abs(std::log(row.effect.at));
        return std::tuple{
            -static_cast<int>(row.alarm), static_cast<int>(row.change), -size, row.id};
    };
    std::ranges::stable_sort(rows,
                             [&](const GateRow& a, const GateRow& b) { return key(a) < key(b); });
}

[[nodiscard]] std::string counted(std::size_t n, const char* one, const char* many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

void conclude(const GateOptions& options, GateResult& out) {
    std::size_t failing = 0;
    std::size_t missing = 0;
    std::size_t amber = 0;
    std::size_t few = 0;
    for (const GateRow& row : out.rows) {
        ++out.counts[std::string{to_text(row.change)}];
        const bool red = row.alarm == Alarm::red;
        missing += red && row.change == Change::missing ? 1 : 0;
        failing += (red && row.change != Change::missing) ||
                           (row.alarm == Alarm::amber && options.fail_on == FailOn::amber)
                       ? 1
                       : 0;
        amber += row.alarm == Alarm::amber ? 1 : 0;
        few += row.change == Change::too_few ? 1 : 0;
    }
    out.verdict = failing > 0   ? GateVerdict::failed
                  : missing > 0 ? GateVerdict::missing
                                : GateVerdict::passed;
    std::string says =
        failing > 0 ? counted(failing, "thing fails", "things fail")
        : missing > 0
            ? counted(missing, "piece of evidence is missing", "pieces of evidence are missing")
            : "nothing fails";
    if (failing > 0 && missing > 0) {
        says += fmt::format(", and {} missing", missing);
    }
    if (amber > 0 && options.fail_on != FailOn::amber) {
        says += fmt::format(", {} to look at", amber);
    }
    says += fmt::format("; {} judged", counted(out.series_judged, "series", "series"));
    out.says = few > 0 ? says + fmt::format(", {} with too few runs to tell", few) : says;
}

void head(const Present& present,
          const FoundBaseline& baseline,
          const GateOptions& options,
          GateResult& out) {
    out.tool_version = present.snapshot.tool_version;
    out.system =
        present.snapshot.system.empty() ? baseline.snapshot.system : present.snapshot.system;
    out.baseline = baseline.found ? baseline.name : "";
    out.after = present.snapshot.load_line;
    out.before = baseline.snapshot.load_line;
    out.has_before = baseline.found;
    out.rules = {.policy = std::string{to_text(options.policy)},
                 .fail_on = std::string{to_text(options.fail_on)},
                 .effect = options.effect,
                 .tail_effect = options.tail_effect,
                 .alpha = options.alpha,
                 .min_runs = options.min_runs,
                 .min_baseline_runs = options.min_baseline_runs,
                 .soft = options.soft};
    if (!baseline.found) {
        out.notes.push_back(baseline.name.empty()
                                ? "no baseline: nothing can have become worse, only budgets hold"
                                : "the baseline is missing, and that is allowed: nothing can have "
                                  "become worse");
    } else if (baseline.snapshot.rules_version != present.snapshot.rules_version) {
        out.notes.push_back(
            "the baseline was judged by other rules: what is new among findings may "
            "be the rule's doing, so it does not fail");
    }
}

// A pattern that matches nothing is most likely a slip of the pen.
void note_idle_patterns(const GateOptions& options, const Rows& rows, GateResult& out) {
    for (const std::vector<std::string>* patterns : {&options.only, &options.skip}) {
        for (const std::string& pattern : *patterns) {
            const GateOptions alone{.only = {pattern}};
            if (std::ranges::none_of(rows, [&](const GateRow& row) {
                    return !asked_for(row, alone) && picked(row, alone);
                })) {
                out.notes.push_back(fmt::format("\"{}\" of only or skip matches nothing", pattern));
            }
        }
    }
}

}  // namespace

GateResult gate(const Present& present, const FoundBaseline& baseline, const GateOptions& options) {
    require_baseline(baseline, options);
    GateResult out;
    head(present, baseline, options, out);
    evidence_rows(present, baseline, options, out);
    if (baseline.found) {
        refuse_other_system(present.snapshot, baseline);
    }
    if (baseline.found && options.policy != GatePolicy::budget) {
        series_rows(present, baseline.snapshot, options, out);
        limit_rows(present, baseline.snapshot, options, out);
    }
    if (options.policy == GatePolicy::all ||
        (baseline.found && options.policy == GatePolicy::fresh)) {
        finding_rows(present, baseline.snapshot, options, out);
    }
    budget_rows(present, options, out);
    if (present.migration != nullptr) {
        migration_rows(*present.migration, options, out);
    }
    note_idle_patterns(options, out.rows, out);
    std::erase_if(out.rows, [&](const GateRow& row) { return !picked(row, options); });
    accept(baseline.snapshot, present.settings, out);
    sort_rows(out.rows);
    conclude(options, out);
    return out;
}

Status status_of(const GateResult& result) {
    if (result.rules.soft || result.rules.fail_on == to_text(FailOn::none) ||
        result.verdict == GateVerdict::passed) {
        return Status::done;
    }
    return result.verdict == GateVerdict::failed ? Status::gate_failed : Status::untrusted;
}

std::string fix_for(const Audit& audit, const std::vector<std::string>& checks) {
    const Prescription* best = nullptr;
    const auto named = [&](const std::vector<std::string>& ids) {
        return std::ranges::any_of(ids, [&](const std::string& id) {
            return std::ranges::find(checks, id) != checks.end();
        });
    };
    for (const Prescription& one : audit.prescriptions) {
        if ((named(one.evidence) || named(one.clears)) &&
            (best == nullptr || one.order < best->order)) {
            best = &one;
        }
    }
    return best == nullptr ? std::string{} : best->title;
}

Origin place_of(const Audit& audit, std::string_view check) {
    for (const Finding& finding : audit.findings) {
        if (finding.check == check && !finding.seen_at.empty()) {
            return finding.seen_at.front();
        }
    }
    return {};
}

bool matches(std::string_view pattern, std::string_view text) noexcept {
    // The classic walk with one place to fall back to: linear in practice, never exponential.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string shown(double value, std::string_view unit) {
    if (!std::isfinite(value)) {
        return "not known";
    }
    if (unit != "ms" && unit != "us" && unit != "s") {
        return unit == "x" ? fmt::format("{:.2g}x", value)
                           : fmt::format("{:.4g}{}{}",
                                         value,
                                         unit.empty() || unit == "1" ? "" : " ",
                                         unit == "1" ? "" : unit);
    }
    const double seconds = value * (unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1);
    if (seconds >= 5400) {
        return fmt::format("{:.1f} h", seconds / 3600);
    }
    if (seconds >= 90) {
        return fmt::format("{:.1f} min", seconds / 60);
    }
    return seconds >= 1      ? fmt::format("{:.1f} s", seconds)
           : seconds >= 1e-3 ? fmt::format("{:.3g} ms", seconds * 1e3)
                             : fmt::format("{:.3g} us", seconds * 1e6);
}

std::string shown_change(double ratio) {
    return std::isfinite(ratio) ? fmt::format("{:+.0f} %", (ratio - 1) * 100) : "no bound";
}

}  // namespace plimsoll::app
