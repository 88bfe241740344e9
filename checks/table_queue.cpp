// Which tables are used as queues?
//
// Law: FOR UPDATE SKIP LOCKED on a table, or updates and deletes that pass its live rows many times
// over while columns such as status and locked_at are there. Each job leaves dead rows behind, so
// the queue gets slower the more it works: it holds to some hundred jobs a second. Blind spots: a
// counter table looks alike without the columns.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold churn{
    .id = "table-queue.churn",
    .value = 10,
    .unit = "changes a live row",
    .reason =
        "a row of a queue is inserted, taken, finished and removed; of others, rarely touched"};
constexpr Threshold per_second{
    .id = "table-queue.rate",
    .value = 50,
    .unit = "changes/s",
    .reason = "below that, dead rows are vacuumed as fast as they come (catalogue 000-110)"};
constexpr std::array thresholds{churn, per_second};
constexpr std::array<std::string_view, 7> marks{
    "status", "state", "locked_at", "run_at", "locked_by", "attempts", "finished_at"};

[[nodiscard]] bool looks_like_jobs(const DbTable& table) {
    const auto marked = std::ranges::count_if(table.columns, [](const DbColumn& one) {
        return std::ranges::find(marks, one.name) != marks.end();
    });
    return marked >= 2 || table.name.find("job") != std::string::npos ||
           table.name.find("queue") != std::string::npos;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{.id = "table-queue",
                 .name = "tables used as queues",
                 .unit = "tables",
                 .caption = "Changes: updates and deletes.",
                 .columns = {{"table", "", false},
                             {"live rows", "", true},
                             {"changes a row", "", true},
                             {"changes a second", "", true},
                             {"dead rows", "", true},
                             {"why", "", false}},
                 .formula = "SKIP LOCKED in a statement, or (updated + deleted) / live > 10 with "
                            "columns of a queue"};
    bool busy = false;
    for (const Window& window : windows) {
        for (const auto& [key, table] : window.capture->tables) {
            const auto use = window.last->tables.find(key);
            if (use == window.last->tables.end()) {
                continue;
            }
            list.looked_at += 1;
            const bool skips = std::ranges::any_of(
                window.last->statements, [&name = table.name](const auto& entry) {
                    return entry.second.text.find("skip locked") != std::string::npos &&
                           entry.second.text.find(name) != std::string::npos;
                });
            const DbTableCounters& now = use->second;
            const auto changes = static_cast<double>(now.updated + now.deleted);
            const double a_row = changes / std::max(1.0, static_cast<double>(now.live));
            if (!skips && !(a_row >= settings.value_of(churn) && looks_like_jobs(table))) {
                continue;
            }
            const DbTableCounters* then = window.before(key);
            const double rate =
                then != nullptr && window.seconds > 0
                    ? (changes - static_cast<double>(then->updated + then->deleted)) /
                          window.seconds
                : window.counted_s > 0 ? changes / window.counted_s
                                       : 0;
            busy = busy || rate >= settings.value_of(per_second);
            list.rows.push_back({.cells = {text(short_name(key)),
                                           count(static_cast<double>(now.live)),
                                           figure(a_row, 1),
                                           figure(rate, 1),
                                           count(static_cast<double>(now.dead)),
                                           text(skips ? "SKIP LOCKED" : "changes and columns")}});
            finding.causes["table " + short_name(key)] = 0.1;
        }
    }
    if (list.looked_at == 0) {
        return not_known(
            "The capture holds no counters of tables.",
            {"table-queue", "counters of tables", "which serve as queues", "plimsoll collect"});
    }
    finding.outcome = list.rows.empty() ? Outcome::absent
                      : busy            ? Outcome::present
                                        : Outcome::latent;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "by its statements, or by its columns and how often rows change";
    finding.says = list.rows.empty()
                       ? fmt::format("None of {:.0f} tables serves as a queue.", list.looked_at)
                       : fmt::format("{} tables serve as queues, {}.",
                                     list.rows.size(),
                                     busy ? "and are busy" : "with little to do today");
    if (busy) {
        finding.remedies.push_back({.id = "table-queue.move",
                                    .rung = Rung::queue,
                                    .title = "Move the queue off the database",
                                    .action = "a broker for the jobs; keep an outbox table in the "
                                              "transaction if it must not lose one",
                                    .effort = "2 weeks",
                                    .reach = "workers and producers",
                                    .undo = "the table stays until the broker has proved itself",
                                    .verify = "changes a second of the table fall"});
    }
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check table_queue{
    .id = "table-queue",
    .asks = "Which tables are used as queues?",
    .why = "Each job leaves dead rows, so a queue in a table gets slower the more it works. Blind "
           "spot: a queue without such columns or SKIP LOCKED.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-110 001-23",
    .missing = {"statistics of a live PostgreSQL",
                "tables used as queues",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
