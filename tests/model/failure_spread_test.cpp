// Failures played through: by hand on small graphs, and against drawing at random.
#include "model/failure_spread.hpp"

#include "catch.hpp"
#include "model/random.hpp"

using namespace plimsoll;
using namespace plimsoll::model;
using Catch::Matchers::WithinAbs;

namespace {

enum Service : std::size_t { web, orders, prices, mail, services };

SpreadEdge edge(Service caller, Service callee, Estimate passes_on, Waits waits) {
    return {.caller = caller, .callee = callee, .passes_on = passes_on, .waits = waits};
}
const Estimate always = Estimate::exactly(1);

}  // namespace

TEST_CASE("a hang takes requests that never came near it, a failure does not") {
    // 10 % of requests use mail; web waits for it without end.
    const std::vector<SpreadEdge> edges{edge(web, orders, always, Waits::bounded),
                                        edge(web, mail, always, Waits::endless)};
    const std::vector<SpreadRequest> requests{{.entry = web, .edges = {0}, .weight = 90},
                                              {.entry = web, .edges = {0, 1}, .weight = 10}};
    const std::vector<Spread> spread = failure_spread(services, edges, requests);
    CHECK_THAT(spread[mail].uses, WithinAbs(0.1, 1e-12));
    CHECK_THAT(spread[mail].fails.at, WithinAbs(0.1, 1e-12));
    CHECK_THAT(spread[mail].hangs.low, WithinAbs(1, 1e-12));
    CHECK_THAT(spread[orders].hangs.high, WithinAbs(1, 1e-12));  // all use it
    CHECK_THAT(spread[prices].hangs.high, WithinAbs(0, 1e-12));
}

TEST_CASE("what is not known opens the range and moves no lower end") {
    const std::vector<SpreadEdge> edges{
        edge(web, mail, {.at = 0.5, .low = 0.2, .high = 0.9}, Waits::maybe)};
    const std::vector<SpreadRequest> requests{{.entry = web, .edges = {0}, .weight = 1},
                                              {.entry = web, .edges = {}, .weight = 3}};
    const Spread mails = failure_spread(services, edges, requests)[mail];
    CHECK_THAT(mails.fails.low, WithinAbs(0.05, 1e-12));
    CHECK_THAT(mails.fails.at, WithinAbs(0.125, 1e-12));
    CHECK_THAT(mails.fails.high, WithinAbs(0.225, 1e-12));
    CHECK_THAT(mails.hangs.low, WithinAbs(0.05, 1e-12));
    CHECK_THAT(mails.hangs.high, WithinAbs(1, 1e-12));
}

TEST_CASE("hanging travels up a chain; rings end") {
    const std::vector<SpreadEdge> edges{edge(web, orders, always, Waits::endless),
                                        edge(orders, prices, always, Waits::endless),
                                        edge(prices, orders, always, Waits::endless)};
    const std::vector<SpreadRequest> requests{{.entry = web, .edges = {0}, .weight = 1},
                                              {.entry = web, .edges = {0, 1, 2}, .weight = 1}};
    const std::vector<Spread> spread = failure_spread(services, edges, requests);
    CHECK_THAT(spread[prices].uses, WithinAbs(0.5, 1e-12));
    CHECK_THAT(spread[prices].fails.at, WithinAbs(0.5, 1e-12));
    CHECK_THAT(spread[prices].hangs.low, WithinAbs(1, 1e-12));
    CHECK(failure_spread(services, edges, {})[prices].hangs.at == 0);
}

TEST_CASE("on random trees of calls the arithmetic agrees with drawing") {
    Random random{7};
    for (int run = 0; run < 5; ++run) {
        std::vector<SpreadEdge> edges;
        std::vector<std::size_t> all;
        for (std::size_t callee = 1; callee < 8; ++callee) {
            const std::size_t caller = random.below(callee);
            edges.push_back({.caller = caller,
                             .callee = callee,
                             .passes_on = Estimate::exactly(random.uniform())});
            all.push_back(callee - 1);
        }
        const std::vector<SpreadRequest> requests{{.entry = 0, .edges = all}};
        const std::vector<Spread> spread = failure_spread(8, edges, requests);
        for (std::size_t failed = 1; failed < 8; ++failed) {
            int lost = 0;
            constexpr int draws = 20'000;
            for (int draw = 0; draw < draws; ++draw) {
                std::size_t at = failed;  // a tree: one way up
                while (at != 0 && random.uniform() < edges[at - 1].passes_on.at) {
                    at = edges[at - 1].caller;
                }
                lost += at == 0 ? 1 : 0;
            }
            CHECK_THAT(spread[failed].fails.at,
                       WithinAbs(static_cast<double>(lost) / draws, 0.015));
        }
    }
}
