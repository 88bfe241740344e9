// What a capture file holds of the data: marker values of every type, put wherever a value can be;
// the user's key, by which a question's own literals are recognised; and two captures of a database
// that grew, through the program.
#include "catch.hpp"
#include "core/instant.hpp"
#include "support/live_server.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace plimsoll;
using test::LiveServer;

namespace {

const LiveServer* server() {
    const LiveServer* one = test::live_server();
    if (one == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
    }
    return one;
}

// A user of his own: his home has the key.
struct User {
    test::TemporaryFolder home;
    [[nodiscard]] test::Ran run(const std::vector<std::string>& arguments) const {
        return test::run_program(arguments, {}, "XDG_CONFIG_HOME=" + home.path("config"));
    }
    [[nodiscard]] std::string collect(const std::string& database,
                                      const std::string& name,
                                      const std::vector<std::string>& more = {}) const {
        const std::string file = home.path(name);
        std::vector<std::string> arguments{
            "collect", server()->url("reader", database), "--interval", "0", "-o", file};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const test::Ran ran = run(arguments);
        INFO(ran.err);
        REQUIRE(ran.status == 0);
        return file;
    }
};

// Every value here is a marker: common ones in half of the rows, bounds in the rest.
constexpr const char* marked =
    "create type mood as enum ('calm', 'wild');"
    "create table m(id int, name text check (name <> 'MARK-check'), n bigint, price numeric, born "
    "date,"
    " at timestamptz, doc jsonb, tags text[], u uuid, ip inet, cash money, span interval, hour "
    "time,"
    " raw bytea, real8 float8, state mood, note varchar(40) default 'MARK-default');"
    "insert into m select g, case when g % 2 = 0 then 'MARK-common' else 'MARK-bound' || g end,"
    " case when g % 2 = 0 then 918273645 else g * 1000003 end,"
    " case when g % 2 = 0 then 7182.8182 else g * 1234.5678 end,"
    " case when g % 2 = 0 then date '1987-03-14' else date '1950-01-01' + g * 37 end,"
    " case when g % 2 = 0 then timestamptz '2026-03-14 15:09:26.535+00' else timestamptz"
    " '2020-01-01 00:00:07.25+00' + g * interval '37 hours 11.5 seconds' end,"
    " jsonb_build_object('MARK-key', g % 3), array['MARK-element', 'x' || g % 3],"
    " case when g % 2 = 0 then '4d41524b-0000-4000-8000-000000000001'::uuid else "
    "md5(g::text)::uuid end,"
    " ('10.77.' || g % 200 || '.' || g % 2)::inet, case when g % 2 = 0 then 918.27 else g "
    "end::numeric::money,"
    " case when g % 2 = 0 then interval '77:07:07' else g * interval '1 hour' end,"
    " case when g % 2 = 0 then time '17:17:17' else time '00:00' + g * interval '1 minute' end,"
    " decode(md5((g % 3)::text), 'hex'), case when g % 2 = 0 then 2.718281828459 else g * "
    "3.14159265 end,"
    " case when g % 9 = 0 then 'wild'::mood else 'calm' end, 'MARK-note'"
    " from generate_series(1, 1000) g;"
    "create statistics of_two on name, n from m;"
    "comment on table m is 'MARK-comment'; analyze m;"
    "select count(*) from m where name = 'MARK-statement' and n = 918273646";

}  // namespace

TEST_CASE("no marker value of any type is in a capture, and all are where values are kept") {
    if (server() == nullptr) {
        return;
    }
    server()->create("marked");
    server()->run("marked", "select pg_stat_statements_reset()");
    server()->run("marked", marked);
    const User user;
    const std::string shy = test::slurp(user.collect("marked", "shy.json"));
    const std::string told = test::slurp(user.collect("marked", "told.json", {"--keep-values"}));
    for (const char* mark : {"MARK",
                             "918273645",
                             "918273646",
                             "7182.8182",
                             "1987-03-14",
                             "15:09:26",
                             "4d41524b",
                             "10.77.",
                             "918.27",
                             "77:07:07",
                             "17:17:17",
                             "2.71828",
                             "c4ca4238a0b9"}) {  // md5 of 1
        INFO(mark);
        CHECK(shy.find(mark) == std::string::npos);
        if (std::string_view{mark} != "918273646") {
            CHECK(told.find(mark) != std::string::npos);
        }
    }
    CHECK(told.find("MARK-statement") == std::string::npos);  // literals of a statement: never
    CHECK(shy.find("'wild'") != std::string::npos);  // a label is of the schema, which makes it
    // No bound and no common value is left as it was: none of those that --keep-values shows, but
    // for whole numbers that are dense.
    const wire::Json before = wire::parse(told).at("capture").at("tables").at("public.m");
    const wire::Json after = wire::parse(shy).at("capture").at("tables").at("public.m");
    for (std::size_t i = 0; i < before.at("columns").size(); ++i) {
        const wire::Json& column = before.at("columns").at(i);
        const std::string bounds = column.at("histogram");
        INFO(column.at("name"));
        if (bounds.size() > 2 && column.at("name") != "id") {
            CHECK(after.at("columns").at(i).at("histogram") != bounds);
        }
    }
}

TEST_CASE("a question's own literals are recognised by the key of the user who collected") {
    if (server() == nullptr) {
        return;
    }
    server()->create("keyed");
    server()->run("keyed",
                  "create type kinds as enum ('usual', 'rare');"
                  "create table jobs(id int primary key, state text not null, body text not null, "
                  "kind kinds);"
                  "insert into jobs select g, case when g % 200 = 0 then 'failed' else 'done' end,"
                  " repeat('x', 200), case when g % 200 = 1 then 'rare'::kinds else 'usual' end"
                  " from generate_series(1, 40000) g;"
                  "create index jobs_state on jobs(state); vacuum analyze jobs");
    const User user;
    const std::string capture = user.collect("keyed", "capture.json");
    struct stat key {};
    REQUIRE(stat(user.home.path("config/plimsoll/values.key").c_str(), &key) == 0);
    CHECK((key.st_mode & 0777) == 0600);
    const std::string secret = test::slurp(user.home.path("config/plimsoll/values.key"));
    CHECK(secret.size() == 65);
    CHECK(test::slurp(capture).find(secret.substr(0, 64)) == std::string::npos);
    CHECK(test::slurp(capture).find("failed") == std::string::npos);
    const std::string asked =
        user.home.write("q.sql",
                        "-- name: rare\nselect * from jobs where state = 'failed';\n"
                        "-- name: common\nselect * from jobs where state = 'done';\n"
                        "-- name: never\nselect * from jobs where state = 'lost';\n"
                        "-- name: kind\nselect * from jobs where kind = 'rare';\n");
    const auto rows = [&](const User& whose) {
        const test::Ran ran = whose.run({"inspect",
                                         "--capture",
                                         capture,
                                         "--statements",
                                         asked,
                                         "--pg-bindir",
                                         server()->programs(),
                                         "--project",
                                         "10",
                                         "--no-cliffs",
                                         "--format",
                                         "json"});
        INFO(ran.err);
        REQUIRE(ran.status == 0);
        return wire::parse(ran.out).at("planner");
    };
    const auto estimate = [](const wire::Json& planned, std::size_t statement) {
        return planned.at("statements")
            .at(statement)
            .at("at")
            .at(0)
            .at("plan")
            .at("nodes")
            .at(0)
            .at("rows")
            .get<double>();
    };
    const wire::Json known = rows(user);
    CHECK(std::abs(estimate(known, 0) - 200) < 60);
    CHECK(estimate(known, 1) > 39'000);
    CHECK(estimate(known, 2) < 10);
    CHECK(std::abs(estimate(known, 3) - 200) < 60);  // a label of an enumeration is no text
    const User other;
    const wire::Json blind = rows(other);
    CHECK(estimate(blind, 0) == estimate(blind, 1));  // the average of both
    CHECK(blind.at("notes").dump().find("another user's key") != std::string::npos);
    CHECK(known.at("notes").dump().find("another user's key") == std::string::npos);
    // A key that is broken is said, and not written over.
    (void)other.home.write("config/plimsoll/values.key", "not a key\n");
    const test::Ran broken = other.run({"collect",
                                        server()->url("reader", "keyed"),
                                        "--interval",
                                        "0",
                                        "-o",
                                        other.home.path("never.json")});
    CHECK(broken.status == 2);
    CHECK(broken.err.find("values.key") != std::string::npos);
    CHECK(test::slurp(other.home.path("config/plimsoll/values.key")) == "not a key\n");
}

TEST_CASE("two captures of a database that grew give the growth and what slows down with it") {
    if (server() == nullptr) {
        return;
    }
    server()->create("growing");
    server()->run(
        "growing",
        "create table visits(id int primary key, page text not null);"
        "create table pages(id int primary key, page text not null);"
        "insert into pages select g, 'p' || g from generate_series(1, 2000) g; analyze pages");
    const User user;
    const auto week = [&](int from, int to, const std::string& name) {
        server()->run("growing",
                      "insert into visits select g, 'p' || g % 97 from generate_series(" +
                          std::to_string(from) + ", " + std::to_string(to) +
                          ") g; vacuum analyze visits; select pg_stat_statements_reset()");
        // The first snapshot is before the work and the second after it: a window with calls.
        std::string work;
        for (int i = 0; i < 60; ++i) {
            work += "select count(*) from visits where page = 'p7'; select * from visits where id "
                    "= 77;";
        }
        server()->run("growing", work);
        const std::string file = user.collect("growing", name);
        wire::Json capture = wire::parse(test::slurp(file));
        for (auto& [id, one] : capture["capture"]["snapshots"][0]["statements"].items()) {
            one["calls"] = 0;
            one["total_us"] = 0;
        }
        return capture;
    };
    wire::Json early = week(1, 20'000, "early.json");
    const wire::Json late = week(20'001, 80'000, "late.json");
    // Four weeks lie between them, but for the clock of this test.
    Instant began = *parse_instant(early["capture"]["started"].get<std::string>());
    early["capture"]["started"] = to_text(began - std::chrono::hours{4 * 7 * 24});
    const std::string then = user.home.write("then.json", early.dump());
    const std::string now = user.home.write("now.json", late.dump());
    const test::Ran ran = user.run({"audit", then, now, "--format", "json"});
    INFO(ran.err);
    REQUIRE((ran.status == 0 || ran.status == 4));
    const wire::Json audit = wire::parse(ran.out);
    const auto finding = std::ranges::find_if(audit.at("findings"), [](const wire::Json& one) {
        return one.at("check") == "observed-growth";
    });
    REQUIRE(finding != audit.at("findings").end());
    CHECK(finding->at("outcome") == "present");
    const auto doubling = std::ranges::find_if(finding->at("measures"), [](const wire::Json& one) {
        return one.at("id") == "doubling.visits";
    });
    REQUIRE(doubling != finding->at("measures").end());
    // Four times in four weeks, by the server's own count of rows, which is an estimate.
    CHECK(std::abs(doubling->at("value").at("at").get<double>() - 2) < 0.4);
    CHECK(finding->dump().find("doubling.pages") == std::string::npos);
    // The scan slowed down with its table, the look-up did not.
    const std::string shown = audit.dump();
    CHECK(shown.find("count(*) from visits where page") != std::string::npos);
}
