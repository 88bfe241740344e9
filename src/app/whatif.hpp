// What if: the load line after changes that somebody has in mind, by the ladder's own arithmetic.
//
// Law: each change becomes a remedy with factors on limits, from what the audit measured (shares of
// the log, slots of pools, plans), and is applied in the order given; what the database could not
// bear, or what the evidence says nothing about, is refused with the reason and changes nothing.
#pragma once

#include "core/audit.hpp"
#include "core/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace plimsoll::app {

struct Changes {
    std::vector<std::string> indexes;  // "orders(customer_id)", "orders", or "all"
    std::vector<std::string> pools;    // "200" (all pools), or "web-api=200"
    std::string cache;                 // "60s", "5m", "1h"
    int replicas = 0;
    std::vector<std::string> splits;  // applications
};

struct Step {
    std::string change;  // as it was asked for
    bool applied = false;
    std::string why;  // how the effect was computed, or why it was refused
    LoadLine after;
    static constexpr void fields(auto&& field) {
        field("change", &Step::change);
        field("applied", &Step::applied);
        field("why", &Step::why);
        field("after", &Step::after);
    }
};

struct Outlook {
    LoadLine before;
    std::vector<Step> steps;
    LoadLine after;
    std::vector<Limit> limits;  // after all steps
    static constexpr void fields(auto&& field) {
        field("before", &Outlook::before);
        field("steps", &Outlook::steps);
        field("after", &Outlook::after);
        field("limits", &Outlook::limits);
    }
};

// `audit` as app::audit made it, its findings with their remedies. Throws Error (usage) for a
// change that cannot be understood.
[[nodiscard]] Outlook what_if(const Audit& audit, const Changes& changes, const Settings& settings);
[[nodiscard]] std::string text_of(const Outlook& outlook);

}  // namespace plimsoll::app
