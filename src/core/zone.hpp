// Zone: the local time of the system that is audited, for what people do by the day and the week.
//
// Law: a zone is an offset from UTC and the instants at which it changes; a local day is what the
// clock on the wall calls one, of 23, 24 or 25 hours, so weeks have 167, 168 or 169. Default: UTC.
// Values only: whoever knows a zone's rules (app/zone_rules.hpp) fills them in. Blind spot: nothing
// is known of changes after the last one listed.
#pragma once

#include "core/instant.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll {

struct ZoneChange {
    Instant at;
    std::chrono::seconds offset{0};  // local less UTC from here on
    friend bool operator==(const ZoneChange&, const ZoneChange&) = default;
};

struct Zone {
    std::string name = "UTC";
    std::chrono::seconds offset{0};   // before the first change
    std::vector<ZoneChange> changes;  // by time

    [[nodiscard]] std::chrono::seconds offset_at(Instant at) const noexcept;
    // Local days since 1970-01-01.
    [[nodiscard]] std::int64_t day_of(Instant at) const noexcept;
    // The instant at which that local day begins.
    [[nodiscard]] Instant start_of(std::int64_t day) const noexcept;
};

}  // namespace plimsoll
