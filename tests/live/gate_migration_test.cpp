// `gate --migration` from end to end: a database with data and work, its capture, migrations that
// help, harm, break and cannot be run; and what was foretold against what the same database then
// takes.
#include "catch.hpp"
#include "core/instant.hpp"
#include "support/live_server.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

using namespace plimsoll;
using test::LiveServer;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;
using wire::Json;

namespace {

constexpr const char* schema =
    "create table customers(id int primary key, country text not null);"
    "create table orders(id bigint primary key, customer_id int not null, total int not null,"
    " note text);"
    "create table parcels(id bigint primary key, order_id bigint not null);"
    "create view open_orders as select * from orders where total > 0;"
    "insert into customers select i, 'c' || (i % 5) from generate_series(1, 5000) i;"
    "insert into orders select i, 1 + (i * 7919) % 5000, i % 1000, md5(i::text)"
    " from generate_series(1, 100000) i;"
    "insert into parcels select i, i from generate_series(1, 1000) i;"
    "create index orders_customer on orders(customer_id);";

// What the application asks: the same every time.
std::string work() {
    std::string out;
    for (int i = 1; i <= 300; ++i) {
        out += fmt::format("select * from orders where customer_id = {};", i);
        out += fmt::format("select country from customers where id = {};", i);
        out += i % 100 == 0 ? "select count(*) from open_orders where total = 7;" : "";
        out += fmt::format("insert into parcels values ({}, {}) on conflict do nothing;", i, i);
    }
    return out;
}

struct Shop {
    const LiveServer* server = test::live_server();
    TemporaryFolder folder;
    std::string capture = folder.path("evidence/shop.json");

    Shop() {
        if (server == nullptr) {
            return;
        }
        server->create("shop");
        server->run("shop", schema);
        server->run("shop", "vacuum analyze");
        server->run("shop", "select pg_stat_statements_reset();" + work());
        folder.write("evidence/plimsoll.toml",
                     "[system]\nname = \"shop\"\n[host]\ncores = 8\n[gate]\nbaseline = \"none\"\n");
        // 0.2 of 8 cores at the peak: a load line of about 40 (the gauge is simulated).
        std::string gauges = "at,name,value,limit\n";
        for (int i = 0; i < 600; ++i) {
            gauges += fmt::format("{},db.cpu,{},8\n",
                                  to_text(instant((1'790'000'000LL + i) * 1'000'000)),
                                  0.18 + 0.02 * (i % 2));
        }
        folder.write("evidence/gauges.csv", gauges);
        const Ran taken = run_program(
            {"collect", server->url("reader", "shop"), "-o", capture, "--interval", "0"});
        INFO(taken.err);
        REQUIRE((taken.status == 0 || taken.status == 4));
    }
    [[nodiscard]] Ran gate(const std::string& sql, std::vector<std::string> more = {}) const {
        (void)folder.write("up.sql", sql);
        more.insert(more.begin(), {"gate", "evidence", "--migration", "up.sql"});
        return run_program(more, {}, "env -C '" + folder.path() + "'");
    }
    [[nodiscard]] Json judged(const std::string& sql, int status) const {
        const Ran ran = gate(sql, {"--format", "json"});
        INFO(ran.out << ran.err);
        REQUIRE(ran.status == status);
        return wire::parse(ran.out);
    }
    // The least time of each statement: what it takes when nothing else runs on the machine.
    [[nodiscard]] double time_of_work() const {
        server->run("shop", "select pg_stat_statements_reset();" + work());
        return std::stod(
            server->value("shop",
                          "select sum(calls * min_exec_time) from pg_stat_statements s join "
                          "pg_database d on d.oid = s.dbid where d.datname = 'shop' "
                          "and query !~ 'pg_stat'"));
    }
};

const Shop& shop() {
    static const Shop one;
    return one;
}

Json row(const Json& result, const std::string& id) {
    for (const Json& one : result["rows"]) {
        if (one["id"] == id) {
            return one;
        }
    }
    return {};
}

}  // namespace

#define NEEDS_POSTGRESQL                                    \
    if (shop().server == nullptr) {                         \
        WARN("no PostgreSQL server is installed: skipped"); \
        return;                                             \
    }

TEST_CASE("a dropped index moves the load line down, and the gate says from where to where",
          "[program]") {
    NEEDS_POSTGRESQL
    const Json result = shop().judged("drop index orders_customer;", 1);
    const Json line = row(result, "migration/load-line");
    REQUIRE(line.is_object());
    const std::string says = line["says"];
    INFO(says);
    CHECK(line["alarm"] == "red");
    CHECK(says.find("moves the load line from ") != std::string::npos);
    CHECK(says.find("first limit then: database-cpu") != std::string::npos);
    CHECK(line["measured"].get<double>() < line["baseline"].get<double>() / 3);
    CHECK(result["before"]["at"].get<double>() > result["after"]["at"].get<double>() * 3);
    bool named = false;
    for (const Json& one : result["rows"]) {
        named = named || (one["change"] == "worse" && one["says"].get<std::string>().find(
                                                          "Seq Scan orders") != std::string::npos);
    }
    CHECK(named);

    // What was foretold, against what it then is.
    const double low = 1 / line["effect"]["high"].get<double>();
    const double high = 1 / line["effect"]["low"].get<double>();
    const double before = shop().time_of_work();
    shop().server->run("shop", "drop index orders_customer");
    const double after = shop().time_of_work();
    shop().server->run("shop", "create index orders_customer on orders(customer_id)");
    INFO("foretold " << low << " to " << high << " times the work, measured " << after / before);
    CHECK(after / before > low);
    CHECK(after / before < high);
}

TEST_CASE("a migration of what no statement reads leaves the line where it is", "[program]") {
    NEEDS_POSTGRESQL
    const Ran ran = shop().gate(
        "alter table parcels add column weight int;\ncreate table notes(id int primary key);\n");
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
    CHECK(ran.out.find("the load line stays at") != std::string::npos);
    CHECK(ran.out.find("makes or replaces notes") != std::string::npos);
}

TEST_CASE("an index that serves is seen as one, and what writes pay for it is in the interval",
          "[program]") {
    NEEDS_POSTGRESQL
    const Json result =
        shop().judged("begin;\ncreate index by_total on orders(total);\ncommit;\n"
                      "create index concurrently parcels_order on parcels(order_id);\n",
                      0);
    const Json line = row(result, "migration/load-line");
    INFO(line.dump(2));
    CHECK(line["effect"]["at"].get<double>() > 1);
    bool better = false;
    bool dearer = false;
    for (const Json& one : result["rows"]) {
        const std::string name = one["name"];
        better =
            better || (name.find("open_orders") != std::string::npos && one["change"] == "better");
        dearer = dearer || (name.find("insert into parcels") != std::string::npos &&
                            one["effect"]["high"].get<double>() > 1);
    }
    CHECK(better);
    CHECK(dearer);
}

TEST_CASE("a column that the application still reads fails the gate", "[program]") {
    NEEDS_POSTGRESQL
    const Json result = shop().judged("alter table customers rename column country to land;", 1);
    bool broken = false;
    for (const Json& one : result["rows"]) {
        broken = broken || (one["alarm"] == "red" &&
                            one["says"].get<std::string>().find("can be planned no more") !=
                                std::string::npos);
    }
    CHECK(broken);
}

TEST_CASE("a migration that fails is 4, with PostgreSQL's words and the line", "[program]") {
    NEEDS_POSTGRESQL
    const Ran ran = shop().gate(
        "create table one(x int);\n\nalter table one\n  add column y int,\n  drop column z;\n",
        {"--format", "text", "--format", "sarif=" + shop().folder.path("out.sarif")});
    INFO(ran.out << ran.err);
    CHECK(ran.status == 4);
    CHECK(ran.out.find("column \"z\" of relation \"one\" does not exist") != std::string::npos);
    CHECK(ran.out.find("up.sql:3") != std::string::npos);
    CHECK(test::slurp(shop().folder.path("out.sarif")).find("\"startLine\": 3") !=
          std::string::npos);
    const Ran syntax = shop().gate("create table two(x int);\nselect 1;\n\ncreat table x();\n");
    CHECK(syntax.status == 4);
    CHECK(syntax.out.find("up.sql:4") != std::string::npos);
    CHECK(syntax.out.find("syntax error") != std::string::npos);
    const Ran open = shop().gate("begin;\ndrop index orders_customer;\n");
    CHECK(open.status == 4);
    CHECK(open.out.find("does not commit") != std::string::npos);
}

TEST_CASE("a table that is replaced is not known, and not taken for an empty one", "[program]") {
    NEEDS_POSTGRESQL
    const Ran ran = shop().gate("alter table orders rename to orders_old;\n"
                                "drop view open_orders;\n"
                                "create table orders(like orders_old);\n"
                                "create view open_orders as select * from orders where total > 0;\n"
                                "insert into orders select * from orders_old;\n");
    INFO(ran.out << ran.err);
    CHECK(ran.status == 4);
    CHECK(ran.out.find("can be planned after it") != std::string::npos);
    CHECK(ran.out.find("changes data") != std::string::npos);
}

TEST_CASE("the way back is left out, and what the migration sets does not last", "[program]") {
    NEEDS_POSTGRESQL
    const Ran ran = shop().gate("\xEF\xBB\xBF-- migrate:up\nset enable_indexscan = off;\n"
                                "set enable_bitmapscan = off;\nset search_path = nowhere;\n"
                                "-- migrate:down\ndrop index orders_customer;\n");
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
    CHECK(ran.out.find("the way back, from line 5 on, is left out") != std::string::npos);
    CHECK(ran.out.find("the load line stays at") != std::string::npos);
}

TEST_CASE("statistics that no longer fit a column are no reason to pass", "[program]") {
    NEEDS_POSTGRESQL
    const Ran other =
        shop().gate("drop view open_orders;\n"
                    "alter table orders alter column total type timestamptz using now();");
    INFO(other.out << other.err);
    CHECK(other.status != 70);
    CHECK(other.status != 0);
}

TEST_CASE("what is no SQL, and what ends sessions, is refused and not taken for nothing",
          "[program]") {
    NEEDS_POSTGRESQL
    using namespace std::string_literals;
    const Ran wide = shop().gate("\xff\xfe"
                                 "d\0r\0o\0p\0"s);
    CHECK(wide.status == 4);
    CHECK(wide.out.find("byte 0") != std::string::npos);
    const Ran late = shop().gate("select 1;\n\0drop index orders_customer;"s);
    CHECK(late.status == 4);
    CHECK(late.out.find("up.sql:2") != std::string::npos);
    const Ran killed = shop().gate(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid();");
    INFO(killed.out << killed.err);
    CHECK(killed.status == 4);
}

TEST_CASE("without a capture, without PostgreSQL, without the file", "[program]") {
    NEEDS_POSTGRESQL
    const TemporaryFolder other;
    const std::string gauges =
        other.write("gauges.csv", "at,name,value,limit\n2026-11-20T08:00:00Z,pool.web.busy,4,20\n");
    const std::string sql = other.write("up.sql", "select 1;");
    const auto gate = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"gate", "--baseline", "none"});
        return run_program(more);
    };
    const Ran without = gate({gauges, "--migration", sql});
    CHECK(without.status == 4);
    CHECK(without.out.find("plimsoll collect") != std::string::npos);
    CHECK(gate({shop().capture, "--migration", "/nowhere.sql"}).status == 3);
    CHECK(gate({shop().capture, "--migration", sql, "--pg-bindir", "/nowhere"}).status == 2);
    CHECK(gate({shop().capture, "--migration", sql}).status == 0);
}
