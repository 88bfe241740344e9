// What ends the waiting of a caller: a time-out that a person named, or that traces show, or
// nothing; how surely a failure passes on; and how soon its threads are used up when the callee
// hangs.
#pragma once

#include "core/estimate.hpp"
#include "core/finding.hpp"
#include "core/settings.hpp"
#include "evidence/calls.hpp"
#include "evidence/gauges.hpp"
#include "model/failure_spread.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace plimsoll::checks {

// From this many failed calls that end together on, their common length is a time-out.
inline constexpr std::uint64_t least_alike = 5;
// Half a minute: the default of many TCP and HTTP clients; who waits longer was given no time-out
// of his own.
inline constexpr double endless_s = 30;

struct Waiting {
    model::Waits waits = model::Waits::maybe;
    std::optional<double> timeout_s;  // the longest that the caller waits
    double longest_s = 0;             // the longest call seen, failed ones too
    std::string why;                  // "failed calls end together at 2.0 s"
};

// Seconds at which the failed calls of an edge end together: five or more and half of them within 6
// % of the longest, and no call that succeeded took longer.
[[nodiscard]] std::optional<double> ceiling_s(const CallEdge& edge);

[[nodiscard]] Waiting waiting_of(const CallEdge& edge);

// P(the caller fails | the call failed): as a person said, or per failing minute with Wilson's 90 %
// interval, for requests of one outage are one observation. Not known: 0 to 1, taken for 1.
struct PassesOn {
    Estimate share{.at = 1, .low = 0, .high = 1};
    std::uint64_t minutes = 0;
    std::uint64_t lost = 0;
    bool said = false;
};
[[nodiscard]] PassesOn passes_on(const CallEdge& edge);

// Request threads of a service: as configured, or the limit of its gauge.
[[nodiscard]] std::optional<double> threads_of(const std::string& service,
                                               const Settings& settings,
                                               const Gauges& gauges);
// Calls a second: as said, else the busiest minute of the traces, which sampling can only make too
// few.
[[nodiscard]] std::optional<double> peak_rate(const CallEdge& edge);

// The one gap of all checks that need traces and have none.
[[nodiscard]] Gap traces_gap();

// "2.4 s", "800 ms", "3 min".
[[nodiscard]] std::string seconds_text(double seconds);

}  // namespace plimsoll::checks
