// Calls: who calls whom: service edges from services.csv or from traces, and what traces show of
// the way failures and waiting travel along them.
//
// Law: everything adds up: counts, integer sums, histograms, sets. What traces show is kept per
// minute only where it must be seen in time (failures that pass on, spells), and as shapes: which
// calls a request of one entry made while somebody waited, with the number of requests of that
// shape, so that the failing of each service can be played through later. Blind spots: traces are
// samples, so counts are lower bounds and shares hold for sampling at the start of a request; a
// request whose spans lie in two files is cut in two.
#pragma once

#include "core/histogram.hpp"
#include "core/instant.hpp"
#include "core/origin.hpp"
#include "evidence/latency.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace plimsoll {

using ServicePair = std::pair<std::string, std::string>;  // caller, callee

// A minute of an edge or a route.
struct TracedMinute {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::uint64_t passed_on = 0;  // of the failed: the caller failed as well
    std::int64_t log_milli =
        0;  // sum of 1000 ln(microseconds), rounded one by one: for the usual duration

    void merge(const TracedMinute& other) noexcept {
        calls += other.calls;
        failed += other.failed;
        passed_on += other.passed_on;
        log_milli += other.log_milli;
    }
    friend bool operator==(const TracedMinute&, const TracedMinute&) = default;
    static constexpr void fields(auto&& field) {
        field("calls", &TracedMinute::calls);
        field("failed", &TracedMinute::failed);
        field("passed_on", &TracedMinute::passed_on);
        field("log_milli", &TracedMinute::log_milli);
    }
};

struct CallEdge {
    bool declared = false;  // by a person, in services.csv
    std::optional<bool> synchronous;
    std::optional<bool> critical;  // the caller cannot answer without it
    std::optional<std::int64_t> timeout_us;
    bool no_timeout =
        false;  // said or seen to have none; without it and without timeout_us: not known
    std::optional<std::int64_t> per_second_milli;
    // From traces. A logical call is one attempt and its retries.
    std::uint64_t calls = 0;                     // attempts
    std::uint64_t errors = 0;                    // attempts that failed
    std::uint64_t timeouts = 0;                  // of the errors, those that say so
    std::uint64_t lost = 0;                      // logical calls whose last attempt failed
    std::uint64_t caller_errors_with_error = 0;  // of the lost, those whose caller failed too
    std::uint64_t retries = 0;                   // attempts after a failed one
    std::uint64_t retried = 0;                   // logical calls with retries
    std::uint32_t most_attempts = 0;             // of one logical call
    std::uint64_t outlived = 0;  // the callee still worked when the caller had given up
    Histogram latency_us;        // attempts that succeeded
    Histogram failed_us;         // attempts that failed
    std::map<Instant, TracedMinute> minutes;  // of logical calls, by start of the minute
    Origin first_seen;

    void merge(const CallEdge& other);
    static constexpr void fields(auto&& field) {
        field("declared", &CallEdge::declared);
        field("synchronous", &CallEdge::synchronous);
        field("critical", &CallEdge::critical);
        field("timeout_us", &CallEdge::timeout_us);
        field("no_timeout", &CallEdge::no_timeout);
        field("per_second_milli", &CallEdge::per_second_milli);
        field("calls", &CallEdge::calls);
        field("errors", &CallEdge::errors);
        field("timeouts", &CallEdge::timeouts);
        field("lost", &CallEdge::lost);
        field("caller_errors_with_error", &CallEdge::caller_errors_with_error);
        field("retries", &CallEdge::retries);
        field("retried", &CallEdge::retried);
        field("most_attempts", &CallEdge::most_attempts);
        field("outlived", &CallEdge::outlived);
        field("latency_us", &CallEdge::latency_us);
        field("failed_us", &CallEdge::failed_us);
        field("minutes", &CallEdge::minutes);
        field("first_seen", &CallEdge::first_seen);
    }
};

// Server spans of a route.
struct TracedRoute {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::set<std::string> callees;            // that it was ever seen to call, directly
    std::map<Instant, TracedMinute> minutes;  // by start of the minute

    void merge(const TracedRoute& other);
    static constexpr void fields(auto&& field) {
        field("requests", &TracedRoute::requests);
        field("errors", &TracedRoute::errors);
        field("callees", &TracedRoute::callees);
        field("minutes", &TracedRoute::minutes);
    }
};

// The calls that a request made while somebody waited for the answer.
struct CallShape {
    RouteId entry;
    std::set<ServicePair> edges;
    friend auto operator<=>(const CallShape&, const CallShape&) = default;
    static constexpr void fields(auto&& field) {
        field("entry", &CallShape::entry);
        field("edges", &CallShape::edges);
    }
};

// The longest chain of synchronous calls; of several the first by name.
struct CallChain {
    std::uint32_t depth = 0;  // edges between services
    std::string path;         // "web > orders > prices"
    void keep_longest(const CallChain& other) {
        if (other.depth > depth || (other.depth == depth && other.path < path)) {
            *this = other;
        }
    }
    static constexpr void fields(auto&& field) {
        field("depth", &CallChain::depth);
        field("path", &CallChain::path);
    }
};

struct Calls {
    std::map<ServicePair, CallEdge> edges;
    std::uint64_t traces = 0;      // with their root: what depth, shapes and paths are made of
    std::uint64_t incomplete = 0;  // a span's parent is not there
    std::uint64_t spans = 0;
    std::map<RouteId, TracedRoute> routes;
    std::map<CallShape, std::uint64_t> shapes;
    std::uint64_t shapes_left_out = 0;              // requests whose shape was one too many
    std::map<std::uint32_t, std::uint64_t> depths;  // synchronous calls on end, traces
    CallChain deepest;
    std::map<std::string, std::uint64_t> critical_us;  // by service, own time on the critical path
    std::uint64_t root_us = 0;                         // the time that critical_us adds up to
    std::uint64_t skewed = 0;  // spans moved into their caller's time: clocks differ

    [[nodiscard]] bool empty() const noexcept { return edges.empty() && traces == 0; }
    void merge(const Calls& other);
    static constexpr void fields(auto&& field) {
        field("edges", &Calls::edges);
        field("traces", &Calls::traces);
        field("incomplete", &Calls::incomplete);
        field("spans", &Calls::spans);
        field("routes", &Calls::routes);
        field("shapes", &Calls::shapes);
        field("shapes_left_out", &Calls::shapes_left_out);
        field("depths", &Calls::depths);
        field("deepest", &Calls::deepest);
        field("critical_us", &Calls::critical_us);
        field("root_us", &Calls::root_us);
        field("skewed", &Calls::skewed);
    }
};

}  // namespace plimsoll
