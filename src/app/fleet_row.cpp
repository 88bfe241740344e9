// Where a system stands in its fleet: what needs a person first.
#include "app/store.hpp"

#include <fmt/format.h>

#include <cmath>

namespace plimsoll::app {
namespace {

// An audit that is so much older than the fleet's newest says little of today.
constexpr Micros stale_after = std::chrono::days{45};

// As app/compare.hpp: real where intervals do not overlap, by the same rules.
[[nodiscard]] Move moved(const PastAudit& before, const PastAudit& now) {
    if (before.rules_version != now.rules_version || before.measured != now.measured ||
        !before.line.known() || !now.line.known()) {
        return Move::not_comparable;
    }
    if (now.line.low > before.line.high) {
        return Move::better;
    }
    if (now.line.high < before.line.low) {
        return Move::worse;
    }
    const bool same = now.line.low == before.line.low && now.line.high == before.line.high;
    return same ? Move::unchanged : Move::unclear;
}

}  // namespace

FleetRow fleet_row(PastAudit now, std::optional<PastAudit> before, Instant newest) {
    FleetRow row{.now = std::move(now), .before = std::move(before)};
    if (row.before) {
        row.move = moved(*row.before, row.now);
    }
    const Estimate& line = row.now.line;
    if (line.known() && (line.high < 1 || line.at < 1)) {
        row.need = Need::overloaded;
        row.why = line.high < 1 ? "its load line lies below today's peak"
                                : "the best estimate lies below today's peak";
    } else if (row.move == Move::worse) {
        row.need = Need::got_worse;
        row.why = "its load line moved down, and the intervals do not overlap";
    } else if (row.now.outcome == VerdictOutcome::rebuild) {
        row.need = Need::rebuild;
        row.why = "the verdict is to rebuild";
    } else if (line.known() && line.high < row.now.target) {
        row.need = Need::below_target;
        row.why = fmt::format("it gives way before the {:g}x that is asked for", row.now.target);
    } else if (newest - row.now.taken_at > stale_after) {
        row.need = Need::stale;
        row.why = "it was not audited for more than 45 days";
    } else if (!line.known() || row.now.outcome == VerdictOutcome::insufficient) {
        row.need = Need::blind;
        row.why = "there is too little evidence to say";
    } else {
        row.why = "nothing that was measured asks for a person";
    }
    return row;
}

}  // namespace plimsoll::app
