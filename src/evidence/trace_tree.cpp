#include "evidence/trace_tree.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace plimsoll {
namespace {

constexpr std::int64_t slack_us = 1'000;  // rounding of exporters, and a reply on its way

// The spans of one id: a client and, in Zipkin, the server that took over its id.
struct SameId {
    std::size_t first = TraceNode::none;
    std::size_t server = TraceNode::none;
};
using ById = std::unordered_map<std::uint64_t, SameId>;

[[nodiscard]] ById by_id(const std::vector<TraceNode>& nodes) {
    ById ids;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        SameId& same = ids[nodes[i].span.id];
        const bool server = nodes[i].span.kind == SpanKind::server;
        std::size_t& slot = server ? same.server : same.first;
        slot = slot == TraceNode::none ? i : slot;
    }
    return ids;
}

[[nodiscard]] std::size_t parent_of(std::size_t i,
                                    const std::vector<TraceNode>& nodes,
                                    const ById& ids) {
    const TraceSpan& span = nodes[i].span;
    const SameId& same = ids.at(span.id);
    if (span.kind == SpanKind::server && same.first != TraceNode::none) {
        return same.first;  // the id is shared: the client is the parent
    }
    const auto found = span.parent == 0 ? ids.end() : ids.find(span.parent);
    if (found == ids.end()) {
        return TraceNode::none;
    }
    const auto [first, server] = found->second;
    if (first == TraceNode::none || server == TraceNode::none) {
        return first == TraceNode::none ? server : first;
    }
    return nodes[first].span.service == span.service ? first : server;
}

void drop_copies(std::vector<TraceSpan>& spans) {
    const auto key = [](const TraceSpan& span) {
        return std::tuple{span.start_us,
                          span.id,
                          span.kind,
                          span.service,
                          span.end_us,
                          span.name,
                          span.parent,
                          span.peer,
                          span.error,
                          span.line};
    };
    std::ranges::sort(spans, {}, key);
    const auto same = [](const TraceSpan& a, const TraceSpan& b) {
        return a.id == b.id && a.kind == b.kind && a.service == b.service &&
               a.start_us == b.start_us;
    };
    spans.erase(std::unique(spans.begin(), spans.end(), same), spans.end());
}

// Does the parent wait, going by what kind of spans they are? Unknown kinds go by their times.
[[nodiscard]] bool is_message(const TraceSpan& parent, const TraceSpan& span) noexcept {
    return span.follows || span.kind == SpanKind::consumer || parent.kind == SpanKind::producer;
}
[[nodiscard]] bool is_call(const TraceSpan& parent, const TraceSpan& span) noexcept {
    return parent.kind == SpanKind::client || span.kind == SpanKind::server;
}

void place(TraceNode& node, const TraceNode& parent, std::int64_t shift, TraceTree& tree) {
    TraceSpan& span = node.span;
    const TraceSpan& above = parent.span;
    span.start_us += shift;
    span.end_us += shift;
    node.crosses = span.service != above.service;
    const std::int64_t length = span.end_us - span.start_us;
    const std::int64_t room = above.end_us - above.start_us - length;
    const bool outside = span.start_us < above.start_us || span.end_us > above.end_us + slack_us;
    if (node.crosses && outside && room >= 0 && !is_message(above, span) && is_call(above, span)) {
        span.start_us = above.start_us + room / 2;
        span.end_us = span.start_us + length;
        ++tree.skewed;
    }
    const bool within = span.end_us <= above.end_us + slack_us;
    node.waited_for =
        !is_message(above, span) && (within || (node.crosses && is_call(above, span)));
    node.on_path = parent.on_path && node.waited_for;
    node.depth = parent.depth + (node.crosses && node.waited_for ? 1 : 0);
}

// From the tops down; what is in a ring is never reached.
void descend(TraceTree& tree) {
    std::vector<std::pair<std::size_t, std::int64_t>> next;
    for (const std::size_t top : tree.tops) {
        next.emplace_back(top, 0);
    }
    while (!next.empty()) {
        const auto [at, shift] = next.back();
        next.pop_back();
        TraceNode& node = tree.nodes[at];
        node.reached = true;
        const std::int64_t before = node.span.start_us;
        if (node.parent != TraceNode::none) {
            place(node, tree.nodes[node.parent], shift, tree);
        }
        for (const std::size_t child : node.children) {
            next.emplace_back(child, node.span.start_us - before);
        }
    }
}

}  // namespace

TraceTree trace_tree(std::vector<TraceSpan> spans) {
    TraceTree tree;
    drop_copies(spans);
    tree.nodes.resize(spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        tree.nodes[i].span = spans[i];
    }
    const ById ids = by_id(tree.nodes);
    bool missing = false;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        TraceNode& node = tree.nodes[i];
        const std::size_t parent = parent_of(i, tree.nodes, ids);
        if (parent != TraceNode::none && parent != i) {
            node.parent = parent;
            tree.nodes[parent].children.push_back(i);
            continue;
        }
        tree.tops.push_back(i);
        const bool rootless = node.span.parent != 0;
        missing = missing || rootless;
        tree.root = tree.root == TraceNode::none && !rootless ? i : tree.root;
    }
    descend(tree);
    const bool ring = !std::ranges::all_of(tree.nodes, &TraceNode::reached);
    tree.complete = tree.root != TraceNode::none && !missing && !ring;
    return tree;
}

}  // namespace plimsoll
