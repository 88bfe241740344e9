// Incidents: when something was down, what failed first, and what else went down with it.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"

#include <compare>
#include <optional>
#include <set>
#include <string>

namespace plimsoll {

struct Incident {
    Instant started;
    std::optional<Instant> ended;
    std::string trigger;                  // the component that failed first; empty when unknown
    std::set<std::string> features_down;  // by name, when the list names them
    std::optional<std::int64_t> features_down_count;  // when it only counts them
    std::string what;
    Origin origin;
    friend auto operator<=>(const Incident&, const Incident&) = default;
    static constexpr void fields(auto&& field) {
        field("started", &Incident::started);
        field("ended", &Incident::ended);
        field("trigger", &Incident::trigger);
        field("features_down", &Incident::features_down);
        field("features_down_count", &Incident::features_down_count);
        field("what", &Incident::what);
        field("origin", &Incident::origin);
    }
};

struct Incidents {
    std::set<Incident> incidents;
    bool listed = false;  // a list was given, even an empty one

    [[nodiscard]] bool empty() const noexcept { return incidents.empty() && !listed; }
    void merge(const Incidents& other) {
        incidents.insert(other.incidents.begin(), other.incidents.end());
        listed = listed || other.listed;
    }
    static constexpr void fields(auto&& field) {
        field("incidents", &Incidents::incidents);
        field("listed", &Incidents::listed);
    }
};

}  // namespace plimsoll
