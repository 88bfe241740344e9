// Gauges: the level of a resource at instants: busy slots of a pool, active sessions, CPU, queue
// depth. Names as in design.md section 5: pool.NAME.busy, workers.NAME.busy, db.active,
// db.connections, db.cpu, host.NAME.cpu, memory.NAME, queue.NAME.depth, queue.NAME.age_s,
// quota.NAME.per_second, replica.lag_s, wal.bytes_per_second. Others are kept under their own name.
//
// Blind spot: a sample every second or minute misses what is shorter.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace plimsoll {

// Thousandths, so that merging adds nothing up in floating point.
struct GaugeSample {
    std::int64_t value_milli = 0;
    std::optional<std::int64_t> limit_milli;
    friend auto operator<=>(const GaugeSample&, const GaugeSample&) = default;
    static constexpr void fields(auto&& field) {
        field("value_milli", &GaugeSample::value_milli);
        field("limit_milli", &GaugeSample::limit_milli);
    }
};

struct GaugeSeries {
    std::map<Instant, GaugeSample> samples;  // two samples of one instant: the larger stays
    Origin first_seen;

    void add(Instant at, GaugeSample sample) {
        const auto [found, fresh] = samples.emplace(at, sample);
        if (!fresh) {
            found->second = std::max(found->second, sample);
        }
    }
    static constexpr void fields(auto&& field) {
        field("samples", &GaugeSeries::samples);
        field("first_seen", &GaugeSeries::first_seen);
    }
};

struct Gauges {
    std::map<std::string, GaugeSeries> series;

    [[nodiscard]] bool empty() const noexcept { return series.empty(); }
    void merge(const Gauges& other) {
        for (const auto& [name, theirs] : other.series) {
            GaugeSeries& ours = series[name];
            keep_first(ours.first_seen, theirs.first_seen);
            for (const auto& [at, sample] : theirs.samples) {
                ours.add(at, sample);
            }
        }
    }
    static constexpr void fields(auto&& field) { field("series", &Gauges::series); }
};

}  // namespace plimsoll
