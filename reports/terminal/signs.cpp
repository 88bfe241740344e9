// Signs, ladder and gaps: one line each.
#include "shared/figures.hpp"
#include "shared/words.hpp"
#include "terminal/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::terminal {
namespace {

constexpr std::size_t most_steps = 6;
constexpr std::size_t most_gaps = 4;

[[nodiscard]] std::string_view symbol(const Sheet& sheet, Outcome state) {
    switch (state) {
        case Outcome::present:
            return sheet.sign("▲", "!");
        case Outcome::latent:
            return sheet.sign("◆", "~");
        case Outcome::absent:
            return sheet.sign("●", ".");
        default:
            return "?";
    }
}

[[nodiscard]] Ink ink_of(Outcome state) {
    switch (state) {
        case Outcome::present:
            return Ink::red;
        case Outcome::latent:
            return Ink::yellow;
        case Outcome::absent:
            return Ink::green;
        default:
            return Ink::dim;
    }
}

// Where the columns of the signs begin, from the right; 0 when there is no room for one.
struct SignColumns {
    std::size_t score;
    std::size_t confidence;
    std::size_t evidence;
};

[[nodiscard]] SignColumns columns_of(std::size_t width) {
    if (width < 60) {
        return {width - 6, 0, 0};
    }
    return width < 80 ? SignColumns{width - 19, width - 11, 0}
                      : SignColumns{width - 29, width - 21, width - 9};
}

void sign_heading(Sheet& sheet, const SignColumns& at) {
    Row row;
    row.add("Signs", Ink::bold);
    if (at.evidence > 0) {
        row.to(7).add(fmt::format("{} present {} latent {} not seen ? not assessed",
                                  symbol(sheet, Outcome::present),
                                  symbol(sheet, Outcome::latent),
                                  symbol(sheet, Outcome::absent)),
                      Ink::dim);
    }
    row.ending(at.score + 5, "score", Ink::dim);
    if (at.confidence > 0) {
        row.to(at.confidence).add("confidence", Ink::dim);
    }
    if (at.evidence > 0) {
        row.to(at.evidence).add("evidence", Ink::dim);
    }
    sheet.put(row);
}

[[nodiscard]] std::string joined(const std::vector<std::string>& ids) {
    std::string all;
    for (const std::string& id : ids) {
        all += (all.empty() ? "" : " ") + id;
    }
    return all;
}

[[nodiscard]] std::string times(double multiple) {
    return shared::multiple(multiple, " ") + "x";
}

// "4.1x -> 5.9x", or what else the step does.
[[nodiscard]] std::string does(const Sheet& sheet, const Audit& audit, const Prescription& step) {
    const std::string at_most{step.effect && shared::is_bound(*step.effect) ? sheet.sign("≤", "<=")
                                                                            : ""};
    if (step.effect && step.effect->from != step.effect->to) {
        return at_most + times(step.effect->from) + " -> " + at_most + times(step.effect->to);
    }
    for (std::size_t i = 0; i < audit.signs.size() && !step.clears.empty(); ++i) {
        if (to_text(audit.signs[i].id) == step.clears.front()) {
            return fmt::format("clears sign {}", i + 1);
        }
    }
    return step.effect ? "stays " + at_most + times(step.effect->to) : "-";
}

}  // namespace

void signs(Sheet& sheet, const Audit& audit) {
    const SignColumns at = columns_of(sheet.width());
    sign_heading(sheet, at);
    if (audit.signs.empty()) {
        sheet.put(Row{}.to(2).add("none was assessed", Ink::dim));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(audit.signs.size(), 5); ++i) {
        const SignVerdict& sign = audit.signs[i];
        const Ink ink = ink_of(sign.state);
        const std::string_view title = sign.title.empty() ? to_text(sign.id) : sign.title;
        Row row;
        row.to(2).add(symbol(sheet, sign.state), ink).add(fmt::format(" {} ", i + 1), ink);
        row.add(sheet.safe(title, at.score - 7), ink);
        row.ending(at.score + 5, sign.score ? std::to_string(*sign.score) : "-", ink);
        if (at.confidence > 0) {
            row.to(at.confidence).add(shared::confidence_word(sign.confidence), ink);
        }
        if (at.evidence > 0) {
            row.to(at.evidence).add(sheet.safe(joined(sign.exhibits), 9), ink);
        }
        sheet.put(row);
    }
}

void ladder(Sheet& sheet, const Audit& audit) {
    const bool with_effort = sheet.width() >= 60;
    const std::size_t effort = sheet.width() - (with_effort ? 11 : 0);
    const std::size_t line_ends = with_effort ? effort - 2 : sheet.width();
    sheet.put(Row{}
                  .add("Do this, least disruptive first", Ink::bold)
                  .ending(line_ends, "load line", Ink::dim)
                  .to(effort)
                  .add(with_effort ? "effort" : "", Ink::dim));
    if (audit.prescriptions.empty()) {
        sheet.put(Row{}.to(2).add("nothing that was measured calls for a step", Ink::dim));
    }
    const std::size_t shown = std::min(audit.prescriptions.size(), most_steps);
    for (std::size_t i = 0; i < shown; ++i) {
        const Prescription& step = audit.prescriptions[i];
        const std::string number = fmt::format("{:>3} ", i + 1);
        Row row;
        row.add(number).add(sheet.safe(step.title, line_ends - 19));
        row.ending(line_ends, does(sheet, audit, step));
        if (with_effort) {
            row.to(effort).add(sheet.safe(step.effort, 11));
        }
        sheet.put(row);
    }
    if (shown < audit.prescriptions.size()) {
        sheet.put(Row{}.to(4).add(fmt::format("and {} more in the HTML and JSON reports",
                                              audit.prescriptions.size() - shown),
                                  Ink::dim));
    }
}

void gaps(Sheet& sheet, const Audit& audit) {
    sheet.put(Row{}
                  .add("Gaps", Ink::bold)
                  .add(fmt::format("  {} of {} kinds of evidence given",
                                   audit.kinds_supplied.size(),
                                   audit.kinds_known.size())));
    const std::size_t shown = std::min(audit.gaps.size(), most_gaps);
    for (std::size_t i = 0; i < shown; ++i) {
        const Gap& gap = audit.gaps[i];
        const std::string doctor = "plimsoll doctor " + sheet.safe(gap.id);
        const bool fits = sheet.width() >= 60 && doctor.size() <= 34;
        const std::size_t room = sheet.width() - 4 - (fits ? doctor.size() + 2 : 0);
        Row row;
        row.to(2).add(sheet.safe(gap.missing + ": " + gap.would_add, room));
        if (fits) {
            row.ending(sheet.width(), doctor, Ink::cyan);
        }
        sheet.put(row);
    }
    if (shown < audit.gaps.size()) {
        sheet.put(Row{}.to(2).add(
            fmt::format("and {} more: plimsoll doctor", audit.gaps.size() - shown), Ink::dim));
    }
}

}  // namespace plimsoll::reports::terminal
