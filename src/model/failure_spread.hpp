// Failure spread: if one service fails or hangs, which share of the requests that were seen is
// lost?
//
// Each request is the set of calls that it made while somebody waited. A service that fails loses a
// request with the probability that failures pass on along its calls (measured, with its interval;
// certain or none where a person said so). One that hangs does the same, and besides uses up the
// threads of every caller that waits for it without end, so that those hang as well, with all their
// requests. So a hang can take requests that never came near it: what it takes beyond those that
// use it is the blast radius. Blind spots: passing on is taken as independent from call to call;
// threads are taken to be one pool for a service; what was not seen in traces is not lost.
#pragma once

#include "core/estimate.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll::model {

enum class Waits : unsigned char { bounded, maybe, endless };

struct SpreadEdge {
    std::size_t caller = 0;
    std::size_t callee = 0;
    Estimate passes_on;  // probability, 0..1
    Waits waits = Waits::maybe;
};

struct SpreadRequest {
    std::size_t entry = 0;           // service
    std::vector<std::size_t> edges;  // indexes of SpreadEdge
    double weight = 1;               // how many there were
};

struct Spread {
    double uses = 0;  // share of requests that call it, or enter there
    Estimate fails;   // share of requests lost when it answers with errors
    Estimate hangs;   // when it does not answer at all
};

// One for each of `services`. All zero without requests. O(services^2 + services x requests).
[[nodiscard]] std::vector<Spread> failure_spread(std::size_t services,
                                                 std::span<const SpreadEdge> edges,
                                                 std::span<const SpreadRequest> requests);

}  // namespace plimsoll::model
