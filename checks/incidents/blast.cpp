#include "checks/incidents/blast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr std::size_t most_origins = 20;

// Records of one event, in order of their start.
struct Event {
    std::vector<const Incident*> records;
    Instant until;
};

[[nodiscard]] std::vector<Event> events_of(const Incidents& incidents) {
    std::vector<Event> out;
    for (const Incident& incident : incidents.incidents) {  // ordered by start
        const Instant until = incident.ended.value_or(incident.started);
        if (!out.empty() && incident.started < out.back().until) {
            out.back().records.push_back(&incident);
            out.back().until = std::max(out.back().until, until);
        } else {
            out.push_back({.records = {&incident}, .until = until});
        }
    }
    return out;
}

[[nodiscard]] std::optional<double> features_of(const Event& event) {
    std::set<std::string> names;
    std::optional<double> most;
    for (const Incident* incident : event.records) {
        names.insert(incident->features_down.begin(), incident->features_down.end());
        if (incident->features_down_count) {
            const auto count = static_cast<double>(*incident->features_down_count);
            most = std::max(most.value_or(0), count);
        }
    }
    if (!names.empty()) {
        most = std::max(most.value_or(0), static_cast<double>(names.size()));
    }
    return most;
}

// How many features there are at least: all that are named, and the most that one event took.
[[nodiscard]] double features_known(const std::vector<Event>& events) {
    std::set<std::string> names;
    double most = 0;
    for (const Event& event : events) {
        most = std::max(most, features_of(event).value_or(0));
        for (const Incident* incident : event.records) {
            names.insert(incident->features_down.begin(), incident->features_down.end());
        }
    }
    return std::max(most, static_cast<double>(names.size()));
}

[[nodiscard]] Estimate mean_share(const std::vector<JudgedIncident>& incidents, double total) {
    Estimate out{.at = 0, .low = 1, .high = 0};
    for (const JudgedIncident& one : incidents) {
        const double share = std::min(1.0, one.features / total);
        out.at += share / static_cast<double>(incidents.size());
        out.low = std::min(out.low, share);
        out.high = std::max(out.high, share);
    }
    return out;
}

// Why a failure of the callee passes to the caller; nothing when it does not.
[[nodiscard]] std::optional<OpenEdge> open_edge(const std::string& caller,
                                                const std::string& callee,
                                                const CallEdge& edge,
                                                const Settings& settings) {
    if (!edge.synchronous.value_or(false) || !edge.critical.value_or(true)) {
        return std::nullopt;
    }
    OpenEdge out{.caller = caller, .callee = callee, .why = {}, .exhausted_s = std::nullopt};
    const auto workers = settings.workers.find(caller);
    if (workers != settings.workers.end() && edge.per_second_milli.value_or(0) > 0) {
        // Little's law with the callee hanging: each call keeps a thread, none comes back.
        out.exhausted_s =
            workers->second.slots() * 1000 / static_cast<double>(*edge.per_second_milli);
    }
    if (edge.timeout_us) {
        const double timeout_s = static_cast<double>(*edge.timeout_us) / 1e6;
        if (!out.exhausted_s || timeout_s < *out.exhausted_s) {
            return std::nullopt;
        }
        out.why = fmt::format("a time-out of {:.3g} s, and the threads are used up in {:.3g} s",
                              timeout_s,
                              *out.exhausted_s);
        return out;
    }
    if (!edge.no_timeout && !edge.declared) {
        return std::nullopt;  // traces did not show whether there is one
    }
    out.why = edge.no_timeout ? "no time-out" : "no time-out given";
    if (out.exhausted_s) {
        out.why += fmt::format(", and the threads are used up in {:.3g} s", *out.exhausted_s);
    }
    return out;
}

using Callers = std::map<std::string, std::vector<std::string>>;

[[nodiscard]] std::set<std::string> reached_from(const std::string& failed,
                                                 const Callers& callers) {
    std::set<std::string> reached;
    std::vector<std::string> next{failed};
    while (!next.empty()) {
        const std::string service = std::move(next.back());
        next.pop_back();
        const auto found = callers.find(service);
        if (found == callers.end()) {
            continue;
        }
        for (const std::string& caller : found->second) {
            if (caller != failed && reached.insert(caller).second) {
                next.push_back(caller);
            }
        }
    }
    return reached;
}

void fill_reach(Structure& structure, const Callers& callers, const std::set<std::string>& called) {
    const double others = std::max(1.0, static_cast<double>(structure.services) - 1);
    for (const std::string& service : called) {
        std::set<std::string> reached = reached_from(service, callers);
        structure.mean_share +=
            static_cast<double>(reached.size()) / others / static_cast<double>(called.size());
        if (reached.size() > structure.worst_reach.size()) {
            structure.worst = service;
            structure.worst_reach = std::move(reached);
        }
    }
}

[[nodiscard]] Cell text(std::string value) {
    return {.text = std::move(value), .value = std::nullopt};
}
[[nodiscard]] Cell number(double value) {
    return {.text = fmt::format("{:.3g}", value), .value = value};
}

}  // namespace

Blast blast_of(const Incidents& incidents,
               const Settings& settings,
               double wide_share,
               double several) {
    Blast blast;
    const std::vector<Event> events = events_of(incidents);
    blast.features_total = settings.features_total;
    // There are at least so many, so what took less than half of them is narrow for certain.
    const double perhaps_from = std::max(2.0, wide_share * features_known(events));
    blast.wide_from = settings.features_total
                          ? std::max(1.0, wide_share * *settings.features_total)
                          : std::max(several, wide_share * features_known(events));
    for (const Event& event : events) {
        const std::optional<double> features = features_of(event);
        const auto known = std::ranges::find_if(
            event.records, [](const Incident* one) { return !one->trigger.empty(); });
        blast.joined += event.records.size() - 1;
        if (known == event.records.end()) {
            ++blast.no_trigger;
        } else if (!features) {
            ++blast.no_features;
        } else {
            const bool wide = *features >= blast.wide_from;
            blast.incidents.push_back({.incident = *known,
                                       .features = *features,
                                       .records = event.records.size(),
                                       .wide = wide});
            blast.wide += wide ? 1 : 0;
            blast.perhaps_wide +=
                wide || (!settings.features_total && *features >= perhaps_from) ? 1 : 0;
            if (blast.origins.size() < most_origins) {
                blast.origins.push_back((*known)->origin);
            }
        }
    }
    blast.judged = blast.incidents.size();
    std::ranges::stable_sort(blast.incidents, std::greater{}, &JudgedIncident::features);
    if (settings.features_total && *settings.features_total > 0 && blast.judged != 0) {
        blast.mean_share_lost = mean_share(blast.incidents, *settings.features_total);
    }
    return blast;
}

Structure structure_of(const Calls& calls, const Settings& settings) {
    Structure structure;
    std::set<std::string> services;
    std::set<std::string> called;
    Callers callers;
    for (const auto& [who, edge] : calls.edges) {
        services.insert(who.first);
        services.insert(who.second);
        called.insert(who.second);
        structure.declared_only = structure.declared_only && edge.calls == 0;
        if (who.first == who.second) {
            continue;
        }
        if (std::optional<OpenEdge> open = open_edge(who.first, who.second, edge, settings)) {
            callers[who.second].push_back(who.first);
            if (structure.origins.size() < most_origins) {
                structure.origins.push_back(edge.first_seen);
            }
            structure.open.push_back(std::move(*open));
        }
    }
    structure.services = services.size();
    fill_reach(structure, callers, called);
    return structure;
}

std::string structure_sentence(const Structure& structure) {
    return fmt::format(
        "No incident shows it yet, but if {} hangs, {} of {} other services hang with it: {} "
        "synchronous call{} ha{} no time-out that would stop it.",
        structure.worst,
        structure.worst_reach.size(),
        structure.services - 1,
        structure.open.size(),
        structure.open.size() == 1 ? "" : "s",
        structure.open.size() == 1 ? "s" : "ve");
}

Exhibit incidents_exhibit(const Blast& blast) {
    Exhibit exhibit;
    exhibit.key = "blast-radius.incidents";
    exhibit.form = Form::table;
    exhibit.title = "What each failed component took with it";
    exhibit.caption =
        "From the list of incidents; those without trigger or features are not in it, and records "
        "that overlap in time are one.";
    exhibit.columns = {{.name = "started", .unit = "", .numeric = false},
                       {.name = "failed first", .unit = "", .numeric = false},
                       {.name = "features down", .unit = "features", .numeric = true},
                       {.name = "what", .unit = "", .numeric = false}};
    for (const JudgedIncident& one : blast.incidents) {
        if (exhibit.rows.size() == 20) {
            exhibit.left_out = fmt::format("{} more incidents", blast.incidents.size() - 20);
            break;
        }
        Row row;
        row.cells = {text(to_date(one.incident->started)),
                     text(one.incident->trigger),
                     number(one.features),
                     text(one.incident->what)};
        if (blast.features_total && *blast.features_total > 0) {
            row.share = std::min(1.0, one.features / *blast.features_total);
        }
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

Exhibit structure_exhibit(const Structure& structure) {
    Exhibit exhibit;
    exhibit.key = "blast-radius.calls";
    exhibit.form = Form::table;
    exhibit.title = "Calls that pass a failure on";
    exhibit.caption = "Synchronous, needed for the answer, and nothing ends the wait.";
    exhibit.columns = {{.name = "caller", .unit = "", .numeric = false},
                       {.name = "callee", .unit = "", .numeric = false},
                       {.name = "why", .unit = "", .numeric = false}};
    for (const OpenEdge& edge : structure.open) {
        if (exhibit.rows.size() == 30) {
            exhibit.left_out = fmt::format("{} more calls", structure.open.size() - 30);
            break;
        }
        Row row;
        row.cells = {text(edge.caller), text(edge.callee), text(edge.why)};
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

Remedy timeout_remedy(const Structure& structure) {
    const OpenEdge& edge = structure.open.front();
    return {.id = "blast-radius.timeouts",
            .rung = Rung::configure,
            .title = fmt::format("Give the {} open calls a time-out", structure.open.size()),
            .action = fmt::format(
                "set a time-out of a second or three times the callee's p99, whichever is "
                "more, on each call of the table, {} to {} first; retry at most once, with "
                "backoff",
                edge.caller,
                edge.callee),
            .effort = "1 day",
            .reach = "the HTTP and database clients of the callers",
            .undo = "remove the setting",
            .effects = {},
            .clears = {std::string{to_text(Sign::blast_radius)}},
            .verify = "stop each callee in staging: only its own features fail",
            .model = "a call that ends cannot hold a thread for longer than its time-out (Little)"};
}

Remedy isolation_remedy(const Blast& blast) {
    const std::string trigger = blast.incidents.front().incident->trigger;
    return {
        .id = "blast-radius.isolate." + trigger,
        .rung = Rung::configure,
        .title = "Keep a failure of " + trigger + " to itself",
        .action = "give every call to " + trigger +
                  " a time-out and a pool of its own of at most a quarter of the caller's threads",
        .effort = "3 days",
        .reach = "the callers of " + trigger,
        .undo = "remove the settings",
        .effects = {},
        .clears = {},
        .verify = "stop " + trigger + " in staging: only its own features fail",
        .model = "bulkhead: one dependency can hold a quarter of the threads"};
}

}  // namespace plimsoll::checks
