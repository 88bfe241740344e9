// How fast do tables grow, and which statements get slower with them?
//
// Law: between two captures days apart, exponent = log(mean time later / earlier) / log(rows later
// / earlier), for each statement and the tables that its text names; above a half, its time depends
// on the data. Weeks to the next doubling = log 2 / growth rate. Means are those of each capture's
// own window. Blind spots: load, not size, may have slowed it; a growth below a fifth says nothing,
// for a mean wavers by as much.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold least_growth{.id = "observed-growth.growth",
                                 .value = 1.2,
                                 .unit = "times",
                                 .reason = "below it a wavering mean looks like growth"};
constexpr Threshold depends{
    .id = "observed-growth.exponent",
    .value = 0.5,
    .unit = "1",
    .reason = "catalogue 000-14: above it a statement depends on the data's volume"};
constexpr Threshold least_calls{.id = "observed-growth.calls",
                                .value = 30,
                                .unit = "calls",
                                .reason = "the mean of fewer wavers by a fifth and more"};
constexpr std::array thresholds{least_growth, depends, least_calls};

// Whether a text names a table as a word: "orders" is not in "orders_archive".
[[nodiscard]] bool names(std::string_view statement, std::string_view table) {
    const auto part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
    };
    for (std::size_t at = statement.find(table); at != std::string_view::npos && !table.empty();
         at = statement.find(table, at + 1)) {
        const std::size_t end = at + table.size();
        if ((at == 0 || !part(statement[at - 1])) &&
            (end == statement.size() || !part(statement[end]))) {
            return true;
        }
    }
    return false;
}

// Mean time of a statement inside a capture's own window; nothing when it was called too rarely.
[[nodiscard]] std::optional<double> mean_us(const DatabaseCapture& capture,
                                            const std::string& id,
                                            double least) {
    if (!capture.has_rates()) {
        return std::nullopt;
    }
    const auto now = capture.snapshots.back().statements.find(id);
    const auto then = capture.snapshots.front().statements.find(id);
    if (now == capture.snapshots.back().statements.end()) {
        return std::nullopt;
    }
    const DbStatement before =
        then == capture.snapshots.front().statements.end() ? DbStatement{} : then->second;
    const auto calls = static_cast<double>(now->second.calls - before.calls);
    return calls >= least
               ? std::optional{static_cast<double>(now->second.total_us - before.total_us) / calls}
               : std::nullopt;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "observed-growth",
        .name = "statements that slow down as their table grows",
        .unit = "statements",
        .caption =
            "Exponent: 1 is in proportion to the rows, 0 not at all. Doubling: of the table.",
        .columns = {{"table", "", false},
                    {"statement", "", false},
                    {"rows", "times", true},
                    {"time", "times", true},
                    {"exponent", "", true},
                    {"table doubles in", "weeks", true}},
        .formula = "log(time later / earlier) / log(rows later / earlier)"};
    double grown = 0;
    bool series = false;
    for (const Window& window : windows) {
        const std::vector<const DatabaseCapture*> all =
            evidence.database.series(window.capture->identity);
        if (all.size() < 2 || all.front()->snapshots.empty()) {
            continue;
        }
        series = true;
        const DatabaseCapture& early = *all.front();
        const double weeks =
            static_cast<double>((window.capture->started - early.started).count()) / 6.048e11;
        for (const auto& [key, now] : window.last->tables) {
            const auto then = early.snapshots.back().tables.find(key);
            if (then == early.snapshots.back().tables.end() || then->second.live < 1000) {
                continue;
            }
            const double times =
                static_cast<double>(now.live) / static_cast<double>(then->second.live);
            if (times < settings.value_of(least_growth) || weeks <= 0) {
                continue;
            }
            grown += 1;
            const double doubling = weeks * std::log(2) / std::log(times);
            finding.measures.push_back({.id = "doubling." + short_name(key),
                                        .name = short_name(key) + " doubles in",
                                        .value = Estimate::exactly(doubling),
                                        .unit = "weeks",
                                        .formula = "weeks x log 2 / log(rows later / earlier)",
                                        .origins = {early.origin, window.capture->origin}});
            const auto table = window.capture->tables.find(key);
            for (const auto& [id, one] : window.last->statements) {
                if (table == window.capture->tables.end() || !names(one.text, table->second.name)) {
                    continue;
                }
                const std::optional<double> before =
                    mean_us(early, id, settings.value_of(least_calls));
                const std::optional<double> after =
                    mean_us(*window.capture, id, settings.value_of(least_calls));
                if (!before || !after || *before <= 0 || *after <= 0) {
                    continue;
                }
                list.looked_at += 1;
                const double exponent = std::log(*after / *before) / std::log(times);
                if (exponent > settings.value_of(depends)) {
                    list.rows.push_back({.cells = {text(short_name(key)),
                                                   text(one.text),
                                                   figure(times, 2),
                                                   figure(*after / *before, 2),
                                                   figure(exponent, 2),
                                                   figure(doubling, 1)}});
                }
            }
        }
    }
    if (!series) {
        return not_known("There is one capture of each database.",
                         {"observed-growth",
                          "a second capture, days or weeks later",
                          "how fast tables grow, and what gets slower with them",
                          "plimsoll collect again next week, and audit both files"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[4].value > b.cells[4].value; });
    finding.outcome = !list.rows.empty()                 ? Outcome::present
                      : list.looked_at > 0 || grown == 0 ? Outcome::absent
                                                         : Outcome::insufficient;
    finding.confidence =
        finding.outcome == Outcome::insufficient ? Confidence::none : Confidence::low;
    finding.confidence_why = "two points; load and size changed together";
    finding.says = fmt::format("{:.0f} tables grew by a fifth or more between the captures; {} "
                               "statements slowed down with them.",
                               grown,
                               list.rows.size());
    if (finding.outcome == Outcome::insufficient) {
        finding.gaps.push_back({"observed-growth.statements",
                                "statements with thirty calls in the window of both captures",
                                "which get slower with their table",
                                "plimsoll collect --interval 600 at the same hour"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check observed_growth{
    .id = "observed-growth",
    .asks = "How fast do tables grow, and which statements get slower with them?",
    .why = "Growth that was seen needs no model. Blind spot: load may have slowed a statement, not "
           "size.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-14",
    .missing = {"statistics of a live PostgreSQL",
                "growth that was seen",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
