// Samples: the levels of one gauge, ready for arithmetic, and what checks of limits share.
//
// Law: what was announced not to be the day's load does not count as its peak: samples inside a
// mask of the configuration or inside a back-fill, a batch or an outage of the calendar are left
// out and counted. An incident stays in: it may be the very peak that is asked for.
#pragma once

#include "core/finding.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "model/headroom.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::checks {

struct Stretch {
    Instant from;
    Instant until;
};
// Stretches of time whose load is not the day's.
[[nodiscard]] std::vector<Stretch> not_the_days_load(const Settings& settings,
                                                     const Events& events);
[[nodiscard]] bool within(const std::vector<Stretch>& stretches, Instant at) noexcept;

struct Samples {
    std::string name;  // "web-api" of "pool.web-api.busy"
    std::vector<double> values;
    std::vector<std::optional<double>> limits;  // told with each value
    double limit = 0;                           // the largest told; 0 when none is
    std::size_t masked = 0;
    Origin origin;
};

[[nodiscard]] Samples samples_of(const GaugeSeries& series, const std::vector<Stretch>& masks);
// Every gauge whose name is prefix + NAME + suffix, by NAME; without a suffix the rest is the NAME.
[[nodiscard]] std::vector<Samples> gauges_named(const Evidence& evidence,
                                                const Settings& settings,
                                                std::string_view prefix,
                                                std::string_view suffix);
// Over how many alike instances the gauge was summed: the most that prefix + NAME + ".instances"
// says, else 1.
[[nodiscard]] double instances_of(const Gauges& gauges,
                                  std::string_view prefix,
                                  std::string_view name);
// The gauge of this very name; nothing when it has no samples that count.
[[nodiscard]] std::optional<Samples> gauge_named(const Evidence& evidence,
                                                 const Settings& settings,
                                                 const std::string& name);

// Servers in use per window of a log, without blocks of windows (minutes) that lie inside a mask.
[[nodiscard]] std::vector<double> in_use(const Windows& busy_us, const std::vector<Stretch>& masks);

// "; 600 samples of a batch or back-fill left out", or nothing.
[[nodiscard]] std::string masked_text(std::size_t masked);

// The measure that every limit of this kind shows first.
[[nodiscard]] Measure peak_measure(const model::Headroom& room,
                                   std::string name,
                                   std::string unit,
                                   const Origin& origin);

// A resource that is used up at its limit and queues nothing before (a quota, a disk's bytes a
// second): the multiple is limit / use, from the peak window at the low end to the mean at the high
// one.
struct UsedUp {
    std::string check;  // id of the check, the limit's prefix
    std::string noun;   // "quota of payments"
    std::string unit;   // "calls/s"
    std::string what;   // "calls"
};
// Nothing when the samples have no limit or were never above 0.
[[nodiscard]] std::optional<Limit> used_up(const Samples& samples, const UsedUp& words);

// Outcome, sentence and confidence of a finding from its limits: present when the lowest lies under
// the asked stage, absent when the lowest cannot, else insufficient. Does nothing without a placed
// limit.
void conclude(Finding& finding, const Settings& settings, std::string_view from);

}  // namespace plimsoll::checks
