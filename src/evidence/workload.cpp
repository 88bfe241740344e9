#include "evidence/workload.hpp"

#include <algorithm>

namespace plimsoll {
namespace {

template <class Key, class Value>
void merge_each(std::map<Key, Value>& ours, const std::map<Key, Value>& theirs) {
    for (const auto& [key, value] : theirs) {
        ours[key].merge(value);
    }
}

template <class Key>
void add_each(std::map<Key, std::uint64_t>& ours, const std::map<Key, std::uint64_t>& theirs) {
    for (const auto& [key, count] : theirs) {
        ours[key] += count;
    }
}

}  // namespace

void CallRuns::merge(const CallRuns& other) {
    runs += other.runs;
    all.merge(other.all);
    excess += other.excess;
    waited_us += other.waited_us;
    add_each(parents, other.parents);
    add_each(applications, other.applications);
    lengths.merge(other.lengths);
    keep_first(first_seen, other.first_seen);
}

void Failures::merge(const Failures& other) {
    times += other.times;
    keep_first(first_seen, other.first_seen);
}

void LockWaits::merge(const LockWaits& other) {
    waits += other.waits;
    granted += other.granted;
    waited_us += other.waited_us;
    longest_us = std::max(longest_us, other.longest_us);
    add_each(statements, other.statements);
    keep_first(first_seen, other.first_seen);
}

void SessionCounts::merge(const SessionCounts& other) {
    opened += other.opened;
    closed += other.closed;
    lengths_us.merge(other.lengths_us);
    statements.merge(other.statements);
    opening.merge(other.opening);
    closing.merge(other.closing);
    add_each(applications, other.applications);
}

void StatementClass::merge(const StatementClass& other) {
    // The same id means the same text; should two ever differ, every order keeps the same one.
    text = std::max(text, other.text);
    example = std::max(example, other.example);
    kind = std::min(kind, other.kind);
    tables.insert(other.tables.begin(), other.tables.end());
    written.insert(other.written.begin(), other.written.end());
    merge_each(applications, other.applications);
    users.insert(other.users.begin(), other.users.end());
    total.merge(other.total);
    parse_bind_us += other.parse_bind_us;
    rows += other.rows;
    examined += other.examined;
    lock_us += other.lock_us;
    temporary_files += other.temporary_files;
    temporary_bytes += other.temporary_bytes;
    repeats.merge(other.repeats);
    periods.merge(other.periods);
    keep_first(first_seen, other.first_seen);
}

void Workload::merge(const Workload& other) {
    for (const auto& [id, theirs] : other.statements) {
        const auto [found, fresh] = statements.emplace(id, theirs);
        if (!fresh) {
            found->second.merge(theirs);
        }
    }
    statement_messages.merge(other.statement_messages);
    execute_messages.merge(other.execute_messages);
    parse_messages.merge(other.parse_messages);
    bind_messages.merge(other.bind_messages);
    plan_messages.merge(other.plan_messages);
    unattributed.merge(other.unattributed);
    untimed_calls += other.untimed_calls;
    entries += other.entries;
    merge_each(busy_us, other.busy_us);
    merge_each(held_us, other.held_us);
    merge_each(transactions, other.transactions);
    arrivals.merge(other.arrivals);
    short_calls.merge(other.short_calls);
    short_us.merge(other.short_us);
    long_busy_us.merge(other.long_busy_us);
    merge_each(runs, other.runs);
    forgotten_reads += other.forgotten_reads;
    hidden_parameters += other.hidden_parameters;
    merge_each(lock_waits, other.lock_waits);
    add_each(deadlocks, other.deadlocks);
    sessions.merge(other.sessions);
    checkpoints.merge(other.checkpoints);
    merge_each(errors, other.errors);
    if (other.least_duration_us) {
        least_duration_us = least_duration_us
                                ? std::min(*least_duration_us, *other.least_duration_us)
                                : *other.least_duration_us;
    }
    for (const auto& [name, value] : other.settings) {
        std::string& ours = settings[name];
        ours = std::max(ours, value);
    }
    span.merge(other.span);
}

}  // namespace plimsoll
