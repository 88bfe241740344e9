// The tree of a trace: who is whose child, on one clock, and for whom somebody waits.
#pragma once

#include "evidence/trace_spans.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll {

// A span in its place. Indexes are into TraceTree::nodes.
struct TraceNode {
    static constexpr std::size_t none = SIZE_MAX;
    TraceSpan span;  // times on the root's clock
    std::size_t parent = none;
    std::vector<std::size_t> children;  // by start
    bool crosses = false;               // its parent is of another service
    bool waited_for = true;             // its parent waits for it
    bool on_path = true;                // and so on up to the root
    std::uint32_t depth = 0;            // synchronous calls between services above it
    bool reached = false;               // from a root or an orphan; false: a ring
};

struct TraceTree {
    std::vector<TraceNode> nodes;        // by start
    std::vector<std::size_t> tops;       // roots, and spans whose parent is not there
    std::size_t root = TraceNode::none;  // the first span that has no parent
    bool complete = false;               // there is a root, and nothing is missing
    std::uint64_t skewed = 0;
};

[[nodiscard]] TraceTree trace_tree(std::vector<TraceSpan> spans);

}  // namespace plimsoll
