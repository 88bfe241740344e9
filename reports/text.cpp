// The Audit for a terminal: at most 45 lines, conclusion first, the same order as the page.
//
// Colour says nothing that a word or a sign does not say too; ASCII where the place is not UTF-8.
#include "core/report.hpp"
#include "shared/figures.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"
#include "terminal/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace plimsoll::reports {
namespace {

using terminal::Ink;
using terminal::Row;
using terminal::Sheet;

void header(Sheet& sheet, const Audit& audit) {
    Row row;
    row.add("plimsoll", Ink::bold);
    row.add(audit.tool_version.empty() ? "" : " " + sheet.safe(audit.tool_version, 20));
    if (!audit.system.empty()) {
        row.add("   ").add(sheet.safe(audit.system, 28));
    }
    if (audit.span.from && audit.span.to) {
        row.add("   ").add(to_date(*audit.span.from) + " to " + to_date(*audit.span.to));
    }
    sheet.put(row);
    sheet.blank();
}

[[nodiscard]] std::string interval(const LoadLine& line) {
    if (!std::isfinite(line.high)) {
        return std::isfinite(line.low) && line.low > 0
                   ? fmt::format("{} or more", shared::multiple(line.low, " "))
                   : "no interval";
    }
    return std::isfinite(line.low) && line.low > 0
               ? fmt::format(
                     "{} to {}", shared::multiple(line.low, " "), shared::multiple(line.high, " "))
               : fmt::format("{} or less", shared::multiple(line.high, " "));
}

void load_line(Sheet& sheet, const Audit& audit) {
    const LoadLine& line = audit.load_line;
    Row row;
    row.to(2);
    if (!shared::is_known(line)) {
        row.add("No load line:", Ink::bold).add(" no limit could be measured from what was given.");
        sheet.put(row);
        return;
    }
    if (std::isfinite(line.at)) {
        row.add("Load line " + shared::multiple(line.at, " ") + "x", Ink::bold);
        row.add(" today's peak (" + interval(line) + ").");
    } else {
        row.add("Load line " + interval(line), Ink::bold).add(" times today's peak.");
    }
    const auto first =
        std::find_if(audit.limits.begin(), audit.limits.end(), [&](const Limit& limit) {
            return limit.id == line.first_limit;
        });
    if (first != audit.limits.end() && sheet.width() >= 60) {
        row.add(" First limit: ").add(sheet.safe(first->name), Ink::red).add(".");
    }
    sheet.put(row);
}

void verdict(Sheet& sheet, const Audit& audit) {
    const auto in = [&](Outcome state) {
        return std::count_if(audit.signs.begin(), audit.signs.end(), [&](const SignVerdict& sign) {
            return sign.state == state;
        });
    };
    sheet.put(Row{}
                  .to(2)
                  .add(fmt::format("{} of {}", in(Outcome::present), audit.signs.size()), Ink::bold)
                  .add(fmt::format(" signs present, {} latent, {} not assessed. Verdict: ",
                                   in(Outcome::latent),
                                   in(Outcome::insufficient) + in(Outcome::failed)))
                  .add(shared::outcome_word(audit.verdict.outcome), Ink::bold)
                  .add("."));
    sheet.wrap(sheet.safe(audit.subline), 2, 2, Ink::dim);
}

// Where no sign could be assessed, what was read still has something to say: a plan, say, alone.
void found(Sheet& sheet, const Audit& audit) {
    const bool assessed = std::any_of(audit.signs.begin(), audit.signs.end(), [](const auto& sign) {
        return sign.state != Outcome::insufficient && sign.state != Outcome::failed;
    });
    std::vector<const Finding*> all;
    for (const Finding& finding : audit.findings) {
        if (!finding.seen_at.empty() && !finding.says.empty()) {
            all.push_back(&finding);
        }
    }
    if (assessed || all.empty()) {
        return;
    }
    constexpr std::size_t most = 3;  // two lines each: the whole stays within 45
    sheet.blank();
    sheet.put(Row{}.add("Found", Ink::bold).add("  no sign could be assessed from it"));
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
        sheet.wrap(sheet.safe(all[i]->says), 2, 2, Ink::plain);
    }
}

void next(Sheet& sheet, const Audit& audit) {
    if (!audit.redacted.empty()) {
        sheet.put(
            Row{}.add("Shared", Ink::yellow).to(9).add("names are keyed hashes: see the JSON"));
    }
    if (!audit.warnings.empty()) {
        sheet.put(Row{}
                      .add("Warning", Ink::yellow)
                      .to(9)
                      .add(sheet.safe(audit.warnings.front()))
                      .add(audit.warnings.size() == 1
                               ? std::string{}
                               : fmt::format(" (and {} more)", audit.warnings.size() - 1)));
    }
    sheet.put(Row{}
                  .add("Next", Ink::bold)
                  .to(9)
                  .add("plimsoll explain load_line --audit a.json", Ink::cyan)
                  .add(" (which --json a.json writes)"));
}

[[nodiscard]] std::string write(const Audit& audit, const Style& style) {
    Sheet sheet{style};
    header(sheet, audit);
    load_line(sheet, audit);
    verdict(sheet, audit);
    sheet.blank();
    terminal::limits(sheet, audit);
    sheet.blank();
    terminal::signs(sheet, audit);
    found(sheet, audit);
    sheet.blank();
    terminal::ladder(sheet, audit);
    sheet.blank();
    if (audit.since_last) {
        terminal::since_last(sheet, *audit.since_last);
        sheet.blank();
    }
    terminal::gaps(sheet, audit);
    sheet.blank();
    next(sheet, audit);
    return sheet.take();
}

}  // namespace

extern constinit const Report text{
    .id = "text",
    .writes = "the result in at most 45 lines, for a terminal",
    .write = write,
};

}  // namespace plimsoll::reports
