#include "app/gate_migration.hpp"

#include "core/error.hpp"
#include "verdict/ladder.hpp"
#include "verdict/load_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
#include <optional>
#include <string_view>

namespace plimsoll::app {
namespace {

constexpr double least_known = 0.8;        // the audit's own bound for plans that cover a workload
constexpr std::size_t least_samples = 30;  // of sessions: fewer give the share within 20 % at best

// The share of a transaction's time in which the database works.
[[nodiscard]] Estimate active_share(const DatabaseCapture& capture) {
    double active = 0;
    double held = 0;
    for (const DbSessions& one : capture.sessions) {
        active += static_cast<double>(one.active);
        held += static_cast<double>(one.active + one.idle_in_transaction);
    }
    if (capture.sessions.size() < least_samples || held <= 0) {
        return {.at = 1, .low = 0, .high = 1};
    }
    return {.at = active / held, .low = active / held / 2, .high = 1};
}

// 1 / (1 - a + a F) at its extremes.
[[nodiscard]] Estimate hold_factor(const Estimate& work, const Estimate& active) {
    const auto held = [](double a, double f) { return 1 - a + a * f; };
    const std::array ends{held(active.low, work.low),
                          held(active.low, work.high),
                          held(active.high, work.low),
                          held(active.high, work.high)};
    return {.at = 1 / held(active.at, work.at),
            .low = 1 / std::ranges::max(ends),
            .high = 1 / std::ranges::min(ends)};
}

// A line's point, or the bound that is all there is of it.
[[nodiscard]] double height(const LoadLine& line) {
    return line.measured == 0       ? std::numeric_limits<double>::quiet_NaN()
           : std::isfinite(line.at) ? line.at
                                    : line.high;
}

[[nodiscard]] Estimate change_of_line(const std::vector<Limit>& limits,
                                      const Estimate& work,
                                      const Estimate& active) {
    const double before = height(verdict::load_line(limits));
    if (!std::isfinite(before) || before <= 0) {
        return {};
    }
    // One end of the factors at a time, the limits as they are: their own uncertainty cancels.
    const auto at = [&](double f, double a) {
        const std::vector<Limit> moved =
            moved_limits(limits, Estimate::exactly(f), Estimate::exactly(a));
        return height(verdict::load_line(moved)) / before;
    };
    const std::array ends{at(work.low, active.low),
                          at(work.low, active.high),
                          at(work.high, active.low),
                          at(work.high, active.high)};
    return {.at = at(work.at, active.at),
            .low = std::ranges::min(ends),
            .high = std::ranges::max(ends)};
}

struct Chosen {
    const DatabaseCapture* capture = nullptr;
    std::string missing;
    std::string remedy;
};

[[nodiscard]] Chosen capture_for(const Evidence& evidence) {
    Chosen out;
    std::string names;
    for (const DatabaseCapture* one : evidence.database.latest()) {
        if (one->tables.empty() || planner::statements_of(*one, 1).empty()) {
            continue;
        }
        out.capture = one;
        names += (names.empty() ? "" : ", ") + one->database;
    }
    if (out.capture == nullptr) {
        out.missing = "no capture of a database with its tables and pg_stat_statements is among "
                      "the evidence";
        out.remedy = "plimsoll collect postgresql://USER@HOST/DB -o FILE, and give FILE as well";
    } else if (names.find(", ") != std::string::npos) {
        out.missing = "the evidence has captures of several databases: " + names;
        out.remedy = "give the capture of the one that the migration is for";
    }
    return out;
}

// The files as one text, and where a line of it lies.
struct Joined {
    std::string sql;
    std::optional<Origin> no_text;  // where a byte 0 is: no SQL has one, and it would end there
    std::vector<std::pair<std::size_t, std::string>> begins;  // line, file
    std::vector<std::string> notes;
    [[nodiscard]] Origin place(std::size_t line) const {
        Origin out;
        for (const auto& [first, name] : begins) {
            if (first <= line) {
                out = {.source = name, .line = line - first + 1};
            }
        }
        return out;
    }
};

[[nodiscard]] Joined joined(const std::vector<MigrationFile>& files) {
    Joined out;
    std::size_t line = 1;
    for (const MigrationFile& file : files) {
        out.begins.emplace_back(line, file.name);
        std::string_view text = file.text;
        if (const std::size_t zero = text.find('\0');
            zero != std::string_view::npos && !out.no_text) {
            out.no_text = {.source = file.name,
                           .line = 1 + static_cast<std::uint64_t>(
                                           std::ranges::count(text.substr(0, zero), '\n'))};
        }
        text.remove_prefix(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);  // editors of Windows
        const planner::UpPart up = planner::up_part(text);
        if (up.mark > 0) {
            out.notes.push_back(
                fmt::format("{}: the way back, from line {} on, is left out", file.name, up.mark));
        }
        // A file may end without its semicolon.
        out.sql += up.sql + "\n;\n";
        line += static_cast<std::size_t>(std::ranges::count(up.sql, '\n')) + 2;
    }
    return out;
}

[[nodiscard]] std::map<std::string, planner::Growth> growth(const DatabaseCapture& capture,
                                                            const Settings& settings) {
    std::map<std::string, TableGrowth> told;
    for (const auto& [table, note] : settings.tables) {
        if (note.growth != TableGrowth::unknown) {
            told[table] = note.growth;
        }
    }
    return planner::growth_of(capture, told);
}

[[nodiscard]] MigrationOutlook without(std::string missing, std::string remedy) {
    return {.missing = std::move(missing), .remedy = std::move(remedy)};
}

}  // namespace

std::vector<Limit> moved_limits(std::vector<Limit> limits,
                                const Estimate& work,
                                const Estimate& active) {
    const Estimate cpu{.at = 1 / work.at, .low = 1 / work.high, .high = 1 / work.low};
    const Estimate held = hold_factor(work, active);
    Remedy migration;
    migration.effects = {{.limit = "database-cpu", .factor = cpu},
                         {.limit = "connection-pool.*", .factor = held},
                         {.limit = "max-connections", .factor = held},
                         {.limit = "server-connections.*", .factor = held}};
    if (work.high > 1) {
        migration.effects.push_back(
            {.limit = "worker-threads.*", .factor = {.at = 1, .low = 1 / work.high, .high = 1}});
    }
    return verdict::apply(migration, std::move(limits));
}

MigrationOutlook outlook_of(const MigrationRequest& request,
                            const Audit& audit,
                            const Evidence& evidence,
                            const Settings& settings) {
    const Chosen chosen = capture_for(evidence);
    if (!chosen.missing.empty()) {
        return without(chosen.missing, chosen.remedy);
    }
    std::string programs;
    try {
        programs = planner::find_programs(request.programs, request.search_path);
    } catch (const Error& error) {
        if (request.programs != "auto") {
            throw;  // a folder that was named and is none
        }
        return without(error.parts().what + ": " + error.parts().why, error.parts().remedy);
    }
    const Joined migration = joined(request.files);
    if (migration.no_text) {
        MigrationOutlook out =
            without("the migration is no text: it has a byte 0", "save it as UTF-8");
        out.place = *migration.no_text;
        return out;
    }
    if (request.progress) {
        request.progress("planning every statement before and after the migration");
    }
    MigrationOutlook out;
    const planner::ScratchCluster cluster{programs};
    try {
        out.effect = planner::effect_of_migration(
            cluster, *chosen.capture, growth(*chosen.capture, settings), migration.sql);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {  // it may end sessions, and ours are among them
        out = without("the scratch server did not bear the migration: " + std::string{error.what()},
                      "leave out what is no change of the schema");
        out.place = migration.place(1);
        return out;
    }
    out.place = migration.place(1);
    out.effect.notes.insert(
        out.effect.notes.begin(), migration.notes.begin(), migration.notes.end());
    if (out.effect.refused) {
        out.place = migration.place(out.effect.refused->line);
        out.missing = "PostgreSQL refuses the migration: " + out.effect.refused->why;
        out.remedy = "put it right; or collect again, if the capture is older than the schema";
        return out;
    }
    if (out.effect.known_share < least_known) {
        out.missing =
            fmt::format("only {:.0f} % of the time of statements can be planned after it, "
                        "and {:.0f} % are needed",
                        100 * out.effect.known_share,
                        100 * least_known);
        out.remedy = out.effect.notes.empty()
                         ? "plimsoll inspect CAPTURE --pg-bindir auto says what is refused, and why"
                         : out.effect.notes.back();
        return out;
    }
    const Estimate active = active_share(*chosen.capture);
    out.before = verdict::load_line(audit.limits);
    out.after = verdict::load_line(moved_limits(audit.limits, out.effect.work, active));
    out.change = change_of_line(audit.limits, out.effect.work, active);
    return out;
}

}  // namespace plimsoll::app
