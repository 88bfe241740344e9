// Limit: at what multiple of today's load does the single writer give way: the write-ahead log's
// disk, or the one process that replays it on a replica?
//
// Law: PostgreSQL writes one log, and a replica replays it with one process. Bytes a second over
// what the disk takes is the multiple (the peak at the low end, the mean at the high one). A
// replica whose lag does not come back within the capture has passed its limit already: at most 1.
// Blind spots: full-page writes after a checkpoint double the bytes for minutes; a disk's burst
// credit looks like its capacity; a lag below a second is noise.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::checks {
namespace {

constexpr Threshold lag_grows{
    .id = "write-ahead-log.lag-grows",
    .value = 10,
    .unit = "s",
    .reason = "a lag that grew by ten seconds is more than a long transaction"};
constexpr std::array thresholds{lag_grows};
constexpr std::size_t least_samples = 20;

// By how much the least of the last quarter exceeds the most of the first: what no passing burst
// does.
[[nodiscard]] double lasting_rise(const std::vector<double>& values) {
    const std::size_t quarter = values.size() / 4;
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(quarter);
    const double before = *std::max_element(values.begin(), end);
    const double after =
        *std::min_element(values.end() - static_cast<std::ptrdiff_t>(quarter), values.end());
    return after - before;
}

[[nodiscard]] std::optional<Limit> replay(const Samples& lag, const Settings& settings) {
    if (lag.values.size() < least_samples) {
        return std::nullopt;
    }
    const double rise = lasting_rise(lag.values);
    if (rise < settings.value_of(lag_grows)) {
        return std::nullopt;  // it keeps up: that bounds nothing
    }
    Limit limit{.id = "replica-replay",
                .name = "replay on the replica",
                .basis = fmt::format("lag grew by {:.0f} s and did not come back", rise),
                .axis = Axis::load,
                .grade = Grade::C,
                .formula = "a backlog that only grows: at most 1"};
    limit.place(Estimate::at_most(1));
    limit.hard = Estimate::at_most(1);
    limit.inputs = {{.id = "lag-rise",
                     .name = "least lag of the last quarter over most of the first",
                     .value = Estimate::exactly(rise),
                     .unit = "s",
                     .samples = static_cast<double>(lag.values.size()),
                     .formula = {},
                     .origins = {lag.origin}}};
    return limit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    if (const auto written = gauge_named(evidence, settings, "wal.bytes_per_second")) {
        Samples rate = *written;
        rate.name.clear();
        const UsedUp words{.check = "write-ahead-log",
                           .noun = "write-ahead log",
                           .unit = "bytes/s",
                           .what = "bytes of write-ahead log"};
        if (const std::optional<Limit> limit = used_up(rate, words)) {
            finding.limits.push_back(*limit);
        }
    }
    if (const auto lag = gauge_named(evidence, settings, "replica.lag_s")) {
        if (const std::optional<Limit> limit = replay(*lag, settings)) {
            finding.limits.push_back(*limit);
        }
    }
    conclude(finding, settings, "sampled bytes a second against what the disk was said to take");
    if (finding.says.empty()) {
        finding.says = "Not assessed: how much of the write-ahead log's disk is used is not known.";
        finding.gaps.push_back(
            {.id = "write-ahead-log",
             .missing = "bytes of write-ahead log a second, and what its disk takes",
             .would_add = "the multiple at which writes give way",
             .how = "SELECT now(), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'); each ten "
                    "seconds, its difference as wal.bytes_per_second in gauges.csv, the disk's "
                    "bytes a second as limit"});
    }
    return finding;
}

}  // namespace

extern constinit const Check write_ahead_log{
    .id = "write-ahead-log",
    .asks = "At what multiple of today's load does the single writer give way?",
    .why = "Replicas and caches carry reads; every write goes through one log, and one process "
           "replays it. Blind "
           "spots: full-page writes after a checkpoint; a disk's burst credit.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .thresholds = thresholds,
    .claims = "001-30 000-104",
    .missing = {.what = "bytes of write-ahead log a second and the disk's capacity",
                .would_add = "the multiple at which writes give way",
                .how = "gauges.csv: wal.bytes_per_second with the disk's bytes a second as limit"},
    .run = run,
};

}  // namespace plimsoll::checks
