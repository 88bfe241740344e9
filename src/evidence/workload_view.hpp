// What follows from a workload by counting alone, and what the log's settings forbid to conclude.
//
// Law: a log with a threshold, a sample or hidden parameters shows a part of what ran. Figures that
// are floors because of it may be said as floors; those that it makes wrong are void, and each is
// named. Blind spot: sampling leaves no trace in a log but the setting's own change.
#pragma once

#include "core/estimate.hpp"
#include "evidence/workload.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll {

// The shortest duration that is logged, inferred: nothing when the log shows short ones, or has too
// few calls to tell.
[[nodiscard]] std::optional<std::int64_t> logging_threshold_us(const Workload& workload);

struct Voided {
    std::string figure;  // "n_plus_one"
    std::string why;
};
[[nodiscard]] std::vector<Voided> voided_by_logging(const Workload& workload);

// The most sessions that were open at the end of a second, as far as the log shows them opening and
// closing; nothing when it shows neither. Those open before the log began and still open at its end
// are not in it, so it is a floor.
[[nodiscard]] std::optional<std::int64_t> most_open_sessions(const SessionCounts& sessions);

// As a setting in the log says; else, when connections were refused for it, the most that were
// open.
struct ConnectionLimit {
    std::int64_t limit = 0;
    bool derived = false;
};
[[nodiscard]] std::optional<ConnectionLimit> connection_limit(const Workload& workload);

// Who reads and who writes a table: calls and time per application.
struct TableUse {
    std::map<std::string, Tally> readers;
    std::map<std::string, Tally> writers;
    // The application with the most writes; empty when nobody writes it.
    [[nodiscard]] std::string owner() const;
};
[[nodiscard]] std::map<std::string, TableUse> table_use(const Workload& workload);

// The mean duration of short calls in seconds while statements of a second or longer run, and in
// those while none does. A correlation: a busy hour may bring both.
struct SlowedByLong {
    std::uint64_t seconds_with = 0;
    std::uint64_t seconds_without = 0;
    double mean_us_with = 0;
    double mean_us_without = 0;
};
[[nodiscard]] std::optional<SlowedByLong> slowed_by_long(const Workload& workload);

// How many times longer the 95th percentile is in the last third of the hours than in the first;
// nothing with fewer than three hours, or fewer than 100 calls in a third. The interval is that of
// the histograms' buckets.
[[nodiscard]] std::optional<Estimate> latency_growth(const StatementClass& statement);

}  // namespace plimsoll
