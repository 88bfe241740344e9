// Workload: what a database was asked to do, from its log: statement classes with calls, time and rows,
// load per second, sessions, errors, waits.
//
// Law of accounting: a call is counted once (a statement, or an execute); parse and bind add time, not
// calls; a plan body (auto_explain) is never time; a duration without its text is `unattributed`.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"
#include "core/windows.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace plimsoll {

enum class StatementKind : std::uint8_t { read, write, locking_read, ddl, transaction, utility, other };
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

struct StatementClass {
    std::string text;  // normalised: $1, $2 ...; no literal
    StatementKind kind = StatementKind::other;
    std::set<std::string> tables;
    std::set<std::string> written;  // those of them that it changes
    std::map<std::string, Tally> applications;
    std::set<std::string> users;
    Tally total;                     // executions
    std::int64_t parse_bind_us = 0;  // time of parse and bind messages, not in total
    std::uint64_t rows = 0;
    std::map<Instant, Histogram> hours;  // latency per hour, microseconds
    Origin first_seen;

    [[nodiscard]] Histogram latency() const {
        Histogram all;
        for (const auto& [hour, histogram] : hours) {
            all.merge(histogram);
        }
        return all;
    }
    void merge(const StatementClass& other);
    static constexpr void fields(auto&& field) {
        field("text", &StatementClass::text);
        field("kind", &StatementClass::kind);
        field("tables", &StatementClass::tables);
        field("written", &StatementClass::written);
        field("applications", &StatementClass::applications);
        field("users", &StatementClass::users);
        field("total", &StatementClass::total);
        field("parse_bind_us", &StatementClass::parse_bind_us);
        field("rows", &StatementClass::rows);
        field("hours", &StatementClass::hours);
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
    std::uint64_t untimed_calls = 0;  // announced, and no duration followed: it failed, or none are logged
    std::uint64_t entries = 0;
    std::map<std::string, Windows> busy_us;   // per application: time inside statements, per second
    Windows arrivals;                         // statements begun per second
    std::map<std::string, std::uint64_t> errors;  // by SQLSTATE, or severity where there is none
    std::optional<std::int64_t> least_duration_us;  // what shows a logging threshold
    std::map<std::string, std::string> settings;    // learnt from the log: "log_min_duration_statement"
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
        field("arrivals", &Workload::arrivals);
        field("errors", &Workload::errors);
        field("least_duration_us", &Workload::least_duration_us);
        field("settings", &Workload::settings);
        field("span", &Workload::span);
    }
};

}  // namespace plimsoll
