#include "app/explain.hpp"

#include "app/catalogue.hpp"
#include "app/config.hpp"
#include "app/explain_figure.hpp"
#include "app/questions.hpp"
#include "core/check.hpp"
#include "core/error.hpp"
#include "core/reader.hpp"
#include "verdict/criteria.hpp"
#include "verdict/sign_texts.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace plimsoll::app {
namespace {

[[nodiscard]] std::string threshold_lines(std::span<const Threshold> thresholds,
                                          const Settings& settings) {
    std::string out;
    for (const Threshold& threshold : thresholds) {
        const auto changed = settings.thresholds.find(std::string{threshold.id});
        out += fmt::format("  {} = {:g} {}\n    {}\n",
                           threshold.id,
                           settings.value_of(threshold),
                           threshold.unit,
                           changed == settings.thresholds.end()
                               ? std::string{threshold.reason}
                               : fmt::format("set at {}: {} (default {:g})",
                                             to_text(changed->second.origin),
                                             changed->second.reason,
                                             threshold.value));
    }
    return out;
}

[[nodiscard]] std::string check_page(const Check& check,
                                     const Audit* audit,
                                     const Settings& settings) {
    std::string out = fmt::format("{}\n  {}\n\nWhy\n  {}\n", check.id, check.asks, check.why);
    if (check.sign) {
        out += fmt::format("\nFeeds the sign {}{}.\n",
                           to_text(*check.sign),
                           check.decides ? ", and decides it" : "");
    }
    if (check.limit) {
        out += fmt::format("\nPlaces limits on the {} axis.\n", to_text(*check.limit));
    }
    if (check.criterion) {
        out += fmt::format("\nAnswers the criterion {}.\n", to_text(*check.criterion));
    }
    if (!check.thresholds.empty()) {
        out += "\nThresholds\n" + threshold_lines(check.thresholds, settings);
    }
    if (!check.missing.what.empty()) {
        out += fmt::format("\nWithout {}: not assessed. It would add {}.\n  {}\n",
                           check.missing.what,
                           check.missing.would_add,
                           check.missing.how);
    }
    if (audit != nullptr) {
        const auto found = std::ranges::find(audit->findings, check.id, &Finding::check);
        if (found != audit->findings.end()) {
            out += fmt::format("\nIn this audit: {}\n  {}\n", to_text(found->outcome), found->says);
            out += measure_lines(found->measures);
        }
    }
    return out;
}

[[nodiscard]] std::optional<std::string> from_checks(std::string_view id,
                                                     const Audit* audit,
                                                     const Settings& settings) {
    const std::span<const Check* const> checks = all_checks();
    const auto found = std::ranges::find(checks, id, [](const Check* check) { return check->id; });
    if (found == checks.end()) {
        return std::nullopt;
    }
    return check_page(**found, audit, settings);
}

[[nodiscard]] std::optional<std::string> from_signs(std::string_view id) {
    const std::optional<Sign> sign = from_text<Sign>(id);
    if (!sign) {
        return std::nullopt;
    }
    const verdict::SignText& text = verdict::text_of(*sign);
    std::string out = fmt::format("{}: {}\n\nWhy patching will not fix it\n  {}\n\nWhat the "
                                  "re-architecture looks like\n  {}\n\n"
                                  "What would prove this wrong\n  {}\n\nChecks\n",
                                  id,
                                  text.title,
                                  text.why_patching_fails,
                                  text.re_architecture,
                                  text.would_prove_wrong);
    for (const Check* check : all_checks()) {
        if (check->sign == sign) {
            out += fmt::format(
                "  {}{}: {}\n", check->id, check->decides ? " (decides)" : "", check->asks);
        }
    }
    return out;
}

[[nodiscard]] std::optional<std::string> from_questions(std::string_view id) {
    const auto found = std::ranges::find(questions, id, &Question::id);
    if (found == questions.end()) {
        return std::nullopt;
    }
    return fmt::format(
        "{}\n  {}\n\nAnswer it in plimsoll.toml:\n  [answers]\n  {} = {{answer = \"unknown\", on = "
        "2026-01-01, by = \"\", note = \"\"}}\n",
        id,
        found->asks,
        id);
}

[[nodiscard]] std::optional<std::string> from_thresholds(std::string_view id,
                                                         const Settings& settings) {
    std::string out;
    for (const Check* check : all_checks()) {
        for (const Threshold& threshold : check->thresholds) {
            if (id == "thresholds" || id == threshold.id) {
                out += threshold_lines(std::span{&threshold, 1}, settings);
            }
        }
    }
    for (const verdict::Points& points : verdict::points_table()) {
        for (const Threshold* threshold : {&points.best, &points.middle, &points.worst}) {
            if (id == "thresholds" || id == threshold->id) {
                out += threshold_lines(std::span{threshold, 1}, settings);
            }
        }
    }
    return out.empty() ? std::nullopt : std::optional{out};
}

[[nodiscard]] std::optional<std::string> from_audit(std::string_view id, const Audit& audit) {
    if (id == "load_line") {
        return load_line_page(audit);
    }
    const auto limit = std::ranges::find(audit.limits, id, &Limit::id);
    if (limit != audit.limits.end()) {
        return limit_page(*limit);
    }
    const auto rung = std::ranges::find(audit.prescriptions, id, &Prescription::id);
    if (rung != audit.prescriptions.end()) {
        return wire::dump(wire::to_json(*rung));
    }
    const auto exhibit = std::ranges::find(audit.exhibits, id, &Exhibit::id);
    if (exhibit != audit.exhibits.end()) {
        return fmt::format("{}: {}\n  {}\n  check: plimsoll explain {}\n",
                           id,
                           exhibit->title,
                           exhibit->caption,
                           exhibit->check);
    }
    return explain_figure(id, audit);
}

[[noreturn]] void not_known(std::string_view id, const Audit* audit) {
    std::vector<std::string_view> known{texts_of<Sign>.begin(), texts_of<Sign>.end()};
    for (const Check* check : all_checks()) {
        known.push_back(check->id);
    }
    for (const Question& question : questions) {
        known.push_back(question.id);
    }
    const std::string near = nearest(id, known);
    throw Error{
        {.status = Status::usage,
         .what = "nothing has this id",
         .where = std::string{id},
         .why = audit == nullptr
                    ? "it is no check, sign, question, threshold, rung or row of the catalogue"
                    : "nor is it in this audit",
         .remedy = near.empty() ? "plimsoll doctor lists the checks; figures need --audit FILE"
                                : fmt::format("did you mean {}?", near)}};
}

[[nodiscard]] std::string gap_lines(const Gap& gap) {
    return fmt::format("{}\n  missing    {}\n  would add  {}\n  how        {}\n",
                       gap.id,
                       gap.missing,
                       gap.would_add,
                       gap.how);
}

}  // namespace

std::string explain(std::string_view id, const Audit* audit, const Settings& settings) {
    for (std::optional<std::string> page :
         {from_checks(id, audit, settings),
          from_signs(id),
          from_questions(id),
          from_thresholds(id, settings),
          explain_row(id),
          explain_rung(id),
          audit == nullptr ? std::nullopt : from_audit(id, *audit)}) {
        if (page) {
            return *page;
        }
    }
    not_known(id, audit);
}

std::string doctor(const Audit* audit) {
    std::string out;
    if (audit != nullptr) {
        for (const Gap& gap : audit->gaps) {
            out += gap_lines(gap);
        }
        return out.empty() ? "Nothing is missing that a check asked for.\n" : out;
    }
    out += "What can be read\n";
    for (const Reader* reader : all_readers()) {
        out += fmt::format("  {:<20} {}\n", reader->id, reader->reads);
    }
    out += "\nWhat is asked of it, and how to supply it\n";
    for (const Check* check : all_checks()) {
        out += fmt::format("  {}: {}\n", check->id, check->asks);
        if (!check->missing.how.empty()) {
            out += fmt::format("      needs {}: {}\n", check->missing.what, check->missing.how);
        }
    }
    return out;
}

}  // namespace plimsoll::app
