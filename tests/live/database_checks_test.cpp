// Every check of a live database, on captures of real servers: one that shows the trouble, one that
// does not. What takes days to show (an index that nobody reads for a month) is a real capture
// whose clock is moved, and says so.
#include "catch.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "readers/live/capture.hpp"
#include "readers/live/gauges.hpp"
#include "support/live_server.hpp"

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

using namespace plimsoll;
using test::LiveServer;

namespace plimsoll::checks {
extern const Check growing_scans;
extern const Check unused_indexes;
extern const Check unindexed_references;
extern const Check redundant_indexes;
extern const Check table_bloat;
extern const Check temp_spills;
extern const Check wraparound;
extern const Check live_lock_waits;
extern const Check wide_tables;
extern const Check polymorphic_pairs;
extern const Check json_unindexed;
extern const Check table_queue;
extern const Check hot_counters;
extern const Check chatty_statements;
extern const Check live_replication;
extern const Check read_time;
extern const Check live_connections;
extern const Check observed_growth;
}  // namespace plimsoll::checks

namespace {

std::string trouble() {
    std::string wide = "create table everything(id int primary key";
    for (int i = 0; i < 60; ++i) {
        wide += ", c" + std::to_string(i) + " text";
    }
    return wide + ");"
                  "create table customers(id int primary key, name text);"
                  "create table orders(id int primary key, customer_id int references customers, "
                  "ref text, note text);"
                  "create table comments(id int primary key, subject_type text, subject_id int, "
                  "body text);"
                  "create table events(id int primary key, payload jsonb);"
                  "create table jobs(id int primary key, status text, locked_at timestamptz, "
                  "run_at timestamptz);"
                  "create table counters(name text primary key, n bigint);"
                  "insert into customers select i, 'n' || i from generate_series(1, 500) i;"
                  "insert into orders select i, 1 + i % 500, md5(i::text), repeat('x', 60) from "
                  "generate_series(1, 30000) i;"
                  "insert into events select i, jsonb_build_object('type', 'k' || i % 20, 'n', i) "
                  "from generate_series(1, 20000) i;"
                  "insert into jobs select i, 'new', null, now() from generate_series(1, 200) i;"
                  "insert into counters values ('visits', 0);"
                  "create index orders_ref on orders(ref); create index orders_ref_too on "
                  "orders(ref, note);"
                  "create index orders_note on orders(note);";
}

std::string healthy() {
    return "create table customers(id int primary key, name text);"
           "create table orders(id int primary key, customer_id int references customers, ref "
           "text);"
           "insert into customers select i, 'n' || i from generate_series(1, 500) i;"
           "insert into orders select i, 1 + i % 500, md5(i::text) from generate_series(1, 30000) "
           "i;"
           "create index orders_customer on orders(customer_id); select "
           "pg_stat_reset(); vacuum analyze;";
}

// Work that makes the counters move: scans, spills, jobs, dead rows.
void work(const LiveServer& server) {
    app::planner::Link link{server.cluster().connection("trouble")};
    link.run("select pg_stat_statements_reset()");
    // Whether autovacuum came by must not decide between a scan of the table and of an index.
    link.run("set enable_indexonlyscan = off");
    link.run(
        "insert into orders select i, 1, md5(i::text), 'y' from generate_series(30001, 30500) i");
    for (int i = 0; i < 15; ++i) {
        link.run("select count(*) from orders where lower(ref) = 'z" + std::to_string(i) + "'");
        link.run("select count(*) from events where payload->>'type' = 'k3'");
    }
    link.run("set work_mem = '64kB'");
    link.run("select * from (select o.*, row_number() over (order by md5(o.ref), o.note) rn from "
             "orders o cross join"
             " generate_series(1, 12) g) x where rn < 0");
    for (int i = 1; i <= 600; ++i) {
        link.run("select * from customers where id = " + std::to_string(i));
    }
    for (int round = 0; round < 15; ++round) {
        link.run("update jobs set status = 'done' where id in (select id from jobs order by run_at "
                 "limit 200 for update skip locked)");
    }
    link.run("delete from events where id % 2 = 0");
    link.run("select pg_stat_force_next_flush()");
}

Evidence evidence_of(DatabaseCapture capture) {
    Evidence out;
    Input input;
    capture.origin = {.source = "capture.json"};
    readers::live::add(std::move(capture), out, input);
    return out;
}

struct Both {
    const LiveServer* server = nullptr;
    DatabaseCapture bad;
    DatabaseCapture good;
};

const Both& both() {
    static const Both one = [] {
        Both out{.server = test::live_server()};
        if (out.server == nullptr) {
            return out;
        }
        const LiveServer& server = *out.server;
        server.create("trouble");
        server.run("trouble", trouble());
        // Sessions of their own: what the first counted is in before it is set to nothing.
        server.run("trouble", "select pg_stat_reset()");
        server.run("trouble", "analyze");
        server.create("healthy");
        server.run("healthy", healthy());
        server.run("healthy", "select pg_stat_statements_reset()");
        for (int i = 1; i <= 20; ++i) {
            server.run("healthy",
                       "select * from orders where id = " + std::to_string(i) +
                           "; select count(*) from customers;"
                           "select * from orders where customer_id = " +
                           std::to_string(i));
        }
        work(server);
        std::atomic<bool> stop = false;
        std::thread counter{[&] {
            app::planner::Link link{server.cluster().connection("trouble")};
            while (!stop) {
                link.run("update counters set n = n + 1 where name = 'visits'");
                std::this_thread::sleep_for(std::chrono::milliseconds{10});
            }
        }};
        // One holds a row and idles, another waits for it.
        app::planner::Link holder{server.cluster().connection("trouble")};
        holder.run("begin; update customers set name = 'held' where id = 1");
        std::thread waiter{[&] {
            app::planner::Link link{server.cluster().connection("trouble")};
            link.run("update customers set name = 'wanted' where id = 1");
        }};
        out.bad = readers::live::capture(server.url("reader", "trouble"),
                                         {.interval_s = 2, .sample_every_s = 0.05});
        holder.run("commit");
        stop = true;
        counter.join();
        waiter.join();
        out.good = readers::live::capture(server.url("reader", "healthy"),
                                          {.interval_s = 0.2, .sample_every_s = 0.05});
        return out;
    }();
    return one;
}

bool server_there() {
    if (both().server == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
        return false;
    }
    return true;
}

Finding bad(const Check& check) {
    return check.run(evidence_of(both().bad), {});
}
Finding good(const Check& check) {
    return check.run(evidence_of(both().good), {});
}

// Is this text in a cell of the finding's tables?
bool shows(const Finding& finding, const std::string& text) {
    return std::ranges::any_of(finding.exhibits, [&](const Exhibit& exhibit) {
        return std::ranges::any_of(exhibit.rows, [&](const Row& row) {
            return std::ranges::any_of(row.cells, [&](const Cell& cell) {
                return cell.text.find(text) != std::string::npos;
            });
        });
    });
}

}  // namespace

TEST_CASE("what the catalogue shows: references, twins, wide tables, polymorphic pairs") {
    if (!server_there()) {
        return;
    }
    const Finding keys = bad(checks::unindexed_references);
    CHECK(keys.outcome == Outcome::present);
    CHECK(shows(keys, "customer_id"));
    REQUIRE(keys.remedies.size() == 1);
    CHECK(keys.remedies[0].action == "CREATE INDEX CONCURRENTLY ON public.orders (customer_id);");
    CHECK(good(checks::unindexed_references).outcome == Outcome::absent);

    const Finding twins = bad(checks::redundant_indexes);
    CHECK(twins.outcome == Outcome::present);
    CHECK(shows(twins, "orders_ref"));
    CHECK_FALSE(shows(twins, "orders_ref_too"));
    CHECK_FALSE(shows(twins, "orders_pkey"));
    CHECK(good(checks::redundant_indexes).outcome == Outcome::absent);

    CHECK(shows(bad(checks::wide_tables), "everything"));
    CHECK(good(checks::wide_tables).outcome == Outcome::absent);
    CHECK(shows(bad(checks::polymorphic_pairs), "subject_type, subject_id"));
    CHECK(good(checks::polymorphic_pairs).outcome == Outcome::absent);
}

TEST_CASE(
    "what the counters show: scans, dead rows, queues, hot rows, spills, documents, chatter") {
    if (!server_there()) {
        return;
    }
    const Finding scans = bad(checks::growing_scans);
    CHECK(scans.outcome == Outcome::present);
    CAPTURE(scans.says);
    CHECK(shows(scans, "orders"));
    CHECK(scans.score.value_or(0) > 10);
    CHECK(good(checks::growing_scans).outcome == Outcome::absent);

    CHECK(shows(bad(checks::table_bloat), "events"));
    CHECK(good(checks::table_bloat).outcome == Outcome::absent);

    const Finding queue = bad(checks::table_queue);
    CHECK((queue.outcome == Outcome::present || queue.outcome == Outcome::latent));
    CHECK(shows(queue, "SKIP LOCKED"));
    CHECK(good(checks::table_queue).outcome == Outcome::absent);

    const Finding hot = bad(checks::hot_counters);
    CHECK(hot.outcome == Outcome::present);
    CHECK(shows(hot, "counters"));
    CHECK(good(checks::hot_counters).outcome == Outcome::absent);

    const Finding spills = bad(checks::temp_spills);
    CHECK(spills.outcome == Outcome::present);
    CHECK(shows(spills, "row_number"));
    CHECK(good(checks::temp_spills).outcome == Outcome::absent);

    CHECK(shows(bad(checks::json_unindexed), "events.payload"));
    CHECK(good(checks::json_unindexed).outcome == Outcome::absent);

    const Finding chatty = bad(checks::chatty_statements);
    CHECK(chatty.outcome == Outcome::latent);
    CHECK(shows(chatty, "select * from customers where id = $1"));
    CHECK(good(checks::chatty_statements).outcome == Outcome::absent);
}

TEST_CASE("what the samples show: lock waits and connections; few samples prove no absence") {
    if (!server_there()) {
        return;
    }
    const Finding waits = bad(checks::live_lock_waits);
    CHECK(waits.outcome == Outcome::present);
    CHECK(shows(waits, "Lock"));
    REQUIRE(waits.measures.size() >= 1);
    CHECK(waits.measures[0].value.at > 0.2);
    CHECK(good(checks::live_lock_waits).outcome == Outcome::insufficient);
    CHECK_FALSE(good(checks::live_lock_waits).gaps.empty());
    const Finding connections = good(checks::live_connections);
    CHECK(connections.outcome == Outcome::insufficient);
    CHECK(connections.limits.empty());  // nothing was in use: no multiple
    const Finding used = bad(checks::live_connections);
    REQUIRE(used.limits.size() == 1);
    CHECK_FALSE(used.limits[0].high < 2);
    CHECK(std::isnan(used.limits[0].at));  // an upper bound only: minutes are not a day
    CHECK(used.limits[0].grade == Grade::C);
}

TEST_CASE("connections near the server's limit are present, whatever the samples") {
    if (!server_there()) {
        return;
    }
    DatabaseCapture full = both().bad;
    for (DbSessions& one : full.sessions) {
        one.sessions = 36;  // of 37 usable; the rest of the capture is real
    }
    CHECK(checks::live_connections.run(evidence_of(full), {}).outcome == Outcome::present);
    CHECK(evidence_of(full)
              .gauges.series.at("db.connections")
              .samples.begin()
              ->second.limit_milli.value_or(0) == 37'000);
}

TEST_CASE("an index is unused after a month, not after an afternoon") {
    if (!server_there()) {
        return;
    }
    DatabaseCapture capture = both().bad;
    for (DbSnapshot& shot : capture.snapshots) {
        shot.indexes.at("public.orders_note").bytes = 40'000'000;  // the real one is small
    }
    CHECK(shows(checks::unused_indexes.run(evidence_of(capture), {}), "orders_note"));
    const Finding soon = checks::unused_indexes.run(evidence_of(capture), {});
    CHECK(soon.outcome == Outcome::insufficient);
    CHECK(soon.remedies.empty());
    for (DbSnapshot& shot : capture.snapshots) {
        shot.totals.reset = shot.at - std::chrono::hours{24 * 40};  // the clock is moved
    }
    const Finding later = checks::unused_indexes.run(evidence_of(capture), {});
    CHECK(later.outcome == Outcome::present);
    REQUIRE(later.remedies.size() == 1);
    CHECK(later.remedies[0].undo.starts_with("CREATE INDEX orders_note"));
    CHECK(good(checks::unused_indexes).outcome == Outcome::absent);
}

TEST_CASE("transaction numbers: the age is real, and an old one is told") {
    if (!server_there()) {
        return;
    }
    const Finding young = bad(checks::wraparound);
    CHECK(young.outcome == Outcome::absent);
    CHECK(young.measures.size() == 2);
    DatabaseCapture old = both().bad;
    for (DbSnapshot& shot : old.snapshots) {
        shot.totals.frozen_age = 900'000'000;
    }
    const Finding late = checks::wraparound.run(evidence_of(old), {});
    CHECK(late.outcome == Outcome::present);
    CHECK_FALSE(late.remedies.empty());
}

TEST_CASE("replication: none is not known, a lost slot is present") {
    if (!server_there()) {
        return;
    }
    CHECK(good(checks::live_replication).outcome == Outcome::insufficient);
    DatabaseCapture capture = both().good;
    capture.snapshots.back().slots = {
        {.name = "old", .active = false, .held_bytes = 20'000'000'000, .wal_status = "extended"}};
    capture.snapshots.back().replicas = {
        {.name = "near", .state = "streaming", .lag_bytes = 10, .lag_us = 1000}};
    const Finding held = checks::live_replication.run(evidence_of(capture), {});
    CHECK(held.outcome == Outcome::present);
    CHECK(shows(held, "nobody reads"));
    CHECK_FALSE(shows(held, "near"));
}

TEST_CASE("reading: a quiet window is not known, a busy one is a share") {
    if (!server_there()) {
        return;
    }
    CHECK(good(checks::read_time).outcome == Outcome::insufficient);
    DatabaseCapture capture = both().bad;
    const DbTotals& first = capture.snapshots.front().totals;
    DbTotals& last = capture.snapshots.back().totals;
    last.active_us = first.active_us + 100'000'000;
    last.read_us = first.read_us + 60'000'000;
    last.blocks_read = first.blocks_read + 60'000;
    const Finding slow = checks::read_time.run(evidence_of(capture), {});
    CHECK(slow.outcome == Outcome::present);
    CHECK(slow.says.find("60 %") != std::string::npos);
    CHECK(slow.says.find("1.00 ms a block") != std::string::npos);

    // A server before 14 counts its reads, and not the time that they are a share of.
    DatabaseCapture older = capture;
    older.snapshots.front().totals.active_us = older.snapshots.back().totals.active_us = 0;
    CHECK(checks::read_time.run(evidence_of(older), {}).outcome == Outcome::insufficient);
    Evidence both_servers = evidence_of(capture);
    Input input;
    older.origin = {.source = "older.json"};
    older.identity += " of another server";
    readers::live::add(std::move(older), both_servers, input);
    CHECK(checks::read_time.run(both_servers, {}).says == slow.says);
}

TEST_CASE("two captures days apart give the exponent of a statement and the weeks to a doubling") {
    if (!server_there()) {
        return;
    }
    CHECK(bad(checks::observed_growth).outcome == Outcome::insufficient);
    DatabaseCapture early = both().bad;
    DatabaseCapture late = both().bad;
    late.started += std::chrono::hours{24 * 14};
    const auto set = [](DatabaseCapture& capture, std::int64_t rows, std::int64_t mean_us) {
        for (DbSnapshot& shot : capture.snapshots) {
            shot.tables.at("public.orders").live = rows;
        }
        capture.snapshots.front().statements["1"] = {
            .text = "select from orders", .calls = 0, .total_us = 0};
        capture.snapshots.back().statements["1"] = {
            .text = "select from orders", .calls = 100, .total_us = 100 * mean_us};
        capture.snapshots.front().statements["2"] = {
            .text = "select one from orders", .calls = 0, .total_us = 0};
        capture.snapshots.back().statements["2"] = {
            .text = "select one from orders", .calls = 100, .total_us = 5000};
        // Another table, whose name begins like this one's: its time is none of its business.
        capture.snapshots.front().statements["3"] = {.text = "select from orders_archive"};
        capture.snapshots.back().statements["3"] = {
            .text = "select from orders_archive", .calls = 100, .total_us = 300 * mean_us};
    };
    set(early, 30'000, 1000);
    set(late, 60'000, 2100);
    Evidence evidence = evidence_of(early);
    evidence.database.add(late);
    const Finding grown = checks::observed_growth.run(evidence, {});
    CHECK(grown.outcome == Outcome::present);
    CHECK(shows(grown, "1.07"));  // log 2.1 / log 2
    CHECK_FALSE(shows(grown, "select one from orders"));
    CHECK_FALSE(shows(grown, "orders_archive"));
    REQUIRE_FALSE(grown.measures.empty());
    CHECK(std::abs(grown.measures[0].value.at - 2) < 0.01);  // weeks
}
