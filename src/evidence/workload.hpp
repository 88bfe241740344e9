// Workload: what a database was asked to do, from its log: statement classes with calls, time and
// rows, load per second, sessions, errors, waits.
//
// Law of accounting: a call is counted once (a statement, or an execute); parse and bind add time,
// not calls; a plan body (auto_explain) is never time; a duration without its text is
// `unattributed`.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"
#include "core/windows.hpp"
#include "evidence/periods.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace plimsoll {

enum class StatementKind : std::uint8_t {
    read,
    write,
    locking_read,
    ddl,
    transaction,
    utility,
    other
};
template <>
inline constexpr std::array<std::string_view, 7> texts_of<StatementKind>{
    "read", "write", "locking-read", "ddl", "transaction", "utility", "other"};

// Calls and time, of a message kind or an application.
struct Tally {
    std::uint64_t calls = 0;
    std::int64_t time_us = 0;
    void add(std::int64_t us) noexcept {
        ++calls;
        time_us += us;
    }
    void merge(const Tally& other) noexcept {
        calls += other.calls;
        time_us += other.time_us;
    }
    friend bool operator==(const Tally&, const Tally&) = default;
    static constexpr void fields(auto&& field) {
        field("calls", &Tally::calls);
        field("time_us", &Tally::time_us);
    }
};

// Runs of calls of one class in one session, one right after the other, with other parameters each:
// what an ORM's lazy loading looks like from the database.
struct CallRuns {
    std::uint64_t runs = 0;
    Tally all;                   // calls and time in them
    std::uint64_t excess = 0;    // calls that one statement for the whole run would have saved
    std::int64_t waited_us = 0;  // between the calls: round trips and the application
    std::map<std::uint64_t, std::uint64_t> parents;  // by class of the statement before the run
    std::map<std::string, std::uint64_t> applications;
    Histogram lengths;
    Origin first_seen;
    void merge(const CallRuns& other);
    static constexpr void fields(auto&& field) {
        field("runs", &CallRuns::runs);
        field("all", &CallRuns::all);
        field("excess", &CallRuns::excess);
        field("waited_us", &CallRuns::waited_us);
        field("parents", &CallRuns::parents);
        field("applications", &CallRuns::applications);
        field("lengths", &CallRuns::lengths);
        field("first_seen", &CallRuns::first_seen);
    }
};

// Reads that asked the same with the same parameters again, with no write to their tables in
// between that the log shows: what an ideal cache of that age would have answered. Exact while
// Workload::forgotten_reads is 0, else a floor.
struct Repeats {
    static constexpr std::array<std::int64_t, 3> ages_us{1'000'000, 60'000'000, 3'600'000'000};
    std::uint64_t asked = 0;      // reads whose parameters the log shows: what the share is of
    std::array<Tally, 3> within;  // calls and time saved, for each age
    void merge(const Repeats& other) noexcept {
        asked += other.asked;
        for (std::size_t i = 0; i < within.size(); ++i) {
            within[i].merge(other.within[i]);
        }
    }
    static constexpr void fields(auto&& field) {
        field("asked", &Repeats::asked);
        field("within", &Repeats::within);
    }
};

// BEGIN to COMMIT or ROLLBACK: how long a connection is held, the application's own time included.
struct Transactions {
    std::int64_t inside_us = 0;  // of that in statements
    Histogram lengths_us;
    std::int64_t held_us = 0;
    void merge(const Transactions& other) {
        inside_us += other.inside_us;
        lengths_us.merge(other.lengths_us);
        held_us += other.held_us;
    }
    static constexpr void fields(auto&& field) {
        field("inside_us", &Transactions::inside_us);
        field("lengths_us", &Transactions::lengths_us);
        field("held_us", &Transactions::held_us);
    }
};

// Who waited for whom. Names are of applications; empty where the log does not tell.
struct LockEdge {
    std::string waiter;
    std::string holder;
    std::string mode;    // "ShareLock"
    std::string object;  // "row of users", "relation 16396", "transaction", "advisory lock"
    friend auto operator<=>(const LockEdge&, const LockEdge&) = default;
    static constexpr void fields(auto&& field) {
        field("waiter", &LockEdge::waiter);
        field("holder", &LockEdge::holder);
        field("mode", &LockEdge::mode);
        field("object", &LockEdge::object);
    }
};

// Messages of one SQLSTATE, or of one severity where there is none.
struct Failures {
    std::uint64_t times = 0;
    Origin first_seen;
    void merge(const Failures& other);
    static constexpr void fields(auto&& field) {
        field("times", &Failures::times);
        field("first_seen", &Failures::first_seen);
    }
};

struct LockWaits {
    std::uint64_t waits = 0;
    std::uint64_t granted = 0;
    std::int64_t waited_us =
        0;  // of those granted; of the others what they had waited when they were logged
    std::int64_t longest_us = 0;
    std::map<std::uint64_t, std::uint64_t> statements;  // classes that waited
    Origin first_seen;
    void merge(const LockWaits& other);
    static constexpr void fields(auto&& field) {
        field("waits", &LockWaits::waits);
        field("granted", &LockWaits::granted);
        field("waited_us", &LockWaits::waited_us);
        field("longest_us", &LockWaits::longest_us);
        field("statements", &LockWaits::statements);
        field("first_seen", &LockWaits::first_seen);
    }
};

// Connections as the log shows them, with log_connections and log_disconnections.
struct SessionCounts {
    std::uint64_t opened = 0;
    std::uint64_t closed = 0;
    Histogram lengths_us;  // of those closed
    Histogram statements;  // of those closed: calls in each
    Windows opening;       // per second
    Windows closing;
    std::map<std::string, std::uint64_t> applications;  // opened by
    void merge(const SessionCounts& other);
    static constexpr void fields(auto&& field) {
        field("opened", &SessionCounts::opened);
        field("closed", &SessionCounts::closed);
        field("lengths_us", &SessionCounts::lengths_us);
        field("statements", &SessionCounts::statements);
        field("opening", &SessionCounts::opening);
        field("closing", &SessionCounts::closing);
        field("applications", &SessionCounts::applications);
    }
};

struct Checkpoints {
    std::uint64_t timed = 0;
    std::uint64_t by_wal = 0;
    std::uint64_t other = 0;
    std::uint64_t hurried = 0;   // "occurring too frequently"
    std::int64_t wal_bytes = 0;  // distance
    void merge(const Checkpoints& other_one) noexcept {
        timed += other_one.timed;
        by_wal += other_one.by_wal;
        other += other_one.other;
        hurried += other_one.hurried;
        wal_bytes += other_one.wal_bytes;
    }
    static constexpr void fields(auto&& field) {
        field("timed", &Checkpoints::timed);
        field("by_wal", &Checkpoints::by_wal);
        field("other", &Checkpoints::other);
        field("hurried", &Checkpoints::hurried);
        field("wal_bytes", &Checkpoints::wal_bytes);
    }
};

struct StatementClass {
    std::string text;     // normalised: $1, $2 ...; no literal
    std::string example;  // as it was sent, literals and all: only when the user asks for it
    StatementKind kind = StatementKind::other;
    std::set<std::string> tables;
    std::set<std::string> written;  // those of them that it changes
    std::map<std::string, Tally> applications;
    std::set<std::string> users;
    Tally total;                     // executions
    std::int64_t parse_bind_us = 0;  // time of parse and bind messages, not in total
    std::uint64_t rows = 0;
    std::uint64_t examined = 0;  // rows read for them, where the log says
    std::int64_t lock_us = 0;    // waited for locks, where the log says
    std::uint64_t temporary_files = 0;
    std::int64_t temporary_bytes = 0;
    Repeats repeats;
    Periods periods;  // latency over time
    Origin first_seen;

    [[nodiscard]] Histogram latency() const { return periods.whole(); }
    void merge(const StatementClass& other);
    static constexpr void fields(auto&& field) {
        field("text", &StatementClass::text);
        field("example", &StatementClass::example);
        field("kind", &StatementClass::kind);
        field("tables", &StatementClass::tables);
        field("written", &StatementClass::written);
        field("applications", &StatementClass::applications);
        field("users", &StatementClass::users);
        field("total", &StatementClass::total);
        field("parse_bind_us", &StatementClass::parse_bind_us);
        field("rows", &StatementClass::rows);
        field("examined", &StatementClass::examined);
        field("lock_us", &StatementClass::lock_us);
        field("temporary_files", &StatementClass::temporary_files);
        field("temporary_bytes", &StatementClass::temporary_bytes);
        field("repeats", &StatementClass::repeats);
        field("periods", &StatementClass::periods);
        field("first_seen", &StatementClass::first_seen);
    }
};

struct Workload {
    std::map<std::uint64_t, StatementClass> statements;  // by class id
    // The account of the log's duration lines, by message.
    Tally statement_messages;
    Tally execute_messages;
    Tally parse_messages;
    Tally bind_messages;
    Tally plan_messages;  // auto_explain: counted, never time of the workload
    Tally unattributed;   // durations whose text is nowhere
    std::uint64_t untimed_calls =
        0;  // announced, and no duration followed: it failed, or none are logged
    std::uint64_t entries = 0;
    std::map<std::string, Windows> busy_us;  // per application: time inside statements, per second
    // As busy_us, with the whole of a transaction from its BEGIN on: what a pool's slot is held for
    // at least.
    std::map<std::string, Windows> held_us;
    std::map<std::string, Transactions> transactions;  // per application
    Windows arrivals;                                  // statements begun per second
    // Calls shorter than `long_us`, and the time of longer ones: does analytics slow the rest while
    // it runs?
    static constexpr std::int64_t long_us = 1'000'000;
    Windows short_calls;                     // ended per second
    Windows short_us;                        // their time
    Windows long_busy_us;                    // time inside longer ones
    std::map<std::uint64_t, CallRuns> runs;  // by class
    std::uint64_t forgotten_reads = 0;    // answers that a cache of an hour would still have held
    std::uint64_t hidden_parameters = 0;  // calls whose parameters the log leaves out or cuts
    std::map<LockEdge, LockWaits> lock_waits;
    std::map<std::string, std::uint64_t> deadlocks;  // "a, b": the applications in it, in order
    SessionCounts sessions;
    Checkpoints checkpoints;
    std::map<std::string, Failures> errors;         // by SQLSTATE, or severity where there is none
    std::optional<std::int64_t> least_duration_us;  // what shows a logging threshold
    std::map<std::string, std::string>
        settings;  // learnt from the log: "log_min_duration_statement"
    Span span;

    [[nodiscard]] bool empty() const noexcept { return entries == 0; }
    void merge(const Workload& other);
    static constexpr void fields(auto&& field) {
        field("statements", &Workload::statements);
        field("statement_messages", &Workload::statement_messages);
        field("execute_messages", &Workload::execute_messages);
        field("parse_messages", &Workload::parse_messages);
        field("bind_messages", &Workload::bind_messages);
        field("plan_messages", &Workload::plan_messages);
        field("unattributed", &Workload::unattributed);
        field("untimed_calls", &Workload::untimed_calls);
        field("entries", &Workload::entries);
        field("busy_us", &Workload::busy_us);
        field("held_us", &Workload::held_us);
        field("transactions", &Workload::transactions);
        field("arrivals", &Workload::arrivals);
        field("short_calls", &Workload::short_calls);
        field("short_us", &Workload::short_us);
        field("long_busy_us", &Workload::long_busy_us);
        field("runs", &Workload::runs);
        field("forgotten_reads", &Workload::forgotten_reads);
        field("hidden_parameters", &Workload::hidden_parameters);
        field("lock_waits", &Workload::lock_waits);
        field("deadlocks", &Workload::deadlocks);
        field("sessions", &Workload::sessions);
        field("checkpoints", &Workload::checkpoints);
        field("errors", &Workload::errors);
        field("least_duration_us", &Workload::least_duration_us);
        field("settings", &Workload::settings);
        field("span", &Workload::span);
    }
};

}  // namespace plimsoll
