// A world: an invented system with known properties, from which whole bundles of evidence are
// written.
//
// Everything here is simulated and said to be. A world states what is true of it (how p99 moves,
// how long a change waits, how many features an incident takes, which boundaries hold, how busy
// each resource is); the writers (write_*.cpp) turn it into files in the formats that real tools
// write, with noise; the truth that an audit is held to follows from the world and not from any
// threshold.
//
// Law: every bundle is a function of the world and the seed, to the byte. No clock, no locale.
#pragma once

#include "core/verdict.hpp"
#include "model/random.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::scenarios {

// Day 0 of every world, a Monday, and where its evidence ends: 18 whole weeks later.
inline constexpr std::int64_t start_s = 1'781'481'600;  // 2026-06-15T00:00:00Z
inline constexpr std::int64_t day_s = 86'400;
inline constexpr std::int64_t week_s = 7 * day_s;
inline constexpr int weeks_of_record = 18;

struct Change {
    double at_week = 0;
    double until_week = 0;  // 0: a moment
    std::string kind;       // as in events.csv
    std::string what;
};

struct Route {
    std::string name;
    double p99_ms = 200;
    double per_week = 1;    // factor: 1.076 is the seed's "80, 140, 210 ms in three months"
    double step_week = -1;  // one step, then level
    double step = 1;        // factor
    double bump_from = -1;  // a passing rise, weeks
    double bump_until = -1;
    double bump = 1;               // factor
    double requests = 4000;        // an hour, at noon
    double requests_per_week = 1;  // factor
};

struct LatencyWorld {
    bool given = true;
    int weeks = 14;
    std::vector<Route> routes;
    double noise = 0.08;      // of a day's log p99
    double memory = 0.3;      // autocorrelation of the noise from day to day
    double season = 0;        // a slow swing of traffic, as a share
    bool one_series = false;  // the service as a whole, routes mixed
};

struct DeliveryWorld {
    bool given = true;
    int weeks = 12;
    double per_week = 30;     // changes merged
    double pipeline_min = 8;  // median, merge to deployed
    double failing = 0.05;
    double gated = 0;         // share that waits a night for a person
    bool nightly = false;     // a long scheduled suite
    double outage_week = -1;  // runners were away: four days of queue
};

struct HistoryWorld {
    bool given = true;
    int changes = 700;
    double crossing = 0.02;       // share of changes that touch three modules or more
    double two_modules = 0.06;    // share that touch two
    double minutes = 45;          // between two commits of a session
    double hot_releases = 0.05;   // share of weekly releases with a fix within two days
    double broken_elsewhere = 0;  // share with a fix in a module that they did not touch
    double bulk = 0;              // share of commits by a formatter, 60 files each
    double bots = 0;              // share of commits by a dependency bot over all lock files
    bool layers = false;          // folders are technical layers, features cross them by design
    bool tags = true;
    bool declared = true;  // the module map is in plimsoll.toml
    std::vector<std::string> modules{
        "accounts", "billing", "catalog", "orders", "payments", "reports", "search", "shipping"};
};

struct IncidentWorld {
    bool given = true;
    int number = 16;
    double wide = 0.0;      // share that takes half of the features or more
    double unknown = 0.0;   // share without a known trigger
    bool services = false;  // services.csv
    bool time_outs = true;
    bool modules_are_services = false;  // services.csv between the modules of the history
};

struct PoolWorld {
    double slots = 50;
    double busy = 2.4;    // mean in use
    double hold_cv2 = 1;  // of the time a connection is held
    bool bursty = false;  // two states, 0.5 and 2.5 times the mean
};

struct DatabaseWorld {
    bool log = true;
    double log_threshold_ms = 0;
    bool lock_waits_logged = true;
    bool gauges = true;
    double cores = 16;
    bool cores_told = true;
    double cpu = 0.05;        // mean share
    double connections = 60;  // in use, of which
    double idle = 40;         // wait idle in pools
    double max_connections = 400;
    double request_share = 0.35;  // of request time spent in statements
    int tables = 3;               // that hold the time
    double lock_wait_share = 0;   // of statement time
    double spill_mb_s = 0;        // temporary files
    bool night_batch = false;     // a job that fills the cores for an hour at night
    bool skewed_clock = false;    // lines out of order by up to two seconds
    bool access_log = true;
    double statements_per_s = 25;
    PoolWorld pool;
    // Multiples at which the rest gives way; 0: nothing is known of it.
    double quota = 40;
    double memory = 40;
    double queue = 40;
    double wal = 40;
    double workers = 40;
    double instances = 40;
};

struct PeopleWorld {
    bool configuration = true;
    std::map<std::string, std::string> answers;  // question, yes or no
    bool answers_old = false;
    double target = 10;
    bool events = true;
    std::vector<Change> changes;
};

struct World {
    LatencyWorld latency;
    DeliveryWorld delivery;
    HistoryWorld history;
    IncidentWorld incidents;
    DatabaseWorld database;
    PeopleWorld people;
};

// The system in good order that every scenario starts from.
[[nodiscard]] World healthy();

// Writes the bundle into `folder`, which exists and is empty.
void write(const World& world, std::uint64_t seed, const std::string& folder);

// The multiple of its load at which the 99th percentile of waiting for a slot reaches the mean time
// that a slot is held: simulated queue, not formula.
[[nodiscard]] double true_pool_multiple(const PoolWorld& pool);

void write_latency(const World& world, model::Random& random, const std::string& folder);
void write_delivery(const World& world, model::Random& random, const std::string& folder);
void write_history(const World& world, model::Random& random, const std::string& folder);
void write_database(const World& world, model::Random& random, const std::string& folder);
void write_people(const World& world, model::Random& random, const std::string& folder);

}  // namespace plimsoll::scenarios
