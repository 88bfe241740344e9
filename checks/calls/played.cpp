#include "checks/calls/played.hpp"

#include <algorithm>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr std::size_t most_played =
    1'000;  // calls: what one fails with is squared in their services

// A caller hangs with its callee when its threads are used up before the time-out frees them.
[[nodiscard]] model::Waits waits_of(const PlayedEdge& edge) {
    if (edge.waiting.timeout_s && edge.exhausted_s && *edge.exhausted_s < *edge.waiting.timeout_s) {
        return model::Waits::endless;
    }
    return edge.waiting.waits;
}

[[nodiscard]] PlayedEdge played_edge(const ServicePair& who,
                                     const CallEdge& edge,
                                     const Evidence& evidence,
                                     const Settings& settings) {
    PlayedEdge out{.who = who, .waiting = waiting_of(edge), .passing = passes_on(edge)};
    const std::optional<double> threads = threads_of(who.first, settings, evidence.gauges);
    const std::optional<double> rate = peak_rate(edge);
    if (threads && rate) {
        out.exhausted_s = *threads / *rate;  // Little: each call keeps a thread, none comes back
    }
    return out;
}

// Synchronous calls between two services, by name; of more than can be played those that are made
// most.
[[nodiscard]] std::map<ServicePair, const CallEdge*> most_called(const Calls& calls) {
    std::vector<std::pair<std::uint64_t, ServicePair>> order;
    for (const auto& [who, edge] : calls.edges) {
        if (who.first != who.second && edge.synchronous.value_or(false)) {
            order.emplace_back(edge.calls, who);
        }
    }
    std::ranges::sort(order, std::greater{});
    std::map<ServicePair, const CallEdge*> out;
    for (const auto& [count, who] : order) {
        if (out.size() < most_played) {
            out.emplace(who, &calls.edges.at(who));
        }
    }
    return out;
}

}  // namespace

Played play_failures(const Evidence& evidence, const Settings& settings) {
    Played out;
    std::map<std::string, std::size_t> numbers;
    std::vector<std::string> names;
    const auto number = [&](const std::string& name) {
        const auto [found, fresh] = numbers.try_emplace(name, names.size());
        if (fresh) {
            names.push_back(name);
        }
        return found->second;
    };
    std::map<ServicePair, std::size_t> edge_numbers;
    std::vector<model::SpreadEdge> edges;
    std::vector<bool> called;
    for (const auto& [who, edge_of_calls] : most_called(evidence.calls)) {
        const CallEdge& edge = *edge_of_calls;
        PlayedEdge played = played_edge(who, edge, evidence, settings);
        edge_numbers[who] = edges.size();
        edges.push_back({.caller = number(who.first),
                         .callee = number(who.second),
                         .passes_on = played.passing.share,
                         .waits = waits_of(played)});
        called.resize(names.size(), false);
        called[number(who.second)] = true;
        if (out.origins.size() < 20) {
            out.origins.push_back(edge.first_seen);
        }
        out.edges.push_back(std::move(played));
    }
    std::vector<model::SpreadRequest> requests;
    for (const auto& [shape, count] : evidence.calls.shapes) {
        model::SpreadRequest request{.entry = number(shape.entry.service),
                                     .edges = {},
                                     .weight = static_cast<double>(count)};
        for (const ServicePair& who : shape.edges) {
            if (const auto found = edge_numbers.find(who); found != edge_numbers.end()) {
                request.edges.push_back(found->second);
            }
        }
        out.requests += request.weight;
        requests.push_back(std::move(request));
    }
    called.resize(names.size(), false);
    const std::vector<model::Spread> all = model::failure_spread(names.size(), edges, requests);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (called[i]) {
            out.services.push_back(names[i]);
            out.spreads.push_back(all[i]);
        }
    }
    return out;
}

}  // namespace plimsoll::checks
