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

}  // namespace

void StatementClass::merge(const StatementClass& other) {
    // The same id means the same text; should two ever differ, every order keeps the same one.
    text = std::max(text, other.text);
    kind = std::min(kind, other.kind);
    tables.insert(other.tables.begin(), other.tables.end());
    written.insert(other.written.begin(), other.written.end());
    merge_each(applications, other.applications);
    users.insert(other.users.begin(), other.users.end());
    total.merge(other.total);
    parse_bind_us += other.parse_bind_us;
    rows += other.rows;
    merge_each(hours, other.hours);
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
    arrivals.merge(other.arrivals);
    for (const auto& [state, count] : other.errors) {
        errors[state] += count;
    }
    if (other.least_duration_us) {
        least_duration_us = least_duration_us ? std::min(*least_duration_us, *other.least_duration_us)
                                              : *other.least_duration_us;
    }
    for (const auto& [name, value] : other.settings) {
        std::string& ours = settings[name];
        ours = std::max(ours, value);
    }
    span.merge(other.span);
}

}  // namespace plimsoll
