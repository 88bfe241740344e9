// The planner in the loop, as far as it needs no server: statements cut from files, statistics
// scaled, plans joined.
#include "app/planner/ddl.hpp"
#include "app/planner/loop.hpp"
#include "catch.hpp"

#include <algorithm>
#include <cmath>

using namespace plimsoll;
using namespace plimsoll::app::planner;

namespace {

DbColumn column(std::string name, std::string type) {
    return {.name = std::move(name), .type = std::move(type), .analyzed = true};
}

DatabaseCapture shop() {
    DatabaseCapture out;
    DbTable customers{
        .schema = "public", .name = "customers", .kind = "r", .rows = 4000, .pages = 50};
    customers.columns = {column("id", "integer")};
    customers.columns[0].n_distinct = -1;
    customers.columns[0].histogram = "{1,2000,4000}";
    DbTable orders{.schema = "public", .name = "orders", .kind = "r", .rows = 20000, .pages = 300};
    orders.columns = {column("id", "bigint"),
                      column("customer_id", "integer"),
                      column("status", "text"),
                      column("at", "timestamp with time zone")};
    orders.columns[1].n_distinct = 3900;
    orders.columns[1].common = "{1,17}";
    orders.columns[1].frequencies = "{0.05,0.0006}";
    orders.columns[1].histogram = "{2,4000}";
    orders.columns[2].n_distinct = 3;
    orders.columns[2].common = "{done,open}";
    orders.columns[2].frequencies = "{0.9,0.1}";
    orders.columns[3].histogram = "{2026-01-01,2026-02-01}";
    orders.indexes = {
        {.name = "orders_customer",
         .definition = "CREATE INDEX orders_customer ON public.orders USING btree (customer_id)",
         .method = "btree",
         .columns = {"customer_id"},
         .valid = true,
         .pages = 40,
         .rows = 20000}};
    DbTable tax{.schema = "public", .name = "taxes", .kind = "r", .rows = 10, .pages = 1};
    out.tables = {
        {"public.customers", customers}, {"public.orders", orders}, {"public.taxes", tax}};
    return out;
}

const ScaledColumn& of(const Scaled& all, const std::string& table, const std::string& name) {
    const auto found = std::ranges::find_if(all.columns, [&](const ScaledColumn& one) {
        return one.table == table && one.name == name;
    });
    REQUIRE(found != all.columns.end());
    return *found;
}

}  // namespace

TEST_CASE("a file of statements is cut where statements end, and nowhere else") {
    const std::vector<Asked> all = statements_in(
        "-- name: one\n-- ms: 12.5\n-- planning: 0.5\nselect ';' as a, \"x;y\" /* ; */ from t;\n\n"
        "select $$ ; $$, $a$ ; $$ $a$, $1; ;; -- the end;\nselect 3");
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "one");
    CHECK(all[0].ms.value_or(0) == 12.5);
    CHECK(all[0].planning_ms == 0.5);
    CHECK(all[0].text == "select ';' as a, \"x;y\" /* ; */ from t");
    CHECK(all[1].text == "select $$ ; $$, $a$ ; $$ $a$, $1");
    CHECK(all[1].name == "statement 2");
    CHECK(all[2].text == "select 3");
    CHECK(statements_in("  -- nothing\n ; ;").empty());
    CHECK(statements_in("select 'never ends").size() == 1);
}

TEST_CASE("the scale is put in whole, and casts are left alone") {
    CHECK(at_scale("where id = 7 * :scale", 10) == "where id = 7 * 10");
    CHECK(at_scale(":scale + x::scale + :scaled", 13.5) == "14 + x::scale + :scaled");
}

TEST_CASE("keys of growing tables stretch, whales stay, the rest keeps its distribution") {
    const DatabaseCapture capture = shop();
    const auto growth =
        growth_of(capture, {{"taxes", TableGrowth::static_}, {"orders", TableGrowth::longer}});
    CHECK(growth.at("public.taxes").told);
    CHECK_FALSE(growth.at("public.customers").told);
    CHECK(refers_to(capture, "public.orders", "customer_id") == "public.customers");
    CHECK(refers_to(capture, "public.orders", "id") == "public.orders");
    CHECK(refers_to(capture, "public.orders", "status").empty());
    const Scaled ten = scaled(capture, growth, 10);
    const ScaledColumn& key = of(ten, "public.orders", "customer_id");
    CHECK(key.n_distinct == 39000);
    CHECK(key.common == "{\"1\"}");
    CHECK(key.frequencies == "{\"0.05\"}");
    CHECK(key.histogram == "{\"20\",\"40000\"}");
    CHECK(of(ten, "public.customers", "id").n_distinct == -1);
    CHECK(of(ten, "public.orders", "status").common == "{done,open}");
    CHECK(of(ten, "public.orders", "at").stretch_back == 10);
    const auto table = std::ranges::find(ten.relations, "orders", &ScaledRelation::name);
    REQUIRE(table != ten.relations.end());
    CHECK(table->pages == 3000);
    CHECK(table->rows == 200000);
    CHECK(std::ranges::find(ten.relations, "orders_customer", &ScaledRelation::name)->pages == 400);
    CHECK(std::ranges::find(ten.relations, "taxes", &ScaledRelation::name)->rows == 10);
    const Scaled same = scaled(capture, growth, 1);
    CHECK(of(same, "public.orders", "customer_id").common == "{1,17}");
    CHECK(of(same, "public.orders", "customer_id").histogram == "{2,4000}");
}

TEST_CASE("a foreign key of any type has as many values as the table it refers to") {
    DatabaseCapture capture = shop();
    DbTable& orders = capture.tables["public.orders"];
    orders.constraints = {{.name = "of",
                           .kind = "f",
                           .columns = {"account"},
                           .references = "public.customers",
                           .reference_columns = {"account"}}};
    orders.columns.push_back(column("account", "text"));
    orders.columns.back().n_distinct = 3900;
    orders.columns.back().common = "{ACC-1,ACC-2}";
    orders.columns.back().frequencies = "{0.05,0.0006}";
    orders.columns.back().histogram = "{ACC-3,ACC-9}";
    const Scaled ten = scaled(capture, growth_of(capture, {}), 10);
    const ScaledColumn& key = of(ten, "public.orders", "account");
    CHECK(key.n_distinct == 39000);
    CHECK(key.common == "{\"ACC-1\"}");       // the whale stays, the others thin out
    CHECK(key.histogram == "{ACC-3,ACC-9}");  // a text is not counted on
    const Scaled still =
        scaled(capture, growth_of(capture, {{"customers", TableGrowth::static_}}), 10);
    CHECK(of(still, "public.orders", "account").n_distinct == 3900);
}

TEST_CASE("a key of a static table does not stretch with its child") {
    DatabaseCapture capture = shop();
    const auto growth = growth_of(capture, {{"customers", TableGrowth::static_}});
    const Scaled ten = scaled(capture, growth, 10);
    CHECK(of(ten, "public.orders", "customer_id").histogram == "{2,4000}");
    CHECK(of(ten, "public.orders", "customer_id").n_distinct == 3900);
}

TEST_CASE("array literals survive quotes, commas and backslashes") {
    const std::vector<std::string> values{"a", "b,c", "say \"x\"", "back\\slash", "{", ""};
    CHECK(elements_of(literal_of(values)) == values);
    CHECK(elements_of("{1,2,3}") == std::vector<std::string>{"1", "2", "3"});
    CHECK(elements_of("{}").empty());
    CHECK(elements_of("").empty());
}

TEST_CASE("repeated keys make an index small") {
    CHECK(index_pages(1e6, 8, 1) > 2000);
    CHECK(index_pages(1e6, 8, 1000) < 1200);
    CHECK(index_pages(0, 8, 1) == 2);
}

TEST_CASE("frequencies of values that were taken out are not used") {
    DatabaseCapture capture = shop();
    capture.tables.at("public.orders").columns[2].common.clear();
    const Scaled now = scaled(capture, growth_of(capture, {}), 1);
    CHECK(of(now, "public.orders", "status").frequencies.empty());
}

TEST_CASE("both predictions: agreement narrows, disagreement is said") {
    model::Outlook outlook;
    outlook.choices = {"does page depth grow?"};
    model::Projection law;
    law.factor = {.at = 12, .low = 6, .high = 24};
    const Combined agree = combine(10, law, outlook);
    CHECK(agree.disagrees.empty());
    CHECK(std::abs(agree.factor.at - std::sqrt(120.0)) < 1e-9);
    law.factor.at = 100;
    const Combined differ = combine(10, law, outlook);
    CHECK(differ.factor.low == 10);
    CHECK(differ.factor.high == 100);
    CHECK(differ.disagrees.find("page depth") != std::string::npos);
}

TEST_CASE("classes of growth") {
    CHECK(class_of(1.5, 10) == model::GrowthClass::flat);
    CHECK(class_of(9, 10) == model::GrowthClass::linear);
    CHECK(class_of(230, 100) == model::GrowthClass::linear);
    CHECK(class_of(90, 10) == model::GrowthClass::superlinear);
}

TEST_CASE("a schema is made parents first, and names are quoted") {
    DatabaseCapture capture;
    capture.tables["public.a_part"] = {.schema = "public",
                                       .name = "a_part",
                                       .kind = "r",
                                       .partition_of = "public.z",
                                       .partition_bound = "FOR VALUES FROM (1) TO (2)"};
    capture.tables["public.z"] = {.schema = "public",
                                  .name = "z",
                                  .kind = "p",
                                  .partition_key = "RANGE (i)",
                                  .columns = {column("i", "integer")}};
    capture.tables["public.v"] = {
        .schema = "public", .name = "v\"w", .kind = "v", .definition = " SELECT 1"};
    const std::vector<Definition> all = ddl_of(capture);
    const auto at = [&](const std::string& sql) {
        return std::ranges::find(all, sql, &Definition::sql) - all.begin();
    };
    CHECK(at("create table \"public\".\"z\" (\"i\" integer) partition by RANGE (i)") <
          at("create table \"public\".\"a_part\" partition of \"public\".\"z\" FOR VALUES FROM (1) "
             "TO (2)"));
    CHECK(at("create view \"public\".\"v\"\"w\" as  SELECT 1") == std::ssize(all) - 1);
}
