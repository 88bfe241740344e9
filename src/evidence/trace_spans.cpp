#include "evidence/trace_spans.hpp"

#include "evidence/trace_tree.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace plimsoll {
namespace {

// What one source may add: names and minutes come from somebody else's bytes.
constexpr std::size_t most_edges = 20'000;
constexpr std::size_t most_routes = 10'000;
constexpr std::size_t most_callees = 500;
constexpr std::size_t most_minutes = 20'160;  // of an edge or a route: two weeks
constexpr std::size_t most_shapes = 5'000;
constexpr std::size_t most_shape_edges = 200;
constexpr std::uint32_t deepest_kept = 1'000;
constexpr std::size_t chain_shown = 30;
constexpr std::int64_t minute_us = 60'000'000;

constexpr std::size_t none = TraceNode::none;

// One attempt of one service to reach another.
struct Attempt {
    std::size_t from = none;  // the span under which it was made: attempts under one are siblings
    std::size_t at = none;    // the client's span, or the callee's where the client has none
    std::uint32_t caller = 0;
    std::uint32_t callee = 0;
    std::uint32_t operation = 0;
    bool synchronous = true;
    bool outlived = false;
};

[[nodiscard]] std::int64_t length_of(const TraceSpan& span) noexcept {
    return span.end_us - span.start_us;
}

[[nodiscard]] bool is_client(SpanKind kind) noexcept {
    return kind == SpanKind::client || kind == SpanKind::producer;
}

[[nodiscard]] std::int64_t log_milli(std::int64_t us) noexcept {
    return std::llround(1000 * std::log(static_cast<double>(std::max<std::int64_t>(us, 1))));
}

// The minute of an instant, while there is room for it.
void add_minute(std::map<Instant, TracedMinute>& minutes,
                std::int64_t at_us,
                const TracedMinute& minute) {
    const Instant at = instant(at_us - at_us % minute_us);
    if (minutes.size() < most_minutes || minutes.contains(at)) {
        minutes[at].merge(minute);
    }
}

class Facts {
public:
    Facts(TraceTree tree,
          const std::vector<std::string>& names,
          const std::string& source,
          Calls& calls)
        : tree_{std::move(tree)}, names_{names}, source_{source}, calls_{calls} {}

    void add() {
        calls_.spans += tree_.nodes.size();
        calls_.skewed += tree_.skewed;
        find_attempts();
        add_attempts();
        add_requests();
        if (tree_.complete) {
            ++calls_.traces;
            add_shape();
            add_critical_path();
        } else {
            ++calls_.incomplete;
        }
    }

private:
    [[nodiscard]] const TraceNode& node(std::size_t at) const { return tree_.nodes[at]; }
    [[nodiscard]] const TraceSpan& span(std::size_t at) const { return tree_.nodes[at].span; }

    // The span with which the service of `at` began to answer: its server span, or its uppermost.
    [[nodiscard]] std::size_t entry_of(std::size_t at) const {
        while (span(at).kind != SpanKind::server && span(at).kind != SpanKind::consumer &&
               node(at).parent != none && !node(at).crosses) {
            at = node(at).parent;
        }
        return at;
    }
    [[nodiscard]] RouteId route_of(std::size_t entry) const {
        return {.service = names_[span(entry).service], .route = names_[span(entry).name]};
    }

    void find_attempts();
    void add_attempt(const Attempt& attempt, CallEdge& edge) const;
    void add_attempts();
    void add_logical(std::span<const Attempt> attempts, CallEdge& edge);
    void add_requests();
    void add_shape();
    void add_critical_path();

    TraceTree tree_;
    const std::vector<std::string>& names_;
    const std::string& source_;
    Calls& calls_;
    std::vector<Attempt> attempts_;
};

void Facts::find_attempts() {
    for (std::size_t at = 0; at < tree_.nodes.size(); ++at) {
        const TraceNode& here = node(at);
        const TraceSpan& mine = here.span;
        if (!here.reached) {
            continue;
        }
        if (is_client(mine.kind)) {
            const auto callee = std::ranges::find_if(
                here.children, [&](std::size_t child) { return node(child).crosses; });
            const std::size_t from = here.parent == none ? at : here.parent;
            Attempt attempt{.from = from,
                            .at = at,
                            .caller = mine.service,
                            .callee = mine.peer,
                            .operation = mine.name,
                            .synchronous = mine.kind == SpanKind::client && here.waited_for};
            if (callee != here.children.end()) {
                const TraceSpan& theirs = span(*callee);
                attempt.callee = theirs.service;
                attempt.synchronous = attempt.synchronous && node(*callee).waited_for;
                // Durations, for clocks differ: the callee worked on after the caller gave up.
                attempt.outlived =
                    mine.error &&
                    length_of(theirs) > length_of(mine) + length_of(mine) / 20 + 10'000;
            }
            if (attempt.callee != 0 && attempt.callee != attempt.caller) {
                attempts_.push_back(attempt);
            }
        } else if (here.crosses && !is_client(span(here.parent).kind)) {
            attempts_.push_back({.from = here.parent,
                                 .at = at,
                                 .caller = span(here.parent).service,
                                 .callee = mine.service,
                                 .operation = mine.name,
                                 .synchronous = here.waited_for});
        }
    }
}

void Facts::add_attempt(const Attempt& attempt, CallEdge& edge) const {
    const TraceSpan& mine = span(attempt.at);
    ++edge.calls;
    edge.errors += mine.error ? 1 : 0;
    edge.timeouts += mine.error && mine.timed_out ? 1 : 0;
    edge.outlived += attempt.outlived ? 1 : 0;
    edge.synchronous = std::max(edge.synchronous, std::optional{attempt.synchronous});
    if (attempt.synchronous) {
        (mine.error ? edge.failed_us : edge.latency_us).add(length_of(mine));
    }
    keep_first(edge.first_seen, {.source = source_, .line = mine.line});
}

void Facts::add_logical(std::span<const Attempt> attempts, CallEdge& edge) {
    const TraceSpan& first = span(attempts.front().at);
    const TraceSpan& last = span(attempts.back().at);
    const bool passed = last.error && span(entry_of(attempts.front().from)).error;
    edge.lost += last.error ? 1 : 0;
    edge.caller_errors_with_error += passed ? 1 : 0;
    edge.retries += attempts.size() - 1;
    edge.retried += attempts.size() > 1 ? 1 : 0;
    edge.most_attempts = std::max(edge.most_attempts, static_cast<std::uint32_t>(attempts.size()));
    add_minute(edge.minutes,
               first.start_us,
               {.calls = 1,
                .failed = last.error ? 1U : 0U,
                .passed_on = passed ? 1U : 0U,
                .log_milli = log_milli(std::max<std::int64_t>(0, last.end_us - first.start_us))});
}

void Facts::add_attempts() {
    const auto key = [&](const Attempt& attempt) {
        return std::tuple{attempt.from,
                          attempt.caller,
                          attempt.callee,
                          attempt.operation,
                          span(attempt.at).start_us,
                          attempt.at};
    };
    std::ranges::sort(attempts_, {}, key);
    for (std::size_t begin = 0; begin < attempts_.size();) {
        const Attempt& one = attempts_[begin];
        std::size_t end = begin + 1;
        while (end < attempts_.size()) {  // a retry: the same call again, once it has failed
            const Attempt& next = attempts_[end];
            const TraceSpan& before = span(attempts_[end - 1].at);
            if (next.from != one.from || next.callee != one.callee ||
                next.operation != one.operation || !before.error ||
                span(next.at).start_us + 1'000 < before.end_us) {
                break;
            }
            ++end;
        }
        const ServicePair who{names_[one.caller], names_[one.callee]};
        if (calls_.edges.size() < most_edges || calls_.edges.contains(who)) {
            CallEdge& edge = calls_.edges[who];
            for (std::size_t i = begin; i < end; ++i) {
                add_attempt(attempts_[i], edge);
            }
            add_logical({attempts_.data() + begin, end - begin}, edge);
        }
        begin = end;
    }
}

void Facts::add_requests() {
    std::map<std::size_t, std::set<std::uint32_t>> callees;  // by entry span
    for (const Attempt& attempt : attempts_) {
        callees[entry_of(attempt.from)].insert(attempt.callee);
    }
    for (std::size_t at = 0; at < tree_.nodes.size(); ++at) {
        const TraceSpan& mine = span(at);
        const bool entry =
            mine.kind == SpanKind::server || (mine.kind == SpanKind::unknown && entry_of(at) == at);
        const RouteId id = entry ? route_of(at) : RouteId{};
        if (!node(at).reached || !entry ||
            (calls_.routes.size() >= most_routes && !calls_.routes.contains(id))) {
            continue;
        }
        TracedRoute& route = calls_.routes[id];
        ++route.requests;
        route.errors += mine.error ? 1 : 0;
        if (const auto found = callees.find(at); found != callees.end()) {
            for (const std::uint32_t callee : found->second) {
                if (route.callees.size() < most_callees) {
                    route.callees.insert(names_[callee]);
                }
            }
        }
        add_minute(route.minutes,
                   mine.start_us,
                   {.calls = 1,
                    .failed = mine.error ? 1U : 0U,
                    .passed_on = 0,
                    .log_milli = log_milli(length_of(mine))});
    }
}

void Facts::add_shape() {
    CallShape shape{.entry = route_of(tree_.root), .edges = {}};
    CallChain chain;
    for (const Attempt& attempt : attempts_) {
        if (!attempt.synchronous || !node(attempt.at).on_path) {
            continue;
        }
        if (shape.edges.size() < most_shape_edges) {
            shape.edges.emplace(names_[attempt.caller], names_[attempt.callee]);
        }
        // A client's span lies above the call that it makes, a callee's below it.
        const bool above = !node(attempt.at).crosses || span(attempt.at).service == attempt.caller;
        const std::uint32_t depth =
            std::min(node(attempt.at).depth + (above ? 1 : 0), deepest_kept);
        if (depth < chain.depth) {
            continue;
        }
        std::vector<std::string_view> path{names_[attempt.callee], names_[attempt.caller]};
        for (std::size_t at = attempt.from; node(at).parent != none && path.size() < chain_shown;
             at = node(at).parent) {
            if (node(at).crosses) {
                path.push_back(names_[span(node(at).parent).service]);
            }
        }
        CallChain one{.depth = depth, .path = {}};
        for (auto name = path.rbegin(); name != path.rend(); ++name) {
            one.path += (one.path.empty() ? "" : " > ") + std::string{*name};
        }
        chain.keep_longest(one);
    }
    ++calls_.depths[chain.depth];
    calls_.deepest.keep_longest(chain);
    const auto known = calls_.shapes.find(shape);
    if (known != calls_.shapes.end()) {
        ++known->second;
    } else if (calls_.shapes.size() < most_shapes) {
        calls_.shapes.emplace(std::move(shape), 1);
    } else {
        ++calls_.shapes_left_out;
    }
}

void Facts::add_critical_path() {
    struct Stretch {
        std::size_t at;
        std::int64_t from;
        std::int64_t until;
    };
    const TraceSpan& root = span(tree_.root);
    std::vector<Stretch> next{{tree_.root, root.start_us, root.end_us}};
    while (!next.empty()) {
        const auto [at, from, until] = next.back();
        next.pop_back();
        const TraceSpan& mine = span(at);
        std::int64_t cursor = std::min(until, mine.end_us);
        const std::int64_t begin = std::max(from, mine.start_us);
        std::vector<std::size_t> children;
        for (const std::size_t child : node(at).children) {
            if (node(child).waited_for) {
                children.push_back(child);
            }
        }
        std::ranges::sort(children, [&](std::size_t a, std::size_t b) {
            return std::pair{span(a).end_us, a} > std::pair{span(b).end_us, b};
        });
        std::int64_t own = 0;
        for (const std::size_t child : children) {
            const std::int64_t end = std::min(span(child).end_us, cursor);
            const std::int64_t start = std::max(span(child).start_us, begin);
            if (start < end) {
                own += cursor - end;
                next.push_back({child, start, end});
                cursor = start;
            }
        }
        own += std::max<std::int64_t>(0, cursor - begin);
        // A call to something that is not traced is that something's time.
        const bool theirs = is_client(mine.kind) && mine.peer != 0 && node(at).children.empty();
        const std::string& service = names_[theirs ? mine.peer : mine.service];
        if (calls_.critical_us.size() < most_edges || calls_.critical_us.contains(service)) {
            calls_.critical_us[service] += static_cast<std::uint64_t>(own);
            calls_.root_us += static_cast<std::uint64_t>(own);
        }
    }
}

}  // namespace

void add_trace(std::vector<TraceSpan> spans,
               const std::vector<std::string>& names,
               const std::string& source,
               Calls& calls) {
    if (!spans.empty()) {
        Facts{trace_tree(std::move(spans)), names, source, calls}.add();
    }
}

}  // namespace plimsoll
