// Which tables carry rows that are dead, or statistics that are stale?
//
// Law: dead rows are read and cached like live ones until VACUUM takes them; above a fifth
// autovacuum (which starts at a fifth by default) does not keep up. Statistics older than half the
// rows' changes make the planner plan for another table. Blind spots: both are the server's own
// estimates; space inside pages needs pgstattuple.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold dead_share{
    .id = "table-bloat.dead",
    .value = 0.2,
    .unit = "share",
    .reason = "autovacuum_vacuum_scale_factor: from there it should have run"};
constexpr Threshold least_dead{.id = "table-bloat.least-dead",
                               .value = 10'000,
                               .unit = "rows",
                               .reason = "fewer dead rows are some hundred pages"};
constexpr Threshold changed_share{.id = "table-bloat.changed",
                                  .value = 0.5,
                                  .unit = "share",
                                  .reason = "five times autovacuum_analyze_scale_factor"};
constexpr std::array thresholds{dead_share, least_dead, changed_share};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "table-bloat",
                 .name = "tables with dead rows or stale statistics",
                 .unit = "tables",
                 .caption = "Dead rows cost reads and memory; stale statistics cost plans.",
                 .columns = {{"table", "", false},
                             {"live rows", "", true},
                             {"dead rows", "", true},
                             {"changed since ANALYZE", "", true},
                             {"last vacuum", "", false}},
                 .formula = "dead / (live + dead) > 0.2, or changed / live > 0.5"};
    double dead_all = 0;
    double all = 0;
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.last->tables) {
            const auto live = static_cast<double>(table.live);
            const auto dead = static_cast<double>(table.dead);
            const auto changed = static_cast<double>(table.modified_since_analyze);
            list.looked_at += 1;
            dead_all += dead;
            all += live + dead;
            const bool bloated = dead >= settings.value_of(least_dead) &&
                                 dead > settings.value_of(dead_share) * (live + dead);
            const bool stale = changed >= settings.value_of(least_dead) &&
                               changed > settings.value_of(changed_share) * live;
            if (!bloated && !stale) {
                continue;
            }
            list.rows.push_back(
                {.cells = {text(short_name(key)),
                           count(live),
                           count(dead),
                           count(changed),
                           text(table.last_vacuum ? to_text(*table.last_vacuum) : "never")}});
            if (bloated) {
                finding.remedies.push_back(
                    {.id = "table-bloat.autovacuum." + short_name(key),
                     .rung = Rung::configure,
                     .title = "Let autovacuum run more often on " + short_name(key),
                     .action = fmt::format(
                         "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.02);", key),
                     .effort = "minutes",
                     .reach = "background I/O",
                     .undo =
                         fmt::format("ALTER TABLE {} RESET (autovacuum_vacuum_scale_factor);", key),
                     .verify = "n_dead_tup stays below 2 % of n_live_tup"});
            }
        }
        const DbTotals& totals = window.last->totals;
        if (totals.oldest_snapshot_age > 10'000'000) {
            finding.gaps.push_back({"table-bloat.horizon",
                                    "what holds back VACUUM",
                                    "why dead rows stay",
                                    "SELECT pid, backend_xmin, state, xact_start FROM "
                                    "pg_stat_activity ORDER BY age(backend_xmin) DESC;"});
        }
    }
    if (all <= 0) {
        return not_known(
            "The server has counted no row yet.",
            {"table-bloat", "row counters", "dead rows", "collect after a day of use"});
    }
    std::ranges::stable_sort(
        list.rows, [](const Row& a, const Row& b) { return a.cells[2].value > b.cells[2].value; });
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "the server's own estimates of live and dead rows";
    finding.says = fmt::format("{} of {:.0f} tables carry more dead or changed rows than their "
                               "upkeep allows; {:.0f} % of all rows are dead.",
                               list.rows.size(),
                               list.looked_at,
                               100 * dead_all / all);
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check table_bloat{
    .id = "table-bloat",
    .asks = "Which tables carry dead rows or stale statistics?",
    .why = "Dead rows are read and cached like live ones; stale statistics give plans for another "
           "table. Blind spot: space lost inside pages.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "002-13",
    .missing = {"statistics of a live PostgreSQL",
                "dead rows and stale statistics",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
