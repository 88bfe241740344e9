// Counters of a live PostgreSQL at one instant. Times are whole microseconds, sizes bytes. The
// names of the fields are the columns that the queries of readers/live give; what a version does
// not have stays 0 or nothing.
#pragma once

#include "core/instant.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll {

struct DbTableCounters {
    std::int64_t seq_scan = 0;
    std::int64_t seq_tup_read = 0;
    std::int64_t idx_scan = 0;
    std::int64_t idx_tup_fetch = 0;
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t deleted = 0;
    std::int64_t hot_updated = 0;
    std::int64_t live = 0;
    std::int64_t dead = 0;
    std::int64_t modified_since_analyze = 0;
    std::optional<Instant> last_vacuum;  // by hand or by itself, whichever came last
    std::optional<Instant> last_analyze;
    std::int64_t blocks_read = 0;  // heap, TOAST and indexes
    std::int64_t blocks_hit = 0;
    std::int64_t bytes = 0;  // the heap
    std::int64_t index_bytes = 0;
    std::int64_t frozen_age = 0;
    friend auto operator<=>(const DbTableCounters&, const DbTableCounters&) = default;
    static constexpr void fields(auto&& field) {
        field("seq_scan", &DbTableCounters::seq_scan);
        field("seq_tup_read", &DbTableCounters::seq_tup_read);
        field("idx_scan", &DbTableCounters::idx_scan);
        field("idx_tup_fetch", &DbTableCounters::idx_tup_fetch);
        field("inserted", &DbTableCounters::inserted);
        field("updated", &DbTableCounters::updated);
        field("deleted", &DbTableCounters::deleted);
        field("hot_updated", &DbTableCounters::hot_updated);
        field("live", &DbTableCounters::live);
        field("dead", &DbTableCounters::dead);
        field("modified_since_analyze", &DbTableCounters::modified_since_analyze);
        field("last_vacuum", &DbTableCounters::last_vacuum);
        field("last_analyze", &DbTableCounters::last_analyze);
        field("blocks_read", &DbTableCounters::blocks_read);
        field("blocks_hit", &DbTableCounters::blocks_hit);
        field("bytes", &DbTableCounters::bytes);
        field("index_bytes", &DbTableCounters::index_bytes);
        field("frozen_age", &DbTableCounters::frozen_age);
    }
};

struct DbIndexCounters {
    std::int64_t scans = 0;
    std::int64_t rows_read = 0;
    std::int64_t bytes = 0;
    friend auto operator<=>(const DbIndexCounters&, const DbIndexCounters&) = default;
    static constexpr void fields(auto&& field) {
        field("scans", &DbIndexCounters::scans);
        field("rows_read", &DbIndexCounters::rows_read);
        field("bytes", &DbIndexCounters::bytes);
    }
};

// A row of pg_stat_statements; the text without literals.
struct DbStatement {
    std::string text;
    std::int64_t calls = 0;
    std::int64_t total_us = 0;
    std::int64_t longest_us = 0;
    std::int64_t deviation_us = 0;  // standard deviation
    std::int64_t planning_us = 0;
    std::int64_t rows = 0;
    std::int64_t blocks_hit = 0;
    std::int64_t blocks_read = 0;
    std::int64_t blocks_dirtied = 0;
    std::int64_t temp_blocks_read = 0;
    std::int64_t temp_blocks_written = 0;
    std::int64_t read_us = 0;  // with track_io_timing
    std::int64_t wal_bytes = 0;
    friend auto operator<=>(const DbStatement&, const DbStatement&) = default;
    static constexpr void fields(auto&& field) {
        field("text", &DbStatement::text);
        field("calls", &DbStatement::calls);
        field("total_us", &DbStatement::total_us);
        field("longest_us", &DbStatement::longest_us);
        field("deviation_us", &DbStatement::deviation_us);
        field("planning_us", &DbStatement::planning_us);
        field("rows", &DbStatement::rows);
        field("blocks_hit", &DbStatement::blocks_hit);
        field("blocks_read", &DbStatement::blocks_read);
        field("blocks_dirtied", &DbStatement::blocks_dirtied);
        field("temp_blocks_read", &DbStatement::temp_blocks_read);
        field("temp_blocks_written", &DbStatement::temp_blocks_written);
        field("read_us", &DbStatement::read_us);
        field("wal_bytes", &DbStatement::wal_bytes);
    }
};

// The database as a whole, and the cluster around it.
struct DbTotals {
    std::int64_t commits = 0;
    std::int64_t rollbacks = 0;
    std::int64_t blocks_read = 0;
    std::int64_t blocks_hit = 0;
    std::int64_t temp_files = 0;
    std::int64_t temp_bytes = 0;
    std::int64_t deadlocks = 0;
    std::int64_t read_us = 0;    // with track_io_timing
    std::int64_t active_us = 0;  // inside statements, all sessions; 14 and later
    std::int64_t idle_in_transaction_us = 0;
    std::int64_t bytes = 0;
    std::optional<Instant> reset;  // since when the counters count
    std::int64_t frozen_age = 0;   // transactions; the oldest database of the cluster
    std::int64_t multixact_age = 0;
    std::int64_t next_xid = 0;                   // grows by one with each transaction that writes
    std::int64_t wal_bytes = 0;                  // position in the write-ahead log; 0 on a standby
    std::optional<std::int64_t> standby_lag_us;  // on a standby that is behind
    std::int64_t oldest_snapshot_age =
        0;  // transactions held back by the oldest session, slot or prepared one
    std::optional<std::int64_t> statements_dropped;  // by pg_stat_statements, for lack of room
    std::int64_t checkpoints_timed = 0;
    std::int64_t checkpoints_forced = 0;
    friend auto operator<=>(const DbTotals&, const DbTotals&) = default;
    static constexpr void fields(auto&& field) {
        field("commits", &DbTotals::commits);
        field("rollbacks", &DbTotals::rollbacks);
        field("blocks_read", &DbTotals::blocks_read);
        field("blocks_hit", &DbTotals::blocks_hit);
        field("temp_files", &DbTotals::temp_files);
        field("temp_bytes", &DbTotals::temp_bytes);
        field("deadlocks", &DbTotals::deadlocks);
        field("read_us", &DbTotals::read_us);
        field("active_us", &DbTotals::active_us);
        field("idle_in_transaction_us", &DbTotals::idle_in_transaction_us);
        field("bytes", &DbTotals::bytes);
        field("reset", &DbTotals::reset);
        field("frozen_age", &DbTotals::frozen_age);
        field("multixact_age", &DbTotals::multixact_age);
        field("next_xid", &DbTotals::next_xid);
        field("wal_bytes", &DbTotals::wal_bytes);
        field("standby_lag_us", &DbTotals::standby_lag_us);
        field("oldest_snapshot_age", &DbTotals::oldest_snapshot_age);
        field("statements_dropped", &DbTotals::statements_dropped);
        field("checkpoints_timed", &DbTotals::checkpoints_timed);
        field("checkpoints_forced", &DbTotals::checkpoints_forced);
    }
};

struct DbReplica {
    std::string name;
    std::string state;
    std::int64_t lag_bytes = 0;
    std::optional<std::int64_t> lag_us;  // nothing while it is idle
    friend auto operator<=>(const DbReplica&, const DbReplica&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbReplica::name);
        field("state", &DbReplica::state);
        field("lag_bytes", &DbReplica::lag_bytes);
        field("lag_us", &DbReplica::lag_us);
    }
};

struct DbSlot {
    std::string name;
    bool active = false;
    std::int64_t held_bytes = 0;  // write-ahead log that cannot be removed because of it
    std::string wal_status;       // 13 and later
    friend auto operator<=>(const DbSlot&, const DbSlot&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbSlot::name);
        field("active", &DbSlot::active);
        field("held_bytes", &DbSlot::held_bytes);
        field("wal_status", &DbSlot::wal_status);
    }
};

// The client sessions at one instant; ours left out.
struct DbSessions {
    Instant at;
    std::int64_t sessions = 0;
    std::int64_t active = 0;
    std::int64_t idle_in_transaction = 0;
    std::int64_t waiting_lock = 0;
    std::int64_t waiting_io = 0;
    std::int64_t hidden = 0;  // whose state the role may not see
    std::int64_t oldest_transaction_us = 0;
    std::int64_t oldest_idle_in_transaction_us = 0;
    std::int64_t longest_lock_wait_us = 0;  // since the statement began, before 14
    friend auto operator<=>(const DbSessions&, const DbSessions&) = default;
    static constexpr void fields(auto&& field) {
        field("at", &DbSessions::at);
        field("sessions", &DbSessions::sessions);
        field("active", &DbSessions::active);
        field("idle_in_transaction", &DbSessions::idle_in_transaction);
        field("waiting_lock", &DbSessions::waiting_lock);
        field("waiting_io", &DbSessions::waiting_io);
        field("hidden", &DbSessions::hidden);
        field("oldest_transaction_us", &DbSessions::oldest_transaction_us);
        field("oldest_idle_in_transaction_us", &DbSessions::oldest_idle_in_transaction_us);
        field("longest_lock_wait_us", &DbSessions::longest_lock_wait_us);
    }
};

struct DbSnapshot {
    Instant at;
    DbTotals totals;
    std::map<std::string, DbTableCounters> tables;   // "schema.table"
    std::map<std::string, DbIndexCounters> indexes;  // "schema.index"
    std::map<std::string, DbStatement> statements;   // by query id
    std::vector<DbReplica> replicas;
    std::vector<DbSlot> slots;
    friend auto operator<=>(const DbSnapshot&, const DbSnapshot&) = default;
    static constexpr void fields(auto&& field) {
        field("at", &DbSnapshot::at);
        field("totals", &DbSnapshot::totals);
        field("tables", &DbSnapshot::tables);
        field("indexes", &DbSnapshot::indexes);
        field("statements", &DbSnapshot::statements);
        field("replicas", &DbSnapshot::replicas);
        field("slots", &DbSnapshot::slots);
    }
};

}  // namespace plimsoll
