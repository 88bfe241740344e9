// The failing of each service played through over the calls that traces show.
#pragma once

#include "checks/calls/waits.hpp"
#include "evidence/evidence.hpp"
#include "model/failure_spread.hpp"

#include <optional>
#include <string>
#include <vector>

namespace plimsoll::checks {

// A synchronous edge as the play takes it.
struct PlayedEdge {
    ServicePair who;
    Waiting waiting;
    PassesOn passing;
    std::optional<double> exhausted_s;  // at the latest, when the callee hangs
};

struct Played {
    std::vector<std::string> services;   // that are called
    std::vector<model::Spread> spreads;  // of each
    std::vector<PlayedEdge> edges;
    double requests = 0;
    std::vector<Origin> origins;

    // What a hang takes beyond the requests that use the service, at least.
    [[nodiscard]] double beyond(std::size_t service) const noexcept {
        return spreads[service].hangs.low - spreads[service].uses;
    }
};

[[nodiscard]] Played play_failures(const Evidence& evidence, const Settings& settings);

}  // namespace plimsoll::checks
