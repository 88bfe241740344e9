// Which tables have grown a column for everything?
//
// Law: structural, from the catalogue: at 60 columns a table serves several things at once, each
// write copies all of them, and every change of one meets the others. Blind spot: a table of
// measurements may be wide by nature.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold many{.id = "wide-tables.columns",
                         .value = 60,
                         .unit = "columns",
                         .reason = "twice what fits one screen; research: plans 4.2"};
constexpr std::array thresholds{many};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "wide-tables",
                 .name = "wide tables",
                 .unit = "tables",
                 .caption = "Columns, as the catalogue has them.",
                 .columns = {{"table", "", false},
                             {"columns", "", true},
                             {"of them may be null", "", true},
                             {"rows", "", true}},
                 .formula = "columns >= 60"};
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.capture->tables) {
            if (table.kind != "r" && table.kind != "p") {
                continue;
            }
            list.looked_at += 1;
            if (static_cast<double>(table.columns.size()) < settings.value_of(many)) {
                continue;
            }
            const auto optional = std::ranges::count_if(
                table.columns, [](const DbColumn& one) { return !one.not_null; });
            list.rows.push_back({.cells = {text(short_name(key)),
                                           count(static_cast<double>(table.columns.size())),
                                           count(static_cast<double>(optional)),
                                           count(std::max(0.0, table.rows))}});
            finding.causes["table " + short_name(key)] = 0.1;
        }
    }
    if (list.looked_at == 0) {
        return not_known("The capture holds no table.",
                         {"wide-tables",
                          "tables",
                          "which are wide",
                          "plimsoll collect of the database with the tables"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[1].value > b.cells[1].value; });
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::high;
    finding.confidence_why = "the catalogue is complete";
    finding.says = fmt::format("{} of {:.0f} tables have {:.0f} columns or more.",
                               list.rows.size(),
                               list.looked_at,
                               settings.value_of(many));
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check wide_tables{
    .id = "wide-tables",
    .asks = "Which tables have grown a column for everything?",
    .why = "A table that serves everything couples everything that uses it. Blind spot: "
           "measurements may be wide by nature.",
    .sign = Sign::entangled,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-70",
    .missing = {"statistics of a live PostgreSQL",
                "wide tables",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
