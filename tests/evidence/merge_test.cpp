// The law that everything rests on: any order and any grouping of shards gives the same bytes.
#include "catch.hpp"
#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "model/random.hpp"
#include "wire/bytes.hpp"

#include <algorithm>

using namespace plimsoll;

namespace {

std::string bytes_of(const Evidence& evidence) {
    wire::ByteWriter out;
    out.put(evidence);
    return out.out;
}

std::size_t bytes(const auto& kind) {
    wire::ByteWriter out;
    out.put(kind);
    return std::hash<std::string>{}(out.out);
}

std::string name(model::Random& random, int of) {
    return "n" + std::to_string(random.below(static_cast<std::uint64_t>(of)));
}

Instant time(model::Random& random) {
    return instant(static_cast<std::int64_t>(random.below(90'000'000'000ULL)));
}

// A shard with something of every kind, overlapping in keys with the other shards.
Evidence shard(std::uint64_t seed) {
    model::Random random{seed};
    Evidence out;
    out.inputs.push_back({.name = name(random, 3),
                          .reader = "r",
                          .bytes = 7,
                          .sha256 = "sha" + std::to_string(seed)});
    for (int i = 0; i < 20; ++i) {
        const Instant at = time(random);
        const Instant until = at + Micros{static_cast<std::int64_t>(random.below(5'000'000))};
        StatementClass& statement = out.workload.statements[random.below(6)];
        statement.tables.insert(name(random, 4));
        statement.applications[name(random, 3)].add(static_cast<std::int64_t>(random.below(900)));
        statement.total.add(static_cast<std::int64_t>(random.below(1'000'000)));
        statement.periods
            .at(instant(static_cast<std::int64_t>(random.below(300)) * 3'600'000'000LL))
            .add(static_cast<std::int64_t>(random.below(1'000'000)));
        keep_first(statement.first_seen, {name(random, 3), random.below(99) + 1});
        ++out.workload.entries;
        out.workload.busy_us[name(random, 2)].add_span(at, until);
        out.workload.arrivals.add(at, 1);
        out.workload.errors[name(random, 3)].merge(
            {.times = 1, .first_seen = {name(random, 3), random.below(99) + 1}});
        out.workload.span.cover(at);
        // Through window(), which alone keeps windows aligned.
        out.latency.window({.service = name(random, 2), .route = name(random, 2)}, at)
            .micros.add(static_cast<std::int64_t>(random.below(1'000)));
        out.gauges.series[name(random, 2)].add(
            at, {.value_milli = static_cast<std::int64_t>(random.below(9))});
        out.events.events.insert({.at = at, .kind = EventKind::deploy, .what = name(random, 2)});
        out.incidents.incidents.insert({.started = at, .trigger = name(random, 3)});
        out.calls.edges[{name(random, 3), name(random, 3)}].calls += random.below(9);
        CallEdge& edge = out.calls.edges[{name(random, 3), name(random, 3)}];
        edge.most_attempts = static_cast<std::uint32_t>(random.below(5));
        edge.failed_us.add(static_cast<std::int64_t>(random.below(5'000)));
        edge.minutes[instant(static_cast<std::int64_t>(random.below(3)) * 60'000'000)].merge(
            {.calls = 1, .log_milli = static_cast<std::int64_t>(random.below(9'000))});
        TracedRoute& route =
            out.calls.routes[{.service = name(random, 2), .route = name(random, 2)}];
        ++route.requests;
        route.callees.insert(name(random, 3));
        ++out.calls.shapes[{.entry = {.service = name(random, 2)},
                            .edges = {{name(random, 2), name(random, 2)}}}];
        ++out.calls.depths[static_cast<std::uint32_t>(random.below(5))];
        out.calls.deepest.keep_longest(
            {.depth = static_cast<std::uint32_t>(random.below(3)), .path = name(random, 9)});
        out.calls.critical_us[name(random, 3)] += random.below(99);
        out.load_tests.steps.insert(
            {.tool = "k6", .achieved_milli = static_cast<std::int64_t>(random.below(5))});
        out.pipelines.runs["p:" + std::to_string(random.below(9))] = {.pipeline = name(random, 2),
                                                                      .branch = name(random, 2)};
        Plan plan;
        plan.total_ms = static_cast<double>(random.below(50));
        plan.nodes.push_back({.type = name(random, 3)});
        out.plans.add(plan);
    }
    return out;
}

}  // namespace

TEST_CASE("any order and any grouping of shards gives the same bytes", "[merge]") {
    std::vector<Evidence> shards;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        shards.push_back(shard(seed));
    }
    Evidence serial;
    for (const Evidence& one : shards) {
        serial.merge(one);
    }
    const std::string expected = bytes_of(serial);
    model::Random random{11};
    for (int trial = 0; trial < 30; ++trial) {
        // Merge two of the heap at random until one is left.
        std::vector<Evidence> heap = shards;
        while (heap.size() > 1) {
            const std::size_t a = random.below(heap.size());
            std::swap(heap[a], heap.back());
            const Evidence taken = heap.back();
            heap.pop_back();
            heap[random.below(heap.size())].merge(taken);
        }
        // Not the bytes themselves: a failure would print them.
        const Evidence& merged = heap.front();
        CHECK(bytes(merged.workload) == bytes(serial.workload));
        CHECK(bytes(merged.plans) == bytes(serial.plans));
        CHECK(bytes(merged.latency) == bytes(serial.latency));
        CHECK(bytes(merged.pipelines) == bytes(serial.pipelines));
        CHECK(bytes(merged.calls) == bytes(serial.calls));
        CHECK(bytes(merged.gauges) == bytes(serial.gauges));
        CHECK(bytes(merged.events) == bytes(serial.events));
        CHECK(bytes(merged.incidents) == bytes(serial.incidents));
        CHECK((bytes_of(merged) == expected));
    }
}

TEST_CASE("empty evidence changes nothing, on either side", "[merge]") {
    const Evidence one = shard(1);
    Evidence left = one;
    left.merge(Evidence{});
    Evidence right;
    right.merge(one);
    CHECK(bytes_of(left) == bytes_of(right));
}

TEST_CASE("the same shard twice is refused, whatever its name", "[merge]") {
    Evidence one = shard(1);
    Evidence again = shard(1);
    again.inputs.front().name = "a copy";
    try {
        one.merge(again);
        FAIL("it was merged");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::untrusted);
        CHECK(error.parts().what.find("twice") != std::string::npos);
    }
}

TEST_CASE("the kinds that are there are told", "[merge]") {
    CHECK(Evidence{}.kinds().empty());
    const Kinds kinds = shard(1).kinds();
    for (const Kind kind : {Kind::workload,
                            Kind::plans,
                            Kind::latency,
                            Kind::pipelines,
                            Kind::calls,
                            Kind::gauges,
                            Kind::events,
                            Kind::incidents}) {
        CHECK(kinds.has(kind));
    }
    CHECK_FALSE(kinds.has(Kind::history));
}
