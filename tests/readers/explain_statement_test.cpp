// The statement of a plan: taken from what stands around it, and of the class that a log gives it.
#include "catch.hpp"
#include "checks/plans/statements.hpp"
#include "readers/plans/statement_text.hpp"
#include "readers/sql/classes.hpp"
#include "support/read_plans.hpp"

using namespace plimsoll;
using readers::plans::without_explain;
using tests::read_plans;

namespace {

std::uint64_t class_in_a_log(const std::string& sql,
                             readers::sql::Dialect dialect = readers::sql::Dialect::postgres) {
    readers::sql::Classes classes{dialect};
    return classes.of(sql).id;
}
const std::string scan = "Seq Scan on orders  (cost=0.00..1.01 rows=1 width=4) (actual "
                         "time=0.001..0.002 rows=1 loops=1)\n  Filter: (id = 5)\n";
const std::string json = R"({"Plan": {"Node Type": "Seq Scan", "Relation Name": "orders"}})";

}  // namespace

TEST_CASE("an EXPLAIN is taken off, with all its options") {
    for (const std::string sql : {"select 1",
                                  "EXPLAIN select 1;",
                                  "explain analyze verbose select 1 ;\n",
                                  "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) select 1",
                                  "explain format=json select 1\\G",
                                  "explain format = tree select 1;",
                                  "ANALYZE FORMAT=JSON select 1;",
                                  "analyze select 1;",
                                  "explain extended select 1;"}) {
        CAPTURE(sql);
        CHECK(without_explain(sql) == "select 1");
    }
    CHECK(without_explain("explain (select 1)") == "(select 1)");
    CHECK(without_explain("analyze orders;") == "analyze orders");
    CHECK(without_explain("explain") == "");
    CHECK(without_explain("explain (analyze") == "");
}

TEST_CASE("Query Text, a wrapper's query and a typed EXPLAIN name the class that a log names") {
    const std::uint64_t expected = class_in_a_log("select * from orders where id = 77");
    const std::string sql = "SELECT * FROM orders\nWHERE id = 5";
    const std::string one_line = "SELECT * FROM orders WHERE id = 5";
    const std::string inside = json.substr(1, json.size() - 2);
    for (const std::string& text :
         {"{\"Query Text\": \"" + one_line + "\", " + inside + "}",
          "[{\"query\": \"" + one_line + ";\", \"plan\": [" + json + "]}]",
          "Query Text: " + sql + "\n" + scan,
          "app=# explain analyze " + one_line + ";\n QUERY PLAN\n---\n" + scan,
          "app=> EXPLAIN (ANALYZE)\napp-> SELECT * FROM orders\napp-> WHERE "
          "id = 5;\n" +
              scan + "app=> \\q\n",
          "explain analyze " + sql + "\n" + scan}) {
        CAPTURE(text);
        const std::vector<Plan> plans = read_plans(text).plans();
        REQUIRE(plans.size() == 1);
        CHECK(plans[0].statement == expected);
        CHECK(plans[0].statement_text.find("$1") != std::string::npos);
        CHECK(plans[0].statement_text.find('5') == std::string::npos);
        CHECK(plans[0].nodes.at(0).relation == "orders");
    }
}

TEST_CASE("each of two typed EXPLAINs names its own plan, and none lends its name") {
    const std::vector<Plan> plans =
        read_plans("app=# explain analyze select * from orders where id = 5;\n" + scan +
                   "(2 rows)\n\napp=# explain analyze select id from orders where id = 6;\n" +
                   scan + "Planning Time: 1 ms\n\n" + scan)
            .plans();
    REQUIRE(plans.size() == 3);
    CHECK(plans[0].statement == class_in_a_log("select * from orders where id = 1"));
    CHECK(plans[1].statement == class_in_a_log("select id from orders where id = 1"));
    CHECK(plans[2].statement == 0);
}

TEST_CASE("mysql's continuation prompt is no plan, and its tree is") {
    const std::vector<Plan> plans =
        read_plans(
            "mysql> explain analyze select *\n    -> from orders\n    -> where id = 5\\G\n"
            "*************************** 1. row ***************************\n"
            "EXPLAIN: -> Filter: (orders.id = 5)  (cost=2 rows=1) (actual time=0.05..1.0 rows=2 "
            "loops=1)\n    -> Table scan on orders  (cost=2 rows=10) (actual time=0.04..0.9 "
            "rows=10 loops=1)\n\n1 row in set (0.00 sec)\n")
            .plans();
    REQUIRE(plans.size() == 1);
    CHECK(plans[0].nodes.size() == 2);
    CHECK(plans[0].statement ==
          class_in_a_log("select * from orders where id = 1", readers::sql::Dialect::mysql));
}

TEST_CASE("the server's query id lends a plan the class of another with the same id") {
    const std::string with_id = json.substr(0, json.size() - 1) + ", \"Query Identifier\": -42}";
    const tests::ReadPlans bare = read_plans(with_id);
    const tests::ReadPlans named =
        read_plans("{\"Query Text\": \"select 1\", " + with_id.substr(1));
    REQUIRE(bare.plans().size() == 1);
    CHECK(bare.plans()[0].nodes[0].more.at("Query Identifier") == "-42");
    CHECK(bare.plans()[0].nodes == named.plans().at(0).nodes);
    Evidence both = bare.evidence;
    CHECK(checks::plans::planned_statements(both).size() == 1);
    both.merge(named.evidence);
    StatementClass& logged = both.workload.statements[class_in_a_log("select 2")];
    logged.total = {.calls = 10, .time_us = 5'000};
    const auto joined = checks::plans::planned_statements(both);
    REQUIRE(joined.size() == 1);
    CHECK(joined[0].share == Approx(1.0));
    CHECK(joined[0].mean_ms == Approx(0.5));
}

TEST_CASE("a statement that was cut within a literal names nothing") {
    const std::vector<Plan> plans =
        read_plans("{\"Query Text\": \"select * from orders where a = 'secr\", " + json.substr(1))
            .plans();
    REQUIRE(plans.size() == 1);
    CHECK(plans[0].statement == 0);
    CHECK(plans[0].statement_text.empty());
}
