#include "checks/calls/matrix.hpp"

#include "checks/calls/waits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace plimsoll::checks {
namespace {

struct Neighbours {
    std::set<std::string> callers;
    std::set<std::string> callees;
};

[[nodiscard]] std::map<std::string, Neighbours> neighbours_of(const Calls& calls) {
    std::map<std::string, Neighbours> out;
    for (const auto& [who, edge] : calls.edges) {
        out[who.first];
        out[who.second];
        if (who.first != who.second) {
            out[who.first].callees.insert(who.second);
            out[who.second].callers.insert(who.first);
        }
    }
    return out;
}

// What the cell says, and how dark it is: shades of "a failure passes on", not a probability.
[[nodiscard]] Cell cell_of(const CallEdge& edge) {
    constexpr double surely = 1;
    constexpr double perhaps = 0.4;
    constexpr double for_a_while = 0.2;
    constexpr double hardly = 0.05;
    if (edge.synchronous && !*edge.synchronous) {
        return {.text = "async", .value = hardly};
    }
    const Waiting waiting = waiting_of(edge);
    const std::string until = waiting.timeout_s ? seconds_text(*waiting.timeout_s)
                              : waiting.waits == model::Waits::endless ? "no end"
                                                                       : "?";
    if (edge.critical && !*edge.critical) {
        return {.text = until, .value = hardly};  // the caller answers without it
    }
    return {.text = until,
            .value = waiting.waits == model::Waits::endless ? surely
                     : waiting.waits == model::Waits::maybe ? perhaps
                                                            : for_a_while};
}

}  // namespace

std::vector<std::string> callers_first(const Calls& calls) {
    std::map<std::string, Neighbours> left = neighbours_of(calls);
    std::vector<std::string> order;
    while (!left.empty()) {
        // Fewest callers that are not placed yet, then most callees, then the name.
        const auto next = std::ranges::min_element(left, {}, [](const auto& one) {
            return std::tuple{one.second.callers.size(),
                              -static_cast<std::ptrdiff_t>(one.second.callees.size()),
                              one.first};
        });
        const std::string name = next->first;
        for (const std::string& callee : next->second.callees) {
            if (const auto at = left.find(callee); at != left.end()) {
                at->second.callers.erase(name);
            }
        }
        left.erase(next);
        order.push_back(name);
    }
    return order;
}

Exhibit call_matrix(const Calls& calls) {
    constexpr std::size_t most = 30;
    const std::map<std::string, Neighbours> neighbours = neighbours_of(calls);
    std::vector<std::string> busiest;
    for (const auto& [name, around] : neighbours) {
        busiest.push_back(name);
    }
    std::ranges::stable_sort(busiest, std::greater{}, [&](const std::string& name) {
        const Neighbours& around = neighbours.at(name);
        return around.callers.size() + around.callees.size();
    });
    busiest.resize(std::min(most, busiest.size()));
    std::vector<std::string> order = callers_first(calls);
    std::erase_if(order, [&](const std::string& name) {
        return std::ranges::find(busiest, name) == busiest.end();
    });
    Exhibit out{.id = {}, .key = "calls.matrix", .form = Form::matrix};
    out.title = "Who calls whom, and what ends the wait";
    out.caption =
        "Callers down, callees across, callers first. A failure runs the other way: from a column "
        "to the rows that wait for it, and from there to whoever waits for those. What stands left "
        "of the diagonal calls back. \"async\": nobody waits; \"?\": no time-out is known.";
    out.unit = "how long the caller waits";
    out.left_out =
        busiest.size() == neighbours.size()
            ? ""
            : fmt::format("{} services with fewer neighbours", neighbours.size() - busiest.size());
    out.columns.push_back({.name = "caller", .unit = "", .numeric = false});
    for (const std::string& caller : order) {
        out.columns.push_back({.name = caller, .unit = "", .numeric = true});
        Row row;
        row.cells.push_back({.text = caller, .value = std::nullopt});
        for (const std::string& callee : order) {
            const auto edge = calls.edges.find({caller, callee});
            row.cells.push_back(edge == calls.edges.end() ? Cell{} : cell_of(edge->second));
        }
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace plimsoll::checks
