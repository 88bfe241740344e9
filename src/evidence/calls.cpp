#include "evidence/calls.hpp"

namespace plimsoll {
namespace {

void merge_minutes(std::map<Instant, TracedMinute>& ours,
                   const std::map<Instant, TracedMinute>& theirs) {
    for (const auto& [at, minute] : theirs) {
        ours[at].merge(minute);
    }
}

}  // namespace

void CallEdge::merge(const CallEdge& other) {
    declared = declared || other.declared;
    synchronous = std::max(synchronous, other.synchronous);
    critical = std::max(critical, other.critical);
    timeout_us = std::max(timeout_us, other.timeout_us);
    no_timeout = no_timeout || other.no_timeout;
    per_second_milli = std::max(per_second_milli, other.per_second_milli);
    calls += other.calls;
    errors += other.errors;
    timeouts += other.timeouts;
    lost += other.lost;
    caller_errors_with_error += other.caller_errors_with_error;
    retries += other.retries;
    retried += other.retried;
    most_attempts = std::max(most_attempts, other.most_attempts);
    outlived += other.outlived;
    latency_us.merge(other.latency_us);
    failed_us.merge(other.failed_us);
    merge_minutes(minutes, other.minutes);
    keep_first(first_seen, other.first_seen);
}

void TracedRoute::merge(const TracedRoute& other) {
    requests += other.requests;
    errors += other.errors;
    callees.insert(other.callees.begin(), other.callees.end());
    merge_minutes(minutes, other.minutes);
}

void Calls::merge(const Calls& other) {
    for (const auto& [who, edge] : other.edges) {
        edges[who].merge(edge);
    }
    traces += other.traces;
    incomplete += other.incomplete;
    spans += other.spans;
    for (const auto& [id, route] : other.routes) {
        routes[id].merge(route);
    }
    for (const auto& [shape, requests] : other.shapes) {
        shapes[shape] += requests;
    }
    shapes_left_out += other.shapes_left_out;
    for (const auto& [depth, requests] : other.depths) {
        depths[depth] += requests;
    }
    deepest.keep_longest(other.deepest);
    for (const auto& [service, time] : other.critical_us) {
        critical_us[service] += time;
    }
    root_us += other.root_us;
    skewed += other.skewed;
}

}  // namespace plimsoll
