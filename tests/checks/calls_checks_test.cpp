// Sign 3 from traces: what ends a call, retries, chains, shared threads, and services failed one by
// one. The traces are made here, span by span.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/trace_spans.hpp"
#include "model/random.hpp"

namespace plimsoll::checks {
extern const Check call_timeouts;
extern const Check retry_amplification;
extern const Check synchronous_chains;
extern const Check shared_threads;
extern const Check failure_spreads;
}  // namespace plimsoll::checks

using namespace plimsoll;

namespace {

const std::vector<std::string> names{"", "web", "orders", "mail", "GET /cart", "GET /help", "call"};
enum Name : std::uint32_t { nobody, web, orders, mail, cart, help, call };

constexpr std::int64_t base_us = 1'790'000'000'000'000 - 1'790'000'000'000'000 % 60'000'000;

// A request to web at a minute, with calls one after the other.
class Request {
public:
    Request(std::int64_t minute, Name route, std::int64_t length_ms, bool error = false) {
        start_ = base_us + minute * 60'000'000;
        spans_.push_back({.id = 1,
                          .start_us = start_,
                          .end_us = start_ + length_ms * 1000,
                          .service = web,
                          .name = route,
                          .line = 3,
                          .kind = SpanKind::server,
                          .error = error});
    }
    // Under the root, or under the callee's span of the call before.
    Request& calls(Name caller,
                   Name callee,
                   std::int64_t from_ms,
                   std::int64_t length_ms,
                   bool error = false,
                   bool below = false) {
        const std::uint64_t id = spans_.size() + 1;
        const std::uint64_t parent = below ? id - 1 : 1;
        const std::int64_t from = start_ + from_ms * 1000;
        spans_.push_back({.id = id,
                          .parent = parent,
                          .start_us = from,
                          .end_us = from + length_ms * 1000,
                          .service = caller,
                          .name = call,
                          .line = 4,
                          .kind = SpanKind::client,
                          .error = error});
        spans_.push_back({.id = id + 1,
                          .parent = id,
                          .start_us = from,
                          .end_us = from + length_ms * 1000,
                          .service = callee,
                          .name = call,
                          .line = 5,
                          .kind = SpanKind::server,
                          .error = error});
        return *this;
    }
    void add(Evidence& evidence) const { add_trace(spans_, names, "traces.json", evidence.calls); }

private:
    std::int64_t start_ = 0;
    std::vector<TraceSpan> spans_;
};

Evidence quiet(int requests) {
    Evidence evidence;
    for (int i = 0; i < requests; ++i) {
        Request{i / 10, cart, 100}
            .calls(web, orders, 5, 40)
            .calls(orders, mail, 10, 20, false, true)
            .add(evidence);
    }
    return evidence;
}

CallEdge& edge_of(Evidence& evidence, const std::string& caller, const std::string& callee) {
    return evidence.calls.edges.at({caller, callee});
}

}  // namespace

TEST_CASE(
    "time-outs: not known, bounded where failed calls end together, missing, inverted, wasted") {
    Evidence evidence = quiet(100);
    Finding finding = checks::call_timeouts.run(evidence, {});
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK(finding.gaps.size() == 1);

    for (int i = 0; i < 10; ++i) {  // both calls fail at two seconds
        Request{i, cart, 2100, true}.calls(web, orders, 5, 2000, true).add(evidence);
        Request{i, cart, 1200}
            .calls(web, orders, 5, 1100)
            .calls(orders, mail, 10, 1000, true, true)
            .add(evidence);
    }
    finding = checks::call_timeouts.run(evidence, {});
    CHECK(finding.outcome == Outcome::absent);
    CHECK(finding.says.find("2 of 2") != std::string::npos);
    CHECK(finding.exhibits.front().rows.size() == 2);

    Evidence inverted = evidence;
    edge_of(inverted, "orders", "mail").timeout_us = 3'000'000;
    finding = checks::call_timeouts.run(inverted, {});
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.says.find("it waits for 3 s, and is itself given up after 2.0") !=
          std::string::npos);
    CHECK(finding.remedies.size() == 1);

    Evidence wasted = evidence;
    edge_of(wasted, "web", "orders").outlived = 5;
    CHECK(checks::call_timeouts.run(wasted, {}).says.find("worked on after web had given up") !=
          std::string::npos);

    // Connections that are refused at once fail alike, and are no time-out.
    Evidence refused = quiet(100);
    for (int i = 0; i < 20; ++i) {
        Request{i, cart, 100, true}.calls(web, mail, 5, 60, true).add(refused);
    }
    finding = checks::call_timeouts.run(refused, {});
    CHECK(finding.outcome == Outcome::insufficient);
    CHECK(finding.says.find("0 of 3") != std::string::npos);

    Evidence endless = quiet(100);
    Request{1, cart, 45'000}.calls(web, orders, 5, 44'000).add(endless);
    finding = checks::call_timeouts.run(endless, {});
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.says.find("1 of 2 synchronous calls do not end in time") != std::string::npos);
    CHECK(finding.seen_at.front() == Origin{.source = "traces.json", .line = 4});
}

TEST_CASE("retries: too few failures are no answer, one level is, two multiply") {
    Evidence evidence = quiet(100);
    CHECK(checks::retry_amplification.run(evidence, {}).outcome == Outcome::insufficient);
    for (int i = 0; i < 30; ++i) {
        Request{i, cart, 100, true}.calls(web, mail, 5, 10, true).add(evidence);
    }
    CHECK(checks::retry_amplification.run(evidence, {}).outcome == Outcome::absent);
    edge_of(evidence, "web", "orders").retries = 3;
    edge_of(evidence, "web", "orders").most_attempts = 3;
    CHECK(checks::retry_amplification.run(evidence, {}).outcome == Outcome::absent);
    edge_of(evidence, "orders", "mail").retries = 4;
    edge_of(evidence, "orders", "mail").most_attempts = 3;
    const Finding finding = checks::retry_amplification.run(evidence, {});
    CHECK(finding.outcome == Outcome::present);
    CHECK(finding.says == "Retries multiply on 2 levels: one request becomes up to 9 calls along "
                          "web > orders > mail.");
    CHECK(finding.measures.front().value.at == 9);
    CHECK(finding.remedies.size() == 1);
}

TEST_CASE("chains: depth, whose time it is, availability and hard dependencies") {
    Evidence evidence = quiet(200);
    CHECK(checks::synchronous_chains.run(quiet(20), {}).outcome == Outcome::insufficient);
    Finding finding = checks::synchronous_chains.run(evidence, {});
    CHECK(finding.outcome == Outcome::absent);
    CHECK(finding.measures.front().value.at == 2);
    CHECK(finding.measures.at(1).value.at == 1);
    CHECK(finding.says.find("web > orders > mail") != std::string::npos);
    CHECK(finding.exhibits.front().rows.front().cells.front().text == "web");  // 60 of 100 ms
    for (int i = 0; i < 20; ++i) {  // twenty minutes in which web fails with orders
        Request{100 + i, cart, 100, true}.calls(web, orders, 5, 40, true).add(evidence);
    }
    finding = checks::synchronous_chains.run(evidence, {});
    REQUIRE(finding.measures.size() == 3);
    CHECK(finding.measures.at(2).id == "passes-on.web.orders");
    CHECK(finding.measures.at(2).value.low > 0.85);
    CHECK(finding.says.find("1 call is hard") != std::string::npos);
    CHECK(finding.measures.at(1).value.at < 0.92);  // 20 of 220 lost, all passed on
}

TEST_CASE(
    "a service whose hanging takes requests that do not use it is latent, a bounded one is not") {
    Evidence evidence;
    for (int i = 0; i < 300; ++i) {
        if (i % 10 == 0) {
            Request{i / 10, cart, 100}.calls(web, mail, 5, 20).add(evidence);
        } else {
            Request{i / 10, help, 100}.calls(web, orders, 5, 40).add(evidence);
        }
    }
    Finding finding = checks::failure_spreads.run(evidence, {});
    CHECK(finding.outcome == Outcome::insufficient);  // no time-out ever showed
    CHECK(finding.gaps.size() == 1);
    edge_of(evidence, "web", "mail").no_timeout = true;
    edge_of(evidence, "web", "orders").timeout_us = 500'000;
    finding = checks::failure_spreads.run(evidence, {});
    CHECK(finding.outcome == Outcome::latent);
    CHECK(
        finding.says.find("if mail hangs, 100 to 100 % of requests are lost, though 10 % use it") !=
        std::string::npos);
    REQUIRE(finding.score);
    CHECK(*finding.score > 50);
    CHECK(finding.exhibits.front().rows.size() == 2);
    CHECK(finding.remedies.front().action.find("web") != std::string::npos);
    edge_of(evidence, "web", "mail").no_timeout = false;
    edge_of(evidence, "web", "mail").timeout_us = 1'000'000;
    finding = checks::failure_spreads.run(evidence, {});
    CHECK(finding.outcome == Outcome::absent);
    // Threads that are used up before the time-out are as good as no time-out.
    Settings settings;
    settings.workers["web"] = {.size = 4, .instances = 1};
    edge_of(evidence, "web", "mail").per_second_milli = 8'000;
    CHECK(checks::failure_spreads.run(evidence, settings).outcome == Outcome::latent);
    edge_of(evidence, "web", "mail").critical = false;
    CHECK(checks::failure_spreads.run(evidence, settings).measures.at(1).value.high == 0);
    CHECK(checks::failure_spreads.run(quiet(20), {}).outcome == Outcome::insufficient);
}

TEST_CASE("routes that never call a dependency slow down with it, or do not") {
    const auto traffic = [](double slower) {
        Evidence evidence;
        model::Random random{5};
        for (int minute = 0; minute < 1000; ++minute) {
            const bool trouble = minute % 100 >= 50 && minute % 100 < 56;
            for (int i = 0; i < 2; ++i) {
                Request{minute, cart, trouble ? 900 : 100, trouble}
                    .calls(web, mail, 5, trouble ? 800 : 30, trouble)
                    .add(evidence);
                const double usual = 40 + 10 * random.uniform();
                Request{minute, help, static_cast<std::int64_t>(trouble ? slower * usual : usual)}
                    .add(evidence);
            }
        }
        return evidence;
    };
    const Finding shared = checks::shared_threads.run(traffic(3), {});
    CHECK(shared.outcome == Outcome::present);
    CHECK(shared.says.find("In 10 of 10 bad spells of mail") != std::string::npos);
    CHECK(shared.measures.front().value.at > 2.5);
    CHECK(shared.remedies.size() == 1);
    CHECK(checks::shared_threads.run(traffic(1), {}).outcome == Outcome::absent);
    CHECK(checks::shared_threads.run(quiet(50), {}).outcome == Outcome::insufficient);
}
