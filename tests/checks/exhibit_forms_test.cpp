// The drawings of the evidence section that checks make: the service graph as a matrix, the owners
// of tables, plans as trees, the critical path of a change. All evidence is made by hand.
#include "catch.hpp"
#include "checks/calls/matrix.hpp"
#include "checks/ci/path.hpp"
#include "checks/plans/tree.hpp"
#include "checks/workload/ownership.hpp"

#include <algorithm>

using namespace plimsoll;
using namespace plimsoll::checks;

namespace {

CallEdge edge(bool synchronous, std::optional<std::int64_t> timeout_ms, bool endless = false) {
    CallEdge out;
    out.declared = true;
    out.synchronous = synchronous;
    out.critical = true;
    out.no_timeout = endless;
    if (timeout_ms) {
        out.timeout_us = *timeout_ms * 1000;
    }
    return out;
}

const Cell& cell(const Exhibit& matrix, std::string_view row, std::string_view column) {
    const auto r = std::ranges::find_if(
        matrix.rows, [&](const Row& one) { return one.cells.front().text == row; });
    const auto c = std::ranges::find(matrix.columns, column, &Column::name);
    REQUIRE(r != matrix.rows.end());
    REQUIRE(c != matrix.columns.end());
    return r->cells.at(static_cast<std::size_t>(c - matrix.columns.begin()));
}

StatementClass statement(std::set<std::string> tables,
                         std::set<std::string> written,
                         std::map<std::string, std::uint64_t> callers) {
    StatementClass out;
    out.tables = std::move(tables);
    out.written = std::move(written);
    for (const auto& [application, calls] : callers) {
        out.applications[application].calls = calls;
    }
    return out;
}

}  // namespace

TEST_CASE("service matrix: callers first, and what ends each wait") {
    Calls calls;
    calls.edges[{"web", "orders"}] = edge(true, 2'000);
    calls.edges[{"orders", "a-database"}] = edge(true, {}, true);
    calls.edges[{"orders", "mail"}] = edge(false, {});
    calls.edges[{"edge", "web"}] = edge(true, {});
    CHECK(callers_first(calls) ==
          std::vector<std::string>{"edge", "web", "orders", "a-database", "mail"});
    const Exhibit matrix = call_matrix(calls);
    CHECK(matrix.form == Form::matrix);
    REQUIRE(matrix.rows.size() == 5);
    CHECK(cell(matrix, "web", "orders").text == "2 s");
    CHECK(cell(matrix, "orders", "a-database").text == "no end");
    CHECK(cell(matrix, "orders", "mail").text == "async");
    CHECK(cell(matrix, "edge", "web").text == "?");
    CHECK(cell(matrix, "web", "mail").text.empty());
    // As dark as a failure passes on.
    CHECK(*cell(matrix, "orders", "a-database").value > *cell(matrix, "edge", "web").value);
    CHECK(*cell(matrix, "edge", "web").value > *cell(matrix, "web", "orders").value);
    CHECK(*cell(matrix, "web", "orders").value > *cell(matrix, "orders", "mail").value);
    CHECK(matrix.left_out.empty());
}

TEST_CASE("service matrix: a circle is cut where the fewest call, and stands below the diagonal") {
    Calls calls;
    calls.edges[{"a", "b"}] = edge(true, {});
    calls.edges[{"b", "c"}] = edge(true, {});
    calls.edges[{"c", "a"}] = edge(true, {});
    calls.edges[{"d", "b"}] = edge(true, {});
    calls.edges[{"a", "a"}] = edge(true, {});  // calls itself
    CHECK(callers_first(calls) == std::vector<std::string>{"d", "a", "b", "c"});
    CHECK(cell(call_matrix(calls), "c", "a").text == "?");
    CHECK(cell(call_matrix(calls), "a", "a").text == "?");
    CHECK(call_matrix({}).rows.empty());
}

TEST_CASE("service matrix: thirty services at most, those with the most neighbours") {
    Calls calls;
    for (int i = 0; i < 60; ++i) {
        calls.edges[{"hub", "leaf-" + std::to_string(i)}] = edge(true, {});
    }
    const Exhibit matrix = call_matrix(calls);
    CHECK(matrix.rows.size() == 30);
    CHECK(matrix.rows.front().cells.front().text == "hub");
    CHECK(matrix.left_out == "31 services with fewer neighbours");
}

TEST_CASE("owners of tables: shares of the writes, tables of many writers first") {
    Workload workload;
    workload.statements[1] = statement({"orders"}, {"orders"}, {{"shop", 75}, {"billing", 25}});
    workload.statements[2] = statement({"orders", "users"}, {}, {{"reports", 9}});
    workload.statements[3] = statement({"users"}, {"users"}, {{"shop", 5}});
    Settings settings;
    settings.tables["orders"].module = "sales";
    const Exhibit matrix = ownership_matrix(workload, settings);
    REQUIRE(matrix.rows.size() == 2);
    CHECK(matrix.rows.front().cells.front().text == "orders (sales)");
    CHECK(*cell(matrix, "orders (sales)", "shop").value == Approx(0.75));
    CHECK(*cell(matrix, "orders (sales)", "billing").value == Approx(0.25));
    CHECK(cell(matrix, "orders (sales)", "reports").text == "reads");
    CHECK(*cell(matrix, "users", "shop").value == Approx(1));
    CHECK(cell(matrix, "users", "billing").text.empty());
    CHECK_FALSE(cell(matrix, "users", "billing").value.has_value());
    CHECK(matrix.left_out.empty());
}

TEST_CASE("owners of tables: what has no room is counted") {
    Workload workload;
    for (int i = 0; i < 30; ++i) {
        workload.statements[static_cast<std::uint64_t>(i)] = statement(
            {"t" + std::to_string(i)}, {"t" + std::to_string(i)}, {{"a" + std::to_string(i), 1}});
    }
    const Exhibit matrix = ownership_matrix(workload, {});
    CHECK(matrix.rows.size() == 24);
    CHECK(matrix.columns.size() == 15);
    CHECK(matrix.left_out == "6 tables and 16 applications with fewer writes");
}

TEST_CASE("plan tree: indented, with its own time, what came beside what was expected") {
    Plan plan;
    plan.analyzed = true;
    plan.total_ms = 10;
    plan.statement = 0xab;
    plan.statement_text = "select 1";
    plan.origin = {"p.json", 7};
    PlanNode loop{.parent = -1, .type = "Nested Loop"};
    loop.exclusive_ms = 1;
    loop.rows = 40;
    loop.rows_estimated = 4;
    loop.loops = 1;
    PlanNode scan{.parent = 0, .type = "Seq Scan", .relation = "orders"};
    scan.filter = "(state = $1)";
    scan.rows_removed = 960;
    scan.exclusive_ms = 8;
    scan.rows = 40;
    scan.rows_estimated = 2;
    scan.loops = 2;
    PlanNode never{.parent = 0, .type = "Index Scan", .relation = "users", .index = "users_pkey"};
    plan.nodes = {loop, scan, never};
    const Exhibit tree = plans::plan_tree({.plan = &plan});
    CHECK(tree.form == Form::tree);
    CHECK(tree.key == "plan-tree.00000000000000ab");
    CHECK(tree.title == "Plan of select 1");
    CHECK(tree.caption.find("10 ms, read from p.json:7") != std::string::npos);
    REQUIRE(tree.rows.size() == 3);
    CHECK(tree.rows[0].depth == 0);
    CHECK(tree.rows[1].depth == 1);
    CHECK(tree.rows[1].cells[0].text == "Seq Scan on orders");
    CHECK(tree.rows[1].note == "filter (state = $1); 960 rows read and thrown away");
    CHECK(*tree.rows[1].share == Approx(8.0 / 9));
    CHECK(*tree.rows[1].cells[3].value == Approx(4));  // expected 2 in each of 2 loops
    CHECK(tree.rows[2].cells[0].text == "Index Scan using users_pkey on users");
    CHECK(tree.rows[2].cells[1].text == "never ran");
    CHECK_FALSE(tree.rows[2].share.has_value());
}

TEST_CASE("plan tree: forty nodes, parents that are none, text cut between two characters") {
    Plan plan;
    plan.analyzed = true;
    PlanNode node{.parent = -1, .type = "Sort"};
    node.exclusive_ms = 0;
    node.loops = 1;
    node.filter = std::string(119, 'x') + "\xc3\xa4\xc3\xa4";  // the cut falls into an umlaut
    plan.nodes.assign(100, node);
    plan.nodes[5].parent = 77;  // after itself: hostile
    plan.nodes[6].parent = -9;
    const Exhibit tree = plans::plan_tree({.plan = &plan});
    REQUIRE(tree.rows.size() == 40);
    CHECK(tree.left_out == "60 more nodes");
    CHECK(tree.rows[5].depth == 0);
    CHECK(tree.rows[6].depth == 0);
    CHECK(tree.rows[0].note == "filter " + std::string(119, 'x') + "...");
    CHECK(*tree.rows[0].share == 0);  // no time at all: no bar, and no division by it
}

TEST_CASE("critical path: the median change's segments add up to its wall time") {
    constexpr std::int64_t minute = 60'000'000;
    Job build{.name = "build"};
    Job deploy{.name = "deploy"};
    ci::RunTimes run;
    run.id = "github:7";
    run.pipeline = "CI";
    run.jobs = {&build, &deploy};
    run.path = {.from = 0,
                .to = 40 * minute,
                .segments = {{model::SegmentKind::queue, 0, 4 * minute, 0},
                             {model::SegmentKind::run, 4 * minute, 14 * minute, 0},
                             {model::SegmentKind::gate, 14 * minute, 30 * minute, 1},
                             {model::SegmentKind::run, 30 * minute, 30 * minute, 1},
                             {model::SegmentKind::run, 30 * minute, 40 * minute, 1}}};
    ci::RunTimes other;
    ci::Delivery delivery;
    delivery.changes = {{.at = {}, .minutes = 50, .run = &other},
                        {.at = {}, .minutes = 24, .run = &run},
                        {.at = {}, .minutes = 3, .run = &other}};
    const std::optional<Exhibit> path = ci::path_exhibit(delivery);
    REQUIRE(path);
    CHECK(path->form == Form::tree);
    REQUIRE(path->rows.size() == 4);  // the one without length is none
    CHECK(path->rows[0].cells[0].text == "waits for a machine: build");
    CHECK(path->rows[0].cells[1].text == "queue");
    CHECK(path->rows[1].cells[0].text == "build");
    CHECK(path->rows[2].cells[1].text == "people");
    double minutes = 0;
    double shares = 0;
    for (const Row& row : path->rows) {
        minutes += *row.cells[2].value;
        shares += *row.share;
    }
    CHECK(minutes == Approx(40));
    CHECK(shares == Approx(1));
    CHECK(path->left_out.empty());
    CHECK(path->caption.find("Run github:7 of CI: 40.0 min") != std::string::npos);
    CHECK_FALSE(ci::path_exhibit({}).has_value());
}

TEST_CASE("critical path: thirty segments, the rest as time") {
    Job job{.name = "step"};
    ci::RunTimes run;
    run.jobs = {&job};
    constexpr std::int64_t minute = 60'000'000;
    for (std::int64_t i = 0; i < 50; ++i) {
        run.path.segments.push_back({model::SegmentKind::run, i * minute, (i + 1) * minute, 9});
    }
    run.path.to = 50 * minute;
    ci::Delivery delivery;
    delivery.changes = {{.at = {}, .minutes = 50, .run = &run}};
    const std::optional<Exhibit> path = ci::path_exhibit(delivery);
    REQUIRE(path);
    CHECK(path->rows.size() == 30);
    CHECK(path->left_out == "shorter segments, 20.0 min together");
    CHECK(path->rows[0].cells[0].text == "the next job");  // a task that is none
}
