// Evidence: what was measured, one mergeable value a kind, whatever format it came from.
//
// Law: merge is associative and commutative, with the empty Evidence as identity, to the byte. So
// the order of files, threads or hosts cannot change a figure. Aggregates are integers in sorted
// containers.
#pragma once

#include "core/input_record.hpp"
#include "core/kinds.hpp"
#include "evidence/calls.hpp"
#include "evidence/database.hpp"
#include "evidence/events.hpp"
#include "evidence/gauges.hpp"
#include "evidence/history.hpp"
#include "evidence/incidents.hpp"
#include "evidence/latency.hpp"
#include "evidence/load_tests.hpp"
#include "evidence/pipelines.hpp"
#include "evidence/plans.hpp"
#include "evidence/workload.hpp"

#include <vector>

namespace plimsoll {

struct Evidence {
    std::vector<Input> inputs;  // sorted by name and content
    Workload workload;
    Plans plans;
    Latency latency;
    Pipelines pipelines;
    History history;
    Calls calls;
    Database database;
    Gauges gauges;
    Events events;
    Incidents incidents;
    LoadTests load_tests;

    [[nodiscard]] Kinds kinds() const;
    // Throws Error (untrusted) when both hold the same input, by content: a shard counted twice.
    void merge(const Evidence& other);
    // merge() in two steps, for many small shards: absorb each, then settle once.
    void absorb(const Evidence& other);
    void settle();

    static constexpr void fields(auto&& field) {
        field("inputs", &Evidence::inputs);
        field("workload", &Evidence::workload);
        field("plans", &Evidence::plans);
        field("latency", &Evidence::latency);
        field("pipelines", &Evidence::pipelines);
        field("history", &Evidence::history);
        field("calls", &Evidence::calls);
        field("database", &Evidence::database);
        field("gauges", &Evidence::gauges);
        field("events", &Evidence::events);
        field("incidents", &Evidence::incidents);
        field("load_tests", &Evidence::load_tests);
    }
};

}  // namespace plimsoll
