// TraceSpan: one span of a trace, whichever format it came from; and what a trace adds to Calls.
//
// Law (research/latency.md 5.2): a call is synchronous when the callee's span lies under a client's
// span, or ends within its caller's; messages, FOLLOWS_FROM and children that outlast their parent
// break the chain. Clocks of two hosts differ: a callee's span that would fit into its caller's but
// lies outside is moved into the middle of it. The critical path walks back from the end of the
// root through the child that ended last and was waited for (as CRISP, USENIX ATC 2022). Blind
// spots: a call to something without tracing is known by the name that the caller gives it; a
// service that forks and joins looks like one that waits.
#pragma once

#include "evidence/calls.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll {

enum class SpanKind : std::uint8_t { unknown, internal, server, client, producer, consumer };

struct TraceSpan {
    std::uint64_t id = 0;
    std::uint64_t parent = 0;   // 0: it has none
    std::int64_t start_us = 0;  // since 1970
    std::int64_t end_us = 0;    // >= start_us
    std::uint32_t service = 0;  // indexes of names
    std::uint32_t name = 0;
    std::uint32_t peer = 0;  // who was called, as the caller names it; 0: not said
    std::uint32_t line = 0;
    SpanKind kind = SpanKind::unknown;
    bool error = false;
    bool timed_out = false;  // the error says so
    bool follows = false;    // FOLLOWS_FROM: nobody waits for it
};

// Adds what the spans of one trace show. names[0] is empty. `source` is where the lines are
// counted.
void add_trace(std::vector<TraceSpan> spans,
               const std::vector<std::string>& names,
               const std::string& source,
               Calls& calls);

}  // namespace plimsoll
