// The questions that no log answers, in the order in which they are asked. Ids as in plimsoll.toml.
#pragma once

#include <array>
#include <string_view>

namespace plimsoll::app {

struct Question {
    std::string_view id;
    std::string_view asks;
};

inline constexpr std::array<Question, 20> questions{{
    {"near-term-requirement",
     "Is something due within 12 months that today's architecture cannot support (regions, "
     "tenants, roles, "
     "audit log, another data model, an SLA)? yes: it exists."},
    {"rebuild-affordable",
     "Could the business bear months of slower feature delivery? yes: it could."},
    {"load-tested",
     "Was a load beyond today's peak tested in the last 12 months, with the result forecast?"},
    {"incidents-traced",
     "Was the component that caused each of the last five incidents named within a day?"},
    {"avoided-modules", "Are there modules that people avoid to change?"},
    {"database-steps-left", "Are larger database instances left to buy?"},
    {"state-in-instances",
     "Are sessions or uploads held in the memory or on the disk of an instance?"},
    {"queue-policy", "Has every queue a bound, a dead-letter place and idempotent consumers?"},
    {"call-protection",
     "Has every call to another service a time-out, a retry budget and a fallback?"},
    {"stale-cache", "Has a cache served stale or another tenant's data in the last 12 months?"},
    {"staging-and-rollback",
     "Does staging match production, and can a release be rolled back in 15 minutes?"},
    {"reads-may-lag", "May some reads lag behind writes by seconds?"},
    {"startup-work", "Does start-up run migrations or warm caches?"},
    {"other-runtime", "Does a component need another runtime or store?"},
    {"service-operators", "Is there a team that would operate an extracted service?"},
    {"cost", "Is the monthly cost by component known?"},
    {"rule-copies", "Is one business rule checked in more than one place?"},
    {"integrations", "Is each integration kept behind an adapter of its own?"},
    {"target", "Is a growth target with a date set?"},
    {"module-and-table-map", "Does [modules] and [tables] say who owns which path and table?"},
}};

}  // namespace plimsoll::app
