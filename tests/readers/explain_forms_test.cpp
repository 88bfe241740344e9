// One plan in all its forms: the same tree, the same numbers. Captured from PostgreSQL 15
// (tests/data/plans/README.md).
#include "catch.hpp"
#include "readers/plans/auto_explain.hpp"
#include "support/read_plans.hpp"

#include <sstream>

using namespace plimsoll;
using tests::read_plans;

namespace {

std::vector<Plan> plans_in(const std::string& file) {
    std::vector<Plan> plans =
        read_plans(tests::file_text(PLIMSOLL_ROOT "/tests/data/plans/" + file)).plans();
    for (Plan& plan : plans) {
        plan.origin = {};
        // Measured anew in each capture.
        plan.total_ms.reset();
        plan.planning_ms.reset();
    }
    return plans;
}

}  // namespace

TEST_CASE("text, YAML, XML, frames and quotes give the tree that JSON gives") {
    for (const std::string capture : {"plain", "rows"}) {
        const std::vector<Plan> json = plans_in(capture + ".json");
        REQUIRE(json.size() == 17);
        for (const std::string form :
             {"text", "yaml", "xml", "framed", "unicode", "jsonframed", "quoted"}) {
            CAPTURE(capture, form);
            const std::vector<Plan> other = plans_in(capture + "." + form);
            REQUIRE(other.size() == json.size());
            for (std::size_t i = 0; i < json.size(); ++i) {
                CAPTURE(i);
                REQUIRE(other[i].nodes.size() == json[i].nodes.size());
                for (std::size_t n = 0; n < json[i].nodes.size(); ++n) {
                    CAPTURE(
                        n, json[i].nodes[n].type, json[i].nodes[n].more, other[i].nodes[n].more);
                    CHECK(other[i].nodes[n] == json[i].nodes[n]);
                }
            }
        }
    }
}

TEST_CASE("auto_explain's bodies give the same plan, with the entry's duration") {
    const std::string json = tests::file_text(PLIMSOLL_ROOT "/tests/data/plans/rows.json");
    const std::vector<Plan> expected = plans_in("rows.json");
    Plans plans;
    const std::string body =
        "{ \"Query Text\": \"select 1\", " +
        json.substr(json.find("\"Plan\""), json.find("\n]") - json.find("\"Plan\""));
    readers::read_auto_explain(body, 7, "select $1", 12.5, {.source = "log", .line = 3}, plans);
    REQUIRE(plans.seen == 1);
    const Plan& plan = plans.by_shape.begin()->second.front();
    CHECK(plan.nodes == expected.front().nodes);
    CHECK(plan.statement == 7);
    CHECK(plan.total_ms == 12.5);
    Plans of_text;
    readers::read_auto_explain("Query Text: select *\nfrom t -- {\nSeq Scan on t  (cost=0.00..1.01 "
                               "rows=1 width=4) (actual rows=1 loops=1)\n"
                               "  Filter: (a = 'secret'::text)",
                               7,
                               "",
                               1,
                               {},
                               of_text);
    REQUIRE(of_text.seen == 1);
    CHECK(of_text.by_shape.begin()->second.front().nodes.at(0).filter == "(a = ?::text)");
    Plans none;
    readers::read_auto_explain("Query Text: nothing here", 7, "", 1, {}, none);
    CHECK(none.empty());
}

TEST_CASE("a paste that a mail wrapped is put together again") {
    const auto plans = read_plans("Nested Loop  (cost=0.29..16.34 rows=5\nwidth=16) (actual "
                                  "time=0.010..0.028 rows=45\nloops=1)\n"
                                  "  ->  Seq Scan on a  (cost=0.00..8.00 rows=1 width=4) (actual "
                                  "time=0.001..0.002 rows=9 loops=1)\n"
                                  "        Filter: ((x = 1) AND\n(y = 2))\n"
                                  "  ->  Index Scan using b_idx on public.b b_1\n(cost=0.29..8.31 "
                                  "rows=5 width=12) (actual time=0.001..0.002 rows=0.25 loops=9)\n"
                                  "Planning Time: 0.082 ms\nExecution Time: 0.038 ms\n")
                           .plans();
    REQUIRE(plans.size() == 1);
    REQUIRE(plans[0].nodes.size() == 3);
    CHECK(plans[0].nodes[1].filter == "((x = ?) AND (y = ?))");
    CHECK(plans[0].nodes[2].relation == "b");
    CHECK(plans[0].nodes[2].alias == "b_1");
    CHECK(plans[0].nodes[2].index == "b_idx");
    CHECK(plans[0].nodes[2].rows == 2.25);
    CHECK(plans[0].total_ms == 0.038);
}

TEST_CASE("MySQL's tree") {
    const tests::ReadPlans read = read_plans(
        "-> Limit: 10 row(s)  (cost=12.5 rows=10) (actual time=0.1..5.0 rows=10 loops=1)\n"
        "    -> Nested loop inner join  (cost=12.5 rows=1e+2) (actual time=0.1..4.9 rows=10 "
        "loops=1)\n"
        "        -> Filter: (o.note like '%x->y%')  (cost=2 rows=10) (actual time=0.05..1.0 "
        "rows=20 loops=1)\n"
        "            -> Table scan on o  (cost=2 rows=100) (actual time=0.04..0.9 rows=100 "
        "loops=1)\n"
        "        -> Single-row index lookup on c using PRIMARY (id=o.customer_id)  (cost=0.25 "
        "rows=1) (actual time=0.05..0.1 rows=1 loops=20)\n"
        "        -> Select #2 (subquery in condition; dependent)\n"
        "            -> Table scan on t  (cost=1 rows=5) (never executed)\n");
    REQUIRE(read.reader == "explain-mysql-tree");
    const auto plans = read.plans();
    REQUIRE(plans.size() == 1);
    const Plan& plan = plans[0];
    REQUIRE(plan.nodes.size() == 7);
    CHECK(plan.nodes[2].filter == "(o.note like ?)");
    CHECK(plan.nodes[2].rows_removed == 80);
    CHECK(plan.nodes[4].relation == "c");
    CHECK(plan.nodes[4].index == "PRIMARY");
    CHECK(plan.nodes[4].total_ms == Approx(2.0));
    CHECK(tests::exclusive_sum(plan) == Approx(5.0));
    CHECK(plan.nodes[1].rows_estimated == 100);
    CHECK(plan.nodes[5].relationship == "SubPlan");
}

TEST_CASE("MySQL's and MariaDB's JSON, and the table") {
    const auto first = read_plans(
        R"json({"query_block": {"select_id": 1, "cost_info": {"query_cost": "12.50"}, "ordering_operation":
        {"using_filesort": true, "nested_loop": [{"table": {"table_name": "o", "access_type": "ALL", "rows_examined_per_scan": 100,
        "attached_condition": "(`d`.`o`.`status` = 'x')"
}
}, {"table": {"table_name": "c", "access_type": "eq_ref", "key": "PRIMARY",
        "used_key_parts": ["id"], "ref": ["d.o.customer_id"], "rows_examined_per_scan": 1}}]
}
}
})json");
    REQUIRE(first.plans().size() == 1);
    const Plan plan = first.plans()[0];
    REQUIRE(plan.nodes.size() == 5);
    CHECK(plan.nodes[1].type == "Sort");
    CHECK(plan.nodes[2].type == "Nested Loop");
    CHECK(plan.nodes[3].filter == "(`d`.`o`.`status` = ?)");
    CHECK(plan.nodes[4].relationship == "Inner");
    CHECK(plan.nodes[4].more.at("Index Cond") == "(id = d.o.customer_id)");
    CHECK_FALSE(plan.analyzed);
    const auto maria =
        read_plans(
            R"json({"query_block": {"select_id": 1, "r_loops": 1, "r_total_time_ms": 10.0, "nested_loop": [
        {"table": {"table_name": "a", "access_type": "ALL", "r_loops": 1, "rows": 100, "r_rows": 100, "r_table_time_ms": 4.0,
        "r_other_time_ms": 1.0, "r_filtered": 25, "attached_condition": "a.x = 5"}},
        {"table": {"table_name": "b", "access_type": "ref", "key": "k", "r_loops": 25, "rows": 1, "r_rows": 0.2, "r_table_time_ms": 3.0,
        "r_other_time_ms": 0.5, "r_filtered": 100}}]}})json")
            .plans();
    REQUIRE(maria.size() == 1);
    CHECK(maria[0].product == "mariadb");
    CHECK(maria[0].total_ms == 10.0);
    CHECK(tests::exclusive_sum(maria[0]) == Approx(10.0));
    CHECK(maria[0].nodes[2].rows_removed == 75);
    CHECK(maria[0].nodes[3].rows == 5);
    const auto second =
        read_plans(
            R"json({"query": "x", "query_plan": {"operation": "Filter: (o.id > 5)", "estimated_rows": 3.0, "actual_rows": 2.0,
        "actual_loops": 1, "actual_last_row_ms": 2.5, "inputs": [{"operation": "Table scan on o", "table_name": "o", "access_type": "table",
        "actual_rows": 10.0, "actual_loops": 1, "actual_last_row_ms": 2.0}]
    }
    })json")
            .plans();
    REQUIRE(second.size() == 1);
    CHECK(second[0].nodes[1].relation == "o");
    CHECK(second[0].nodes[0].exclusive_ms == Approx(0.5));
    const auto table = read_plans("+----+-------------+-------+------+---------------+---------+---"
                                  "------+------+------+-------------+\n"
                                  "| id | select_type | table | type | possible_keys | key     | "
                                  "key_len | ref  | rows | Extra       |\n"
                                  "+----+-------------+-------+------+---------------+---------+---"
                                  "------+------+------+-------------+\n"
                                  "|  1 | SIMPLE      | o     | ALL  | NULL          | NULL    | "
                                  "NULL    | NULL |  100 | Using where |\n"
                                  "|  1 | SIMPLE      | c     | eq_ref | PRIMARY     | PRIMARY | 4 "
                                  "      | d.o.c |   1 | NULL        |\n"
                                  "+----+-------------+-------+------+---------------+---------+---"
                                  "------+------+------+-------------+\n"
                                  "2 rows in set (0.00 sec)\n")
                           .plans();
    REQUIRE(table.size() == 1);
    REQUIRE(table[0].nodes.size() == 4);
    CHECK(table[0].nodes[2].type == "Table scan");
    CHECK(table[0].nodes[3].index == "PRIMARY");
}

TEST_CASE("hostile text, YAML and XML: skipped with a place, never a crash") {
    for (const int levels :
         {600, 2'000, 4'000}) {  // the last are 48 MB: more than is held of a plan
        std::ostringstream deep;
        deep << "Sort  (cost=1..1 rows=1 width=1)\n";
        for (int i = 0; i < levels; ++i) {
            deep << std::string(static_cast<std::size_t>(2 + i * 6), ' ')
                 << "->  Sort  (cost=1..1 rows=1 width=1)\n";
        }
        const tests::ReadPlans read = read_plans(deep.str());
        CHECK(read.input.records == 0);
        CHECK(read.input.first_skipped.line == 1);
        CHECK(read.input.first_skipped.why.find("deep") != std::string::npos);
    }
    std::ostringstream yaml;
    yaml << "- Plan:\n    Node Type: \"Sort\"\n";
    for (std::size_t i = 0; i < 2'000; ++i) {
        yaml << std::string(4 + i * 4, ' ') << "Plans:\n"
             << std::string(6 + i * 4, ' ') << "- Node Type: \"Sort\"\n";
    }
    CHECK(read_plans(yaml.str()).input.first_skipped.why.find("deep") != std::string::npos);
    std::string long_winded = "Seq Scan on t  (cost=1..1 rows=1 width=1)\n";
    for (int i = 0; i < 300; ++i) {
        long_winded += "  Filter: (note = " + std::string(120'000, 'x') + ")\n";
    }
    CHECK(read_plans(long_winded).input.first_skipped.why.find("MiB") != std::string::npos);
    CHECK(read_plans("Seq Scan on t  (cost=1..1e999 rows=1 width=1)\n").input.skipped == 1);
    for (const std::string file : {"rows.text", "rows.yaml", "rows.xml", "rows.unicode"}) {
        const std::string whole = tests::file_text(PLIMSOLL_ROOT "/tests/data/plans/" + file);
        for (std::size_t at = 0; at < whole.size(); at += whole.size() / 40) {
            std::string broken = whole;
            broken.replace(at, 5, "\xFF(\"->");
            CHECK(read_plans(broken).input.records <= 40);
            CHECK(read_plans(whole.substr(0, at)).input.records <= 17);
        }
    }
}
