// Do replicas keep up, and does a slot hold back the log?
//
// Law: reads may go to a replica only as far as it is behind; a slot that nobody reads keeps the
// write-ahead log until the disk is full. Lag is taken as time where the server knows it (10 and
// later, only while there is traffic), else as bytes. Blind spots: two snapshots show two instants;
// an idle replica has no lag in time.
#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

using namespace database;

constexpr Threshold lag_s{
    .id = "live-replication.lag",
    .value = 10,
    .unit = "s",
    .reason = "longer than a user waits before he looks again for what he saved"};
constexpr Threshold held{.id = "live-replication.held",
                         .value = 10e9,
                         .unit = "bytes",
                         .reason = "ten times the default max_wal_size: no burst explains it"};
constexpr std::array thresholds{lag_s, held};

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const std::vector<Window> windows = windows_of(evidence);
    Listing list{
        .id = "live-replication",
        .name = "replicas behind, and slots that hold the log",
        .unit = "replicas and slots",
        .caption = "At the second snapshot.",
        .columns = {{"name", "", false},
                    {"what", "", false},
                    {"behind", "s", true},
                    {"bytes", "", true}},
        .formula =
            "replay_lag > 10 s, or restart_lsn more than 10 GB back, or a slot that is lost"};
    for (const Window& window : windows) {
        for (const DbReplica& one : window.last->replicas) {
            list.looked_at += 1;
            const double behind = static_cast<double>(one.lag_us.value_or(0)) / 1e6;
            if (behind >= settings.value_of(lag_s) ||
                static_cast<double>(one.lag_bytes) >= settings.value_of(held)) {
                list.rows.push_back(
                    {.cells = {text(one.name),
                               text("replica, " + one.state),
                               figure(behind, 1),
                               {.text = bytes_text(static_cast<double>(one.lag_bytes)),
                                .value = static_cast<double>(one.lag_bytes)}}});
            }
        }
        for (const DbSlot& one : window.last->slots) {
            list.looked_at += 1;
            const auto bytes = static_cast<double>(one.held_bytes);
            if (bytes >= settings.value_of(held) || one.wal_status == "lost" ||
                one.wal_status == "unreserved") {
                list.rows.push_back(
                    {.cells = {
                         text(one.name),
                         text(std::string{one.active ? "slot in use " : "slot that nobody reads "} +
                              one.wal_status),
                         text(""),
                         {.text = bytes_text(bytes), .value = bytes}}});
                finding.remedies.push_back(
                    {.id = "live-replication.slot." + one.name,
                     .rung = Rung::configure,
                     .title = "Read or drop the slot " + one.name,
                     .action =
                         fmt::format("SELECT pg_drop_replication_slot('{}'); when its reader is "
                                     "gone for good; max_slot_wal_keep_size bounds the rest",
                                     one.name),
                     .effort = "minutes",
                     .reach = "whoever reads it must be set up again",
                     .undo = "nothing undoes it",
                     .verify = "restart_lsn moves"});
            }
        }
        if (window.capture->standby && window.last->totals.standby_lag_us) {
            list.looked_at += 1;
            const double behind = static_cast<double>(*window.last->totals.standby_lag_us) / 1e6;
            if (behind >= settings.value_of(lag_s)) {
                list.rows.push_back({.cells = {text(window.capture->database),
                                               text("this standby"),
                                               figure(behind, 1),
                                               text("")}});
            }
        }
    }
    if (list.looked_at == 0) {
        return not_known("There is no replica and no slot.",
                         {"live-replication",
                          "a replica, or a capture of the server that has them",
                          "whether reads may go to a replica",
                          "plimsoll collect of the primary"});
    }
    finding.outcome = list.rows.empty() ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::low;
    finding.confidence_why = "one instant; lag is worst under load";
    finding.says = fmt::format(
        "{} of {:.0f} replicas and slots are behind.", list.rows.size(), list.looked_at);
    show(finding, std::move(list), windows);
    return finding;
}

}  // namespace

extern constinit const Check live_replication{
    .id = "live-replication",
    .asks = "Do replicas keep up, and does a slot hold back the log?",
    .why = "A slot that nobody reads fills the disk; a replica that lags serves old data. Blind "
           "spot: one instant.",
    .sign = Sign::database_bound,
    .needs = {Kind::database},
    .thresholds = thresholds,
    .claims = "000-104 001-80 003-06",
    .missing = {"statistics of a live PostgreSQL",
                "lag of replicas",
                "plimsoll collect postgresql://USER@HOST/DB -o FILE, and audit the file"},
    .run = run};

}  // namespace plimsoll::checks
