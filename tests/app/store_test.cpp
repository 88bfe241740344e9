// The store: nothing kept is lost, nothing half is kept, and one set of statements serves a file
// and a real PostgreSQL.
#include "app/store.hpp"

#include "app/rescore.hpp"
#include "catch.hpp"
#include "core/error.hpp"
#include "support/postgres_server.hpp"
#include "support/run_program.hpp"
#include "support/sample_audit.hpp"
#include "wire/json.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <thread>

using namespace plimsoll;
using app::Store;
using test::PostgresServer;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

Instant day(std::int64_t number) {
    return instant(1'767'225'600'000'000 + number * day_us);  // from 2026-01-01
}

Audit audit_at(std::int64_t number, double line, const std::string& system = "harbour") {
    Audit audit;
    audit.system = system;
    audit.audited_at = day(number);
    audit.tool_version = "1";
    audit.rules_version = "r1";
    audit.load_line = {.at = line,
                       .low = line * 0.9,
                       .high = line * 1.1,
                       .first_limit = "connection-pool.web",
                       .measured = 1,
                       .known = 2};
    Limit limit{.id = "connection-pool.web"};
    limit.place({line, line * 0.9, line * 1.1});
    audit.limits = {limit, {.id = "database-cpu"}};
    audit.signs = {{.id = Sign::entangled, .state = Outcome::present, .score = 61}};
    audit.verdict.outcome = VerdictOutcome::evolve;
    return audit;
}

Prescription step(const std::string& id, double to) {
    Prescription out{.id = id, .title = "Do " + id};
    out.effect = LineEffect{.from = 1, .to = to, .low = to * 0.8, .high = to * 1.2};
    return out;
}

// What every engine must do.
void behaves(const std::string& name) {
    {
        Store store{name};
        CHECK(store.systems().empty());
        CHECK_FALSE(store.latest("harbour", day(9)));
        Audit first = audit_at(1, 4);
        first.prescriptions = {step("index", 8), step("cache", 20)};
        store.put(first, std::string{"\0\xff digest", 9});
        store.put(first, "the same audit again");
        Audit second = audit_at(8, 8);
        second.prescriptions = {step("cache", 20)};
        store.put(second, "two");
    }
    Store store{name};  // opened again: the schema is there already
    CHECK(store.systems() == std::vector<std::string>{"harbour"});
    const SystemHistory history = store.history("harbour");
    REQUIRE(history.audits.size() == 2);
    CHECK(history.audits[0].taken_at == day(1));
    CHECK(history.audits[1].line.at == 8);
    CHECK(history.audits[1].line.high == Approx(8.8));
    CHECK(history.audits[1].signs_present == 1);
    CHECK(history.audits[1].outcome == VerdictOutcome::evolve);
    // What was foretold on day 1 was looked at on day 8; what day 8 foretold is still open.
    REQUIRE(history.predictions.size() == 3);
    CHECK(history.predictions[0].came.at == 8);
    CHECK(history.predictions[0].says.find("within") != std::string::npos);
    CHECK_FALSE(history.predictions[1].came.known());
    CHECK(history.predictions[1].says.find("still prescribed") != std::string::npos);
    CHECK(history.predictions[2].says.empty());
    // The latest before an instant, whole.
    const std::optional<Audit> latest = store.latest("harbour", day(8));
    REQUIRE(latest);
    CHECK(wire::to_json(*latest).dump() == [] {
        Audit first = audit_at(1, 4);
        first.prescriptions = {step("index", 8), step("cache", 20)};
        return wire::to_json(first).dump();
    }());
    std::vector<std::string> digests;
    store.for_each([&](const Store::Kept& kept) { digests.push_back(kept.digest); });
    CHECK(digests == std::vector<std::string>{std::string{"\0\xff digest", 9}, "two"});
}

// Bounds that are not known come back as not known, and no number as no number.
void keeps_what_is_not_known(const std::string& name) {
    Store store{name};
    Audit bound = audit_at(1, 4, "bound");
    bound.load_line.at = std::numeric_limits<double>::quiet_NaN();
    bound.load_line.low = 0;
    store.put(bound, "");
    Audit blind = audit_at(1, 4, "blind");
    blind.load_line = {};
    blind.verdict.outcome = VerdictOutcome::insufficient;
    store.put(blind, "");
    Audit hostile = audit_at(1, 4, "x'); drop table audit; --\xff\xc0");
    store.put(hostile, "");
    const PastAudit kept = store.history("bound").audits.at(0);
    CHECK_FALSE(kept.line.has_point());
    CHECK(kept.line.high == Approx(4.4));
    CHECK_FALSE(store.history("blind").audits.at(0).line.known());
    CHECK(store.systems().size() >= 3);
}

// Writers that are killed at random instants, one after the other.
void survives_kills(const std::string& name) {
    std::mt19937 random{5};
    std::uniform_int_distribution<int> delay{0, 40'000};
    std::int64_t acknowledged = 0;
    for (int round = 0; round < 100; ++round) {
        std::array<int, 2> pipe_ends{};
        REQUIRE(pipe(pipe_ends.data()) == 0);
        const pid_t child = fork();
        if (child == 0) {
            try {
                Store store{name};
                for (std::int64_t i = 0;; ++i) {
                    const std::int64_t number = round * 1000 + i;
                    store.put(audit_at(number, 4), std::string(20'000, 'd'));
                    if (write(pipe_ends[1], &number, sizeof number) < 0) {
                        break;
                    }
                }
            } catch (...) {
            }
            _exit(1);
        }
        close(pipe_ends[1]);
        std::int64_t number = 0;
        // Every second one has written before its time runs: on a slow machine the others may not.
        if (round % 2 == 0 && read(pipe_ends[0], &number, sizeof number) == sizeof number) {
            ++acknowledged;
        }
        usleep(static_cast<useconds_t>(delay(random)));
        ::kill(child, SIGKILL);
        (void)waitpid(child, nullptr, 0);
        while (read(pipe_ends[0], &number, sizeof number) == sizeof number) {
            ++acknowledged;
        }
        close(pipe_ends[0]);
    }
    const Store store{name};  // it opens
    const std::size_t kept = store.history("harbour").audits.size();
    INFO(acknowledged << " were acknowledged, " << kept << " are kept");
    CHECK(acknowledged > 0);
    // Each kill may fall between the commit and the word of it.
    CHECK(kept >= static_cast<std::size_t>(acknowledged));
    CHECK(kept <= static_cast<std::size_t>(acknowledged) + 100);
    std::size_t whole = 0;
    store.for_each([&](const Store::Kept& one) {
        whole += one.digest.size() == 20'000 && !one.document.empty() ? 1 : 0;
    });
    CHECK(whole == kept);
    const app::Sql sql = app::open_sql(name);
    CHECK(sql.run("select count(*) from sign_value", {}).at(0).at(0) == std::to_string(kept));
    CHECK(sql.run("select count(*) from limit_value", {}).at(0).at(0) == std::to_string(2 * kept));
}

}  // namespace

TEST_CASE("a store in a file", "[store]") {
    const TemporaryFolder folder;
    behaves(folder.path("audits.db"));
    keeps_what_is_not_known(folder.path("others.db"));
}

TEST_CASE("a store in a real PostgreSQL, with least rights", "[store]") {
    if (!PostgresServer::installed()) {
        WARN("skipped: PostgreSQL is not installed");
        return;
    }
    const PostgresServer server;
    server.psql("create role auditor login; create database audits; create database others; "
                "grant create, connect on database audits to auditor;");
    server.psql("\\c audits\ncreate schema authorization auditor;");
    server.psql("\\c others\ncreate schema authorization auditor;");
    behaves(server.connection("auditor", "audits"));
    keeps_what_is_not_known(server.connection("auditor", "others"));
    // Who may only read sees the history, and cannot write.
    server.psql("\\c audits\ncreate role reader login; grant usage on schema auditor to reader; "
                "grant select on all tables in schema auditor to reader; "
                "alter role reader set search_path = auditor;");
    Store read_only{server.connection("reader", "audits")};
    CHECK(read_only.history("harbour").audits.size() == 2);
    CHECK_THROWS_AS(read_only.put(audit_at(30, 9), ""), Error);
    // The connection is cut in the middle of the work: nothing half is kept.
    Store store{server.connection("auditor", "audits")};
    server.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'auditor'");
    CHECK_THROWS_AS(store.put(audit_at(20, 9), ""), Error);
    CHECK(Store{server.connection("auditor", "audits")}.history("harbour").audits.size() == 2);
    // And a password never reaches a message.
    try {
        Store{"postgresql://auditor:sesame@/audits?host=/nowhere"};
        FAIL("there is no such server");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::unwritable);
        CHECK((error.parts().where + error.parts().why).find("sesame") == std::string::npos);
    }
}

TEST_CASE("what is no store, and what is newer, is refused", "[store]") {
    const TemporaryFolder folder;
    const auto status_of = [](const std::string& name) {
        try {
            const Store store{name};
        } catch (const Error& error) {
            return error.parts().status;
        }
        return Status::done;
    };
    CHECK(status_of(folder.write("text", std::string(5000, 'x'))) == Status::untrusted);
    CHECK(status_of(folder.path("no/such/folder/a.db")) == Status::unwritable);
    const std::string name = folder.path("newer.db");
    { const Store store{name}; }
    const app::Sql sql = app::open_sqlite(name);
    (void)sql.run("insert into plimsoll_schema values (99)", {});
    CHECK(status_of(name) == Status::untrusted);
}

TEST_CASE("a hundred kills at random instants lose nothing and leave nothing half", "[store]") {
    SECTION("in a file") {
        const TemporaryFolder folder;
        const std::string name = folder.path("audits.db");
        { const Store store{name}; }
        survives_kills(name);
        const app::Sql sql = app::open_sqlite(name);
        CHECK(sql.run("pragma integrity_check", {}).at(0).at(0) == "ok");
    }
    SECTION("in PostgreSQL, where a kill cuts the connection") {
        if (!PostgresServer::installed()) {
            WARN("skipped: PostgreSQL is not installed");
            return;
        }
        const PostgresServer server;
        { const Store store{server.connection()}; }
        survives_kills(server.connection());
    }
}

namespace {

// Four at once, on a store that none of them has made yet.
void writers_wait(const std::string& name) {
    std::vector<std::thread> writers;
    std::array<int, 4> failed{};
    for (std::size_t writer = 0; writer < failed.size(); ++writer) {
        writers.emplace_back([&, writer] {
            try {
                Store store{name};
                for (std::int64_t i = 0; i < 10; ++i) {
                    store.put(audit_at(static_cast<std::int64_t>(writer) * 100 + i, 4), "d");
                }
            } catch (const Error&) {
                ++failed.at(writer);
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    CHECK(failed == std::array<int, 4>{});
    CHECK(Store{name}.history("harbour").audits.size() == 40);
}

}  // namespace

TEST_CASE("writers that come at once wait for each other", "[store]") {
    const TemporaryFolder folder;
    writers_wait(folder.path("audits.db"));
    if (!PostgresServer::installed()) {
        WARN("skipped: PostgreSQL is not installed");
        return;
    }
    const PostgresServer server;
    writers_wait(server.connection());
}

TEST_CASE("what came of a step is written to the audit that foretold it", "[store]") {
    const TemporaryFolder folder;
    Store store{folder.path("audits.db")};
    Audit first = audit_at(1, 4);
    first.prescriptions = {step("index", 8)};
    store.put(first, "");
    store.put(audit_at(8, 4.1), "");
    // The middle one lost its document, as thinning does: the first is the latest that can be read.
    const app::Sql sql = app::open_sqlite(folder.path("audits.db"));
    const std::string middle = store.history("harbour").audits.at(1).id;
    (void)sql.run("delete from document where audit = $1", std::vector<app::SqlValue>{middle});
    (void)sql.run("update prediction set says = null", {});
    store.put(audit_at(20, 8), "");
    const SystemHistory history = store.history("harbour");
    REQUIRE(history.predictions.size() == 1);
    CHECK(history.predictions[0].came.at == 8);
}

TEST_CASE("thinning keeps every figure, a month, a week each and a month each", "[store]") {
    const TemporaryFolder folder;
    Store store{folder.path("audits.db")};
    for (std::int64_t number = 0; number < 800; ++number) {
        store.put(audit_at(number, 4), "d");
    }
    const std::size_t thinned = store.thin();
    CHECK(store.history("harbour").audits.size() == 800);
    std::size_t documents = 0;
    store.for_each([&](const Store::Kept& one) { documents += one.document.empty() ? 0 : 1; });
    CHECK(documents == 800 - thinned);
    // 32 days, some 48 weeks, some 15 months.
    CHECK(documents >= 32 + 46 + 13);
    CHECK(documents <= 32 + 50 + 17);
    CHECK(store.thin() == 0);
    CHECK(store.latest("harbour", day(9999)));
}

TEST_CASE("a fleet puts those that need a person first", "[store]") {
    const auto row =
        [](double before, double now, VerdictOutcome outcome = VerdictOutcome::evolve) {
            const auto past = [&](double line, std::int64_t at) {
                return PastAudit{.taken_at = day(at),
                                 .rules_version = "r1",
                                 .line = {line, line * 0.9, line * 1.1},
                                 .target = 10,
                                 .measured = 1,
                                 .outcome = outcome};
            };
            return app::fleet_row(past(now, 100), past(before, 90), day(101));
        };
    CHECK(row(5, 0.5).need == Need::overloaded);
    CHECK(row(5, 0.95).need == Need::overloaded);
    CHECK(row(50, 20).need == Need::got_worse);
    CHECK(row(20, 20, VerdictOutcome::rebuild).need == Need::rebuild);
    CHECK(row(5, 5).need == Need::below_target);
    CHECK(row(20, 20).need == Need::holds);
    CHECK(row(20, 21).move == Move::unclear);
    CHECK(row(20, 40).move == Move::better);
    PastAudit blind{.taken_at = day(100)};
    CHECK(app::fleet_row(blind, {}, day(101)).need == Need::blind);
    PastAudit old{.taken_at = day(1), .line = {20, 18, 22}, .outcome = VerdictOutcome::evolve};
    CHECK(app::fleet_row(old, {}, day(101)).need == Need::stale);
    // No evidence is never better than evidence that it holds.
    CHECK(Need::blind < Need::holds);
}

TEST_CASE("a fleet as text and page: every system, no script of a stranger", "[store]") {
    const TemporaryFolder folder;
    Store store{folder.path("audits.db")};
    for (int i = 0; i < 50; ++i) {
        store.put(audit_at(i, 1 + i, "system-" + std::to_string(i)), "");
    }
    store.put(audit_at(3, 0.2, "<script>alert(1)</script>\x1b[2J"), "");
    const Fleet fleet = store.fleet();
    REQUIRE(fleet.rows.size() == 51);
    CHECK(fleet.rows[0].need == Need::overloaded);
    const std::string page = fleet_html(fleet);
    CHECK(page.find("<script>alert") == std::string::npos);
    CHECK(page.find("system-49") != std::string::npos);
    const std::string text = fleet_text(fleet, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("and 11 more") != std::string::npos);
    CHECK(history_html(store.history("system-7")).find("8.0×") != std::string::npos);
    CHECK(history_text(store.history("system-7"), {}).find("1 audits") != std::string::npos);
}

TEST_CASE("audit --store, history and rescore through the program", "[store]") {
    const TemporaryFolder folder;
    const std::string gauges = folder.write("in/gauges.csv",
                                            "at,name,value,limit\n"
                                            "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                                            "2026-11-20T08:00:01Z,pool.web.busy,5,20\n");
    const std::string store = folder.path("audits.db");
    const auto audit = [&](const char* clock) {
        return run_program(
            {"audit", gauges, "--store", store, "--system", "harbour", "--format", "json"},
            {},
            std::string{"SOURCE_DATE_EPOCH="} + clock);
    };
    CHECK(audit("1795305600").status == 0);
    const Ran second = audit("1795392000");
    CHECK(second.out.find("Both audits read the same bytes") != std::string::npos);
    const Ran history = run_program({"history", "--store", store});
    CHECK(history.status == 0);
    CHECK(history.out.find("2 audits") != std::string::npos);
    CHECK(run_program({"history", "harbor", "--store", store}).err.find("did you mean harbour") !=
          std::string::npos);
    CHECK(run_program({"history", "fleet", "--store", store}).out.find("1 systems") !=
          std::string::npos);
    CHECK(run_program({"history"}).status == 2);
    const Ran same = run_program({"history", "rescore", "--store", store});
    CHECK(same.out.find("0 audits judged again, 2 by the same rules") != std::string::npos);
    // Another threshold is another rule: the old evidence judged again stands beside the old.
    const std::string config = folder.write(
        "other.toml",
        "[thresholds]\n\"blast-radius.wide\" = {value = 0.6, reason = \"to see rules move\"}\n");
    const Ran other = run_program({"history", "rescore", "--store", store, "--config", config});
    INFO(other.err);
    CHECK(other.out.find("2 audits judged again") != std::string::npos);
    CHECK(run_program({"history", "harbour", "--store", store}).out.find("new rules") !=
          std::string::npos);
}
