// The rows of a migration: the load line after it, each statement that gets slower or breaks, and
// what is missing to say so.
#include "app/gate_migration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace plimsoll::app {
namespace {

constexpr std::size_t most_statements = 20;
constexpr std::size_t most_text = 100;  // of a statement, in a row

[[nodiscard]] std::string line_words(const LoadLine& line) {
    if (line.measured == 0) {
        return "not known";
    }
    return !std::isfinite(line.at)
               ? fmt::format("at most {:.2g}x", line.high)
               : fmt::format("{} ({:.2g} to {:.2g})", shown(line.at, "x"), line.low, line.high);
}

[[nodiscard]] std::string times(const Estimate& factor) {
    return fmt::format("{:.3g} times ({:.3g} to {:.3g})", factor.at, factor.low, factor.high);
}

// Known by its text, whatever its figures: an acceptance holds from one run to the next.
[[nodiscard]] std::string id_of(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return fmt::format("migration/statement/{:016x}", hash);
}

[[nodiscard]] GateRow statement_row(const planner::Moved& moved,
                                    const MigrationOutlook& outlook,
                                    double floor) {
    GateRow row{.id = id_of(moved.asked.text), .kind = "migration"};
    row.name = moved.asked.text.substr(0, most_text);
    row.place = outlook.place;
    if (!moved.broken.empty()) {
        row.change = Change::fresh;
        row.alarm = Alarm::red;
        row.says =
            fmt::format("{:.1f} % of the time of statements, and it can be planned no more: {}",
                        100 * moved.asked.share,
                        moved.broken);
        row.fix = "deploy code that no longer asks it before the migration";
        return row;
    }
    row.effect = moved.factor;
    row.unit = "ms";
    row.baseline = moved.asked.ms;
    if (moved.asked.ms) {
        row.measured = *moved.asked.ms * moved.factor.at;
    }
    const bool slower = moved.factor.low > 1 + floor;
    const bool faster = moved.factor.high < 1 / (1 + floor);
    row.change = slower ? Change::worse : faster ? Change::better : Change::small;
    row.alarm = slower ? Alarm::amber : Alarm::none;
    row.says = fmt::format("{:.1f} % of the time of statements; takes {} as long",
                           100 * moved.asked.share,
                           times(moved.factor));
    if (moved.before != moved.after) {
        row.says += fmt::format("; plan {}, was {}",
                                moved.after.substr(0, most_text),
                                moved.before.substr(0, most_text));
    }
    return row;
}

[[nodiscard]] GateRow line_row(const MigrationOutlook& outlook, const GateOptions& options) {
    const planner::MigrationEffect& effect = outlook.effect;
    GateRow row{.id = "migration/load-line",
                .kind = "migration",
                .name = "load line after the migration",
                .unit = "x"};
    row.place = outlook.place;
    row.explain = "plimsoll inspect CAPTURE --pg-bindir auto --change " + outlook.place.source;
    row.measured = std::isfinite(outlook.after.at) ? std::optional{outlook.after.at} : std::nullopt;
    row.baseline =
        std::isfinite(outlook.before.at) ? std::optional{outlook.before.at} : std::nullopt;
    row.samples = effect.statements;
    const double floor = options.effect;
    const bool placed = outlook.change.has_point();
    // Where no limit is measured, more work for the database is all that can be seen.
    const Estimate change = placed ? outlook.change
                                   : Estimate{.at = 1 / effect.work.at,
                                              .low = 1 / effect.work.high,
                                              .high = 1 / effect.work.low};
    row.effect = change;
    const bool lower = change.high < 1 / (1 + floor);
    const bool higher = change.low > 1 + floor;
    const bool maybe = change.at < 1 / (1 + floor) || effect.work.low > 1 + floor;
    row.change = lower    ? Change::worse
                 : higher ? Change::better
                 : maybe  ? Change::small
                          : Change::unchanged;
    row.alarm = lower ? Alarm::red : maybe ? Alarm::amber : Alarm::none;
    const std::string from = line_words(outlook.before);
    const std::string to = line_words(outlook.after);
    row.says = !placed ? "the load line is not known, with the migration or without"
               : from == to
                   ? "the load line stays at " + to
                   : fmt::format("the migration moves the load line from {} to {}", from, to);
    row.says += fmt::format(
        "; the database works {} as much; {} of {} statements plan otherwise, {:.0f} % of the time "
        "is known",
        times(effect.work),
        effect.moved.size(),
        effect.statements,
        100 * effect.known_share);
    if (from != to && !outlook.after.first_limit.empty()) {
        row.says += "; first limit then: " + outlook.after.first_limit;
    }
    const double height = std::isfinite(outlook.after.at) ? outlook.after.at : outlook.after.high;
    if (options.min_load_line && placed && height < *options.min_load_line) {
        row.change = Change::over_budget;
        row.alarm = Alarm::red;
        row.says += fmt::format("; asked is {:.3g}x or more", *options.min_load_line);
    }
    return row;
}

}  // namespace

void migration_rows(const MigrationOutlook& outlook, const GateOptions& options, GateResult& out) {
    for (const std::string& note : outlook.effect.notes) {
        out.notes.push_back(note);
    }
    if (!outlook.missing.empty()) {
        out.rows.push_back({.id = "evidence/migration",
                            .kind = "evidence",
                            .name = "evidence: what the migration does",
                            .change = Change::missing,
                            .alarm = Alarm::red,
                            .says = outlook.missing,
                            .place = outlook.place,
                            .fix = outlook.remedy});
        return;
    }
    out.rows.push_back(line_row(outlook, options));
    if (out.rows.back().alarm == Alarm::none) {
        out.notes.push_back(out.rows.back().says);  // an answer that was asked for, good or bad
    }
    std::size_t rows = 0;
    for (const planner::Moved& moved : outlook.effect.moved) {
        if (!moved.broken.empty() || rows < most_statements) {
            out.rows.push_back(statement_row(moved, outlook, options.effect));
            rows += moved.broken.empty() ? 1 : 0;
        }
    }
    if (!out.has_before &&
        outlook.change.has_point()) {  // without a baseline, today is the earlier
        out.before = outlook.before;
        out.after = outlook.after;
        out.line_change = outlook.change;
        out.has_before = true;
    }
}

}  // namespace plimsoll::app
