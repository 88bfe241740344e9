// The planner in the loop against a real server: a small database with data, its capture, and the
// same database made larger; what was predicted from the first must be what the second does.
#include "app/planner/loop.hpp"
#include "catch.hpp"
#include "core/error.hpp"
#include "readers/live/capture.hpp"
#include "support/live_server.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

using namespace plimsoll;
using namespace plimsoll::app::planner;
using test::LiveServer;

namespace {

// Customers and their orders at a size: the same distribution, ten times the rows.
std::string data(int scale) {
    const std::string s = std::to_string(scale);
    return "create table products(id int primary key, name text not null);"
           "create table customers(id int primary key, country text not null);"
           "create table orders(id bigint primary key, customer_id int not null, product_id int "
           "not null, ref text, at timestamptz);"
           "insert into products select i, 'p' || i from generate_series(1, 200) i;"
           "insert into customers select i, 'c' || (i % 5) from generate_series(1, 1000 * " +
           s +
           ") i;"
           "insert into orders select i, 1 + (i * 7919) % (1000 * " +
           s +
           "), 1 + i % 200, md5(i::text),"
           " timestamptz '2026-01-01' + i * interval '1 minute' / " +
           s + " from generate_series(1, 20000 * " + s +
           ") i;"
           "create index orders_customer on orders(customer_id); create index orders_at on "
           "orders(at);";
}

constexpr const char* questions = R"(
-- name: by key
-- ms: 0.1
select * from orders where id = 77 * :scale;
-- name: by customer
select * from orders where customer_id = 7 * :scale;
-- name: by ref
-- ms: 2
select * from orders where ref = md5('1');
-- name: not in
select count(*) from customers where id not in (select customer_id from orders where ref > '1');
-- name: join
select c.country, count(*) from customers c join orders o on o.customer_id = c.id group by 1;
-- name: window
select * from orders where at >= timestamptz '2026-01-14';
-- name: broken
select nothing from nowhere
)";

struct Prepared {
    const LiveServer* server = nullptr;
    DatabaseCapture capture;
};

const Prepared& prepared() {
    static const Prepared one = [] {
        Prepared out{.server = test::live_server()};
        if (out.server == nullptr) {
            return out;
        }
        for (const int scale : {1, 10}) {
            const std::string name = "x" + std::to_string(scale);
            out.server->create(name);
            out.server->run(name, data(scale));
            out.server->run(name, "vacuum analyze");
        }
        readers::live::CaptureOptions options{.interval_s = 0, .keep_values = true};
        out.capture = readers::live::capture(out.server->url("reader", "x1"), options);
        return out;
    }();
    return one;
}

std::map<std::string, Growth> growth() {
    return growth_of(prepared().capture, {{"products", TableGrowth::static_}});
}

}  // namespace

TEST_CASE("plans at ten times the data are those that a database with the data has") {
    if (prepared().server == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
        return;
    }
    std::vector<std::string> notes;
    const std::vector<Asked> asked = statements_in(questions);
    const ScratchCluster cluster{prepared().server->programs()};
    const std::vector<Planned> answers = ask_planner(
        cluster, prepared().capture, growth(), asked, {.scales = {1, 10}, .cliffs = false}, notes);
    REQUIRE(answers.size() == 7);
    CHECK(notes.empty());
    CHECK(answers.back().refused.find("nowhere") != std::string::npos);
    // The real one, seen through the same eyes: a shadow is only a database to explain in.
    Link real{prepared().server->cluster().connection("x10")};
    Link small{prepared().server->cluster().connection("x1")};
    for (std::size_t i = 0; i + 1 < answers.size(); ++i) {
        INFO(answers[i].asked.name);
        REQUIRE(answers[i].at.size() == 2);
        for (const Point& point : answers[i].at) {
            Link& truth = point.scale == 1 ? small : real;
            const Explained there = explained(truth.explain(at_scale(asked[i].text, point.scale)));
            CHECK(point.plan.shape() == there.shape());
            CHECK(point.plan.cost / there.cost < 1.35);
            CHECK(there.cost / point.plan.cost < 1.35);
        }
    }
    CHECK(answers[0].at[1].growth == model::GrowthClass::flat);
    CHECK(answers[2].at[1].growth == model::GrowthClass::linear);
    REQUIRE(answers[2].at[1].ms);
    CHECK(answers[2].at[1].ms->low < answers[2].at[1].ms->at);
}

TEST_CASE("a hashed NOT IN falls off its cliff where the real one does") {
    if (prepared().server == nullptr) {
        return;
    }
    std::vector<std::string> notes;
    std::vector<Asked> asked{statements_in(questions)[3]};
    DatabaseCapture tight = prepared().capture;
    tight.settings["work_mem"] = "1310720";  // 1.25 MB: the cliff comes within reach of a test
    const ScratchCluster cluster{prepared().server->programs()};
    const std::vector<Planned> answers =
        ask_planner(cluster, tight, growth(), asked, {.scales = {1, 64}}, notes);
    if (answers.front().cliffs.empty()) {
        FAIL("no cliff found: " << answers.front().at.back().plan.shape());
    }
    const Cliff& cliff = answers.front().cliffs.front();
    CHECK(cliff.before.find("hashed") != std::string::npos);
    CHECK(cliff.after.find("hashed") == std::string::npos);
    CHECK(cliff.above / cliff.below < 1.1);
    // Databases with the data agree on both sides of it.
    for (const int scale : {1, 10}) {
        Link truth{prepared().server->cluster().connection("x" + std::to_string(scale))};
        truth.run("set work_mem = '1280kB'");
        const std::string shape = explained(truth.explain(at_scale(asked[0].text, scale))).shape();
        CHECK((shape.find("hashed") != std::string::npos) == (scale <= cliff.below));
    }
}

TEST_CASE("the effect of an index is predicted before it is built, also of one that nobody uses") {
    if (prepared().server == nullptr) {
        return;
    }
    std::vector<std::string> notes;
    Questions questions_asked{.scales = {1, 10},
                              .change = "create index concurrently by_ref on orders(ref);",
                              .cliffs = false,
                              .budget_ms = 5};
    std::vector<Asked> asked = statements_in(questions);
    asked.push_back(
        {.name = "like", .text = "select * from orders where ref like '%abc%'", .ms = 3});
    const ScratchCluster cluster{prepared().server->programs()};
    const std::vector<Planned> answers =
        ask_planner(cluster, prepared().capture, growth(), asked, questions_asked, notes);
    const Point& ref = answers[2].at[1];
    REQUIRE(ref.changed);
    CHECK(ref.changed->shape().find("by_ref") != std::string::npos);
    CHECK(ref.plan.cost / ref.changed->cost > 100);
    const Point& like = answers.back().at[1];
    REQUIRE(like.changed);
    CHECK(like.changed->shape().find("by_ref") == std::string::npos);
    // The load line of the data: 2 ms in proportion to the rows meets 5 ms at 2.5 times; with the
    // index it does not.
    REQUIRE(answers[2].line);
    CHECK(answers[2].line->at > 2.2);
    CHECK(answers[2].line->at < 2.8);
    CHECK(answers[2].line->low < answers[2].line->at);
    REQUIRE(answers[2].line_changed);
    CHECK(answers[2].line_changed->at > 100);
    // The size of the index that was predicted is the size of the one that is built.
    prepared().server->run("x10", "create index by_ref on orders(ref)");
    const double real =
        std::stod(prepared().server->value("x10", "select pg_relation_size('by_ref') / 8192"));
    prepared().server->run("x10", "drop index by_ref");
    const auto predicted = static_cast<double>(index_pages(200'000, 33, 1));
    CHECK(predicted / real < 1.3);
    CHECK(real / predicted < 1.3);
}

TEST_CASE("a change that cannot be made is a usage error with the server's words") {
    if (prepared().server == nullptr) {
        return;
    }
    std::vector<std::string> notes;
    const ScratchCluster cluster{prepared().server->programs()};
    Questions broken{.scales = {1}, .change = "create index on nowhere(x)", .cliffs = false};
    try {
        (void)ask_planner(
            cluster, prepared().capture, growth(), statements_in("select 1"), broken, notes);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::usage);
        CHECK(error.parts().why.find("nowhere") != std::string::npos);
    }
}

TEST_CASE("normalised statements are planned as generic ones") {
    if (prepared().server == nullptr) {
        return;
    }
    std::vector<std::string> notes;
    prepared().server->run("x1",
                           "select pg_stat_statements_reset(); select * from orders where at >= "
                           "timestamptz '2026-01-13' limit 5;"
                           "select * from orders where customer_id = 7");
    const DatabaseCapture taken =
        readers::live::capture(prepared().server->url("reader", "x1"), {.interval_s = 0});
    const std::vector<Asked> asked = statements_of(taken, 50);
    const auto limited = std::ranges::find_if(asked, [](const Asked& one) {
        return one.text.find("limit") != std::string::npos &&
               one.text.find("orders") != std::string::npos;
    });
    REQUIRE(limited != asked.end());
    CHECK(limited->text.find("$1::timestamptz") != std::string::npos);
    CHECK(limited->text.find("limit 5") != std::string::npos);
    const ScratchCluster cluster{prepared().server->programs()};
    const std::vector<Planned> answers =
        ask_planner(cluster, taken, growth(), {*limited}, {.scales = {10}, .cliffs = false}, notes);
    INFO(answers.front().refused);
    CHECK(answers.front().refused.empty());
}

TEST_CASE("the program joins the planner with the audit, and says what it cannot without") {
    if (prepared().server == nullptr) {
        return;
    }
    const test::TemporaryFolder folder;
    const std::string taken = folder.path("capture.json");
    prepared().server->run("x1",
                           "select pg_stat_statements_reset();"
                           "select * from orders where ref = 'no such'; select * from orders where "
                           "ref = 'nor such'");
    REQUIRE(test::run_program({"collect",
                               prepared().server->url("reader", "x1"),
                               "--interval",
                               "0",
                               "--keep-values",
                               "-o",
                               taken})
                .status == 0);
    const std::string config = folder.write(
        "told.toml",  // not found by itself

        "[tables]\norders = {grows = \"denser\"}\ncustomers = {grows = \"denser\"}\n"
        "products = {grows = \"static\"}\n[thresholds]\n\"plan-growth.budget\" = {value = 50, "
        "reason = \"a small database\"}\n");
    const auto data_limit = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"audit", taken, "--format", "json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const test::Ran ran = test::run_program(arguments);
        INFO(ran.err);
        REQUIRE((ran.status == 0 || ran.status == 4));
        const wire::Json audit = wire::parse(ran.out);
        for (const wire::Json& limit : audit.at("limits")) {
            if (limit.at("id") == "data-growth" || limit.at("id") == "plan-growth") {
                return limit;
            }
        }
        return wire::Json(nullptr);
    };
    const std::string programs = prepared().server->programs();
    CHECK(data_limit({"--config", config}).at("status") == "missing");
    const wire::Json planned = data_limit({"--config", config, "--pg-bindir", programs});
    CHECK(planned.at("axis") == "data");
    CHECK(planned.at("status") == "measured");
    REQUIRE(planned.at("low").is_number());
    // An index on what is asked for takes the limit away, or far up.
    const std::string change = folder.write("index.sql", "create index on orders (ref);");
    const wire::Json after =
        data_limit({"--config", config, "--pg-bindir", programs, "--change", change});
    CHECK((after.at("status") == "above-range" || !after.at("low").is_number() ||
           after.at("low").get<double>() > planned.at("low").get<double>()));
    // Nobody said how tables grow: no lower bound comes of it.
    const wire::Json untold = data_limit({"--pg-bindir", programs});
    CHECK((untold.at("status") == "missing" || untold.at("low") == 0));
    const test::Ran inspected = test::run_program(
        {"inspect", "--capture", taken, "--pg-bindir", programs, "--project", "10", "--no-cliffs"});
    INFO(inspected.err);
    CHECK(inspected.status == 0);
    CHECK(inspected.out.find("The planner at other sizes") != std::string::npos);
    // The change alone is a question to nobody; without a capture there is no schema.
    CHECK(test::run_program({"audit", taken, "--change", change}).status == 2);
    const std::string events = folder.write("events.csv", "at,until,kind,service,what\n");
    const test::Ran none = test::run_program({"audit", events, "--pg-bindir", programs});
    CHECK(none.status == 4);
    CHECK(none.err.find("plimsoll collect") != std::string::npos);
    CHECK(test::run_program({"inspect"}).status == 2);
}

TEST_CASE("a folder without a server is a usage error") {
    CHECK_THROWS_AS(find_programs("/tmp", ""), Error);
    CHECK_THROWS_AS(find_programs("/nowhere", "/bin"), Error);
}
