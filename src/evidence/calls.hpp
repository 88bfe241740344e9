// Calls: who calls whom: service edges from services.csv or from traces.
#pragma once

#include "core/histogram.hpp"
#include "core/origin.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll {

struct CallEdge {
    bool declared = false;  // by a person, in services.csv
    std::optional<bool> synchronous;
    std::optional<bool> critical;  // the caller cannot answer without it
    std::optional<std::int64_t> timeout_us;
    bool no_timeout =
        false;  // said or seen to have none; without it and without timeout_us: not known
    std::optional<std::int64_t> per_second_milli;
    // From traces.
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::uint64_t caller_errors_with_error = 0;  // caller failed when this call failed
    std::uint64_t retries = 0;
    Histogram latency_us;
    Origin first_seen;

    void merge(const CallEdge& other) {
        declared = declared || other.declared;
        synchronous = std::max(synchronous, other.synchronous);
        critical = std::max(critical, other.critical);
        timeout_us = std::max(timeout_us, other.timeout_us);
        no_timeout = no_timeout || other.no_timeout;
        per_second_milli = std::max(per_second_milli, other.per_second_milli);
        calls += other.calls;
        errors += other.errors;
        caller_errors_with_error += other.caller_errors_with_error;
        retries += other.retries;
        latency_us.merge(other.latency_us);
        keep_first(first_seen, other.first_seen);
    }
    static constexpr void fields(auto&& field) {
        field("declared", &CallEdge::declared);
        field("synchronous", &CallEdge::synchronous);
        field("critical", &CallEdge::critical);
        field("timeout_us", &CallEdge::timeout_us);
        field("no_timeout", &CallEdge::no_timeout);
        field("per_second_milli", &CallEdge::per_second_milli);
        field("calls", &CallEdge::calls);
        field("errors", &CallEdge::errors);
        field("caller_errors_with_error", &CallEdge::caller_errors_with_error);
        field("retries", &CallEdge::retries);
        field("latency_us", &CallEdge::latency_us);
        field("first_seen", &CallEdge::first_seen);
    }
};

struct Calls {
    std::map<std::pair<std::string, std::string>, CallEdge> edges;  // caller, callee
    std::uint64_t traces = 0;

    [[nodiscard]] bool empty() const noexcept { return edges.empty(); }
    void merge(const Calls& other) {
        for (const auto& [who, edge] : other.edges) {
            edges[who].merge(edge);
        }
        traces += other.traces;
    }
    static constexpr void fields(auto&& field) {
        field("edges", &Calls::edges);
        field("traces", &Calls::traces);
    }
};

}  // namespace plimsoll
