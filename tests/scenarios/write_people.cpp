// What people write: plimsoll.toml, events.csv, incidents.csv, services.csv. And the world in good
// order.
#include "scenarios/files.hpp"
#include "scenarios/world.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace plimsoll::scenarios {
namespace {

constexpr double features = 10;

[[nodiscard]] double second_of(double week) {
    return static_cast<double>(start_s) + week * static_cast<double>(week_s);
}

void write_configuration(const World& world, const std::string& folder) {
    const DatabaseWorld& database = world.database;
    std::string out =
        fmt::format("[system]\nname = \"simulated\"\ntarget = {:.0f}\nfeatures_total = {:.0f}\n\n",
                    world.people.target,
                    features);
    if (database.cores_told) {
        out += fmt::format("[host]\ncores = {:.0f}\n\n", database.cores);
    }
    out += fmt::format(
        "[limits]\nmax_connections = {:.0f}\npool.web-api = {{size = {:.0f}, instances = 1}}\n"
        "workers.web-api = {{threads = 200, instances = 8}}\n\n",
        database.max_connections,
        database.pool.slots);
    if (world.history.declared) {
        out += "[modules]\n";
        for (const std::string& module : world.history.modules) {
            out += fmt::format("\"src/{}/**\" = \"{}\"\n", module, module);
        }
    }
    out += "\n[answers]\n";
    for (const auto& [question, answer] : world.people.answers) {
        out +=
            fmt::format("{} = {{answer = \"{}\", on = {}, by = \"simulated\"}}\n",
                        question,
                        answer,
                        time_text(second_of(world.people.answers_old ? -40 : weeks_of_record - 2))
                            .substr(0, 10));
    }
    save(folder + "/plimsoll.toml", out);
}

void write_events(const World& world, model::Random& random, const std::string& folder) {
    std::string out = "at,until,kind,service,what\n";
    // Deploys of every week that change nothing that can be measured, on no day in particular.
    for (int week = 0; week < weeks_of_record; ++week) {
        out += fmt::format(
            "{},,deploy,,release {}\n", time_text(second_of(week + random.uniform())), week);
    }
    for (const Change& change : world.people.changes) {
        out += fmt::format(
            "{},{},{},,{}\n",
            time_text(second_of(change.at_week)),
            change.until_week > 0 ? time_text(second_of(change.until_week)) : std::string{},
            change.kind,
            change.what);
    }
    save(folder + "/events.csv", out);
}

void write_incidents(const IncidentWorld& incidents,
                     model::Random& random,
                     const std::string& folder) {
    const auto number = static_cast<std::size_t>(incidents.number);
    const std::vector<bool> wide = marked(random, number, incidents.wide);
    const std::vector<bool> unknown = marked(random, number, incidents.unknown);
    constexpr const char* triggers[] = {"payments", "search", "mail", "reports", "catalog"};
    std::string out = "started,ended,trigger,features_down,what\n";
    for (std::size_t i = 0; i < number; ++i) {
        const double at = second_of(random.uniform() * weeks_of_record);
        out += fmt::format("{},{},{},{},incident {}\n",
                           time_text(at),
                           time_text(at + 1800),
                           unknown[i] ? "" : triggers[random.below(std::size(triggers))],
                           wide[i] ? 6 + random.below(4) : 1 + random.below(2),
                           i);
    }
    save(folder + "/incidents.csv", out);
}

void write_services(const IncidentWorld& incidents, const std::string& folder) {
    std::string out = "caller,callee,kind,critical,timeout_ms,per_second\n";
    const std::string time_out = incidents.time_outs ? "300" : "none";
    for (const char* callee : {"payments", "search", "mail"}) {
        out += fmt::format("web-api,{},sync,true,{},10\n", callee, time_out);
    }
    out += fmt::format(
        "gateway,web-api,sync,true,{},60\nkiosk,gateway,sync,true,{},5\n", time_out, time_out);
    save(folder + "/services.csv", out);
}

}  // namespace

World healthy() {
    World world;
    world.latency.routes = {{.name = "GET /", .p99_ms = 120, .requests = 9000},
                            {.name = "GET /orders", .p99_ms = 260, .requests = 4000},
                            {.name = "POST /orders", .p99_ms = 410, .requests = 900},
                            {.name = "GET /search", .p99_ms = 350, .requests = 2500}};
    world.history.changes = 1400;
    world.history.hot_releases = 0.03;
    world.people.answers = {{"near-term-requirement", "no"},
                            {"rebuild-affordable", "no"},
                            {"load-tested", "yes"},
                            {"incidents-traced", "yes"}};
    return world;
}

void write_people(const World& world, model::Random& random, const std::string& folder) {
    if (world.people.configuration) {
        write_configuration(world, folder);
    }
    if (world.people.events) {
        write_events(world, random, folder);
    }
    if (world.incidents.given) {
        write_incidents(world.incidents, random, folder);
    }
    if (world.incidents.services) {
        write_services(world.incidents, folder);
    }
    if (world.incidents.modules_are_services) {
        std::string out = "caller,callee,kind,critical,timeout_ms,per_second\n";
        for (std::size_t i = 1; i < world.history.modules.size(); ++i) {
            out += fmt::format("{}-service,{}-service,sync,true,300,20\n",
                               world.history.modules[i - 1],
                               world.history.modules[i]);
        }
        save(folder + "/services.csv", out);
    }
}

void write(const World& world, std::uint64_t seed, const std::string& folder) {
    // Each writer has a stream of its own, so that a change of one file leaves the others as they
    // were.
    const auto stream = [&](std::uint64_t part) { return model::Random{seed * 1000 + part}; };
    model::Random latency = stream(1);
    model::Random delivery = stream(2);
    model::Random history = stream(3);
    model::Random database = stream(4);
    model::Random people = stream(5);
    write_latency(world, latency, folder);
    write_delivery(world, delivery, folder);
    write_history(world, history, folder);
    write_database(world, database, folder);
    write_people(world, people, folder);
}

}  // namespace plimsoll::scenarios
