// Events: what was changed or happened when: deploys, migrations, back-fills, holidays (events.csv,
// or derived from CI). They explain steps in a series and mask stretches that must not count.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace plimsoll {

enum class EventKind : std::uint8_t {
    deploy,
    migration,
    config,
    backfill,
    batch,
    incident,
    outage,
    holiday
};
template <>
inline constexpr std::array<std::string_view, 8> texts_of<EventKind>{
    "deploy", "migration", "config", "backfill", "batch", "incident", "outage", "holiday"};

struct Event {
    Instant at;
    std::optional<Instant> until;
    EventKind kind = EventKind::deploy;
    std::string service;  // empty: the whole system
    std::string what;
    Origin origin;
    friend auto operator<=>(const Event&, const Event&) = default;
    static constexpr void fields(auto&& field) {
        field("at", &Event::at);
        field("until", &Event::until);
        field("kind", &Event::kind);
        field("service", &Event::service);
        field("what", &Event::what);
        field("origin", &Event::origin);
    }
};

struct Events {
    std::set<Event> events;
    // Is a list of deploys part of the evidence at all, even an empty one? Without it nobody can
    // say that nothing was changed.
    bool deploys_listed = false;

    [[nodiscard]] bool empty() const noexcept { return events.empty() && !deploys_listed; }
    void merge(const Events& other) {
        events.insert(other.events.begin(), other.events.end());
        deploys_listed = deploys_listed || other.deploys_listed;
    }
    static constexpr void fields(auto&& field) {
        field("events", &Events::events);
        field("deploys_listed", &Events::deploys_listed);
    }
};

}  // namespace plimsoll
