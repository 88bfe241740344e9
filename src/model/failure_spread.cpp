#include "model/failure_spread.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace plimsoll::model {
namespace {

using Set = std::vector<bool>;

// Probability that a request fails at its entry when the services of `down` do.
class Request {
public:
    Request(const SpreadRequest& request, std::span<const SpreadEdge> edges, double Estimate::*end)
        : edges_{edges}, end_{end}, entry_{request.entry} {
        for (const std::size_t edge : request.edges) {
            calls_[edges[edge].caller].push_back(edge);
        }
    }
    [[nodiscard]] double lost(const Set& down) {
        known_.clear();
        return fails(entry_, down);
    }

private:
    // A ring of calls passes nothing on that does not come from outside it.
    double fails(std::size_t service, const Set& down) {
        if (down[service]) {
            return 1;
        }
        const auto [found, fresh] = known_.try_emplace(service, 0.0);
        if (!fresh) {
            return found->second;
        }
        double survives = 1;
        if (const auto calls = calls_.find(service); calls != calls_.end()) {
            for (const std::size_t edge : calls->second) {
                survives *= 1 - edges_[edge].passes_on.*end_ * fails(edges_[edge].callee, down);
            }
        }
        return known_[service] = 1 - survives;
    }

    std::span<const SpreadEdge> edges_;
    double Estimate::*end_;
    std::size_t entry_;
    std::map<std::size_t, std::vector<std::size_t>> calls_;
    std::map<std::size_t, double> known_;
};

// Where the request enters, and whom it calls.
[[nodiscard]] std::vector<std::size_t> services_of(const SpreadRequest& request,
                                                   std::span<const SpreadEdge> edges) {
    std::vector<std::size_t> out{request.entry};
    for (const std::size_t edge : request.edges) {
        out.push_back(edges[edge].callee);
    }
    return out;
}

// The service, and whoever waits for it, for them, and so on.
[[nodiscard]] Set hung_with(std::size_t service,
                            std::size_t services,
                            std::span<const SpreadEdge> edges,
                            bool maybe_too) {
    Set hung(services, false);
    hung[service] = true;
    for (bool grew = true; grew;) {
        grew = false;
        for (const SpreadEdge& edge : edges) {
            const bool passes =
                edge.waits == Waits::endless || (maybe_too && edge.waits == Waits::maybe);
            if (passes && hung[edge.callee] && !hung[edge.caller]) {
                hung[edge.caller] = true;
                grew = true;
            }
        }
    }
    return hung;
}

}  // namespace

std::vector<Spread> failure_spread(std::size_t services,
                                   std::span<const SpreadEdge> edges,
                                   std::span<const SpreadRequest> requests) {
    std::vector<Spread> out(
        services, {.uses = 0, .fails = Estimate::exactly(0), .hangs = Estimate::exactly(0)});
    double weight = 0;
    for (const SpreadRequest& request : requests) {
        weight += request.weight;
    }
    if (!(weight > 0)) {
        return out;
    }
    std::vector<Set> alone(services, Set(services, false));
    std::vector<Set> surely;
    std::vector<Set> perhaps;
    for (std::size_t service = 0; service < services; ++service) {
        alone[service][service] = true;
        surely.push_back(hung_with(service, services, edges, false));
        perhaps.push_back(hung_with(service, services, edges, true));
    }
    for (const SpreadRequest& request : requests) {
        const double share = request.weight / weight;
        const std::vector<std::size_t> used = services_of(request, edges);
        const auto touched = [&](const Set& down) {
            return std::ranges::any_of(used, [&](std::size_t service) { return down[service]; });
        };
        Request low{request, edges, &Estimate::low};
        Request at{request, edges, &Estimate::at};
        Request high{request, edges, &Estimate::high};
        for (std::size_t service = 0; service < services; ++service) {
            Spread& spread = out[service];
            if (touched(alone[service])) {
                spread.uses += share;
                spread.fails.low += share * low.lost(alone[service]);
                spread.fails.at += share * at.lost(alone[service]);
                spread.fails.high += share * high.lost(alone[service]);
            }
            if (touched(surely[service])) {
                spread.hangs.low += share * low.lost(surely[service]);
                spread.hangs.at += share * at.lost(surely[service]);
            }
            if (touched(perhaps[service])) {
                spread.hangs.high += share * high.lost(perhaps[service]);
            }
        }
    }
    return out;
}

}  // namespace plimsoll::model
