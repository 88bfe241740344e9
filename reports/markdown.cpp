// The Audit for a pull request or a wiki: what a page of Markdown can carry, conclusion first.
//
// The first line is a marker by which a bot finds its own comment again. Everything that Markdown,
// HTML or GitHub would interpret in a string of the Audit is taken out of their reach: signs by a
// backslash,
// '<' and '&' as entities, and mentions, references and links by breaking them apart.
#include "core/report.hpp"
#include "shared/figures.hpp"
#include "shared/limits.hpp"
#include "shared/safe_text.hpp"
#include "shared/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports {
namespace {

constexpr std::size_t longest = 400;
constexpr std::size_t most_rows = 20;

[[nodiscard]] std::string plain(std::string_view text) {
    const std::string_view start = shared::whole_prefix(text, longest);
    const std::string ending = start.size() < text.size() ? "…" : "";
    std::string out;
    for (const char letter : shared::safe_text(start) + ending) {
        if (letter == '<') {
            out += "&lt;";
        } else if (letter == '>') {
            out += "&gt;";
        } else if (letter == '&') {
            out += "&amp;";
        } else if (letter == '@' || letter == '#') {
            out += letter == '@' ? "@<!-- -->" : "\\#<!-- -->";
        } else if (letter == ':') {
            out += "&#58;";  // "https:" would become a link
        } else if (std::string_view{"\\`*_{}[]()+-.!|~$^="}.find(letter) !=
                   std::string_view::npos) {
            out += '\\';
            out += letter;
        } else {
            out += letter;
        }
    }
    return out;
}

[[nodiscard]] std::string code(std::string_view text) {
    return text.empty() ? std::string{} : "<code>" + plain(text) + "</code>";
}

[[nodiscard]] std::string times(double multiple) {
    return std::isfinite(multiple) ? shared::multiple(multiple) + "×"
                                   : std::string{shared::not_known};
}

[[nodiscard]] std::string interval(double low, double high) {
    const bool from = std::isfinite(low) && low > 0;
    if (std::isfinite(high)) {
        return from ? times(low) + " to " + times(high) : times(high) + " or less";
    }
    return from ? times(low) + " or more" : "no interval";
}

[[nodiscard]] std::string more(std::size_t shown, std::size_t all) {
    return shown < all ? fmt::format("\n{} of {} are shown; all are in the JSON.\n", shown, all)
                       : "";
}

void conclusion(std::string& out, const Audit& audit) {
    out += "<!-- plimsoll -->\n";
    out += "## " +
           (audit.headline.empty() ? "No load line can be drawn from the inputs given"
                                   : plain(audit.headline)) +
           "\n\n";
    if (!audit.subline.empty()) {
        out += plain(audit.subline) + "\n\n";
    }
    const LoadLine& line = audit.load_line;
    const auto present =
        std::count_if(audit.signs.begin(), audit.signs.end(), [](const auto& sign) {
            return sign.state == Outcome::present;
        });
    out += "| Load line | Signs present | Verdict | Kinds of evidence |\n|---|---|---|---|\n";
    out += fmt::format(
        "| **{}**, {}; {} of {} limits measured | **{}** of {} | **{}** | {} of {} |\n\n",
        std::isfinite(line.at) ? times(line.at) : "not known",
        interval(line.low, line.high),
        line.measured,
        line.known,
        present,
        audit.signs.size(),
        shared::outcome_word(audit.verdict.outcome),
        audit.kinds_supplied.size(),
        audit.kinds_known.size());
    out += fmt::format("{}\n\n", shared::outcome_sentence(audit.verdict.outcome));
}

void ladder(std::string& out, const Audit& audit) {
    if (audit.prescriptions.empty()) {
        return;
    }
    out += "### What to do, least disruptive first\n\n| | Step | Load line | Effort "
           "|\n|---|---|---|---|\n";
    const std::size_t shown = std::min(audit.prescriptions.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
        const Prescription& step = audit.prescriptions[i];
        std::string effect = "unchanged";
        if (step.effect && step.effect->from != step.effect->to) {
            const std::string_view at_most = shared::is_bound(*step.effect) ? "at most " : "";
            effect = fmt::format("{}{} → {}{} ({})",
                                 at_most,
                                 times(step.effect->from),
                                 at_most,
                                 times(step.effect->to),
                                 interval(step.effect->low, step.effect->high));
        }
        out += fmt::format("| {} | **{}**<br>{} | {} | {} |\n",
                           i + 1,
                           plain(step.title),
                           code(step.action),
                           effect,
                           plain(step.effort));
    }
    out += more(shown, audit.prescriptions.size()) + "\n";
}

void signs(std::string& out, const Audit& audit) {
    if (audit.signs.empty()) {
        return;
    }
    out += "### Five signs\n\n| Sign | State | Score | Confidence | |\n|---|---|---|---|---|\n";
    for (const SignVerdict& sign : audit.signs) {
        out += fmt::format("| {} | **{}** | {} | {} | {} |\n",
                           sign.title.empty() ? std::string{to_text(sign.id)} : plain(sign.title),
                           shared::state_word(sign.state),
                           sign.score ? fmt::format("{} of 100", *sign.score) : "none",
                           shared::confidence_word(sign.confidence),
                           plain(sign.says));
    }
    out += "\n";
}

void limits(std::string& out, const Audit& audit) {
    std::vector<std::size_t> order;
    for (const Axis axis : {Axis::load, Axis::data, Axis::team}) {
        const std::vector<std::size_t> part = shared::limits_in_order(audit, axis);
        order.insert(order.end(), part.begin(), part.end());
    }
    if (order.empty()) {
        return;
    }
    out += "### Limits\n\n| Limit | Multiple of today’s | At | Interval | Basis "
           "|\n|---|---|---|---|---|\n";
    const std::size_t shown = std::min(order.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
        const Limit& limit = audit.limits[order[i]];
        const bool missing = limit.status == LimitStatus::missing;
        const bool above = limit.status == LimitStatus::above_range;
        out += fmt::format("| {} | {} | {} | {} | {} |\n",
                           plain(limit.name),
                           shared::axis_word(limit.axis),
                           missing ? "not measured"
                           : above ? "above the range"
                                   : times(limit.at),
                           missing ? "" : interval(limit.low, limit.high),
                           missing && !limit.missing_input.empty()
                               ? "needs " + plain(limit.missing_input)
                               : plain(limit.basis));
    }
    out += more(shown, order.size()) + "\n";
}

void gaps(std::string& out, const Audit& audit) {
    if (audit.gaps.empty()) {
        return;
    }
    out += "### Gaps\n\n| Missing | Would add | How |\n|---|---|---|\n";
    const std::size_t shown = std::min(audit.gaps.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
        const Gap& gap = audit.gaps[i];
        out += fmt::format(
            "| {} | {} | {} |\n", plain(gap.missing), plain(gap.would_add), code(gap.how));
    }
    out += more(shown, audit.gaps.size()) + "\n";
}

[[nodiscard]] std::string value(const Estimate& value) {
    if (!value.has_point()) {
        return value.known() ? interval(value.low, value.high) : std::string{shared::not_known};
    }
    const std::string point = shared::number(value.at);
    return value.low == value.at && value.high == value.at
               ? point
               : fmt::format("{} ({} to {})",
                             point,
                             shared::number(value.low),
                             std::isfinite(value.high) ? shared::number(value.high) : "no bound");
}

void since_last(std::string& out, const Audit& audit) {
    if (!audit.since_last) {
        return;
    }
    const SinceLast& since = *audit.since_last;
    out += "### Since last time\n\n";
    for (std::size_t i = 0; i < std::min(since.notes.size(), most_rows); ++i) {
        out += "- " + plain(since.notes[i]) + "\n";
    }
    out += "\n| Figure | Then | Now | Change | Is it real? |\n|---|---|---|---|---|\n";
    const std::size_t shown = std::min(since.moved.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
        const Moved& moved = since.moved[i];
        const bool word = !moved.then_word.empty();
        out += fmt::format("| {} | {} | {} {} | **{}** | {} |\n",
                           plain(moved.name),
                           word ? plain(moved.then_word) : value(moved.then),
                           word ? plain(moved.now_word) : value(moved.now),
                           plain(moved.unit),
                           shared::move_word(moved.move),
                           plain(moved.why));
    }
    out += more(shown, since.moved.size());
    for (std::size_t i = 0; i < std::min(since.foretold.size(), most_rows); ++i) {
        out += fmt::format(
            "- {}: {}\n", plain(since.foretold[i].title), plain(since.foretold[i].says));
    }
    out += "\n";
}

[[nodiscard]] std::string write(const Audit& audit, const Style&) {
    std::string out;
    conclusion(out, audit);
    ladder(out, audit);
    signs(out, audit);
    limits(out, audit);
    since_last(out, audit);
    gaps(out, audit);
    if (!audit.redacted.empty()) {
        out += plain(audit.redacted) + "\n\n";
    }
    for (std::size_t i = 0; i < std::min(audit.warnings.size(), most_rows); ++i) {
        out += "> Warning: " + plain(audit.warnings[i]) + "\n>\n";
    }
    out += fmt::format("\nplimsoll {}, rules {}\n",
                       audit.tool_version.empty() ? "" : plain(audit.tool_version),
                       plain(shared::shown(audit.rules_version, shared::As::hash)));
    return out;
}

}  // namespace

extern constinit const Report markdown{
    .id = "markdown",
    .writes = "the result for a pull request or a wiki",
    .write = write,
};

}  // namespace plimsoll::reports
