// The table of scenarios: five signs at doses, what looks like each and is not, what is missing,
// limits, verdicts. Simulated throughout.
#include "scenarios/scenario.hpp"

#include <fmt/format.h>

#include <functional>

namespace plimsoll::scenarios {
namespace {

using Change_ = std::function<void(World&)>;
constexpr std::array every_sign{Sign::p99_climbs,
                                Sign::deploys_drag,
                                Sign::blast_radius,
                                Sign::entangled,
                                Sign::database_bound};
const std::set<VerdictOutcome> sound{VerdictOutcome::evolve, VerdictOutcome::nothing_needed};

class Table {
public:
    std::vector<Scenario> rows;

    // A world like the healthy one but for `change`; every sign is absent in truth unless said
    // otherwise.
    Scenario& add(std::string name, std::string what, const Change_& change) {
        Scenario row{.name = std::move(name), .what = std::move(what), .world = healthy()};
        for (const Sign sign : every_sign) {
            row.truth.signs[static_cast<std::size_t>(sign)] = {Outcome::absent};
        }
        row.truth.verdict = sound;
        change(row.world);
        rows.push_back(std::move(row));
        return rows.back();
    }
    Scenario& dose(Sign sign,
                   Dose dose,
                   double amount,
                   std::string name,
                   std::string what,
                   const Change_& change) {
        Scenario& row = add(std::move(name), std::move(what), change);
        row.sign = sign;
        row.dose = dose;
        row.amount = amount;
        may(row, sign, dose == Dose::severe ? std::set{Outcome::present} : std::set<Outcome>{});
        row.truth.verdict = {};
        return row;
    }
    static void may(Scenario& row, Sign sign, std::set<Outcome> outcomes) {
        row.truth.signs[static_cast<std::size_t>(sign)] = std::move(outcomes);
    }
};

void healthy_worlds(Table& table) {
    table.add("in-order", "everything in order, everything given", [](World&) {});
    table.add("in-order-small-aim", "in order, and only twice the load is asked for", [](World& w) {
        w.people.target = 2;
    });
    table.add(
        "in-order-quiet", "in order with little noise", [](World& w) { w.latency.noise = 0.03; });
    table.add("in-order-noisy",
              "in order, days differ by a quarter and remember each other",
              [](World& w) { w.latency.noise = 0.15, w.latency.memory = 0.6; });
    table.add("in-order-small-pool", "in order with a pool of ten", [](World& w) {
        w.database.pool = {.slots = 10, .busy = 0.6};
    });
    table.add("in-order-bursty", "in order, load comes in bursts of five to one", [](World& w) {
        w.database.pool.bursty = true;
    });
}

void climbs(Table& table) {
    const auto climb = [&](Dose dose, double rise) {
        table.dose(
            Sign::p99_climbs,
            dose,
            rise,
            fmt::format("climb-{:.2f}", rise),
            fmt::format("p99 of one route rises by {:.2f} in 13 weeks, nothing was changed", rise),
            [rise](World& w) { w.latency.routes[1].per_week = std::pow(rise, 1.0 / 13); });
    };
    climb(Dose::weak, 1.10);
    climb(Dose::weak, 1.20);
    climb(Dose::medium, 1.35);
    climb(Dose::medium, 1.60);
    climb(Dose::severe, 2.00);
    climb(Dose::severe, 2.60);
    table.dose(Sign::p99_climbs,
               Dose::severe,
               2.6,
               "climb-everywhere",
               "p99 of all routes rises by 2.6",
               [](World& w) {
                   for (Route& route : w.latency.routes) {
                       route.per_week = std::pow(2.6, 1.0 / 13);
                   }
               });
    table.add(
        "step-of-a-deploy",
        "p99 of a route is half as long again since one dated deploy",
        [](World& w) {
            w.latency.routes[1].step_week = 7;
            w.latency.routes[1].step = 1.5;
            w.people.changes.push_back({.at_week = 11, .kind = "deploy", .what = "new order page"});
        });
    table.add("planned-back-fill",
              "a back-fill of three weeks in the calendar slows every route",
              [](World& w) {
                  for (Route& route : w.latency.routes) {
                      route.bump_from = 8, route.bump_until = 11, route.bump = 1.8;
                  }
                  w.people.changes.push_back(
                      {.at_week = 12, .until_week = 15, .kind = "backfill", .what = "history"});
              });
    table.add("one-off-incident",
              "two bad days in the eleventh week, and nobody wrote them down",
              [](World& w) {
                  for (Route& route : w.latency.routes) {
                      route.bump_from = 10.2, route.bump_until = 10.5, route.bump = 5;
                  }
              });
    table.add("traffic-growth", "requests double in 13 weeks, p99 does not move", [](World& w) {
        for (Route& route : w.latency.routes) {
            route.requests_per_week = std::pow(2.0, 1.0 / 13);
        }
    });
    table.add("seasonal-load",
              "traffic swings by 40 % with the season, p99 does not follow",
              [](World& w) { w.latency.season = 0.4; });
    table.add("endpoint-mix-shift",
              "a slow route is asked ever more often; each route keeps its p99",
              [](World& w) { w.latency.routes[2].requests_per_week = 1.15; });
    table.add("p99-falls", "p99 of a route falls by a half", [](World& w) {
        w.latency.routes[1].per_week = std::pow(0.5, 1.0 / 13);
    });
    auto& few = table.add(
        "latency-four-weeks", "four weeks of latency are too few for a trend", [](World& w) {
            w.latency.weeks = 4;
            w.latency.routes[1].per_week = 1.08;
        });
    Table::may(few, Sign::p99_climbs, {Outcome::insufficient});
    auto& none = table.add("no-latency", "nothing is known of latency by week", [](World& w) {
        w.latency.given = false;
    });
    Table::may(none, Sign::p99_climbs, {Outcome::insufficient});
}

void deliveries(Table& table) {
    const auto drag = [&](Dose dose, double minutes) {
        table.dose(Sign::deploys_drag,
                   dose,
                   minutes / 15,
                   fmt::format("drag-{:.0f}-min", minutes),
                   fmt::format("{:.0f} min to deploy what takes 15 min to make", minutes),
                   [minutes](World& w) {
                       w.delivery.pipeline_min = minutes;
                       w.history.minutes = 15;
                   });
    };
    drag(Dose::weak, 11);
    drag(Dose::weak, 14);
    drag(Dose::medium, 17);
    drag(Dose::medium, 21);
    drag(Dose::severe, 30);
    drag(Dose::severe, 45);
    table.dose(Sign::deploys_drag,
               Dose::severe,
               40.0 / 15,
               "drag-and-fail",
               "40 min to deploy, and four runs in ten fail",
               [](World& w) {
                   w.delivery.pipeline_min = 40, w.delivery.failing = 0.4, w.history.minutes = 15;
               });
    table.add("nightly-suite",
              "a suite of three hours runs every night, no change waits for it",
              [](World& w) { w.delivery.nightly = true; });
    table.add("ci-outage", "runners were away for four days", [](World& w) {
        w.delivery.outage_week = 6;
    });
    table.add("release-by-hand",
              "every third change waits a night for a person: policy, not pipeline",
              [](World& w) { w.delivery.gated = 0.33; });
    auto& few = table.add(
        "ci-one-week", "one week of CI is too little", [](World& w) { w.delivery.weeks = 1; });
    Table::may(few, Sign::deploys_drag, {Outcome::insufficient});
    auto& none =
        table.add("no-ci", "nothing is known of CI", [](World& w) { w.delivery.given = false; });
    Table::may(none, Sign::deploys_drag, {Outcome::insufficient});
}

void blasts(Table& table) {
    const auto blast = [&](Dose dose, double share) {
        table.dose(Sign::blast_radius,
                   dose,
                   share,
                   fmt::format("blast-{:.0f}-percent", 100 * share),
                   fmt::format("{:.0f} % of 16 incidents take most features", 100 * share),
                   [share](World& w) { w.incidents.wide = share; });
    };
    blast(Dose::weak, 0.125);
    blast(Dose::weak, 0.25);
    blast(Dose::medium, 0.375);
    blast(Dose::severe, 0.5625);
    blast(Dose::severe, 0.75);
    table.add("one-regional-outage",
              "one provider's outage of 30 incidents took everything",
              [](World& w) { w.incidents.number = 30, w.incidents.wide = 1.0 / 30; });
    table.add("many-small-incidents", "forty incidents, each of one feature", [](World& w) {
        w.incidents.number = 40;
    });
    auto& latent = table.add(
        "calls-without-time-outs", "no incident is listed, calls have no time-outs", [](World& w) {
            w.incidents.given = false, w.incidents.services = true;
            w.incidents.time_outs = false;
        });
    Table::may(latent, Sign::blast_radius, {Outcome::latent});
    auto& unknown = table.add("nobody-knows-triggers",
                              "what failed first is not known for any incident",
                              [](World& w) { w.incidents.unknown = 1; });
    Table::may(unknown, Sign::blast_radius, {Outcome::insufficient});
    unknown.truth.verdict = {};
    auto& two = table.add("two-incidents",
                          "two incidents, both wide: bad luck or pattern",
                          [](World& w) { w.incidents.number = 2, w.incidents.wide = 1; });
    Table::may(two, Sign::blast_radius, {Outcome::insufficient});
    auto& none = table.add("no-incidents", "nothing is known of incidents", [](World& w) {
        w.incidents.given = false;
    });
    Table::may(none, Sign::blast_radius, {Outcome::insufficient});
}

// A system whose parts all hang together.
void entangle(World& w, double crossing) {
    w.history.crossing = crossing;
    w.history.two_modules = 0.5 * (1 - crossing);
    w.history.broken_elsewhere = std::min(0.6, 1.5 * crossing);
}

void tangles(Table& table) {
    const auto tangle = [&](Dose dose, double crossing) {
        table.dose(Sign::entangled,
                   dose,
                   crossing,
                   fmt::format("tangle-{:.0f}-percent", 100 * crossing),
                   fmt::format("{:.0f} % of changes touch three modules, releases break others",
                               100 * crossing),
                   [crossing](World& w) { entangle(w, crossing); });
    };
    tangle(Dose::weak, 0.06);
    tangle(Dose::weak, 0.12);
    tangle(Dose::medium, 0.20);
    tangle(Dose::severe, 0.35);
    tangle(Dose::severe, 0.50);
    table.add("bulk-commits", "a formatter touches everything now and then", [](World& w) {
        w.history.bulk = 0.03;
    });
    table.add("bot-commits",
              "a bot bumps the lock files of all modules every other day",
              [](World& w) { w.history.bots = 0.06; });
    auto& layers = table.add("layered-folders",
                             "folders are technical layers; features are well kept apart",
                             [](World& w) { w.history.layers = true, w.history.declared = false; });
    Table::may(layers, Sign::entangled, {Outcome::absent, Outcome::latent});
    layers.truth.verdict = {};
    auto& few = table.add(
        "short-history", "90 commits are too few", [](World& w) { w.history.changes = 90; });
    Table::may(few, Sign::entangled, {Outcome::insufficient});
    few.truth.verdict = {
        VerdictOutcome::evolve, VerdictOutcome::nothing_needed, VerdictOutcome::insufficient};
    auto& none = table.add(
        "no-history", "there is no repository", [](World& w) { w.history.given = false; });
    Table::may(none, Sign::entangled, {Outcome::insufficient});
    Table::may(none, Sign::deploys_drag, {Outcome::absent});
    none.truth.verdict = {
        VerdictOutcome::evolve, VerdictOutcome::nothing_needed, VerdictOutcome::insufficient};
}

// Most of the request time in statements, cores and connections full.
void bind_to_database(World& w, double share, double cpu, double connections) {
    w.database.request_share = share;
    w.database.cpu = cpu;
    w.database.max_connections = std::round(w.database.connections / connections);
}

void databases(Table& table) {
    const auto bound = [&](Dose dose, double share, double level) {
        table.dose(
            Sign::database_bound,
            dose,
            share * level,
            fmt::format("bound-{:.0f}-{:.0f}", 100 * share, 100 * level),
            fmt::format(
                "{:.0f} % of request time in the database, cores and connections {:.0f} % used",
                100 * share,
                100 * level),
            [share, level](World& w) {
                bind_to_database(w, share, level, level);
                w.database.idle = 10;
            });
    };
    bound(Dose::weak, 0.45, 0.60);
    bound(Dose::weak, 0.55, 0.70);
    bound(Dose::medium, 0.62, 0.80);
    bound(Dose::severe, 0.80, 0.90);
    bound(Dose::severe, 0.85, 0.95);
    auto& locks = table.dose(
        Sign::database_bound,
        Dose::severe,
        0.75,
        "bound-by-locks",
        "80 % of request time in the database, cores full, a fifth of it waits for locks",
        [](World& w) {
            bind_to_database(w, 0.8, 0.9, 0.15);
            w.database.lock_wait_share = 0.25;
        });
    locks.truth.line = false;  // the row's own limit has no truth in this world
    table.add("idle-connections",
              "connections are nearly used up, by idle ones of pools",
              [](World& w) { w.database.idle = 350, w.database.connections = 365; });
    table.add("busy-but-not-it",
              "cores are full, requests spend a fifth of their time in the database",
              [](World& w) { w.database.cpu = 0.9, w.database.request_share = 0.2; });
    table.add("one-resource",
              "most time in the database, and only its cores are full",
              [](World& w) { w.database.cpu = 0.9, w.database.request_share = 0.8; });
    auto& batch = table.add(
        "night-batch",
        "a job fills the cores at night, in the calendar; the day is quiet",
        [](World& w) {
            w.database.night_batch = true;
            w.people.changes.push_back({.at_week = weeks_of_record - 3.0 / 7 + 0.5 / 168,
                                        .until_week = weeks_of_record - 3.0 / 7 + 5.0 / 168,
                                        .kind = "batch",
                                        .what = "nightly closing"});
        });
    batch.truth.line = true;
    table.add("skewed-clock", "lines of the log lie up to two seconds out of order", [](World& w) {
        w.database.skewed_clock = true;
    });
    auto& cut = table.add("cut-log", "a log with a threshold of 250 ms, no gauges", [](World& w) {
        w.database.log_threshold_ms = 250, w.database.gauges = false,
        w.database.lock_waits_logged = false;
        w.database.statements_per_s = 60;
    });
    Table::may(cut, Sign::database_bound, {Outcome::insufficient, Outcome::absent});
    cut.truth.line = false;
    auto& none = table.add("no-database", "nothing is known of the database", [](World& w) {
        w.database.log = false, w.database.gauges = false, w.database.access_log = false;
    });
    Table::may(none, Sign::database_bound, {Outcome::insufficient});
    none.truth.line = false;
}

void limits(Table& table) {
    const auto first =
        [&](std::string name, std::string what, std::string limit, const Change_& change) {
            table.add(std::move(name), std::move(what), change).truth.first_limit =
                std::move(limit);
        };
    first("limit-pool",
          "a pool of ten at a fifth of its slots",
          "connection-pool.web-api",
          [](World& w) { w.database.pool = {.slots = 10, .busy = 2}; });
    first("limit-bursty-pool",
          "a pool of twenty, bursts of five to one",
          "connection-pool.web-api",
          [](World& w) {
              w.database.pool = {.slots = 20, .busy = 2, .hold_cv2 = 1, .bursty = true};
          });
    first("limit-uneven-pool",
          "a pool of ten, a few connections are held very long",
          "connection-pool.web-api",
          [](World& w) { w.database.pool = {.slots = 10, .busy = 1.2, .hold_cv2 = 6}; });
    first("limit-cores", "the cores are a quarter used", "database-cpu", [](World& w) {
        w.database.pool = {.slots = 100, .busy = 3};
        w.database.cpu = 0.25;
    });
    first("limit-connections",
          "connections are used by work, not idle",
          "max-connections",
          [](World& w) {
              w.database.connections = 60, w.database.idle = 5, w.database.max_connections = 160;
          });
    first("limit-quota",
          "a third party allows three times today's rate",
          "third-party-quota.payments",
          [](World& w) { w.database.quota = 3; });
    first("limit-memory",
          "sessions fill the memory of an instance at three times the load",
          "session-memory.web-api",
          [](World& w) { w.database.memory = 3; });
    first(
        "limit-queue", "the mail workers are a third busy", "background-queue.mail", [](World& w) {
            w.database.queue = 3;
        });
    first("limit-log",
          "the log's disk writes a third of what it can",
          "write-ahead-log",
          [](World& w) { w.database.wal = 3; });
}

// Everything that speaks for rebuilding is true.
void wreck(World& w) {
    entangle(w, 0.5);
    w.history.two_modules = 0.4;
    w.history.hot_releases = 0.5;
    w.incidents.wide = 0.6;
    w.incidents.unknown = 0.7;
    w.incidents.number = 40;
    w.database.tables = 30;
    w.people.answers = {{"near-term-requirement", "yes"},
                        {"rebuild-affordable", "yes"},
                        {"load-tested", "no"},
                        {"incidents-traced", "no"}};
}

void open_all(Scenario& row) {
    for (std::set<Outcome>& sign : row.truth.signs) {
        sign.clear();
    }
}

void verdicts(Table& table) {
    const auto add = [&](std::string name,
                         std::string what,
                         std::set<VerdictOutcome> verdict,
                         const Change_& change) {
        Scenario& row = table.add(std::move(name), std::move(what), change);
        open_all(row);
        row.truth.verdict = std::move(verdict);
    };
    using enum VerdictOutcome;
    add("wreck",
        "nothing holds, a need stands that cannot be met, a rebuild can be borne",
        {rebuild},
        wreck);
    add("wreck-no-answers", "nothing holds, and nobody was asked", {insufficient}, [](World& w) {
        wreck(w);
        w.people.answers.clear();
    });
    add("wreck-old-answers",
        "nothing holds, the answers are almost a year old",
        {insufficient},
        [](World& w) {
            wreck(w);
            w.people.answers_old = true;
        });
    add("wreck-cannot-bear",
        "nothing holds, and the business cannot bear a rebuild",
        {evolve, insufficient},
        [](World& w) {
            wreck(w);
            w.people.answers["rebuild-affordable"] = "no";
        });
    add("wreck-no-evidence",
        "nothing holds, and only answers say so",
        {insufficient},
        [](World& w) {
            wreck(w);
            w.history.given = false, w.incidents.given = false, w.database.log = false;
        });
    add("good-order-no-answers",
        "boundaries hold, causes are known, nobody was asked",
        {evolve},
        [](World& w) { w.people.answers.clear(); });
    add("good-order-need",
        "good order, yet a need stands that cannot be met",
        {evolve},
        [](World& w) { w.people.answers["near-term-requirement"] = "yes"; });
    add("answers-only", "no evidence but answers and latency", {insufficient}, [](World& w) {
        w.history.given = false, w.incidents.given = false, w.delivery.given = false;
        w.database.log = false, w.database.gauges = false, w.database.access_log = false;
        w.people.answers = {{"near-term-requirement", "yes"}, {"rebuild-affordable", "yes"}};
    });
    add("premature-services",
        "eight services that change together in every third change, else good order",
        {merge_back},
        [](World& w) {
            entangle(w, 0.35);
            w.history.broken_elsewhere = 0;
            w.incidents.modules_are_services = true;
        });
    add("several-signs",
        "climb, drag and tangle at once, in a system that can be evolved",
        {evolve, insufficient},
        [](World& w) {
            w.latency.routes[1].per_week = 1.08;
            w.delivery.pipeline_min = 45, w.history.minutes = 15;
            entangle(w, 0.35);
        });
}

}  // namespace

std::vector<Scenario> all_scenarios() {
    Table table;
    healthy_worlds(table);
    climbs(table);
    deliveries(table);
    blasts(table);
    tangles(table);
    databases(table);
    limits(table);
    verdicts(table);
    return std::move(table.rows);
}

}  // namespace plimsoll::scenarios
