// LoadTests: steps of load tests: how much was asked for, how much came through, how long it took.
// Kept apart from Latency: a test is not production, and its percentiles are of one step and never
// merged.
//
// Law: a generator that waits for an answer before it asks again (closed) hides a stall from
// itself: its percentiles are too good (coordinated omission, Tene 2013). One that asks at a fixed
// rate (open) does not. Which it was is part of the step.
#pragma once

#include "core/origin.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace plimsoll {

struct LoadStep {
    std::string tool;                           // "vegeta"
    std::string name;                           // of the scenario or label; empty: all requests
    bool open = false;                          // asked at a fixed rate of arrivals
    std::optional<std::int64_t> users;          // at once, of closed generators
    std::optional<std::int64_t> offered_milli;  // requests a second, thousandths
    std::int64_t achieved_milli = 0;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::optional<std::int64_t> mean_us;
    std::optional<std::int64_t> p50_us;
    std::optional<std::int64_t> p95_us;
    std::optional<std::int64_t> p99_us;
    std::optional<std::int64_t> max_us;
    Origin origin;
    friend auto operator<=>(const LoadStep&, const LoadStep&) = default;
    static constexpr void fields(auto&& field) {
        field("tool", &LoadStep::tool);
        field("name", &LoadStep::name);
        field("open", &LoadStep::open);
        field("users", &LoadStep::users);
        field("offered_milli", &LoadStep::offered_milli);
        field("achieved_milli", &LoadStep::achieved_milli);
        field("requests", &LoadStep::requests);
        field("errors", &LoadStep::errors);
        field("mean_us", &LoadStep::mean_us);
        field("p50_us", &LoadStep::p50_us);
        field("p95_us", &LoadStep::p95_us);
        field("p99_us", &LoadStep::p99_us);
        field("max_us", &LoadStep::max_us);
        field("origin", &LoadStep::origin);
    }
};

struct LoadTests {
    std::set<LoadStep> steps;

    [[nodiscard]] bool empty() const noexcept { return steps.empty(); }
    void merge(const LoadTests& other) { steps.insert(other.steps.begin(), other.steps.end()); }
    static constexpr void fields(auto&& field) { field("steps", &LoadTests::steps); }
};

}  // namespace plimsoll
