#include "readers/live/gauges.hpp"

#include <fmt/format.h>

#include <utility>

namespace plimsoll::readers::live {

void add(DatabaseCapture capture, Evidence& evidence, Input& input) {
    const double usable = capture.setting("max_connections", 0) -
                          capture.setting("superuser_reserved_connections", 0) -
                          capture.setting("reserved_connections", 0);
    for (const DbSessions& sample : capture.sessions) {
        const auto gauge = [&](const char* name, std::int64_t value, bool limited) {
            GaugeSeries& series = evidence.gauges.series[name];
            keep_first(series.first_seen, capture.origin);
            GaugeSample one{.value_milli = value * 1000};
            if (limited && usable > 0) {
                one.limit_milli = static_cast<std::int64_t>(usable) * 1000;
            }
            series.add(sample.at, one);
        };
        gauge("db.connections", sample.sessions, true);
        if (sample.hidden == 0) {
            gauge("db.active", sample.active, false);
        }
        input.span.cover(sample.at);
    }
    for (const DbSnapshot& shot : capture.snapshots) {
        input.span.cover(shot.at);
    }
    input.records = capture.tables.size() + capture.sessions.size() + capture.snapshots.size();
    input.note = fmt::format(
        "PostgreSQL {}.{}, role {}: {} tables, {} snapshots, {} samples of sessions{}{}",
        capture.server / 10000,
        capture.server % 10000,
        capture.role,
        capture.tables.size(),
        capture.snapshots.size(),
        capture.sessions.size(),
        capture.pooled ? ", through a pooler" : "",
        capture.complete ? "" : "; not complete");
    evidence.database.add(std::move(capture));
}

}  // namespace plimsoll::readers::live
