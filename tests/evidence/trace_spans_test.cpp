// What traces show: edges, retries, depth, critical path, skewed clocks, rings. Spans made by hand.
#include "evidence/trace_spans.hpp"

#include "catch.hpp"

using namespace plimsoll;

namespace {

const std::vector<std::string> names{
    "", "web", "orders", "prices", "GET /cart", "GET /orders", "query", "postgresql"};
enum Name : std::uint32_t { nobody, web, orders, prices, cart, list, query, database };

TraceSpan span(std::uint64_t id,
               std::uint64_t parent,
               Name service,
               SpanKind kind,
               std::int64_t from_ms,
               std::int64_t to_ms) {
    constexpr std::int64_t base = 1'790'000'000'000'000;
    return {.id = id,
            .parent = parent,
            .start_us = base + from_ms * 1000,
            .end_us = base + to_ms * 1000,
            .service = service,
            .name = kind == SpanKind::server ? cart : query,
            .peer = nobody,
            .line = 1,
            .kind = kind};
}
TraceSpan failing(TraceSpan one) {
    one.error = true;
    return one;
}

Calls calls_of(std::vector<std::vector<TraceSpan>> traces) {
    Calls calls;
    for (std::vector<TraceSpan>& spans : traces) {
        add_trace(std::move(spans), names, "traces.json", calls);
    }
    return calls;
}

// web calls orders, orders calls prices and the database.
std::vector<TraceSpan> chain() {
    TraceSpan sql = span(6, 3, orders, SpanKind::client, 70, 90);
    sql.peer = database;
    return {span(1, 0, web, SpanKind::server, 0, 100),
            span(2, 1, web, SpanKind::client, 5, 95),
            span(3, 2, orders, SpanKind::server, 6, 94),
            span(4, 3, orders, SpanKind::client, 10, 60),
            span(5, 4, prices, SpanKind::server, 11, 59),
            sql};
}

}  // namespace

TEST_CASE("a chain of calls gives edges, depth, shape and a critical path that adds up") {
    const Calls calls = calls_of({chain()});
    CHECK(calls.traces == 1);
    CHECK(calls.incomplete == 0);
    CHECK(calls.spans == 6);
    REQUIRE(calls.edges.size() == 3);
    const CallEdge& edge = calls.edges.at({"web", "orders"});
    CHECK(edge.calls == 1);
    CHECK(edge.synchronous == true);
    CHECK(edge.latency_us.count() == 1);
    CHECK(calls.edges.at({"orders", "postgresql"}).calls == 1);
    CHECK(calls.depths.at(2) == 1);
    CHECK(calls.deepest.path ==
          "web > orders > postgresql");  // of two equally long, the first by name
    REQUIRE(calls.shapes.size() == 1);
    CHECK(calls.shapes.begin()->first.entry == RouteId{.service = "web", .route = "GET /cart"});
    CHECK(calls.shapes.begin()->first.edges.size() == 3);
    // web 12 (outside its client 10, in it 2), orders 20, prices 48, database 20
    CHECK(calls.root_us == 100'000);
    CHECK(calls.critical_us.at("web") == 12'000);
    CHECK(calls.critical_us.at("orders") == 20'000);
    CHECK(calls.critical_us.at("prices") == 48'000);
    CHECK(calls.critical_us.at("postgresql") == 20'000);
    const TracedRoute& route = calls.routes.at({.service = "orders", .route = "GET /cart"});
    CHECK(route.requests == 1);
    CHECK(route.callees == std::set<std::string>{"postgresql", "prices"});
}

TEST_CASE("the order of spans, and a span exported twice, change nothing") {
    std::vector<TraceSpan> backwards = chain();
    std::reverse(backwards.begin(), backwards.end());
    backwards.push_back(backwards.front());
    const Calls a = calls_of({chain()});
    const Calls b = calls_of({backwards});
    CHECK(a.edges.at({"web", "orders"}).latency_us == b.edges.at({"web", "orders"}).latency_us);
    CHECK(a.critical_us == b.critical_us);
    CHECK(a.shapes == b.shapes);
    CHECK(b.spans == 6);
}

TEST_CASE("parallel calls: only the one that ended last is on the critical path") {
    const Calls calls = calls_of({{span(1, 0, web, SpanKind::server, 0, 100),
                                   span(2, 1, web, SpanKind::client, 10, 40),
                                   span(3, 2, orders, SpanKind::server, 10, 40),
                                   span(4, 1, web, SpanKind::client, 10, 90),
                                   span(5, 4, prices, SpanKind::server, 10, 90)}});
    CHECK(calls.critical_us.at("prices") == 80'000);
    CHECK(calls.critical_us.at("web") == 20'000);
    CHECK_FALSE(calls.critical_us.contains("orders"));
    CHECK(calls.depths.at(1) == 1);
}

TEST_CASE("a callee whose clock is off is moved into its caller, and counted") {
    std::vector<TraceSpan> spans = chain();
    for (TraceSpan& one : spans) {
        if (one.service == orders) {
            one.start_us += 5'000'000;
            one.end_us += 5'000'000;
        }
    }
    const Calls calls = calls_of({spans});
    CHECK(calls.skewed == 2);  // orders into web, and prices, whose clock is right, into orders
    CHECK(calls.root_us == 100'000);
    CHECK(calls.critical_us.at("prices") == 48'000);
    CHECK(calls.edges.at({"web", "orders"}).synchronous == true);
}

TEST_CASE("messages and work that outlasts its parent are not waited for") {
    TraceSpan follows = span(5, 1, prices, SpanKind::unknown, 20, 300);
    const Calls calls = calls_of({{span(1, 0, web, SpanKind::server, 0, 100),
                                   span(2, 1, web, SpanKind::producer, 5, 6),
                                   span(3, 2, orders, SpanKind::consumer, 50, 500),
                                   follows}});
    CHECK(calls.edges.at({"web", "orders"}).synchronous == false);
    CHECK(calls.edges.at({"web", "prices"}).synchronous == false);
    CHECK(calls.depths.at(0) == 1);
    CHECK(calls.shapes.begin()->first.edges.empty());
    CHECK(calls.critical_us.at("web") == 100'000);
}

TEST_CASE("retries: the same call again after it failed; what is lost passes on or does not") {
    const auto attempt = [](std::uint64_t id, std::int64_t from, std::int64_t to) {
        TraceSpan one = span(id, 1, web, SpanKind::client, from, to);
        one.peer = prices;
        return one;
    };
    const Calls saved = calls_of({{span(1, 0, web, SpanKind::server, 0, 100),
                                   failing(attempt(2, 0, 20)),
                                   attempt(3, 25, 40)}});
    const CallEdge& edge = saved.edges.at({"web", "prices"});
    CHECK(edge.calls == 2);
    CHECK(edge.errors == 1);
    CHECK(edge.retries == 1);
    CHECK(edge.retried == 1);
    CHECK(edge.most_attempts == 2);
    CHECK(edge.lost == 0);
    const Calls lost = calls_of({{failing(span(1, 0, web, SpanKind::server, 0, 100)),
                                  failing(attempt(2, 0, 20)),
                                  failing(attempt(3, 25, 40)),
                                  failing(attempt(4, 45, 60))}});
    const CallEdge& gone = lost.edges.at({"web", "prices"});
    CHECK(gone.retries == 2);
    CHECK(gone.lost == 1);
    CHECK(gone.caller_errors_with_error == 1);
    REQUIRE(gone.minutes.size() == 1);
    CHECK(gone.minutes.begin()->second.calls == 1);
    CHECK(gone.minutes.begin()->second.passed_on == 1);
    // Two at once, or one after another that succeeded, are no retry.
    const Calls none = calls_of({{span(1, 0, web, SpanKind::server, 0, 100),
                                  failing(attempt(2, 0, 20)),
                                  attempt(3, 5, 30),
                                  attempt(4, 31, 40)}});
    CHECK(none.edges.at({"web", "prices"}).retries == 0);
}

TEST_CASE("a callee that works on after its caller gave up is counted by duration, not by clock") {
    const Calls calls = calls_of({{failing(span(1, 0, web, SpanKind::server, 0, 220)),
                                   failing(span(2, 1, web, SpanKind::client, 10, 210)),
                                   span(3, 2, orders, SpanKind::server, 11, 900)}});
    CHECK(calls.edges.at({"web", "orders"}).outlived == 1);
    CHECK(calls.root_us == 220'000);
}

TEST_CASE("Zipkin's shared id: a server span is the child of the client of the same id") {
    const Calls calls = calls_of({{span(1, 0, web, SpanKind::server, 0, 100),
                                   span(2, 1, web, SpanKind::client, 5, 95),
                                   span(2, 1, orders, SpanKind::server, 6, 94),
                                   span(4, 2, orders, SpanKind::client, 10, 60),
                                   span(4, 2, prices, SpanKind::server, 11, 59)}});
    CHECK(calls.edges.size() == 2);
    CHECK(calls.depths.at(2) == 1);
    CHECK(calls.deepest.path == "web > orders > prices");
    CHECK(calls.root_us == 100'000);
}

TEST_CASE("orphans tell who calls whom; rings and empty traces nothing") {
    std::vector<TraceSpan> spans = chain();
    spans.erase(spans.begin());  // the root is not there
    const Calls calls = calls_of({spans});
    CHECK(calls.traces == 0);
    CHECK(calls.incomplete == 1);
    CHECK(calls.edges.size() == 3);
    CHECK(calls.shapes.empty());
    const Calls ring = calls_of(
        {{span(1, 2, web, SpanKind::server, 0, 9), span(2, 1, orders, SpanKind::server, 0, 9)}});
    CHECK(ring.traces == 0);
    CHECK(ring.incomplete == 1);
    CHECK(ring.edges.empty());
    CHECK(calls_of({{}}).empty());
    // a span that names itself as its parent
    CHECK(calls_of({{span(1, 1, web, SpanKind::server, 0, 9)}}).incomplete == 1);
}

TEST_CASE("what traces show merges in any order") {
    const Calls a = calls_of({chain()});
    const Calls b = calls_of({{failing(span(1, 0, web, SpanKind::server, 0, 100)),
                               span(2, 1, orders, SpanKind::server, 5, 95)}});
    Calls ab = a;
    ab.merge(b);
    Calls ba = b;
    ba.merge(a);
    const Calls both = calls_of({chain(),
                                 {failing(span(1, 0, web, SpanKind::server, 0, 100)),
                                  span(2, 1, orders, SpanKind::server, 5, 95)}});
    CHECK(ab.traces == 2);
    CHECK(ab.shapes == ba.shapes);
    CHECK(ab.depths == both.depths);
    CHECK(ab.deepest.path == both.deepest.path);
    CHECK(ab.critical_us == both.critical_us);
    CHECK(ab.edges.at({"web", "orders"}).minutes == both.edges.at({"web", "orders"}).minutes);
    CHECK(ba.routes.at({.service = "web", .route = "GET /cart"}).errors == 1);
}
