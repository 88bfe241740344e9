// A history and a fleet for a terminal.
#include "fleet/figures.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"
#include "terminal/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace plimsoll {
namespace {

using reports::fleet::line_in_words;
using reports::fleet::need_word;
using reports::shared::move_word;
using reports::shared::outcome_word;
using reports::terminal::Ink;
using Printed = reports::terminal::Row;
using reports::terminal::Sheet;

constexpr std::size_t strip_cells = 20;
constexpr std::size_t most_systems = 40;

[[nodiscard]] std::size_t cell(double multiple) {
    return static_cast<std::size_t>(
        std::lround(reports::shared::on_axis(multiple) * static_cast<double>(strip_cells - 1)));
}

// From the interval's low to its high, a dot at the best estimate; 1x at the left, 1000x at the
// right.
void strip(Printed& row, const Sheet& sheet, const Estimate& line) {
    if (!line.known()) {
        row.add(std::string(strip_cells, ' '));
        return;
    }
    std::string out;
    for (std::size_t i = 0; i < strip_cells; ++i) {
        if (line.has_point() && i == cell(line.at)) {
            out += sheet.sign("●", "o");
        } else if (i >= cell(line.low) && i <= cell(line.high)) {
            out += sheet.sign("━", "=");
        } else {
            out += sheet.sign("·", ".");
        }
    }
    row.add(out, Ink::cyan);
}

void audits(Sheet& sheet, const SystemHistory& history) {
    std::map<std::string, const PastAudit*> again;
    for (const PastAudit& one : history.rescored) {
        again[one.rescored_from] = &one;  // the newest rules come last
    }
    sheet.put(Printed{}
                  .to(2)
                  .add("date", Ink::dim)
                  .to(14)
                  .add("1x    10x   100x 1000x", Ink::dim)
                  .to(37)
                  .add("load line", Ink::dim)
                  .to(59)
                  .add("verdict", Ink::dim));
    for (const PastAudit& audit : history.audits) {
        Printed row;
        row.to(2).add(to_date(audit.taken_at)).to(14);
        strip(row, sheet, audit.line);
        row.to(37).add(line_in_words(audit.line, "x")).to(59);
        row.add(outcome_word(audit.outcome));
        sheet.put(row);
        if (const auto found = again.find(audit.id); found != again.end()) {
            Printed other;
            other.to(4).add("new rules", Ink::dim).to(14);
            strip(other, sheet, found->second->line);
            other.to(37).add(line_in_words(found->second->line, "x"), Ink::dim).to(59);
            other.add(outcome_word(found->second->outcome), Ink::dim);
            sheet.put(other);
        }
    }
}

}  // namespace

std::string history_text(const SystemHistory& history, const Style& style) {
    Sheet sheet{style};
    sheet.put(Printed{}
                  .add("plimsoll", Ink::bold)
                  .add("   " + sheet.safe(history.system, 40))
                  .add(fmt::format("   {} audits", history.audits.size())));
    sheet.blank();
    if (history.audits.empty()) {
        sheet.put(Printed{}.to(2).add("none is kept: plimsoll audit PATH... --store STORE"));
        return sheet.take();
    }
    audits(sheet, history);
    for (const PastPrediction& one : history.predictions) {
        if (one.says.empty()) {
            continue;
        }
        sheet.blank();
        sheet.put(Printed{}
                      .add("Foretold", Ink::bold)
                      .to(10)
                      .add(to_date(one.taken_at))
                      .add("  " + sheet.safe(one.title, 50)));
        sheet.put(Printed{}
                      .to(10)
                      .add(line_in_words(one.foretold, "x"))
                      .add(", came: ")
                      .add(line_in_words(one.came, "x")));
        sheet.put(Printed{}.to(10).add(sheet.safe(one.says), Ink::dim));
    }
    return sheet.take();
}

std::string fleet_text(const Fleet& fleet, const Style& style) {
    Sheet sheet{style};
    sheet.put(
        Printed{}
            .add("plimsoll", Ink::bold)
            .add(fmt::format("   {} systems, those that need a person first", fleet.rows.size())));
    sheet.blank();
    const std::size_t shown = std::min(fleet.rows.size(), most_systems);
    for (std::size_t i = 0; i < shown; ++i) {
        const FleetRow& one = fleet.rows[i];
        const bool urgent = one.need <= Need::rebuild;
        Printed row;
        row.add(need_word(one.need),
                urgent                   ? Ink::red
                : one.need < Need::holds ? Ink::yellow
                                         : Ink::green);
        row.to(13).add(sheet.safe(one.now.system, 22));
        row.to(36).add(line_in_words(one.now.line, "x"));
        row.to(57).add(to_date(one.now.taken_at));
        row.to(68).add(std::string{move_word(one.move)}, Ink::dim);
        sheet.put(row);
    }
    if (shown < fleet.rows.size()) {
        sheet.put(Printed{}.add(
            fmt::format("and {} more: --format html or json", fleet.rows.size() - shown),
            Ink::dim));
    }
    return sheet.take();
}

}  // namespace plimsoll
