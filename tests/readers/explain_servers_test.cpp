// Plans as real servers print them: MariaDB and PostgreSQL are started, asked and read.
#include "catch.hpp"
#include "readers/plans/auto_explain.hpp"
#include "readers/plans/statement_text.hpp"
#include "support/database_server.hpp"
#include "support/read_plans.hpp"

#include <cmath>
#include <map>

using namespace plimsoll;
using tests::read_plans;

namespace {

constexpr const char* maria_tables =
    "create table customers(id int primary key, country varchar(3), key(country));\n"
    "create table orders(id int primary key, customer_id int, status varchar(10), total int, "
    "key(customer_id));\n"
    "insert into customers select seq, elt(1+seq%4,'US','DE','FR','CH') from seq_1_to_2000;\n"
    "insert into orders select seq, 1+seq%2000, if(seq%50=0,'pending','done'), seq%500 from "
    "seq_1_to_20000;\n"
    "analyze table customers, orders;\n";

std::map<std::string, int> relations_of(const Plan& plan) {
    std::map<std::string, int> out;
    for (const PlanNode& node : plan.nodes) {
        out[node.relation] += node.relation.empty() ? 0 : 1;
    }
    return out;
}
const PlanNode* node_on(const Plan& plan, const std::string& relation) {
    for (const PlanNode& node : plan.nodes) {
        if (node.relation == relation) {
            return &node;
        }
    }
    return nullptr;
}

}  // namespace

TEST_CASE("MariaDB's ANALYZE FORMAT=JSON, EXPLAIN and ANALYZE tables, from a real server") {
    const test::MariaDbServer server;
    if (!server.running()) {
        WARN("MariaDB is not here: skipped");
        return;
    }
    REQUIRE(server.ask(maria_tables).find("ERROR") == std::string::npos);
    const std::string join =
        "select c.country, sum(o.total) from orders o join customers c on "
        "c.id=o.customer_id where o.status='pending' group by c.country order by 2";
    SECTION("JSON, across and down the page, gives every table, true rows and times that add up") {
        for (const std::string& statement :
             {join,
              std::string{"select count(*) from customers where id not in (select customer_id "
                          "from orders where status='pending')"},
              std::string{"select * from (select customer_id, sum(total) s from orders group by 1) "
                          "t where s > 10 union select id, 0 from customers where id < 3"},
              std::string{"with recursive r(n) as (select 1 union all select n+1 from r where n<5) "
                          "select * from r join orders on orders.id=r.n"}}) {
            for (const std::string end : {";", "\\G"}) {
                CAPTURE(statement, end);
                const std::string text = server.ask("analyze format=json " + statement + end + "\n",
                                                    end == ";" ? "-N -r" : "");
                CAPTURE(text);
                const std::vector<Plan> plans = read_plans(text).plans();
                REQUIRE(plans.size() == 1);
                const Plan& plan = plans[0];
                CHECK(plan.product == "mariadb");
                CHECK(plan.analyzed);
                REQUIRE(plan.total_ms.has_value());
                CHECK(tests::exclusive_sum(plan) == Approx(*plan.total_ms).epsilon(0.01));
                CHECK(relations_of(plan)["orders"] + relations_of(plan)["o"] >= 1);
            }
        }
        const Plan plan =
            read_plans(server.ask("analyze format=json " + join + "\\G\n")).plans().at(0);
        const PlanNode* orders = node_on(plan, "o");
        REQUIRE(orders != nullptr);
        CHECK(orders->rows == Approx(400).epsilon(0.02));
        CHECK(orders->rows_removed == Approx(19'600).epsilon(0.02));
        CHECK(orders->filter.find("pending") == std::string::npos);
    }
    SECTION("tables, across and down the page, with and without ANALYZE, are the same tree") {
        std::vector<Plan> forms;
        for (const std::string verb : {"explain", "explain extended", "analyze"}) {
            for (const std::string end : {";", "\\G"}) {
                const std::string text = server.ask(verb + " " + join + end + "\n", "-t");
                CAPTURE(text);
                const std::vector<Plan> plans = read_plans(text).plans();
                REQUIRE(plans.size() == 1);
                forms.push_back(plans[0]);
            }
        }
        for (const Plan& form : forms) {
            REQUIRE(form.nodes.size() == forms[0].nodes.size());
            for (std::size_t i = 0; i < form.nodes.size(); ++i) {
                CHECK(form.nodes[i].type == forms[0].nodes[i].type);
                CHECK(form.nodes[i].relation == forms[0].nodes[i].relation);
                CHECK(form.nodes[i].parent == forms[0].nodes[i].parent);
            }
        }
        const PlanNode* orders = node_on(forms.back(), "o");
        REQUIRE(orders != nullptr);
        CHECK(orders->rows == Approx(400).epsilon(0.02));
        CHECK(forms.back().product == "mariadb");
    }
    SECTION("two answers down the page are two plans") {
        const std::string text =
            server.ask("explain select * from orders\\G\nexplain select * from "
                       "customers\\G\n");
        CHECK(read_plans(text).plans().size() == 2);
    }
}

TEST_CASE("PostgreSQL: one plan in every form and in auto_explain's log, from a real server") {
    const test::LoggingPostgres server;
    if (!server.running()) {
        WARN("PostgreSQL is not here: skipped");
        return;
    }
    const std::string made = server.ask(
        "create table customers as select i id, (array['US','DE','FR'])[1+i%3] country from "
        "generate_series(1,2000) i; create table orders as select i id, 1+i%2000 customer_id, "
        "i%500 "
        "total from generate_series(1,20000) i; create index on orders(customer_id); analyze;");
    REQUIRE(made.find("ERROR") == std::string::npos);
    const std::string statement =
        "select c.country, count(*), (select max(total) from orders) from customers c join orders "
        "o "
        "on o.customer_id = c.id where o.total > 490 and c.id in (select customer_id from orders "
        "where total = 7) group by c.country order by 2 desc limit 2";
    const std::string serial = "set max_parallel_workers_per_gather = 0; set jit = off;\n";
    const auto explain = [&](const std::string& form, const std::string& options) {
        return server.ask(serial + "explain (analyze, timing off, summary off, format " + form +
                              ") " + statement + ";\n",
                          options);
    };
    const std::vector<Plan> json = read_plans(explain("json", "-At")).plans();
    REQUIRE(json.size() == 1);
    REQUIRE(json[0].nodes.size() >= 6);
    CHECK(json[0].statement == 0);
    for (const std::string form : {"text", "yaml", "xml"}) {
        for (const std::string options : {"-At", "", "-P border=2 -P linestyle=unicode", "-a"}) {
            const std::string text = explain(form, options);
            CAPTURE(form, options, text);
            const std::vector<Plan> plans = read_plans(text).plans();
            REQUIRE(plans.size() == 1);
            CHECK(plans[0].nodes == json[0].nodes);
            // -a prints the statement above the plan: it is of the class of the statement alone.
            Plan named;
            readers::plans::name_statement(statement, named);
            CHECK(plans[0].statement == (options == "-a" ? named.statement : 0));
        }
    }
    for (const std::string form : {"json", "text", "yaml", "xml"}) {
        const std::size_t before = server.log().size();
        const std::string asked =
            server.ask("load 'auto_explain'; set auto_explain.log_min_duration = 0; set "
                       "auto_explain.log_analyze = on; set auto_explain.log_timing = off; set "
                       "auto_explain.log_format = " +
                       form + ";\n" + serial + statement + ";\n");
        // The entry's body, as the readers of logs hand it on: without prefix and tabs.
        const std::string log = server.log().substr(before);
        std::string body = log.substr(log.find("plan:\n") + 6);
        std::erase(body, '\t');
        CAPTURE(form, asked, log, body);
        Plans plans;
        readers::read_auto_explain(body, 7, "select $1", 12.5, {.source = "log", .line = 3}, plans);
        REQUIRE(plans.seen == 1);
        const Plan& plan = plans.by_shape.begin()->second.front();
        CHECK(plan.nodes == json[0].nodes);
        CHECK(plan.total_ms == 12.5);
        CHECK(plan.statement == 7);
        Plans unnamed;  // where the log does not tell the class, the body does
        readers::read_auto_explain(body, 0, "", 12.5, {}, unnamed);
        REQUIRE(unnamed.seen == 1);
        Plan named;
        readers::plans::name_statement(statement, named);
        CHECK(unnamed.by_shape.begin()->second.front().statement == named.statement);
    }
}
