// Which tables belong to nobody, because several write them or joins cross their owners?
//
// Law: data that several modules write is an interface that no linter and no review sees (catalogue
// 000-73, 000-78). Counted from the log: tables that two or more applications write, the share of
// statement time on tables that two or more use, and, where [tables] says who owns what, the share
// of time in statements that join tables of different owners. Blind spots: a monolith with one
// application name hides its modules (then only [tables] helps); a table that was not touched in
// the log's hours.
#include "checks/workload/ownership.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr Threshold shared_share{
    .id = "shared-tables.share",
    .value = 0.2,
    .unit = "share of tables",
    .reason = "catalogue 000-73: over a fifth of all tables is a habit and no exception"};
constexpr Threshold crossing_time{
    .id = "shared-tables.crossing",
    .value = 0.05,
    .unit = "share of time",
    .reason = "catalogue 001-41: joins across owners under a twentieth of the time"};
constexpr Threshold least_tables{.id = "shared-tables.least",
                                 .value = 5,
                                 .unit = "tables",
                                 .reason = "with fewer one shared table is already a fifth"};
constexpr std::array thresholds{shared_share, crossing_time, least_tables};

struct TableUse {
    std::set<std::string> readers;
    std::set<std::string> writers;
    double time_us = 0;
    Origin origin;
};

struct Use {
    std::map<std::string, TableUse> tables;
    std::set<std::string> applications;
    double total_us = 0;
    double crossing_us = 0;  // statements over tables of two owners or more
    bool owners_told = false;
};

[[nodiscard]] Use use_of(const Workload& workload, const Settings& settings) {
    Use use;
    for (const auto& [id, statement] : workload.statements) {
        const auto time = static_cast<double>(statement.total.time_us);
        std::set<std::string> owners;
        for (const std::string& name : statement.tables) {
            TableUse& table = use.tables[name];
            const bool written = statement.written.contains(name);
            for (const auto& [application, tally] : statement.applications) {
                (written ? table.writers : table.readers).insert(application);
                use.applications.insert(application);
            }
            table.time_us += time / static_cast<double>(statement.tables.size());
            keep_first(table.origin, statement.first_seen);
            const auto told = settings.tables.find(name);
            if (told != settings.tables.end() && !told->second.module.empty()) {
                owners.insert(told->second.module);
                use.owners_told = true;
            }
        }
        use.total_us += statement.tables.empty() ? 0 : time;
        use.crossing_us += owners.size() >= 2 ? time : 0;
    }
    return use;
}

[[nodiscard]] Exhibit table_of(const Use& use) {
    constexpr std::size_t most = 12;
    Exhibit out{.id = {}, .key = "shared-tables", .form = Form::table};
    out.title = "Tables that several write";
    out.caption = "By application name; the others may read them.";
    out.columns = {{"table", "", false}, {"written by", "", false}, {"share of time", "%", true}};
    for (const auto& [name, table] : use.tables) {
        if (table.writers.size() < 2) {
            continue;
        }
        if (out.rows.size() == most) {
            out.left_out = "more";
            break;
        }
        const double share = 100 * table.time_us / std::max(1.0, use.total_us);
        Row row;
        row.cells = {{name, std::nullopt},
                     {fmt::format("{}", fmt::join(table.writers, ", ")), std::nullopt},
                     {fmt::format("{:.1f}", share), share}};
        row.note = to_text(table.origin);
        out.rows.push_back(std::move(row));
    }
    return out;
}

[[nodiscard]] Measure measure(
    std::string id, std::string name, double value, std::string unit, const Use& use) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = Estimate::exactly(value),
            .unit = std::move(unit),
            .samples = static_cast<double>(use.tables.size()),
            .formula = {},
            .origins = {}};
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Use use = use_of(evidence.workload, settings);
    Finding finding;
    const bool one_name = use.applications.size() < 2;
    if (static_cast<double>(use.tables.size()) < settings.value_of(least_tables) ||
        (one_name && !use.owners_told)) {
        finding.says =
            one_name
                ? "Not assessed: one application name is in the log, and [tables] names no owners."
                : fmt::format("Not assessed: only {} tables are in the log.", use.tables.size());
        finding.gaps.push_back(
            {.id = "shared-tables",
             .missing = "application names in the log, or the owners of tables",
             .would_add = "which tables belong to nobody",
             .how =
                 "set application_name in each service's connection, and %a in log_line_prefix; or "
                 "[tables] orders = \"billing\" in plimsoll.toml"});
        return finding;
    }
    double written = 0;
    double shared_us = 0;
    for (const auto& [name, table] : use.tables) {
        std::set<std::string> all = table.readers;
        all.insert(table.writers.begin(), table.writers.end());
        written += table.writers.size() >= 2 ? 1 : 0;
        shared_us += all.size() >= 2 ? table.time_us : 0;
        if (table.writers.size() >= 2) {
            finding.seen_at.push_back(table.origin);
        }
    }
    const double share = written / static_cast<double>(use.tables.size());
    const double crossing = use.crossing_us / std::max(1.0, use.total_us);
    const bool trouble = share > settings.value_of(shared_share) ||
                         (use.owners_told && crossing > settings.value_of(crossing_time));
    finding.outcome = trouble ? Outcome::present : Outcome::absent;
    finding.confidence = Confidence::medium;
    finding.confidence_why =
        fmt::format("{} tables, {} application names", use.tables.size(), use.applications.size());
    finding.says = fmt::format(
        "{:.0f} of {} tables are written by two applications or more; {:.0f} % of the time is on "
        "tables that two use{}.",
        written,
        use.tables.size(),
        100 * shared_us / std::max(1.0, use.total_us),
        use.owners_told ? fmt::format("; {:.0f} % in joins across owners", 100 * crossing)
                        : std::string{});
    finding.measures = {
        measure("written-by-two", "tables that two applications write", written, "tables", use),
        measure("crossing",
                "time in statements over tables of two owners",
                crossing,
                "share of time",
                use)};
    if (written > 0) {
        finding.exhibits.push_back(table_of(use));
    }
    if (!one_name) {
        finding.exhibits.push_back(ownership_matrix(evidence.workload, settings));
    }
    return finding;
}

}  // namespace

extern constinit const Check shared_tables{
    .id = "shared-tables",
    .asks = "Which tables belong to nobody?",
    .why = "A table that two write is an interface that no review sees: what the one changes, the "
           "other finds out. Blind "
           "spot: a monolith with one application name.",
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "000-73 000-78 000-80 000-82 000-83 001-41",
    .missing = {.what = "a statement log with application names",
                .would_add = "which tables belong to nobody",
                .how = "log_line_prefix with %a, application_name in each service"},
    .run = run,
};

}  // namespace plimsoll::checks
