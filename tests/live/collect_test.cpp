// `collect` against a real server: what it sees, what it never does, and what it says when
// something is missing.
#include "app/collect.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "readers/live/capture.hpp"
#include "readers/live/queries.hpp"
#include "support/live_server.hpp"
#include "wire/json.hpp"

#include <atomic>
#include <chrono>
#include <thread>

using namespace plimsoll;
using namespace plimsoll::readers::live;
using test::LiveServer;

namespace {

CaptureOptions quick() {
    CaptureOptions options{.interval_s = 0.3, .sample_every_s = 0.1};
    options.limits.connect_timeout_s = 3;
    return options;
}

bool has_gap(const DatabaseCapture& capture, const std::string& id) {
    return std::ranges::any_of(capture.gaps, [&](const DbGap& gap) { return gap.id == id; });
}

const LiveServer* shop() {
    const LiveServer* server = test::live_server();
    if (server == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
        return nullptr;
    }
    static const bool made = [&] {
        server->create("shop");
        server->run("shop",
                    "create table orders(id bigint primary key, customer text, total int);"
                    "insert into orders select i, 'Name ' || (i % 7), i % 100 from "
                    "generate_series(1, 20000) i;"
                    "create index orders_total on orders(total); vacuum analyze orders;"
                    "alter role aud set log_min_messages = 'warning'");
        return true;
    }();
    (void)made;
    return server;
}

Error::Parts error_of(const std::string& connection, const CaptureOptions& options) {
    try {
        (void)capture(connection, options);
    } catch (const Error& error) {
        return error.parts();
    }
    return {};
}

}  // namespace

TEST_CASE("pg_monitor alone is enough under load, and the gaps say what more would give") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    std::atomic<bool> stop = false;
    std::thread load{[&] {
        app::planner::Link link{server->cluster().connection("shop")};
        for (int i = 0; !stop; ++i) {
            link.run("update orders set total = total + 1 where id = " +
                     std::to_string(1 + i % 50));
        }
    }};
    const DatabaseCapture taken = capture(server->url("aud", "shop"), quick());
    stop = true;
    load.join();
    CHECK(taken.complete);
    CHECK(taken.role == "aud");
    CHECK(taken.server >= 120000);
    REQUIRE(taken.snapshots.size() == 2);
    CHECK(taken.snapshots[1].at > taken.snapshots[0].at);
    const DbTableCounters& before = taken.snapshots[0].tables.at("public.orders");
    const DbTableCounters& after = taken.snapshots[1].tables.at("public.orders");
    CHECK(after.updated >= before.updated);
    CHECK(after.bytes > 500'000);
    CHECK(taken.snapshots[1].totals.next_xid > taken.snapshots[0].totals.next_xid);
    CHECK(taken.sessions.size() >= 2);
    CHECK(taken.sessions.front().hidden == 0);
    CHECK(taken.tables.at("public.orders").indexes.size() == 2);
    CHECK(taken.tables.at("public.orders").rows == 20000);
    CHECK_FALSE(taken.tables.at("public.orders").readable);
    CHECK(has_gap(taken, "collect.column-statistics"));
    CHECK_FALSE(has_gap(taken, "collect.pg-monitor"));
    CHECK_FALSE(has_gap(taken, "collect.settings"));
    CHECK(taken.settings.contains("work_mem"));
    CHECK(taken.settings.contains("lc_collate"));
    const bool update_seen =
        std::ranges::any_of(taken.snapshots[1].statements, [](const auto& entry) {
            return entry.second.text == "update orders set total = total + $1 where id = $2" &&
                   entry.second.calls > 0;
        });
    CHECK(update_seen);
}

TEST_CASE("nothing is written: no transaction number is used, by a role that may not write") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    const std::string xid = "select pg_snapshot_xmax(pg_current_snapshot())::text";
    const std::string before = server->value("shop", xid);
    (void)capture(server->url("aud", "shop"), quick());
    CHECK(server->value("shop", xid) == before);
    // Every transaction of ours was read-only, whatever the role may do: the superuser cannot write
    // either.
    Session session{server->url("plimsoll", "shop"), {}};
    const Rows refused = session.read("create table never(i int)");
    CHECK(refused.failure == Failure::refused);
    CHECK(refused.why.find("read-only") != std::string::npos);
    CHECK(session.read("select 1 as one").ok());  // and the session goes on
    CHECK(server->value("shop", "select count(*) from pg_class where relname = 'never'") == "0");
}

TEST_CASE("no EXPLAIN and no statement of the user's is ever sent") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    server->run("shop", "select pg_stat_statements_reset()");
    (void)capture(server->url("aud", "shop"), quick());
    CHECK(server->value(
              "shop",
              "select count(*) from pg_stat_statements s join pg_roles r on r.oid = s.userid"
              " where r.rolname = 'aud' and s.query !~* '^(begin|commit|set|select|show)'") == "0");
    CHECK(server->value(
              "shop",
              "select count(*) from pg_stat_statements s join pg_roles r on r.oid = s.userid"
              " where r.rolname = 'aud' and s.query ~* 'explain|from orders'") == "0");
}

TEST_CASE("a statement slower than the time-out is given up, and the rest is kept") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    server->create("slow");
    server->run("slow",
                "drop extension pg_stat_statements; create schema held;"
                "create extension pg_stat_statements schema held;"
                "create table t(i int)");
    // The view of the extension, made slow: as on a server with a huge table of statements.
    server->run("slow",
                "create or replace function held.slow() returns bool language plpgsql as"
                " 'begin perform pg_sleep(30); return true; end';"
                "create or replace view held.pg_stat_statements as select s.* from "
                "held.pg_stat_statements(true) s"
                " where held.slow(); grant usage on schema held to aud; grant select on "
                "held.pg_stat_statements to aud");
    CaptureOptions options = quick();
    options.limits.statement_timeout_ms = 400;
    const auto begun = std::chrono::steady_clock::now();
    const DatabaseCapture taken = capture(server->url("aud", "slow"), options);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{20});
    CHECK_FALSE(taken.complete);
    CHECK(taken.snapshots.size() == 2);
    CHECK(has_gap(taken, "collect.statements"));
    CHECK(taken.tables.contains("public.t"));
}

TEST_CASE("a locked table is not waited for") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    app::planner::Link holder{server->cluster().connection("shop")};
    holder.run("begin; lock table orders in access exclusive mode");
    const auto begun = std::chrono::steady_clock::now();
    const DatabaseCapture taken = capture(server->url("aud", "shop"), quick());
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{20});
    holder.run("rollback");
    CHECK(has_gap(taken, "collect.table-sizes"));
    CHECK(taken.snapshots.back().tables.at("public.orders").bytes > 0);  // by relpages
}

TEST_CASE("a lost connection keeps what was gathered and says so") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    CaptureOptions options = quick();
    options.interval_s = 20;
    std::thread killer{[&] {
        app::planner::Link link{server->cluster().connection("shop")};
        for (int tries = 0; tries < 600; ++tries) {
            // Once it samples sessions the first snapshot is behind it.
            if (!link.rows("select pg_terminate_backend(pid) from pg_stat_activity where usename = "
                           "'aud' and query like"
                           " '%waiting_lock%'")
                     .empty()) {
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }};
    const DatabaseCapture taken = capture(server->url("aud", "shop"), options);
    killer.join();
    CHECK_FALSE(taken.complete);
    CHECK(taken.snapshots.size() == 1);
    CHECK(taken.tables.contains("public.orders"));
    CHECK(has_gap(taken, "collect.lost"));
}

TEST_CASE("missing grants and a missing extension are gaps, not failures") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    server->create("bare");
    server->run("bare", "drop extension pg_stat_statements");
    const DatabaseCapture taken = capture(server->url("plain", "bare"), quick());
    CHECK(taken.complete);
    CHECK(taken.statements == 0);
    CHECK(has_gap(taken, "collect.pg-monitor"));
    CHECK(has_gap(taken, "collect.pg-stat-statements"));
}

TEST_CASE("values of texts and secrets stay where they are unless asked for") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    server->run(
        "shop",
        "alter role plain password 'open-sesame'; select * from orders where customer = 'Name 3'");
    const std::string shy = app::capture_text(capture(server->url("reader", "shop"), quick()));
    CHECK(shy.find("Name 3") == std::string::npos);
    CHECK(shy.find("sesame") == std::string::npos);
    CHECK(shy.find("\\\"1\\\",\\\"2\\\"") != std::string::npos);  // the places of dense numbers
    CaptureOptions open = quick();
    open.keep_values = true;
    const std::string told = app::capture_text(capture(server->url("reader", "shop"), open));
    CHECK(told.find("Name 3") != std::string::npos);
    CHECK(told.find("sesame") == std::string::npos);
}

TEST_CASE("what is wrong with a connection is said in four parts, without the password") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    const Error::Parts nowhere = error_of("postgresql://me:pa%24sword@127.0.0.1:1/shop", quick());
    CHECK(nowhere.status == Status::unreadable);
    CHECK(nowhere.where == "postgresql://me@127.0.0.1:1/shop");
    CHECK_FALSE(nowhere.why.empty());
    CHECK_FALSE(nowhere.remedy.empty());
    const Error::Parts no_database = error_of(server->url("aud", "nowhere"), quick());
    CHECK(no_database.remedy.find("names") != std::string::npos);
    const Error::Parts broken = error_of("postgresql://me:topsecret@[::1/shop", quick());
    CHECK(broken.status == Status::unreadable);
    for (const Error::Parts& parts : {nowhere, no_database, broken}) {
        const std::string all = parts.what + parts.where + parts.why + parts.remedy;
        CHECK(all.find("sword") == std::string::npos);
        CHECK(all.find("topsecret") == std::string::npos);
    }
    const Error::Parts tls = error_of(server->url("aud", "shop") + "&sslmode=bogus", quick());
    CHECK(tls.remedy.find("sslmode") != std::string::npos);
}

TEST_CASE("a wrong password is told apart, and never shown") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    const std::string hba = server->cluster().data() + "/pg_hba.conf";
    server->run(
        "postgres",
        "copy (select 'local all aud scram-sha-256' union all select 'local all all trust') to '" +
            hba + "'; select pg_reload_conf(); select pg_sleep(0.3)");
    std::string url = server->url("aud", "shop");
    const std::string wrong =
        url.substr(0, url.find('@')) + ":wrong-word" + url.substr(url.find('@'));
    const Error::Parts parts = error_of(wrong, quick());
    const std::string right =
        url.substr(0, url.find('@')) + ":sesame-1" + url.substr(url.find('@'));
    const DatabaseCapture taken = capture(right, quick());
    server->run("postgres",
                "copy (select 'local all all trust') to '" + hba +
                    "'; select pg_reload_conf(); select pg_sleep(0.3)");
    CHECK(parts.status == Status::unreadable);
    CHECK(parts.why.find("password authentication failed") != std::string::npos);
    CHECK(parts.remedy.find("PGPASSWORD") != std::string::npos);
    CHECK((parts.what + parts.where + parts.why + parts.remedy).find("wrong-word") ==
          std::string::npos);
    CHECK(app::capture_text(taken).find("sesame") == std::string::npos);
}

TEST_CASE("a server older than 12 is refused; the decision is tested, not such a server") {
    CHECK_NOTHROW(refuse_old(120000, "x"));
    CHECK_NOTHROW(refuse_old(180001, "x"));
    try {
        refuse_old(90624, "postgresql://db/x");
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::unreadable);
        CHECK(error.parts().why.find("9.6") != std::string::npos);
    }
    CHECK_THROWS_AS(refuse_old(110022, "x"), Error);
}

TEST_CASE("a capture survives its file") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    const DatabaseCapture taken = capture(server->url("reader", "shop"), quick());
    const wire::Json document = wire::parse(app::capture_text(taken));
    DatabaseCapture back;
    wire::from_json(document.at("capture"), back);
    CHECK((back <=> taken == 0));
}

TEST_CASE("through PgBouncer in transaction mode, whose sessions keep nothing of ours") {
    const LiveServer* server = shop();
    if (server == nullptr) {
        return;
    }
    const test::Pooler pooler{*server, "shop"};
    if (!pooler.runs()) {
        WARN("no pgbouncer is installed: skipped");
        return;
    }
    const DatabaseCapture taken = capture(pooler.url("aud"), quick());
    CHECK(taken.pooled);
    CHECK(taken.complete);
    CHECK(taken.snapshots.size() == 2);
    CHECK(taken.tables.contains("public.orders"));
    // The next client of the same server session finds it as it was.
    Session next{pooler.url("aud"), {.statement_timeout_ms = 7'000}};
    CHECK(next.pooled());
    const Rows timeout = next.read(
        "select current_setting('statement_timeout') as t, current_setting('search_path') as p");
    REQUIRE(timeout.rows.size() == 1);
    CHECK(timeout.rows[0][timeout.columns.at("t")].value_or("") == "7s");
    app::planner::Link plain{pooler.url("aud")};
    CHECK(plain.rows("show statement_timeout").at(0).at(0) == "0");
    CHECK(plain.rows("show search_path").at(0).at(0) != "pg_catalog");
    CHECK(plain.rows("show default_transaction_read_only").at(0).at(0) == "off");
}
